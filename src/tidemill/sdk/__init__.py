"""The Python client, by `import tidemill as tm`: `tm.submit(function)`, `@tm.task`, `tm.run(["python", "x.py"])`."""

from tidemill.sdk.client import Client
from tidemill.sdk.errors import (
    ResultTimeoutError,
    UnreadableResultError,
    WorkloadFailedError,
    WorkloadStoppedError,
)
from tidemill.sdk.fluent import connect, future, run, submit, task
from tidemill.sdk.futures import Future
from tidemill.sdk.groups import FutureGroup
from tidemill.sdk.options import Options
from tidemill.sdk.pickling import UnpicklableError
from tidemill.sdk.tasks import Task

__all__ = [
    "Client",
    "Future",
    "FutureGroup",
    "Options",
    "ResultTimeoutError",
    "Task",
    "UnpicklableError",
    "UnreadableResultError",
    "WorkloadFailedError",
    "WorkloadStoppedError",
    "connect",
    "future",
    "run",
    "submit",
    "task",
]
