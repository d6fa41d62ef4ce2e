"""Tidemill: one machine-learning platform. `import tidemill as tm` offers its client, loaded when it is first used."""

import importlib as _importlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tidemill.sdk import (
        Client,
        Future,
        FutureGroup,
        Options,
        ResultTimeoutError,
        Task,
        UnpicklableError,
        UnreadableResultError,
        WorkloadFailedError,
        WorkloadStoppedError,
        connect,
        future,
        run,
        submit,
        task,
    )

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


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(_importlib.import_module("tidemill.sdk"), name)

    def __dir__() -> list[str]:
        return [*globals(), *__all__]
