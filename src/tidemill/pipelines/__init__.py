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
from tidemill.pipelines.runs.service import PipelineRuns
from tidemill.pipelines.runs.store import blobs_needed

__all__ = [
    "Catalog",
    "Changes",
    "Engine",
    "Kind",
    "Listing",
    "Moment",
    "NewVersion",
    "Operation",
    "Origin",
    "Pipeline",
    "PipelineRun",
    "PipelineRuns",
    "PipelineVersion",
    "Predicate",
    "RunRequest",
    "RunState",
    "Source",
    "Spec",
    "TaskRecord",
    "Words",
    "blobs_needed",
    "check_key",
    "checked",
    "document_of",
    "resumed",
    "spec_of_document",
    "spec_of_package",
    "token_of",
]
