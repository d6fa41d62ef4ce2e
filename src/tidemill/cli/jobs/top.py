"""`tidemill job top`: what runs now, and what it uses."""

from collections.abc import Callable, Sequence
from typing import Any

import click

from tidemill.cli.jobs.screen import Screen, has_terminal
from tidemill.cli.jobs.words import span
from tidemill.cli.output import rows_text
from tidemill.cli.reaching import client_options, short_id
from tidemill.kit.errors import UnavailableError
from tidemill.kit.quantities import show_bytes, show_cpu
from tidemill.sdk.client import Client
from tidemill.sdk.messages import Node, Resources, Workload, WorkloadPage
from tidemill.sdk.progress import in_words

_ACTIVE = ("admitted", "running", "stopping")
_COLUMNS = ("id", "name", "state", "kind", "cpu", "memory", "gpu", "took", "received", "sent", "owner", "progress")
_QUIT = ("q", "Q", "\x1b", "\x03")
_MOST = 200
_BAR = 20
_UNKNOWN = "?"


@click.command()
@click.option(
    "--interval", default=2.0, show_default=True, type=click.FloatRange(0.2, 3600), help="seconds between looks"
)
@client_options
def top(*, client: Client, interval: float) -> None:
    """Watch what runs: what it uses of what it asked for. q leaves; where there is no terminal it is printed once."""
    if not has_terminal():
        click.echo(_look(client))
        return
    with Screen() as screen:
        try:
            while True:
                screen.draw(_text(client))
                if screen.key(interval) in _QUIT:
                    return
        except KeyboardInterrupt:
            return


def _text(client: Client) -> str:
    """What there is to see; while the server is away, that."""
    try:
        return f"{_look(client)}\n\nq leaves"
    except UnavailableError as error:
        return f"{error.message}\n\nq leaves"


def _look(client: Client) -> str:
    page = client.list_all(state=_ACTIVE, limit=_MOST, sort="created", descending=False)
    nodes = client.nodes()
    return "\n".join([_counts(page), *_use(nodes), "", rows_text([_row(each) for each in page.workloads], _COLUMNS)])


def _row(workload: Workload) -> dict[str, Any]:
    """What it uses, of what it asked for."""
    use, asked = workload.use, workload.resources
    memory, gpus = asked.memory_bytes * workload.replicas, asked.gpus * workload.replicas
    return {
        "id": short_id(workload.id),
        "name": workload.name,
        "state": workload.state,
        "kind": workload.kind,
        "cpu": _of(use and use.cpu_milli, show_cpu, show_cpu(asked.cpu_milli * workload.replicas)),
        "memory": _of(use and use.memory_bytes, show_bytes, show_bytes(memory) if memory else ""),
        "gpu": _of(use and use.gpu_milli, show_cpu, str(gpus)) if gpus else "-",
        "received": _of(use and use.received_per_s, _rate, ""),
        "sent": _of(use and use.sent_per_s, _rate, ""),
        "took": span(workload.started_ms, None) or "-",
        "owner": workload.owner,
        "progress": in_words(workload.progress) if workload.progress else "-",
    }


def _of(used: int | None, show: Callable[[int], str], asked: str) -> str:
    told = _UNKNOWN if used is None else show(used)
    return f"{told} of {asked}" if asked else told


def _rate(bytes_per_s: int) -> str:
    return f"{show_bytes(bytes_per_s)}/s"


def _counts(page: WorkloadPage) -> str:
    return ", ".join(f"{page.states.get(state, 0):,} {state}" for state in ("queued", "running", "succeeded", "failed"))


def _use(nodes: Sequence[Node]) -> list[str]:
    """A line a resource: how much of all machines together is held by workloads, and used."""
    held, has = _sum([node.used for node in nodes]), _sum([node.capacity for node in nodes])
    looked = [node.use for node in nodes if node.use is not None]
    cpu = _all_of([use.cpu_milli for use in looked], show_cpu)
    memory = _all_of([use.memory_bytes for use in looked], show_bytes)
    lines = [
        _bar("cpu", held.cpu_milli, has.cpu_milli, f"{show_cpu(held.cpu_milli)} of {show_cpu(has.cpu_milli)}{cpu}"),
        _bar(
            "memory",
            held.memory_bytes,
            has.memory_bytes,
            f"{show_bytes(held.memory_bytes)} of {show_bytes(has.memory_bytes)}{memory}",
        ),
    ]
    return [*lines, _bar("gpu", held.gpus, has.gpus, f"{held.gpus} of {has.gpus}")] if has.gpus else lines


def _all_of(amounts: Sequence[int | None], show: Callable[[int], str]) -> str:
    known = [amount for amount in amounts if amount is not None]
    return f" held, {show(sum(known))} used" if known else " held"


def _bar(name: str, held: int, has: int, words: str) -> str:
    filled = min(round(held / has * _BAR), _BAR) if has else 0
    return f"{name:<7}[{'#' * filled}{'.' * (_BAR - filled)}] {words}"


def _sum(amounts: Sequence[Resources]) -> Resources:
    return Resources(
        sum(each.cpu_milli for each in amounts),
        sum(each.memory_bytes for each in amounts),
        sum(each.gpus for each in amounts),
    )
