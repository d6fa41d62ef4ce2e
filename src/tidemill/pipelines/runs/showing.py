"""A task of a run as others see it."""

from collections.abc import Mapping
from typing import Any

from tidemill.pipelines.plan.models import Artifact, Artifacts, Parameters
from tidemill.pipelines.runs.launching import content_of
from tidemill.pipelines.runs.models import TaskRecord
from tidemill.pipelines.runs.store import TaskRow


def record_of(row: TaskRow) -> TaskRecord:
    """An instance with its times."""
    instance = row.instance
    name = instance.task if instance.iteration is None else f"{instance.task}[{instance.iteration}]"
    return TaskRecord(
        uuid=row.uuid,
        path=instance.path,
        name=instance.task,
        display_name=name,
        parent=instance.parent or "",
        kind=instance.kind,
        state=instance.state,
        attempt=instance.attempt,
        created_ms=row.created_ms,
        started_ms=row.started_ms,
        ended_ms=row.ended_ms,
        error=instance.error,
        workload=row.workload,
        inputs=_shown(instance.inputs.parameters, instance.inputs.artifacts),
        outputs=_shown(instance.outputs.parameters, instance.outputs.artifacts),
        how=row.how,
        notes=row.notes,
    )


def _shown(parameters: Parameters, artifacts: Artifacts) -> Mapping[str, Any]:
    return {
        "parameters": parameters,
        "artifacts": {name: [_artifact(each) for each in given] for name, given in artifacts.items()},
    }


def _artifact(artifact: Artifact) -> Mapping[str, Any]:
    return {
        "name": artifact.name,
        "uri": artifact.uri,
        "type": artifact.type.schema_title,
        "metadata": artifact.metadata,
        "size": sum(size for _, size in content_of(artifact).values()) if artifact.id else None,
    }
