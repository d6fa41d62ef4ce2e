"""Following a job: its log as it comes, and what Ctrl-C means meanwhile."""

import sys
from datetime import UTC, datetime
from typing import Any

import click

from tidemill.cli.failing import INTERRUPTED
from tidemill.cli.jobs.words import exit_status, tell_end
from tidemill.cli.reaching import short_id
from tidemill.sdk.client import Client
from tidemill.sdk.logs import Following
from tidemill.sdk.messages import LogLine


def follow_lines(client: Client, workload_id: str, *, timestamps: bool = False, **which: Any) -> int:
    """Print a job's log until it has ended; returns the exit status that says how.

    On Ctrl-C a person is asked whether to leave it running or to stop it; without a terminal it is left running.
    """
    following = Following(client, workload_id, **which)
    while True:
        try:
            for line in following.lines():
                print_line(line, timestamps=timestamps)
            break
        except KeyboardInterrupt:
            shown = short_id(workload_id)
            if not asked_to_stop(f"Follow it: tidemill job logs -f {shown}; stop it: tidemill job stop {shown}"):
                return INTERRUPTED
            client.stop([workload_id])
    details = client.get(workload_id)
    tell_end(details)
    return exit_status(details)


def print_line(line: LogLine, *, timestamps: bool = False, err: bool | None = None) -> None:
    """Print a line where it was printed, to standard output or standard error, unless `err` says where."""
    text = f"{_time(line.at_ms)} {line.text}" if timestamps else line.text
    click.echo(text, err=line.stream == "stderr" if err is None else err, nl=not line.goes_on)


def asked_to_stop(otherwise: str) -> bool:
    """Ask whether what is waited for shall stop. A second Ctrl-C, or nobody to ask, leaves it running.

    `otherwise` says how to come back to what goes on.
    """
    answer = "d"
    if sys.stdin.isatty() and sys.stderr.isatty():
        try:
            click.echo("", err=True)
            answer = click.prompt("[d]etach and leave it running, or [s]top it?", default="d", err=True)
        except (click.Abort, KeyboardInterrupt):
            click.echo("", err=True)
    if answer.strip().lower().startswith("s"):
        return True
    click.echo(f"It goes on. {otherwise}", err=True)
    return False


def _time(at_ms: int) -> str:
    moment = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone()
    return f"{moment:%Y-%m-%d %H:%M:%S}.{at_ms % 1000:03d}"
