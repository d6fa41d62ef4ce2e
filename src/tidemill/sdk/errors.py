"""How waiting for a workload, or for a run of a pipeline, may end other than with its result.

What a call raised is raised as itself.
"""

from concurrent.futures import CancelledError

from tidemill.kit.errors import ConflictError, TidemillError, UnavailableError


class WorkloadFailedError(TidemillError):
    """It ended without a result: out of memory, killed, timed out, lost, not started, or by an exit code."""

    code = "workload_failed"

    def __init__(self, name: str, workload_id: str, reason: str) -> None:
        super().__init__(f"{name} failed: {reason}", hint=f"`tidemill job logs {workload_id}` shows what it said")
        self.name = name
        self.workload_id = workload_id
        self.reason = reason

    def __reduce__(self) -> tuple[type["WorkloadFailedError"], tuple[str, str, str]]:
        return type(self), (self.name, self.workload_id, self.reason)


class WorkloadStoppedError(ConflictError, CancelledError):
    """Somebody stopped it. It is a `concurrent.futures.CancelledError` too."""

    code = "workload_stopped"


class PipelineFailedError(TidemillError):
    """A run of a pipeline failed; `path` is the task that did so first, empty where none did."""

    code = "pipeline_failed"

    def __init__(self, name: str, run_id: str, path: str, reason: str) -> None:
        shown = f"`tidemill pipeline logs {run_id}{' ' + path if path else ''}` shows what it said"
        super().__init__(f"the run {name} failed{' at ' + path if path else ''}: {reason}", hint=shown)
        self.name = name
        self.run_id = run_id
        self.path = path
        self.reason = reason

    def __reduce__(self) -> tuple[type["PipelineFailedError"], tuple[str, str, str, str]]:
        return type(self), (self.name, self.run_id, self.path, self.reason)


class PipelineStoppedError(ConflictError, CancelledError):
    """Somebody stopped the run of a pipeline."""

    code = "pipeline_stopped"


class ResultTimeoutError(UnavailableError, TimeoutError):
    """It had not ended when the time was over; it goes on."""

    code = "result_timeout"


class UnreadableResultError(TidemillError):
    """Its result is here and cannot be unpickled: most often a module is not installed on this side."""

    code = "unreadable_result"
