"""What a version is judged by, gathered inside the transaction that judges it."""

from collections.abc import Mapping

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.kit.errors import NotFoundError
from tidemill.registry.approval import store
from tidemill.registry.approval.models import Evidence
from tidemill.registry.catalog.models import ModelVersion, RegisteredModel
from tidemill.registry.facts.models import Format, ModelFacts
from tidemill.tracking import LoggedModel, Run, require_logged_model, require_run


def evidence_of(tx: Tx, scope: Scope, model: RegisteredModel, version: ModelVersion, facts: ModelFacts) -> Evidence:
    """All that a rule may ask for."""
    texts = (version.description, version.card, model.description, model.card)
    run, logged = run_of(tx, scope, version), logged_model_of(tx, scope, version)
    evidence = Evidence(
        is_described=any(text.strip() for text in texts),
        unknown=facts.problem,
        metrics=metrics_of(run, logged),
        tags={tag.key: tag.value for tag in version.tags},
        reports=store.reports_of(tx, version.id),
    )
    return evidence if facts.problem else _with_facts(evidence, facts)


def run_of(tx: Tx, scope: Scope, version: ModelVersion) -> Run | None:
    """The run that a version came of, where it is there."""
    try:
        return require_run(tx, scope, version.run_id) if version.run_id else None
    except NotFoundError:
        return None


def logged_model_of(tx: Tx, scope: Scope, version: ModelVersion) -> LoggedModel | None:
    """The logged model that a version was made of, where it is there; one in the bin is."""
    uuid = version.logged_model_uuid
    try:
        return require_logged_model(tx, scope, uuid, deleted_too=True) if uuid else None
    except NotFoundError:
        return None


def metrics_of(run: Run | None, logged: LoggedModel | None) -> Mapping[str, float]:
    """The latest values by key: of the run, and over them those that measured the logged model itself."""
    found = {metric.key: metric.value for metric in run.metrics} if run is not None else {}
    measured = sorted(logged.metrics, key=lambda each: (each.step, each.timestamp_ms)) if logged is not None else []
    return {**found, **{metric.key: metric.value for metric in measured}}


def _with_facts(evidence: Evidence, facts: ModelFacts) -> Evidence:
    return Evidence(
        is_described=evidence.is_described,
        has_signature=facts.signature is not None,
        has_input_example=bool(facts.input_example),
        is_safe=facts.format is Format.SAFE,
        metrics=evidence.metrics,
        tags=evidence.tags,
        reports=evidence.reports,
    )
