"""Starting a server behind the command that asks for it."""

import subprocess
import sys
import time
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

import click

from tidemill.cli.asking import ask
from tidemill.core.instance import prepare_data_dir
from tidemill.core.settings import Loaded, all_settings, environment_with
from tidemill.kit.errors import UnavailableError
from tidemill.runtime.server_note import ServerNote, running_server

_TIMEOUT_S = 60
_SILENT_S = 1
_POLL_S = 0.05
_SHOWN_LINES = 20


class Started(NamedTuple):
    """A server that answers, and the file that its log goes to."""

    note: ServerNote
    log: Path


def start_behind(loaded: Loaded, flags: Mapping[str, Any]) -> Started:
    """Start a server with these settings in a session of its own; returns once it is ready.

    `flags` are those that the user gave: the environment is inherited. Every user of a machine may see a process's
    arguments, so that passwords and keys go another way. Raises UnavailableError with what the server said when it ends
    or does not become ready in time.
    """
    data_dir = loaded.settings.data_dir
    prepare_data_dir(data_dir)
    log = data_dir / "logs" / "server.log"
    log.parent.mkdir(mode=0o700, exist_ok=True)
    given = {setting: flags[setting.name] for setting in all_settings() if flags.get(setting.name) is not None}
    words = [f"{setting.flag}={value}" for setting, value in given.items() if setting.shown(value) == value]
    hidden = {setting.name: value for setting, value in given.items() if setting.shown(value) != value}
    with log.open("ab") as output:
        said_before = output.tell()
        process = subprocess.Popen(  # noqa: S603 - this very program, with what this command was given
            [sys.executable, "-m", "tidemill", "up", *words],
            env=environment_with(hidden),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        return Started(_wait_until_ready(process, data_dir, log, said_before), log)
    except KeyboardInterrupt:
        process.terminate()
        raise


def _wait_until_ready(process: "subprocess.Popen[bytes]", data_dir: Path, log: Path, said_before: int) -> ServerNote:
    started, told = time.monotonic(), False
    while (waited := time.monotonic() - started) < _TIMEOUT_S:
        if process.poll() is not None:
            raise _ended(log, said_before)
        note = running_server(data_dir)
        if note is not None and note.pid == process.pid and _is_ready(note.url):
            return note
        if waited > _SILENT_S and not told:
            click.echo(f"Starting the server on {data_dir} ...", err=True)
            told = True
        time.sleep(_POLL_S)
    process.terminate()
    raise UnavailableError(f"the server was not ready after {_TIMEOUT_S} s, and was stopped", hint=f"its log is {log}")


def _is_ready(url: str) -> bool:
    try:
        return ask(url, "/readyz")[0] == HTTPStatus.OK
    except OSError:
        return False


def _ended(log: Path, said_before: int) -> UnavailableError:
    """The error and hint that the server itself ended with, else the end of what it said."""
    with log.open("rb") as file:
        file.seek(said_before)
        lines = file.read().decode("utf-8", "replace").splitlines()
    message = next((line.removeprefix("error: ") for line in lines if line.startswith("error: ")), None)
    hint = next((line.removeprefix("hint: ") for line in lines if line.startswith("hint: ")), None)
    if message is not None:
        return UnavailableError(message, hint=hint)
    said = "\n".join(lines[-_SHOWN_LINES:]) or "(it said nothing)"
    return UnavailableError(f"the server ended at once:\n{said}", hint=f"its log is {log}")
