"""From rows to what compute speaks of, and back."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec

from tidemill.compute.models import End, Node, Outcome, Process, Progress, Resources, Spec, State, StopCause, Workload
from tidemill.compute.records import WorkloadRecord

WORKLOAD_COLUMNS = "id, uuid, workspace_id, spec, state, queued_ms, attempt, retries, losses, not_before_ms, stop_cause"
RECORD_COLUMNS = (
    "id, uuid, workspace_id, name, group_name, owner, spec, state, reason, attempt, created_ms, queued_ms, "
    "not_before_ms, admitted_ms, started_ms, ended_ms"
)
PROCESS_COLUMNS = (
    "rank, node, devices, started_ms, pid, progress, outcome, ended_ms, exit_code, signal, message, cpu_ms, "
    "peak_memory_bytes"
)
NODE_COLUMNS = "name, backend, cpu_milli, memory_bytes, gpus, disk_bytes, devices, gpu_model"
_STATES = {state.value: state for state in State}
_specs: msgspec.json.Decoder[Spec] = msgspec.json.Decoder(Spec)
_progresses: msgspec.json.Decoder[Progress] = msgspec.json.Decoder(Progress)
_encoder = msgspec.json.Encoder()


def encoded_spec(spec: Spec) -> str:
    """A spec as its column holds it."""
    return _encoder.encode(spec).decode()


@lru_cache(256)
def decoded_spec(text: str) -> Spec:
    """The spec of a column. What `.map()` submits at once may differ in arguments only, yet a retry is the same."""
    return _specs.decode(text)


def state_of(text: str) -> State:
    """The state of a column."""
    return _STATES[text]


def workload_of(row: Sequence[Any], processes: tuple[Process, ...]) -> Workload:
    """The workload of a row of WORKLOAD_COLUMNS."""
    id_, uuid, workspace_id, spec, state, queued_ms, attempt, retries, losses, not_before_ms, stop_cause = row
    return Workload(
        id_,
        uuid,
        workspace_id,
        decoded_spec(spec),
        _STATES[state],
        queued_ms,
        attempt,
        retries,
        losses,
        not_before_ms,
        StopCause(stop_cause) if stop_cause else None,
        processes,
    )


def record_of(row: Sequence[Any]) -> WorkloadRecord:
    """The record of a row of RECORD_COLUMNS."""
    id_, uuid, workspace_id, name, group, owner, spec, state, *rest = row
    return WorkloadRecord(id_, uuid, workspace_id, name, group, owner, decoded_spec(spec), _STATES[state], *rest)


def process_of(row: Sequence[Any]) -> Process:
    """The process of a row of PROCESS_COLUMNS, without its result."""
    rank, node, devices, started_ms, pid, progress, outcome, *rest = row
    end = None if outcome is None else End(Outcome(outcome), *rest)
    return Process(rank, node, devices_of(devices), started_ms, pid, end, progress_of(progress))


def progress_of(text: str | None) -> Progress | None:
    """The progress of a column."""
    return None if text is None else _progresses.decode(text)


def progress_text(progress: Progress | None) -> str | None:
    """Progress as its column holds it."""
    return None if progress is None else _encoder.encode(progress).decode()


def node_of(row: Sequence[Any]) -> Node:
    """The node of a row of NODE_COLUMNS."""
    name, backend, cpu, memory, gpus, disk, devices, gpu_model = row
    return Node(name, backend, Resources(cpu, memory, gpus, disk), devices_of(devices), gpu_model)


def node_row(node: Node) -> tuple[Any, ...]:
    """The values of NODE_COLUMNS."""
    has = node.capacity
    amounts = (has.cpu_milli, has.memory_bytes, has.gpus, has.disk_bytes)
    return node.name, node.backend, *amounts, devices_text(node.devices), node.gpu_model


def devices_of(text: str) -> tuple[str, ...]:
    """The devices of a column."""
    return tuple(json.loads(text)) if text else ()


def devices_text(devices: Sequence[str]) -> str:
    """Devices as their column holds them: a JSON list, or nothing."""
    return json.dumps(devices) if devices else ""
