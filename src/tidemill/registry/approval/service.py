"""Use cases of approval: rules of models, and reports of checks that ran somewhere else."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from tidemill.core.database import Database, Tx
from tidemill.core.events import Event, EventBus
from tidemill.core.identity import Scope
from tidemill.kit.clock import Clock, now_ms
from tidemill.kit.errors import InvalidError, NotFoundError, TooManyError
from tidemill.registry.approval import store
from tidemill.registry.approval.evidence import evidence_of
from tidemill.registry.approval.finding import found_model, found_version
from tidemill.registry.approval.models import KeptRule, Outcome, Report, Rule, Verdict
from tidemill.registry.approval.rules import checked, judged
from tidemill.registry.catalog.models import ModelVersion
from tidemill.registry.catalog.store import reading, versions
from tidemill.registry.facts.models import ModelFacts
from tidemill.registry.facts.service import VersionFacts

MOST_REPORTS = 100
_LONGEST_MESSAGE = 2000
_LONGEST_LINK = 2000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/-]{0,99}")


class Approvals:
    """Rules and reports of a workspace's models."""

    def __init__(self, database: Database, events: EventBus, facts: VersionFacts, clock: Clock = now_ms) -> None:
        self._database = database
        self._events = events
        self._facts = facts
        self._clock = clock

    async def rule(self, scope: Scope, name: str) -> KeptRule:
        """The rule of a model. Raises NotFoundError where there is no such model, or it has none."""

        def unit(tx: Tx) -> KeptRule:
            kept = store.rule_of(tx, found_model(tx, scope, name).id)
            if kept is None:
                raise NotFoundError(f"the model {name!r} has no rule", hint="PUT one, or promote as you like")
            return kept

        return await self._database.read(unit)

    async def set_rule(self, scope: Scope, name: str, rule: Rule) -> KeptRule:
        """Set the rule of a model, whatever it was. What has an alias already keeps it. Raises InvalidError."""
        kept = KeptRule(checked(rule), scope.subject.name, self._clock())

        def unit(tx: Tx) -> None:
            store.set_rule(tx, found_model(tx, scope, name).id, kept)
            self._tell(tx, scope)

        await self._database.write(unit)
        return kept

    async def remove_rule(self, scope: Scope, name: str) -> None:
        """Let anybody promote again who may edit. Raises NotFoundError where there was no rule."""

        def unit(tx: Tx) -> None:
            if not store.remove_rule(tx, found_model(tx, scope, name).id):
                raise NotFoundError(f"the model {name!r} has no rule")
            self._tell(tx, scope)

        await self._database.write(unit)

    async def report(
        self, scope: Scope, name: str, number: int, check: str, outcome: Outcome, *, message: str, link: str
    ) -> Report:
        """Say how a check of a version ended, over what was said before. Raises InvalidError, TooManyError."""
        _check_report(check, message, link)
        report = Report(check, outcome, message.strip(), link, scope.subject.name, self._clock())

        def unit(tx: Tx) -> None:
            version = found_version(tx, scope, name, number)
            if store.count_others(tx, version.id, check) >= MOST_REPORTS:
                raise TooManyError(
                    f"a version has {MOST_REPORTS} reported checks at most", hint="report under fewer names"
                )
            store.set_report(tx, version.id, report)
            self._tell(tx, scope)

        await self._database.write(unit)
        return report

    async def checks(self, scope: Scope, name: str, number: int) -> tuple[Sequence[Verdict], Sequence[Report]]:
        """What the rule of its model finds of a version, and what was reported of it."""
        version = await self._database.read(lambda tx: found_version(tx, scope, name, number))
        facts = await self._facts.of(scope, version)

        def unit(tx: Tx) -> tuple[Sequence[Verdict], Sequence[Report]]:
            version = found_version(tx, scope, name, number)
            return verdicts_of(tx, scope, version, facts), list(store.reports_of(tx, version.id).values())

        return await self._database.read(unit)

    async def prepare(self, scope: Scope, name: str, number: int) -> None:
        """Read what the guard will need to judge a version, before the transaction that it judges in."""

        def unit(tx: Tx) -> ModelVersion | None:
            head = versions.head(tx, scope, name, number)
            if head is None or store.rule_of(tx, head.model_id) is None:
                return None
            return reading.version(tx, scope, head.id)

        version = await self._database.read(unit)
        if version is not None:
            await self._facts.prepare(scope, version)

    def _tell(self, tx: Tx, scope: Scope) -> None:
        tx.after_commit.append(lambda: self._events.publish(Event("registry", scope.workspace_id)))


def verdicts_of(tx: Tx, scope: Scope, version: ModelVersion, facts: ModelFacts) -> Sequence[Verdict]:
    """What the rule of its model finds of a version with these facts; nothing without a rule."""
    kept = store.rule_of(tx, version.model_id)
    if kept is None:
        return []
    (model,) = reading.models(tx, scope, [version.model_id])
    return judged(kept.rule, evidence_of(tx, scope, model, version, facts))


def _check_report(check: str, message: str, link: str) -> None:
    if not _NAME.fullmatch(check):
        raise InvalidError(
            f"{check[:100]!r} is no name of a check",
            hint="up to 100 letters, digits, spaces and ._/- after a letter or digit",
        )
    if len(message) > _LONGEST_MESSAGE:
        raise InvalidError(f"a message has {_LONGEST_MESSAGE} characters at most", hint="say the rest behind the link")
    if link and (len(link) > _LONGEST_LINK or urlsplit(link).scheme not in ("http", "https")):
        raise InvalidError(
            f"{link[:100]!r} is no link", hint="an http:// or https:// address of up to 2,000 characters"
        )
