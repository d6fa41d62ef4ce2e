"""The catalog's and tracking's words as pages have them."""

from collections.abc import Mapping

from tidemill.registry.catalog.models import HistoryEntry, ModelVersion, RegisteredModel, Stage
from tidemill.registry.viewing.models import (
    HistoryLine,
    LoggedModelBrief,
    ModelMeasure,
    ModelRow,
    RunBrief,
    VersionRow,
)
from tidemill.tracking import LoggedModel, Run
from tidemill.tracking import Stage as LifecycleStage

_SHOWN_DESCRIPTION = 1000


def model_row(model: RegisteredModel, counts: Mapping[str, int], *, is_guarded: bool, shorten: bool) -> ModelRow:
    """A model as lists show it; `counts` are its versions by stage."""
    latest = max(model.latest, key=lambda version: version.version, default=None)
    return ModelRow(
        name=model.name,
        kind="prompt" if model.is_prompt else "model",
        description=model.description[:_SHOWN_DESCRIPTION] if shorten else model.description,
        owner=model.owner,
        state=model.state,
        latest_version=latest.version if latest is not None else 0,
        latest_ms=latest.created_ms if latest is not None else None,
        version_count=sum(counts.values()),
        stages={stage: count for stage, count in counts.items() if stage != Stage.NONE},
        aliases=model.aliases,
        tags={tag.key: tag.value for tag in model.tags},
        is_guarded=is_guarded,
        created_ms=model.created_ms,
        updated_ms=model.updated_ms,
    )


def version_row(version: ModelVersion) -> VersionRow:
    """A version as lists show it."""
    return VersionRow(
        name=version.name,
        version=version.version,
        aliases=version.aliases,
        stage=version.stage,
        state=version.state,
        status=version.status,
        status_message=version.status_message,
        description=version.description,
        tags={tag.key: tag.value for tag in version.tags},
        user=version.user_id,
        source=version.source,
        run_id=version.run_id,
        run_link=version.run_link,
        logged_model_id=version.logged_model_uuid,
        created_ms=version.created_ms,
        updated_ms=version.updated_ms,
    )


def run_brief(run: Run) -> RunBrief:
    """A run as the pages of others name it."""
    is_deleted = run.stage is LifecycleStage.DELETED
    about = (run.uuid, run.name, str(run.experiment_id), run.status, run.user_id)
    return RunBrief(*about, run.start_ms, run.end_ms, is_deleted)


def logged_model_brief(model: LoggedModel) -> LoggedModelBrief:
    """A logged model as the pages of its versions show it: of each metric and dataset the latest value."""
    latest: dict[tuple[str, str], ModelMeasure] = {}
    for each in sorted(model.metrics, key=lambda metric: (metric.step, metric.timestamp_ms)):
        dataset = f"{each.dataset_name}@{each.dataset_digest}" if each.dataset_name else ""
        measure = ModelMeasure(each.key, each.value, each.step, each.timestamp_ms, dataset, each.run_uuid)
        latest[each.key, dataset] = measure
    return LoggedModelBrief(
        id=model.uuid,
        name=model.name,
        status=model.status,
        model_type=model.model_type,
        experiment_id=str(model.experiment_id),
        params={param.key: param.value for param in model.params},
        metrics=[latest[key] for key in sorted(latest)],
        tags={tag.key: tag.value for tag in model.tags},
    )


def history_line(entry: HistoryEntry) -> HistoryLine:
    """A turn in the life of a version."""
    happening = entry.happening
    what = (happening.turn.value, happening.version, happening.alias, happening.before, happening.after)
    return HistoryLine(*what, entry.subject, entry.at_ms)
