"""The Python client, by `import tidemill as tm`: `tm.submit(function)`, `@tm.task`, `tm.run(["python", "x.py"])`,
`@tm.step` and `@tm.pipeline`."""

from tidemill.sdk.authoring import HTML, Markdown, Metrics, NotCompilableError, Pipeline, RunHandle, Step, step
from tidemill.sdk.client import Client
from tidemill.sdk.errors import (
    PipelineFailedError,
    PipelineStoppedError,
    ResultTimeoutError,
    UnreadableResultError,
    WorkloadFailedError,
    WorkloadStoppedError,
)
from tidemill.sdk.fluent import connect, future, pipeline, run, submit, task
from tidemill.sdk.futures import Future
from tidemill.sdk.groups import FutureGroup
from tidemill.sdk.options import Options
from tidemill.sdk.pickling import UnpicklableError
from tidemill.sdk.tasks import Task

__all__ = [
    "HTML",
    "Client",
    "Future",
    "FutureGroup",
    "Markdown",
    "Metrics",
    "NotCompilableError",
    "Options",
    "Pipeline",
    "PipelineFailedError",
    "PipelineStoppedError",
    "ResultTimeoutError",
    "RunHandle",
    "Step",
    "Task",
    "UnpicklableError",
    "UnreadableResultError",
    "WorkloadFailedError",
    "WorkloadStoppedError",
    "connect",
    "future",
    "pipeline",
    "run",
    "step",
    "submit",
    "task",
]
