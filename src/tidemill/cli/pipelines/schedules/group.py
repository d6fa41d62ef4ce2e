"""The commands below `tidemill pipeline schedule`."""

import click

from tidemill.cli.lazy import LazyGroup

_HERE = "tidemill.cli.pipelines.schedules"
COMMANDS = {
    "create": (f"{_HERE}.making:create", "Run a pipeline again and again, at times."),
    "list": (f"{_HERE}.listing:list_schedules", "List schedules, the newest first."),
    "show": (f"{_HERE}.showing:show", "Show a schedule, its next times, and what its last ones came to."),
    "enable": (f"{_HERE}.switching:enable", "Switch a schedule on."),
    "disable": (f"{_HERE}.switching:disable", "Switch a schedule off."),
    "delete": (f"{_HERE}.switching:delete", "Remove a schedule; its runs stay."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def schedule() -> None:
    """Run pipelines at times: by cron, or every so often."""
