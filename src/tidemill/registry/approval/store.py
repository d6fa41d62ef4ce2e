"""Queries over rules and reports; the callers have found the model, or the version, in its workspace."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import delete, exists, func, or_, select

from tidemill.core.database import Tx
from tidemill.registry.approval.models import KeptRule, Outcome, Report, Rule
from tidemill.registry.approval.tables import model_rules, model_version_reports
from tidemill.registry.catalog.tables import model_aliases, model_versions

_MOST_HOLDERS = 20


def rule_of(tx: Tx, model_id: int) -> KeptRule | None:
    """The rule of a model, if it has one."""
    row = tx.execute(select(model_rules).where(model_rules.c.model_id == model_id)).one_or_none()
    return None if row is None else KeptRule(msgspec.json.decode(row.rule, type=Rule), row.updated_by, row.updated_ms)


def set_rule(tx: Tx, model_id: int, kept: KeptRule) -> None:
    """Set the rule of a model, whatever it was."""
    values = {
        "rule": msgspec.json.encode(kept.rule).decode(),
        "updated_by": kept.updated_by,
        "updated_ms": kept.updated_ms,
    }
    statement = tx.insert(model_rules).values(model_id=model_id, **values)
    tx.execute(statement.on_conflict_do_update(index_elements=["model_id"], set_=values))


def remove_rule(tx: Tx, model_id: int) -> bool:
    """Remove the rule of a model; False where it had none."""
    return tx.execute(delete(model_rules).where(model_rules.c.model_id == model_id)).rowcount > 0


def reports_of(tx: Tx, version_id: int) -> dict[str, Report]:
    """What was reported of a version, by name."""
    reports = model_version_reports.c
    query = select(model_version_reports).where(reports.version_id == version_id).order_by(reports.name)
    return {
        row.name: Report(row.name, Outcome(row.outcome), row.message, row.link, row.reported_by, row.reported_ms)
        for row in tx.execute(query)
    }


def count_others(tx: Tx, version_id: int, name: str) -> int:
    """How many checks of other names were reported of a version."""
    reports = model_version_reports.c
    of_version = (reports.version_id == version_id, reports.name != name)
    return int(tx.execute(select(func.count()).where(*of_version)).scalar_one())


def set_report(tx: Tx, version_id: int, report: Report) -> None:
    """Keep a report, over the one of the same name."""
    values = {
        "outcome": report.outcome,
        "message": report.message,
        "link": report.link,
        "reported_by": report.reported_by,
        "reported_ms": report.reported_ms,
    }
    statement = tx.insert(model_version_reports).values(version_id=version_id, name=report.name, **values)
    tx.execute(statement.on_conflict_do_update(index_elements=["version_id", "name"], set_=values))


def guarded_among(tx: Tx, model_ids: Sequence[int]) -> list[int]:
    """Those of these models that have a rule."""
    query = select(model_rules.c.model_id).where(model_rules.c.model_id.in_(model_ids))
    return [row.model_id for row in tx.execute(query)]


def holders(tx: Tx, model_id: int, rule: Rule, version: int | None) -> list[int]:
    """Row ids of the versions that have what a rule guards, all or this one, by number; the first twenty."""
    versions, aliases = model_versions.c, model_aliases.c
    of_alias = exists().where(
        aliases.model_id == versions.model_id, aliases.version == versions.version, aliases.alias.in_(rule.aliases)
    )
    query = select(versions.id).where(versions.model_id == model_id, or_(of_alias, versions.stage.in_(rule.stages)))
    if version is not None:
        query = query.where(versions.version == version)
    return [row.id for row in tx.execute(query.order_by(versions.version).limit(_MOST_HOLDERS))]
