"""`tidemill down`: stop the server of a data directory. What it runs goes on, unless that is to be stopped too."""

import os
import signal
import time
from pathlib import Path

import click

from tidemill.cli.options import data_dir_of, data_dir_option
from tidemill.cli.unfinished import count_running, stop_all
from tidemill.kit.errors import ForbiddenError, UnavailableError
from tidemill.runtime.server_note import ServerNote, running_server

_TIMEOUT_S = 30
_SILENT_S = 1
_POLL_S = 0.05


@click.command()
@click.option("--all", "everything", is_flag=True, help="Stop all that waits or runs too, on whichever machine.")
@data_dir_option
def down(*, data_dir: str | None, everything: bool) -> None:
    """Stop the server: requests under way are answered first.

    Workloads that run go on without it, and the next server takes them up again.
    """
    directory = data_dir_of(data_dir)
    note = running_server(directory)
    if note is None:
        click.echo(f"No server runs on {directory}")
        return
    if everything and (stopped := stop_all(directory)):
        click.echo(f"Stopped {_workloads(stopped)}")
    going_on = 0 if everything else count_running(note.url)
    _ask_to_end(note)
    _wait_until_gone(directory, note)
    click.echo(f"Stopped the server at {note.url}")
    if going_on:
        click.echo(
            f"{_workloads(going_on)} will go on: `tidemill up` takes up what runs, `tidemill down --all` would stop it"
        )


def _workloads(number: int) -> str:
    return f"{number} workload{'' if number == 1 else 's'}"


def _wait_until_gone(directory: Path, note: ServerNote) -> None:
    started, told = time.monotonic(), False
    while (now := running_server(directory)) is not None and now.pid == note.pid:
        waited = time.monotonic() - started
        if waited > _TIMEOUT_S:
            raise UnavailableError(
                f"process {note.pid} did not stop within {_TIMEOUT_S} s",
                hint=f"kill -9 {note.pid}: nothing that was acknowledged is lost",
            )
        if waited > _SILENT_S and not told:
            click.echo(f"Waiting for process {note.pid} to answer what is under way ...", err=True)
            told = True
        time.sleep(_POLL_S)


def _ask_to_end(note: ServerNote) -> None:
    try:
        os.kill(note.pid, signal.SIGTERM)
    except ProcessLookupError:
        pass  # it has just ended by itself
    except PermissionError as error:
        raise ForbiddenError(
            f"process {note.pid}, which serves {note.url}, belongs to another user",
            hint="stop it as the user who started it",
        ) from error
