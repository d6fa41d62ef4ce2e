"""`tidemill job show`."""

from datetime import UTC, datetime
from typing import Any

import click
import msgspec

from tidemill.cli.jobs.words import duration, held, span
from tidemill.cli.output import output_option, show_object, show_rows
from tidemill.cli.reaching import client_options, find_job, job_argument
from tidemill.kit.quantities import show_bytes
from tidemill.sdk.client import Client
from tidemill.sdk.messages import Details, Process
from tidemill.sdk.progress import in_words

_PROCESS_COLUMNS = ("attempt", "rank", "node", "outcome", "exit", "took", "cpu_time", "peak_memory", "message")
_HISTORY_COLUMNS = ("at", "attempt", "state", "reason")


@click.command()
@job_argument()
@output_option
@client_options
def show(*, client: Client, job: str, output: str) -> None:
    """Show a job: what was asked, where it stands and why it waits, its processes and its history."""
    details = client.get(find_job(client, job))
    if output != "table":
        show_object(msgspec.to_builtins(details), output)
        return
    show_object(_fields(details, client), output)
    if details.processes:
        click.echo("")
        show_rows([_process(each) for each in details.processes], output, _PROCESS_COLUMNS)
    click.echo("")
    history = [{"at": _time(each.at_ms), **msgspec.to_builtins(each)} for each in details.history]
    show_rows(history, output, _HISTORY_COLUMNS)


def _fields(details: Details, client: Client) -> dict[str, Any]:
    """What people want to know, without what is as by default."""
    workload, spec = details.workload, details.spec
    command = " ".join(spec.command) if spec.call is None else workload.what
    fields: dict[str, Any] = {
        "id": workload.id,
        "name": workload.name,
        "state": workload.state,
        "waits for": details.why,
        "reason": workload.reason,
        "progress": in_words(workload.progress) if workload.progress else "",
        "what": command,
        **{name: amount for name, amount in held(spec.resources).items() if amount != "-"},
        "replicas": workload.replicas if workload.replicas > 1 else None,
        "priority": workload.priority or None,
        "requirements": " ".join(spec.environment.requirements),
        "python": spec.environment.python,
        "image": spec.environment.image,
        "files": " ".join(file.path for file in spec.files),
        "variables": " ".join(f"{name}={value}" for name, value in spec.variables.items()),
        "labels": " ".join(f"{name}={value}" for name, value in workload.labels.items()),
        "group": workload.group,
        "owner": workload.owner,
        "submitted": _time(workload.created_ms),
        "took": span(workload.started_ms, workload.ended_ms),
        "page": client.page_of(workload.id),
    }
    return {name: value for name, value in fields.items() if value not in (None, "")}


def _process(process: Process) -> dict[str, Any]:
    signal = f"signal {process.signal}" if process.signal else process.exit_code
    return {
        "attempt": process.attempt,
        "rank": process.rank,
        "node": process.node,
        "outcome": process.outcome or ("running" if process.started_ms else "starting"),
        "exit": signal,
        "took": span(process.started_ms, process.ended_ms) or "-",
        "cpu_time": None if process.cpu_ms is None else duration(process.cpu_ms),
        "peak_memory": None if process.peak_memory_bytes is None else show_bytes(process.peak_memory_bytes),
        "message": process.message,
    }


def _time(at_ms: int) -> str:
    """In this machine's time zone."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
