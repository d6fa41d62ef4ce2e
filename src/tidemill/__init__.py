"""Tidemill: one machine-learning platform. `import tidemill as tm` offers its client, loaded when it is first used."""

import importlib as _importlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tidemill.runtime import progress
    from tidemill.sdk import (
        HTML,
        Client,
        Future,
        FutureGroup,
        Markdown,
        Metrics,
        NotCompilableError,
        Options,
        Pipeline,
        PipelineFailedError,
        PipelineStoppedError,
        ResultTimeoutError,
        RunHandle,
        Step,
        Task,
        UnpicklableError,
        UnreadableResultError,
        WorkloadFailedError,
        WorkloadStoppedError,
        connect,
        future,
        pipeline,
        run,
        step,
        submit,
        task,
    )

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
    "progress",
    "run",
    "step",
    "submit",
    "task",
]


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        # A task's environment has what the runtime needs, which is nothing, and maybe not what the client does.
        home = "tidemill.runtime" if name == "progress" else "tidemill.sdk"
        return getattr(_importlib.import_module(home), name)

    def __dir__() -> list[str]:
        return [*globals(), *__all__]
