"""`tidemill job top`: what runs now, and what it holds."""

from collections.abc import Sequence
from typing import Any

import click

from tidemill.cli.jobs.listing import rows_of
from tidemill.cli.jobs.screen import Screen, has_terminal
from tidemill.cli.output import rows_text
from tidemill.cli.reaching import client_options
from tidemill.kit.errors import UnavailableError
from tidemill.kit.quantities import show_bytes, show_cpu
from tidemill.sdk.client import Client
from tidemill.sdk.messages import Node, Resources, WorkloadPage

_ACTIVE = ("admitted", "running", "stopping")
_COLUMNS = ("id", "name", "state", "kind", "cpu", "memory", "gpu", "took", "owner")
_QUIT = ("q", "Q", "\x1b", "\x03")
_MOST = 200
_BAR = 20


@click.command()
@click.option(
    "--interval", default=2.0, show_default=True, type=click.FloatRange(0.2, 3600), help="seconds between looks"
)
@client_options
def top(*, client: Client, interval: float) -> None:
    """Watch what runs, and what it holds of its machines. q leaves; where there is no terminal it is printed once."""
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
    return "\n".join([_counts(page), *_use(nodes), "", rows_text(_rows(page), _COLUMNS)])


def _rows(page: WorkloadPage) -> list[dict[str, Any]]:
    shown = rows_of(page.workloads, "table")
    return [{**row, "owner": each.owner} for row, each in zip(shown, page.workloads, strict=True)]


def _counts(page: WorkloadPage) -> str:
    return ", ".join(f"{page.states.get(state, 0):,} {state}" for state in ("queued", "running", "succeeded", "failed"))


def _use(nodes: Sequence[Node]) -> list[str]:
    """A line a resource: how much of all machines together is held."""
    used, has = _sum([node.used for node in nodes]), _sum([node.capacity for node in nodes])
    lines = [
        _bar("cpu", used.cpu_milli, has.cpu_milli, f"{show_cpu(used.cpu_milli)} of {show_cpu(has.cpu_milli)}"),
        _bar(
            "memory",
            used.memory_bytes,
            has.memory_bytes,
            f"{show_bytes(used.memory_bytes)} of {show_bytes(has.memory_bytes)}",
        ),
    ]
    return [*lines, _bar("gpu", used.gpus, has.gpus, f"{used.gpus} of {has.gpus}")] if has.gpus else lines


def _bar(name: str, used: int, has: int, words: str) -> str:
    filled = min(round(used / has * _BAR), _BAR) if has else 0
    return f"{name:<7}[{'#' * filled}{'.' * (_BAR - filled)}] {words}"


def _sum(amounts: Sequence[Resources]) -> Resources:
    return Resources(
        sum(each.cpu_milli for each in amounts),
        sum(each.memory_bytes for each in amounts),
        sum(each.gpus for each in amounts),
    )
