"""`tidemill pipeline schedule list`."""

from typing import Any

import click
import msgspec

from tidemill.cli.output import output_option, show_rows
from tidemill.cli.pipelines.schedules.words import next_text, one_line, outcome_of
from tidemill.cli.reaching import client_options
from tidemill.sdk.client import Client
from tidemill.sdk.schedule_messages import Schedule
from tidemill.sdk.schedules import Schedules

_COLUMNS = ("name", "when", "next", "last", "note")
_FOR_PROGRAMS = ("id", "name", "enabled", "words", "cron", "interval_s", "pipeline_id", "version_id", "count", "error")


@click.command("list")
@click.option("--search", default="", help="a part of the name")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="so many at most")
@output_option
@client_options
def list_schedules(*, client: Client, search: str, limit: int, output: str) -> None:
    """List schedules of the workspace, the newest first: when they run, and what their last time came to."""
    found, total = Schedules(client).list_all(limit, search=search)
    if output == "table":
        show_rows([_row(each) for each in found], output, _COLUMNS)
    else:
        show_rows([_for_programs(each) for each in found], output, _FOR_PROGRAMS)
    if output == "table" and total > len(found):
        click.echo(f"{len(found)} of {total:,}; --limit shows more", err=True)


def _row(schedule: Schedule) -> dict[str, Any]:
    return {
        "name": schedule.name,
        "when": schedule.words,
        "next": next_text(schedule),
        "last": outcome_of(schedule.last),
        "note": one_line(schedule.error),
    }


def _for_programs(schedule: Schedule) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(schedule)
    del fields["times"]  # lists do not have them
    return fields
