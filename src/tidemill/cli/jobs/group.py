"""The commands below `tidemill job`."""

import click

from tidemill.cli.lazy import LazyGroup

COMMANDS = {
    "submit": ("tidemill.cli.jobs.submit:submit", "Run a command with its files."),
    "list": ("tidemill.cli.jobs.listing:list_jobs", "List jobs, the newest first."),
    "show": ("tidemill.cli.jobs.showing:show", "Show all that is known of a job, and why it waits."),
    "logs": ("tidemill.cli.jobs.logs:logs", "Print what a job said, or follow it."),
    "wait": ("tidemill.cli.jobs.ending:wait", "Wait for jobs; the exit status is the job's."),
    "stop": ("tidemill.cli.jobs.ending:stop", "Stop jobs."),
    "top": ("tidemill.cli.jobs.top:top", "Watch what runs, and what it holds."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def job() -> None:
    """Run commands on machines, and look after them."""
