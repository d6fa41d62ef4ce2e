"""`tidemill pipeline schedule show`."""

from typing import Any

import click
import msgspec

from tidemill.cli.jobs.words import span
from tidemill.cli.output import output_option, show_object, show_rows
from tidemill.cli.pipelines.finding import short_run_id
from tidemill.cli.pipelines.schedules.finding import find_schedule, schedule_argument
from tidemill.cli.pipelines.schedules.words import how_soon, next_text, one_line, outcome_of, time_text
from tidemill.cli.reaching import client_options
from tidemill.sdk.client import Client
from tidemill.sdk.schedule_messages import Schedule, ScheduleTime
from tidemill.sdk.schedules import Schedules

_COLUMNS = ("time", "outcome", "run", "took", "error")
_SHOWN_NEXT = 3


@click.command()
@schedule_argument()
@click.option("--limit", default=10, show_default=True, type=click.IntRange(0, 1000), help="so many of its last times")
@output_option
@client_options
def show(*, client: Client, schedule: str, limit: int, output: str) -> None:
    """Show a schedule, its next times, and what its last ones came to: a run, or why there is none."""
    schedules = Schedules(client)
    found = schedules.get(find_schedule(schedules, schedule), limit)
    if output in ("json", "yaml"):
        show_object(msgspec.to_builtins(found), output)
        return
    rows = [_row(time) for time in found.times]
    if output == "csv":
        show_rows(rows, output, _COLUMNS)
        return
    show_object(_fields(found, schedules), output)
    if rows:
        click.echo("")
        show_rows(rows, output, _COLUMNS)


def _fields(schedule: Schedule, schedules: Schedules) -> dict[str, Any]:
    """What people want to know, without what is not there."""
    coming = [f"{time_text(at_ms)} ({how_soon(at_ms)})" for at_ms in schedule.next_ms[:_SHOWN_NEXT]]
    fields: dict[str, Any] = {
        "id": schedule.id,
        "name": schedule.name,
        "when": schedule.words,
        "cron": schedule.cron,
        "next": ", ".join(coming) or next_text(schedule),
        "end": "" if schedule.end_ms is None else time_text(schedule.end_ms),
        "missed": "caught up" if schedule.catches_up else "only the latest is run",
        "at once": str(schedule.max_concurrency),
        "running": str(schedule.active) if schedule.active else "",
        "parameters": " ".join(f"{name}={_value(value)}" for name, value in schedule.parameters.items()),
        "pipeline": schedule.pipeline_id,
        "version": schedule.version_id or ("the latest" if schedule.pipeline_id else ""),
        "experiment": schedule.experiment_id,
        "error": schedule.error,
        "page": schedules.page_of(schedule.id),
    }
    return {name: value for name, value in fields.items() if value != ""}


def _row(time: ScheduleTime) -> dict[str, Any]:
    return {
        "time": time_text(time.due_ms),
        "outcome": outcome_of(time),
        "run": short_run_id(time.run_id) or "-",
        "took": span(time.at_ms, time.run_finished_ms) if time.run_state else "-",
        "error": one_line(time.error),
    }


def _value(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
