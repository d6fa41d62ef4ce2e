"""`/api/v1/models/{name}/rule` and `.../checks`: who may promote, what must be green for it, and what is."""

from collections.abc import Sequence

import msgspec

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Nothing, Route
from tidemill.registry.approval.models import KeptRule, Outcome, Report, Rule, Verdict
from tidemill.registry.approval.service import Approvals
from tidemill.registry.routes.messages import ModelName, Number, VersionName

_MODEL = "/api/v1/models/{name}"
_VERSION = f"{_MODEL}/versions/{{version}}"


class NewRule(msgspec.Struct):
    """A rule for a model.

    `promoters` are names of subjects; without any, whoever may edit may promote. `required` has `signature`,
    `input_example`, `safe_format`, `description`, `metrics.accuracy >= 0.9`, `tags.reviewed = yes`, `check.latency`.
    """

    aliases: list[str] = []
    stages: list[str] = []
    promoters: list[str] = []
    required: list[str] = []
    name: str = ""


class Checks(msgspec.Struct):
    """What the rule of its model finds of a version, and what was reported of it."""

    is_green: bool
    """Whether nothing of what the rule requires is red."""
    checks: list[Verdict]
    reports: list[Report]


class NewReport(msgspec.Struct):
    """How a check ended that ran somewhere else; `link` leads to where it says more."""

    outcome: Outcome
    message: str = ""
    link: str = ""
    name: str = ""
    version: Number = 1
    check: str = ""


class ApprovalApi:
    """Rules, checks and reports."""

    def __init__(self, approvals: Approvals) -> None:
        self._approvals = approvals

    def routes(self) -> Sequence[Route]:
        return [
            Route(
                method="GET",
                path=f"{_MODEL}/rule",
                permission=Permission.VIEW,
                message=ModelName,
                handler=self.rule,
                answer=KeptRule,
                summary="The rule for promotions of a model.",
            ),
            Route(
                method="PUT",
                path=f"{_MODEL}/rule",
                permission=Permission.ADMIN,
                message=NewRule,
                handler=self.set_rule,
                answer=KeptRule,
                summary="Set the rule for promotions of a model.",
            ),
            Route(
                method="DELETE",
                path=f"{_MODEL}/rule",
                permission=Permission.ADMIN,
                message=ModelName,
                handler=self.remove_rule,
                answer=Nothing,
                summary="Remove the rule for promotions of a model.",
            ),
            Route(
                method="GET",
                path=f"{_VERSION}/checks",
                permission=Permission.VIEW,
                message=VersionName,
                handler=self.checks,
                answer=Checks,
                summary="What the rule of its model finds of a version.",
            ),
            Route(
                method="PUT",
                path=f"{_VERSION}/checks/{{check:path}}",
                permission=Permission.EDIT,
                message=NewReport,
                handler=self.report,
                answer=Report,
                summary="Report how a check of a version ended, from CI for instance.",
            ),
        ]

    async def rule(self, scope: Scope, message: ModelName) -> KeptRule:
        return await self._approvals.rule(scope, message.name)

    async def set_rule(self, scope: Scope, message: NewRule) -> KeptRule:
        rule = Rule(message.aliases, message.stages, message.promoters, message.required)
        return await self._approvals.set_rule(scope, message.name, rule)

    async def remove_rule(self, scope: Scope, message: ModelName) -> Nothing:
        await self._approvals.remove_rule(scope, message.name)
        return Nothing()

    async def checks(self, scope: Scope, message: VersionName) -> Checks:
        verdicts, reports = await self._approvals.checks(scope, message.name, message.version)
        return Checks(all(each.is_green for each in verdicts), list(verdicts), list(reports))

    async def report(self, scope: Scope, message: NewReport) -> Report:
        return await self._approvals.report(
            scope,
            message.name,
            message.version,
            message.check,
            message.outcome,
            message=message.message,
            link=message.link,
        )
