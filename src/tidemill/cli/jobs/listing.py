"""`tidemill job list`."""

from collections.abc import Sequence
from typing import Any

import click
import msgspec

from tidemill.cli.jobs.words import held, note_of, span
from tidemill.cli.output import output_option, show_rows
from tidemill.cli.reaching import client_options, short_id
from tidemill.sdk.client import Client
from tidemill.sdk.messages import Workload

STATES = ("queued", "admitted", "running", "stopping", "succeeded", "failed", "stopped")
_KINDS = ("task", "job", "worker", "trial", "replica", "notebook", "tensorboard", "build")
_COLUMNS = ("id", "name", "state", "kind", "cpu", "memory", "gpu", "took", "note")
_FOR_PROGRAMS = ("id", "name", "state", "kind", "cpu", "memory", "gpu", "created_ms", "started_ms", "ended_ms", "note")
_MOST_NOTE = 60


@click.command("list")
@click.option("--state", multiple=True, type=click.Choice(STATES), help="only these; more than once")
@click.option("--kind", multiple=True, type=click.Choice(_KINDS), help="only these; more than once")
@click.option("--group", default="", help="what was submitted together")
@click.option("--owner", default="", help="who submitted it")
@click.option("--search", default="", help="a part of the name")
@click.option("--label", multiple=True, metavar="NAME=VALUE", help="only with this label; more than once")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="so many at most")
@output_option
@client_options
def list_jobs(*, client: Client, output: str, limit: int, **query: Any) -> None:
    """List jobs of the workspace, the newest first."""
    page = client.list_all(limit=limit, **query)
    show_rows(rows_of(page.workloads, output), output, _COLUMNS if output == "table" else _FOR_PROGRAMS)
    if output == "table" and page.total > len(page.workloads):
        click.echo(f"{len(page.workloads)} of {page.total:,}; --limit shows more", err=True)


def rows_of(workloads: Sequence[Workload], output: str) -> list[dict[str, Any]]:
    """For people with short ids and words, for programs all that there is as it is."""
    return [_for_people(each) if output == "table" else _for_programs(each) for each in workloads]


def _for_people(workload: Workload) -> dict[str, Any]:
    note = note_of(workload)
    return {
        "id": short_id(workload.id),
        "name": workload.name,
        "state": workload.state,
        "kind": workload.kind,
        **held(workload.resources, workload.replicas),
        "took": span(workload.started_ms, workload.ended_ms) or "-",
        "note": note if len(note) <= _MOST_NOTE else f"{note[:_MOST_NOTE]}...",
    }


def _for_programs(workload: Workload) -> dict[str, Any]:
    words = held(workload.resources, workload.replicas)
    return {**msgspec.to_builtins(workload), **words, "note": note_of(workload)}
