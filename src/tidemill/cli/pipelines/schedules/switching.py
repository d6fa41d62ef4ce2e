"""`tidemill pipeline schedule enable`, `disable` and `delete`."""

import click

from tidemill.cli.pipelines.schedules.finding import find_schedule, schedule_argument
from tidemill.cli.pipelines.schedules.words import tell_next
from tidemill.cli.reaching import client_options
from tidemill.sdk.client import Client
from tidemill.sdk.schedules import Schedules

_SHOWN_NEXT = 3


@click.command()
@schedule_argument()
@client_options
def enable(*, client: Client, schedule: str) -> None:
    """Switch a schedule on. One that catches up begins with what it missed; one that is on stays so."""
    schedules = Schedules(client)
    schedule_id = find_schedule(schedules, schedule)
    schedules.switch(schedule_id, on=True)
    click.echo(f"On: {schedule_id}")
    tell_next(schedules.get(schedule_id, 0).next_ms[:_SHOWN_NEXT])


@click.command()
@schedule_argument()
@client_options
def disable(*, client: Client, schedule: str) -> None:
    """Switch a schedule off: no more runs begin, and those that go on do so. One that is off stays so."""
    schedules = Schedules(client)
    schedule_id = find_schedule(schedules, schedule)
    schedules.switch(schedule_id, on=False)
    click.echo(f"Off: {schedule_id}")


@click.command()
@schedule_argument()
@client_options
def delete(*, client: Client, schedule: str) -> None:
    """Remove a schedule. Its runs stay, and those that go on do so."""
    schedules = Schedules(client)
    schedule_id = find_schedule(schedules, schedule)
    schedules.delete(schedule_id)
    click.echo(f"Deleted {schedule_id}")
