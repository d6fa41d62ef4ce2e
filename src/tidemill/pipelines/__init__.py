"""Pipelines: Kubeflow's PipelineSpec, run by the workers of compute."""

from tidemill.pipelines.catalog import (
    Catalog,
    Changes,
    NewVersion,
    Origin,
    Pipeline,
    PipelineVersion,
    Spec,
    Words,
    document_of,
    spec_of_document,
    spec_of_package,
)
from tidemill.pipelines.listing import Kind, Listing, Operation, Predicate, check_key, checked, resumed, token_of
from tidemill.pipelines.runs.engine import Engine
from tidemill.pipelines.runs.models import Moment, PipelineRun, RunRequest, RunState, Source, TaskRecord
from tidemill.pipelines.runs.naming import tasks_named
from tidemill.pipelines.runs.retention import PipelineRetention, blobs_needed_then
from tidemill.pipelines.runs.service import PipelineRuns
from tidemill.pipelines.runs.store import blobs_needed
from tidemill.pipelines.runs.verifying import PipelineCheck, PipelineFinding
from tidemill.pipelines.schedules.models import NewSchedule, Schedule, Trigger
from tidemill.pipelines.schedules.scheduler import Scheduler
from tidemill.pipelines.schedules.service import Schedules

__all__ = [
    "Catalog",
    "Changes",
    "Engine",
    "Kind",
    "Listing",
    "Moment",
    "NewSchedule",
    "NewVersion",
    "Operation",
    "Origin",
    "Pipeline",
    "PipelineCheck",
    "PipelineFinding",
    "PipelineRetention",
    "PipelineRun",
    "PipelineRuns",
    "PipelineVersion",
    "Predicate",
    "RunRequest",
    "RunState",
    "Schedule",
    "Scheduler",
    "Schedules",
    "Source",
    "Spec",
    "TaskRecord",
    "Trigger",
    "Words",
    "blobs_needed",
    "blobs_needed_then",
    "check_key",
    "checked",
    "document_of",
    "resumed",
    "spec_of_document",
    "spec_of_package",
    "tasks_named",
    "token_of",
]
