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
    from tidemill.sdk.saved_models import infer_signature, load_model, log_model, save_model

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
    "infer_signature",
    "load_model",
    "log_model",
    "pipeline",
    "progress",
    "run",
    "save_model",
    "step",
    "submit",
    "task",
]


if not TYPE_CHECKING:
    # A task's environment has what the runtime needs, which is nothing, and maybe not what the client does; a client
    # that keeps no models loads nothing of them.
    _HOMES = {
        "progress": "tidemill.runtime",
        **dict.fromkeys(("infer_signature", "load_model", "log_model", "save_model"), "tidemill.sdk.saved_models"),
    }

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(_importlib.import_module(_HOMES.get(name, "tidemill.sdk")), name)

    def __dir__() -> list[str]:
        return [*globals(), *__all__]
