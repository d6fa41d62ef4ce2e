"""`tidemill doctor`: look for what is amiss, and say how to mend it."""

import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import click

from tidemill.cli.checks import ALL, Checker, State, Verdict
from tidemill.cli.options import loaded_settings, setting_options
from tidemill.cli.output import output_option, show_rows
from tidemill.core.settings import Loaded
from tidemill.kit.errors import TidemillError

_COLUMNS = ("name", "state", "detail", "fix")
_COLOURS = {State.OK: "green", State.WARNING: "yellow", State.ERROR: "red"}
_NAME_WIDTH = 16


@click.command()
@setting_options
@output_option
def doctor(*, output: str, **flags: Any) -> None:
    """Look at the installation, the machine, the server and its storage; every finding comes with its fix.

    Nothing is changed. The exit status is 1 when something does not work.
    """
    loaded = loaded_settings(flags)
    found = {name: _looked(checker, loaded) for name, checker in ALL.items()}
    if output == "table":
        _show(found)
    else:
        show_rows([{"name": name, **asdict(verdict)} for name, verdict in found.items()], output, _COLUMNS)
    if any(verdict.state is State.ERROR for verdict in found.values()):
        sys.exit(1)


def _looked(checker: Checker, loaded: Loaded) -> Verdict:
    try:
        return checker(loaded)
    except TidemillError as problem:
        return Verdict(State.ERROR, problem.message, problem.hint)
    except OSError as problem:
        return Verdict(State.ERROR, str(problem), "check the path, and who owns it")


def _show(found: Mapping[str, Verdict]) -> None:
    for name, verdict in found.items():
        state = click.style(f"{verdict.state:7}", fg=_COLOURS[verdict.state])
        click.echo(f"{state}  {name:{_NAME_WIDTH}}  {verdict.detail}")
        if verdict.fix:
            click.echo(f"{'':7}  {'':{_NAME_WIDTH}}  fix: {verdict.fix}")
    counts = {state: sum(verdict.state is state for verdict in found.values()) for state in State}
    click.echo(f"\n{counts[State.OK]} fine, {counts[State.WARNING]} to know of, {counts[State.ERROR]} to mend")
