"""What the SDK sends and reads of pipelines: the native API of runs, and what it uses of Kubeflow's v2beta1."""

from collections.abc import Mapping
from typing import Any

import msgspec

RUN_STATES = ("PENDING", "RUNNING", "CANCELING", "SUCCEEDED", "FAILED", "CANCELED")
FINAL_RUN = frozenset({"SUCCEEDED", "FAILED", "CANCELED"})
"""The states of runs that nothing follows, except a retry."""


class Artifact(msgspec.Struct):
    """An artifact that a task took or made."""

    name: str
    uri: str
    type: str
    metadata: Mapping[str, Any]
    size: int | None = None
    """Bytes of all its files; None where they lie outside this server."""


class ArtifactEntry(msgspec.Struct):
    """A file of an artifact with its bytes, or a folder."""

    path: str
    is_dir: bool
    file_size: int | None


class ArtifactEntries(msgspec.Struct):
    """What lies in a folder; `next` is given as `after` for what follows, and empty on the last page."""

    files: list[ArtifactEntry]
    next: str


class Values(msgspec.Struct):
    """Parameters and artifacts, by input or output."""

    parameters: Mapping[str, Any]
    artifacts: Mapping[str, list[Artifact]]


class PipelineTask(msgspec.Struct):
    """A task of a run: once for each DAG and iteration that it is in."""

    id: str
    path: str
    """`train/for-loop-1[3]/fit`; empty for the run itself."""
    name: str
    kind: str
    """executor, importer, dag or loop."""
    state: str
    attempt: int
    created_ms: int
    started_ms: int | None
    ended_ms: int | None
    error: str
    workload: str
    """The job that executes it; empty where none does."""
    inputs: Values
    outputs: Values


class PipelineRun(msgspec.Struct):
    """A run of a pipeline; `tasks` are in the order in which they came to be. Lists lack these and `parameters`."""

    id: str
    name: str
    state: str
    error: str
    experiment_id: str
    pipeline_id: str
    version_id: str
    created_ms: int
    finished_ms: int | None
    archived: bool
    parameters: Mapping[str, Any]
    tasks: list[PipelineTask]
    pipeline_name: str = ""
    """What its pipeline calls itself; empty for runs of old servers."""
    schedule_id: str = ""
    """The schedule that began it."""
    scheduled_ms: int | None = None
    """The time of its schedule that it began for."""
    counts: Mapping[str, int] = {}
    """Steps by state; those that are still to come are `waiting`."""


class PipelineRunPage(msgspec.Struct):
    """Runs, the latest first; `next_page_token` is empty on the last page, `total` counts all pages."""

    runs: list[PipelineRun]
    next_page_token: str
    total: int


class VersionReference(msgspec.Struct, frozen=True, omit_defaults=True):
    pipeline_id: str = ""
    pipeline_version_id: str = ""


class RuntimeConfig(msgspec.Struct, frozen=True, omit_defaults=True):
    parameters: Mapping[str, Any] = {}


class NewRun(msgspec.Struct, frozen=True, omit_defaults=True):
    """A run that is to begin: of a spec, or of a version of an uploaded pipeline."""

    display_name: str = ""
    experiment_id: str = ""
    pipeline_spec: Mapping[str, Any] | None = None
    pipeline_version_reference: VersionReference = VersionReference()
    runtime_config: RuntimeConfig = RuntimeConfig()


class BegunRun(msgspec.Struct):
    run_id: str
    display_name: str


class Pipeline(msgspec.Struct):
    """An uploaded pipeline."""

    pipeline_id: str
    display_name: str
    name: str
    created_at: str
    """ISO 8601, in UTC."""
    description: str = ""
    tags: Mapping[str, str] = {}


class PipelinePage(msgspec.Struct):
    pipelines: list[Pipeline] = []
    total_size: int = 0
    next_page_token: str = ""


class PipelineVersion(msgspec.Struct):
    """A version of an uploaded pipeline, with its spec, alone or beside what platforms make of it."""

    pipeline_id: str
    pipeline_version_id: str
    display_name: str
    name: str
    created_at: str
    pipeline_spec: Mapping[str, Any]
    description: str = ""


class PipelineVersionPage(msgspec.Struct):
    pipeline_versions: list[PipelineVersion] = []
    next_page_token: str = ""
    total_size: int = 0


class NamedPipeline(msgspec.Struct, frozen=True, omit_defaults=True):
    """A pipeline that is to be made."""

    name: str
    description: str = ""


class NewVersion(msgspec.Struct, frozen=True, omit_defaults=True):
    """A version that is to be made."""

    name: str
    pipeline_spec: Mapping[str, Any]
    description: str = ""


class NewPipeline(msgspec.Struct, frozen=True, omit_defaults=True):
    """A pipeline that is to be made with its first version."""

    pipeline: NamedPipeline
    pipeline_version: NewVersion


class Experiment(msgspec.Struct):
    experiment_id: str
    display_name: str


class ExperimentPage(msgspec.Struct):
    experiments: list[Experiment] = []
    total_size: int = 0
    next_page_token: str = ""


class NewExperiment(msgspec.Struct, frozen=True):
    display_name: str
