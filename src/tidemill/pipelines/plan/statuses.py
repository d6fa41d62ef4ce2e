"""What an exit task is told of the task that it follows: Kubeflow's `PipelineTaskFinalStatus`."""

from collections.abc import Mapping

from tidemill.pipelines.ir.spec import Value
from tidemill.pipelines.plan.models import Instance, State

_WORDS: Mapping[State, str] = {
    State.SUCCEEDED: "COMPLETE",
    State.CACHED: "COMPLETE",
    State.SKIPPED: "SKIPPED",
    State.FAILED: "FAILED",
    State.UPSTREAM_FAILED: "FAILED",
    State.CANCELED: "CANCELED",
}
"""The words of Kubeflow's backend. Its documentation, and its local runner, say SUCCEEDED for COMPLETE."""

_CODES: Mapping[State, int] = {State.CANCELED: 1, State.FAILED: 2, State.UPSTREAM_FAILED: 9}
"""Codes of `google.rpc.Code`: CANCELLED, UNKNOWN, FAILED_PRECONDITION; 0 is OK."""


def final_status(producer: Instance, job: str) -> Value:
    """How a finished task ended, as a struct; `job` is the run's resource name."""
    return {
        "state": _WORDS[producer.state],
        "pipelineJobResourceName": job,
        "pipelineTaskName": producer.task,
        "error": {"code": _CODES.get(producer.state, 0), "message": producer.error},
    }
