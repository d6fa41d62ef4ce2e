"""Jobs in words: how long, how large, how they ended, and the exit status that says so."""

import click

from tidemill.cli.reaching import short_id
from tidemill.kit.clock import now_ms
from tidemill.kit.quantities import show_bytes, show_cpu
from tidemill.sdk.messages import Details, Process, Resources, Workload
from tidemill.sdk.progress import in_words

STOPPED = 143
"""As a shell says of what was asked to end."""
_BY_SIGNAL = 128
_FAILED = 1
_S, _MINUTE_S, _HOUR_S, _DAY_S = 1000, 60, 3600, 86_400


def exit_status(details: Details) -> int:
    """0 for success, 143 where it was stopped, else that of the process that failed first, 128 + its signal."""
    match details.workload.state:
        case "succeeded":
            return 0
        case "stopped":
            return STOPPED
        case _:
            return next((_status_of(process) for process in _last_failures(details)), _FAILED)


def tell_end(details: Details) -> None:
    """One line on standard error that says how a job ended."""
    workload = details.workload
    took = span(workload.started_ms, workload.ended_ms)
    colour = {"succeeded": "green", "failed": "red"}.get(workload.state, "yellow")
    reason = "" if workload.reason == workload.state else f": {workload.reason}"
    state = click.style(workload.state, fg=colour)
    click.echo(
        f"{workload.name} {state} after {took}{reason}" if took else f"{workload.name} {state}{reason}", err=True
    )
    if workload.state == "failed":
        click.echo(f"Its error: tidemill job logs {short_id(workload.id)} --error", err=True)


def span(begin_ms: int | None, end_ms: int | None) -> str:
    """How long it took, or takes: `2.1 s`, `5m 3s`, `3h 12m`, `2d 4h`; empty for what has not begun."""
    if begin_ms is None:
        return ""
    return duration((now_ms() if end_ms is None else end_ms) - begin_ms)


def duration(milliseconds: int) -> str:
    """`2.1 s`, `5m 3s`, `3h 12m`, `2d 4h`."""
    seconds = max(milliseconds, 0) / _S
    if seconds < _MINUTE_S:
        return f"{seconds:.1f} s"
    whole = int(seconds)
    if whole < _HOUR_S:
        return f"{whole // _MINUTE_S}m {whole % _MINUTE_S}s"
    if whole < _DAY_S:
        return f"{whole // _HOUR_S}h {whole % _HOUR_S // _MINUTE_S}m"
    return f"{whole // _DAY_S}d {whole % _DAY_S // _HOUR_S}h"


def held(resources: Resources, replicas: int = 1) -> dict[str, str]:
    """What all processes of a job ask for, as people write it."""
    return {
        "cpu": show_cpu(resources.cpu_milli * replicas),
        "memory": show_bytes(resources.memory_bytes * replicas) if resources.memory_bytes else "-",
        "gpu": str(resources.gpus * replicas) if resources.gpus else "-",
    }


def note_of(workload: Workload) -> str:
    """What there is to say of it now: why it waits, how far it is, or what happened last where that says more than
    the state."""
    if workload.why:
        return f"{workload.place}. in line: {workload.why}" if workload.place else workload.why
    if workload.progress is not None and workload.ended_ms is None:
        return in_words(workload.progress)
    return "" if workload.reason in (workload.state, "submitted") else workload.reason


def _last_failures(details: Details) -> list[Process]:
    """Those of the last attempt that failed by themselves, in the order in which they ended."""
    own = [
        process
        for process in details.processes
        if process.attempt == details.workload.attempt and process.outcome not in (None, "succeeded", "stopped")
    ]
    return sorted(own, key=lambda process: process.ended_ms or 0)


def _status_of(process: Process) -> int:
    if process.signal:
        return _BY_SIGNAL + process.signal
    return process.exit_code or _FAILED
