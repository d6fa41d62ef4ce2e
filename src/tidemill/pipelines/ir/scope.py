"""What placeholders stand for: in the constants of a task `Scope`, in its command `TaskScope`, which knows all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from tidemill.pipelines.ir.spec import Value

_MOUNTS = {"gs://": "/gcs/", "s3://": "/s3/", "minio://": "/minio/"}
"""Where kfp's components expect what is at such a URI."""


class Known(Protocol):
    """Values for placeholders."""

    @property
    def parameters(self) -> Mapping[str, Value]:
        """Input parameters of the task; one that has no value is not in it."""
        ...

    @property
    def names(self) -> Mapping[str, str]:
        """Of the run and the task, by placeholder: `pipeline_job_name`."""
        ...

    @property
    def executor_input(self) -> Mapping[str, Any]:
        """Kubeflow's `ExecutorInput`, as JSON has it; empty where there is none yet."""
        ...


@dataclass(frozen=True, slots=True)
class Scope:
    """Inputs, and names where they are known: before a task has artifacts and places for its outputs."""

    parameters: Mapping[str, Value] = field(default_factory=dict[str, Value])
    names: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def executor_input(self) -> Mapping[str, Any]:
        return {}


@dataclass(frozen=True, slots=True)
class TaskScope:
    """A task that is about to be executed."""

    executor_input: Mapping[str, Any]
    job_name: str = ""
    job_resource_name: str = ""
    job_uuid: str = ""
    job_create_ms: int = 0
    job_schedule_ms: int | None = None
    """None where no schedule started the run: then it is its creation, as with Kubeflow."""
    task_name: str = ""
    task_uuid: str = ""
    pipeline_root: str = ""
    workspace_path: str | None = None
    """None where the run has no workspace: its placeholder is left as it is."""

    @property
    def parameters(self) -> Mapping[str, Value]:
        return self.executor_input.get("inputs", {}).get("parameterValues", {})

    @property
    def names(self) -> Mapping[str, str]:
        scheduled = self.job_create_ms if self.job_schedule_ms is None else self.job_schedule_ms
        known = {
            "pipeline_job_name": self.job_name,
            "pipeline_job_resource_name": self.job_resource_name,
            "pipeline_job_uuid": self.job_uuid,
            "pipeline_job_create_time_utc": _utc(self.job_create_ms),
            "pipeline_job_schedule_time_utc": _utc(scheduled),
            "pipeline_task_name": self.task_name,
            "pipeline_task_uuid": self.task_uuid,
            "pipeline_root": self.pipeline_root,
        }
        return known if self.workspace_path is None else known | {"workspace_path": self.workspace_path}


def path_of(artifact: Mapping[str, Any]) -> str:
    """Where an artifact's file or folder is for its task: its own path, a mount of a bucket, else what its URI says."""
    if custom := artifact.get("customPath"):
        return str(custom)
    uri = str(artifact.get("uri", ""))
    for scheme, mount in _MOUNTS.items():
        if uri.startswith(scheme):
            return mount + uri.removeprefix(scheme)
    if uri.startswith("oci://"):
        return f"/oci/{uri.removeprefix('oci://').replace('/', '_')}/models"
    return uri.removeprefix("file://")


def _utc(ms: int) -> str:
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
