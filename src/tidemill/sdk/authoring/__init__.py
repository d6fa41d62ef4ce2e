"""Pipelines in plain Python: `@tm.step` and `@tm.pipeline`. The mechanism: docs/mechanisms/authoring.md."""

from tidemill.sdk.authoring.handles import RunHandle
from tidemill.sdk.authoring.inside import HTML, Markdown, Metrics
from tidemill.sdk.authoring.pipelines import Pipeline, PipelineWords, RunOptions, make_pipeline
from tidemill.sdk.authoring.problems import NotCompilableError
from tidemill.sdk.authoring.step_options import StepWords
from tidemill.sdk.authoring.steps import Step, step

__all__ = [
    "HTML",
    "Markdown",
    "Metrics",
    "NotCompilableError",
    "Pipeline",
    "PipelineWords",
    "RunHandle",
    "RunOptions",
    "Step",
    "StepWords",
    "make_pipeline",
    "step",
]
