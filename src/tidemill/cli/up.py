"""`tidemill up`: start the server, in the foreground or behind."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import click
import httpx

from tidemill.cli.options import loaded_settings, setting_options
from tidemill.core.settings import Loaded
from tidemill.kit.errors import UnavailableError
from tidemill.core.instance import ServerNote, running_server

Serve = Callable[[Loaded, Callable[[str], None]], None]

_START_TIMEOUT_S = 60
_POLL_S = 0.05


@click.command()
@click.option("-d", "--detach", is_flag=True, help="start it in the background and return once it is ready")
@setting_options
def up(*, detach: bool, **flags: Any) -> None:
    """Start the server and print its address.

    State lies in one directory, ~/.tidemill unless --data-dir names another; it is made where it is missing.
    """
    loaded = loaded_settings(flags)
    if detach:
        _start_behind(loaded)
    else:
        serve: Serve = resolve_name("tidemill.server.serving:serve")  # the whole server: only where it is wanted
        serve(loaded, lambda url: _greet(url, loaded, "Ctrl-C stops it"))


def _greet(url: str, loaded: Loaded, how_to_stop: str) -> None:
    settings = loaded.settings
    click.echo(f"Tidemill is ready at {click.style(url, bold=True)}")
    click.echo(f"  state     {settings.data_dir}")
    click.echo(f"  mlflow    export MLFLOW_TRACKING_URI={url}")
    click.echo(f"  stop      {how_to_stop}")


def _start_behind(loaded: Loaded) -> None:
    settings = loaded.settings
    logs = settings.data_dir / "logs"
    logs.mkdir(mode=0o700, parents=True, exist_ok=True)
    log = logs / "server.log"
    arguments = [argument for argument in sys.argv[1:] if argument not in ("-d", "--detach")]
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 - this very program, with this very command line
            [sys.executable, "-m", "tidemill", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=os.getcwd(),
        )
    note = _wait_until_ready(process, settings.data_dir, log)
    _greet(note.url, loaded, f"tidemill down --data-dir {settings.data_dir}")
    click.echo(f"  log       {log}")


def _wait_until_ready(process: "subprocess.Popen[bytes]", data_dir: Path, log: Path) -> ServerNote:
    deadline = time.monotonic() + _START_TIMEOUT_S
    with httpx.Client(trust_env=False, timeout=2) as client:
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise UnavailableError(f"the server ended at once:\n{_last_lines(log)}", hint=f"its log is {log}")
            note = running_server(data_dir)
            if note is not None and note.pid == process.pid and _is_ready(client, note.url):
                return note
            time.sleep(_POLL_S)
    raise UnavailableError(f"the server was not ready after {_START_TIMEOUT_S} s", hint=f"its log is {log}")


def _is_ready(client: httpx.Client, url: str) -> bool:
    try:
        return client.get(f"{url}/readyz").is_success
    except httpx.HTTPError:
        return False


def _last_lines(log: Path, count: int = 5) -> str:
    return "\n".join(log.read_text("utf-8", "replace").splitlines()[-count:])
