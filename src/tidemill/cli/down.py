"""`tidemill down`: stop the server of a data directory."""

import os
import signal
import time

import click

from tidemill.cli.options import data_dir_of, data_dir_option
from tidemill.kit.errors import ForbiddenError, UnavailableError
from tidemill.runtime.server_note import ServerNote, running_server

_TIMEOUT_S = 30
_SILENT_S = 1
_POLL_S = 0.05


@click.command()
@data_dir_option
def down(*, data_dir: str | None) -> None:
    """Stop the server: requests under way are answered first."""
    directory = data_dir_of(data_dir)
    note = running_server(directory)
    if note is None:
        click.echo(f"No server runs on {directory}")
        return
    _ask_to_end(note)
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
    click.echo(f"Stopped the server at {note.url}")


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
