"""The guard: refuses, in the transaction of a promotion, what the model's rule does not allow.

It hears of every change of the registry, whoever makes it and through whichever API: MLflow's clients meet it as the
page and the command line do.
"""

from collections.abc import Sequence

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.kit.errors import ConflictError, ForbiddenError
from tidemill.registry.announcing import Announcement, Change
from tidemill.registry.approval import store
from tidemill.registry.approval.evidence import evidence_of
from tidemill.registry.approval.models import Rule, Verdict
from tidemill.registry.approval.rules import judged
from tidemill.registry.catalog.models import ModelVersion, RegisteredModel
from tidemill.registry.catalog.store import reading, registered_models, versions
from tidemill.registry.facts.service import VersionFacts

_PROMOTIONS = (Change.ALIAS_SET, Change.PROMPT_ALIAS_CREATED)
_GUARDED = (*_PROMOTIONS, Change.ALIAS_DELETED, Change.PROMPT_ALIAS_DELETED, Change.STAGE_CHANGED)
_ENDS = (Change.VERSION_DELETED, Change.MODEL_DELETED)
_HINT = "`tidemill model promote` and the version's page show every check"


class Guard:
    """An announcer of the registry."""

    def __init__(self, facts: VersionFacts) -> None:
        self._facts = facts

    def __call__(self, tx: Tx, scope: Scope, announcement: Announcement) -> None:
        """Return if the change may be. Raises ForbiddenError for who, ConflictError for what is red or in use."""
        if announcement.change not in (*_GUARDED, *_ENDS):
            return
        model = registered_models.head(tx, scope, announcement.name)
        kept = store.rule_of(tx, model.id) if model is not None else None
        if model is None or kept is None:
            return
        if announcement.change in _ENDS:
            _refuse_what_is_in_use(tx, scope, announcement, model.id, kept.rule)
            return
        target, is_promotion = _target(announcement, kept.rule)
        if not target:
            return
        if kept.rule.promoters and scope.subject.name not in kept.rule.promoters:
            raise ForbiddenError(
                f"the rule of {announcement.name!r} lets {_listed(kept.rule.promoters)} give or take {target}, and not "
                f"{scope.subject.name!r}",
                hint="ask one of them, or an administrator to change the rule",
            )
        if is_promotion:
            self._require_green(tx, scope, announcement, kept.rule, target)

    def _require_green(self, tx: Tx, scope: Scope, announcement: Announcement, rule: Rule, target: str) -> None:
        head = versions.head(tx, scope, announcement.name, announcement.version)
        if head is None:
            return
        version = reading.version(tx, scope, head.id)
        (model,) = reading.models(tx, scope, [head.model_id])
        red = [each for each in self._verdicts(tx, scope, model, version, rule) if not each.is_green]
        if red:
            told = "; ".join(f"{each.requirement} ({each.reason})" for each in red)
            count = f"{len(red)} checks are red" if len(red) > 1 else "a check is red"
            raise ConflictError(
                f"version {version.version} of {announcement.name!r} may not have {target}: {count}: {told}", hint=_HINT
            )

    def _verdicts(
        self, tx: Tx, scope: Scope, model: RegisteredModel, version: ModelVersion, rule: Rule
    ) -> Sequence[Verdict]:
        if not rule.required:
            return []
        facts = self._facts.within(tx, scope, version)
        return judged(rule, evidence_of(tx, scope, model, version, facts))


def guarded_names(rule: Rule, version: ModelVersion) -> list[str]:
    """What a version has of what a rule guards, in words."""
    aliases = [f"the alias {alias!r}" for alias in version.aliases if alias in rule.aliases]
    return [*aliases, *([f"the stage {version.stage.value}"] if version.stage in rule.stages else [])]


def _refuse_what_is_in_use(tx: Tx, scope: Scope, announcement: Announcement, model_id: int, rule: Rule) -> None:
    """Whoever relies on a guarded alias or stage would be left with nothing."""
    wanted = None if announcement.change is Change.MODEL_DELETED else announcement.version
    holders = store.holders(tx, model_id, rule, wanted)
    used = [words for version in reading.versions(tx, scope, holders) for words in _in_use(version, rule)]
    if used:
        what = f"the model {announcement.name!r}" if wanted is None else f"version {wanted} of {announcement.name!r}"
        raise ConflictError(
            f"{what} is in use: {'; '.join(used)}, which its rule guards",
            hint="give these to another version first, or remove the rule",
        )


def _in_use(version: ModelVersion, rule: Rule) -> list[str]:
    return [f"version {version.version} has {name}" for name in guarded_names(rule, version)]


def _target(announcement: Announcement, rule: Rule) -> tuple[str, bool]:
    """What the change gives or takes of what the rule guards, in words, and whether it gives; empty for nothing."""
    details = announcement.details
    if announcement.change is Change.STAGE_CHANGED:
        gained, lost = str(details.get("to_stage", "")), str(details.get("from_stage", ""))
        if gained in rule.stages:
            return f"the stage {gained}", True
        return (f"the stage {lost}" if lost in rule.stages else ""), False
    alias = str(details.get("alias", ""))
    return (f"the alias {alias!r}" if alias in rule.aliases else ""), announcement.change in _PROMOTIONS


def _listed(names: Sequence[str]) -> str:
    return " and ".join(repr(name) for name in names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
