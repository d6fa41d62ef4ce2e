"""`tidemill pipeline list`: runs, or what was uploaded."""

from collections.abc import Sequence
from typing import Any

import click
import msgspec

from tidemill.cli.jobs.words import span
from tidemill.cli.output import output_option, show_rows
from tidemill.cli.pipelines.finding import short_run_id
from tidemill.cli.reaching import client_options
from tidemill.kit.errors import InvalidError
from tidemill.sdk.client import Client
from tidemill.sdk.pipeline_messages import RUN_STATES, PipelineRun
from tidemill.sdk.pipelines import Pipelines

_COLUMNS = ("id", "name", "state", "took", "note")
_FOR_PROGRAMS = (
    "id",
    "name",
    "state",
    "experiment_id",
    "pipeline_id",
    "version_id",
    "created_ms",
    "finished_ms",
    "error",
)
_UPLOADED = ("pipeline_id", "name", "created_at", "description")
_MOST_NOTE = 60


@click.command("list")
@click.option("--pipelines", "is_of_pipelines", is_flag=True, help="what was uploaded, and no runs")
@click.option(
    "--state",
    multiple=True,
    type=click.Choice([state.lower() for state in RUN_STATES], case_sensitive=False),
    help="only these runs; more than once",
)
@click.option("--search", default="", help="a part of the name")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="so many at most")
@output_option
@client_options
def list_runs(
    *, client: Client, is_of_pipelines: bool, state: Sequence[str], search: str, limit: int, output: str
) -> None:
    """List runs of the workspace, or its uploaded pipelines, the newest first."""
    pipelines = Pipelines(client)
    if is_of_pipelines:
        if state:
            raise InvalidError("an uploaded pipeline has no state: its runs have", hint="leave out one of the two")
        uploaded, total = pipelines.catalog(limit, search)
        show_rows([msgspec.to_builtins(each) for each in uploaded], output, _UPLOADED)
        _tell_more(output, len(uploaded), total)
        return
    runs, total = pipelines.list_all(limit, state=[each.upper() for each in state], search=search)
    if output == "table":
        show_rows([_row(run) for run in runs], output, _COLUMNS)
    else:
        show_rows([_for_programs(run) for run in runs], output, _FOR_PROGRAMS)
    _tell_more(output, len(runs), total)


def _row(run: PipelineRun) -> dict[str, Any]:
    note = " ".join(run.error.split())
    return {
        "id": short_run_id(run.id),
        "name": run.name,
        "state": run.state.lower(),
        "took": span(run.created_ms, run.finished_ms),
        "note": note if len(note) <= _MOST_NOTE else f"{note[:_MOST_NOTE]}...",
    }


def _for_programs(run: PipelineRun) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(run)
    del fields["tasks"]  # lists do not have them
    return fields


def _tell_more(output: str, shown: int, total: int) -> None:
    if output == "table" and total > shown:
        click.echo(f"{shown} of {total:,}; --limit shows more", err=True)
