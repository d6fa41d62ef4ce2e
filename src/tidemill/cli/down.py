"""`tidemill down`: stop the server of a data directory."""

import os
import signal
import time

import click

from tidemill.cli.options import data_dir_of, data_dir_option
from tidemill.kit.errors import UnavailableError
from tidemill.core.instance import running_server

_STOP_TIMEOUT_S = 30
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
    os.kill(note.pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_TIMEOUT_S
    while running_server(directory) is not None:
        if time.monotonic() > deadline:
            raise UnavailableError(
                f"process {note.pid} did not stop within {_STOP_TIMEOUT_S} s",
                hint=f"kill -9 {note.pid}: nothing that was acknowledged is lost",
            )
        time.sleep(_POLL_S)
    click.echo(f"Stopped the server at {note.url}")
