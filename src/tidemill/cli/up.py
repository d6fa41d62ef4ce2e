"""`tidemill up`: start the server, in the foreground or behind."""

import shlex
import signal
from collections.abc import Callable
from pkgutil import resolve_name
from typing import Any, NoReturn

import click

from tidemill.cli.options import loaded_settings, setting_options
from tidemill.cli.starting import start_behind
from tidemill.core.instance import prepare_data_dir
from tidemill.core.settings import Loaded

Serve = Callable[[Loaded, Callable[[str], None]], None]


@click.command()
@click.option("-d", "--detach", is_flag=True, help="start it in the background and return once it is ready")
@setting_options
def up(*, detach: bool, **flags: Any) -> None:
    """Start the server and print its address.

    State lies in one directory, ~/.tidemill unless --data-dir names another; it is made where it is missing.
    """
    loaded = loaded_settings(flags)
    if detach:
        started = start_behind(loaded, flags)
        _greet(started.note.url, loaded, f"tidemill down --data-dir {shlex.quote(str(loaded.settings.data_dir))}")
        click.echo(f"  log       {started.log}")
        return
    prepare_data_dir(loaded.settings.data_dir)
    # uvicorn stops in order at a signal and then raises it again: ours ends the program as a finished one.
    signal.signal(signal.SIGTERM, _end)
    serve: Serve = resolve_name("tidemill.server.serving:serve")  # the whole server: only where it is wanted
    try:
        serve(loaded, lambda url: _greet(url, loaded, "Ctrl-C stops it"))
    except KeyboardInterrupt:
        click.echo("\nStopped")


def _greet(url: str, loaded: Loaded, how_to_stop: str) -> None:
    click.echo(f"Tidemill is ready at {click.style(url, bold=True)}")
    click.echo(f"  state     {loaded.settings.data_dir}")
    click.echo(f"  mlflow    export MLFLOW_TRACKING_URI={url}")
    click.echo(f"  stop      {how_to_stop}")


def _end(number: int, frame: object) -> NoReturn:
    raise SystemExit(0)
