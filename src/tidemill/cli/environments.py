"""`tidemill env`: what the server's machine has installed for jobs."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from tidemill.cli.jobs.words import duration
from tidemill.cli.output import output_option, show_object, show_rows
from tidemill.cli.quantities import size_text
from tidemill.cli.reaching import client_options
from tidemill.kit.clock import now_ms
from tidemill.kit.errors import InvalidError
from tidemill.sdk.client import Client
from tidemill.sdk.messages import BuildEnvironment, BuiltEnvironment

_COLUMNS = ("environment", "state", "python", "made_from", "size", "built_in", "unused_for")
_SHOWN_HASH = 12
_SHOWN_NAMES = 60
_POLL_S = 1.0


@click.group()
def env() -> None:
    """Look at the environments that were built for jobs; build and remove them."""


@env.command("list")
@output_option
@client_options
def list_environments(*, client: Client, output: str) -> None:
    """List environments, the one used last first."""
    show_rows([_row(each) for each in client.environments()], output, _COLUMNS)


@env.command("show")
@click.argument("environment", metavar="HASH")
@click.option("--log", "with_log", is_flag=True, help="show what the installer said instead")
@output_option
@client_options
def show_environment(*, client: Client, environment: str, with_log: bool, output: str) -> None:
    """Show one environment, by its hash or the begin of that."""
    if with_log:
        click.echo(client.environment_log(environment), nl=False)
        return
    show_object(_row(client.environment(environment)), output)


@env.command("build")
@click.argument("requirements", nargs=-1, metavar="[REQUIREMENT...]")
@click.option(
    "-r", "--requirements-file", type=click.File(), help="take the requirements of this file; - is standard input"
)
@click.option("--lock", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="a lock file instead")
@click.option("--python", default="", help='a version of Python such as "3.12"')
@click.option("--again", is_flag=True, help="build it anew, even where it stands already")
@output_option
@client_options
def build_environment(
    *,
    client: Client,
    requirements: Sequence[str],
    requirements_file: Any,
    lock: Path | None,
    python: str,
    again: bool,
    output: str,
) -> None:
    """Build an environment before the first job needs it.

    \b
    tidemill env build "numpy>=2" pandas
    tidemill env build -r requirements.txt --python 3.12
    """
    lines = [*requirements, *(requirements_file.read().splitlines() if requirements_file is not None else ())]
    text = lock.read_text() if lock is not None else ""
    built = client.build_environment(BuildEnvironment(tuple(lines), text, python, again))
    show_object(_row(_when_built(client, built)), output)


@env.command("remove")
@click.argument("environments", nargs=-1, required=True, metavar="HASH...")
@client_options
def remove_environments(*, client: Client, environments: Sequence[str]) -> None:
    """Remove environments that no process uses; they are built again when a job asks for them."""
    for each in environments:
        client.remove_environment(each)
        click.echo(f"Removed {each[:_SHOWN_HASH]}", err=True)


def _when_built(client: Client, built: BuiltEnvironment) -> BuiltEnvironment:
    """The same when its build has ended. Raises InvalidError where it has failed."""
    told = False
    while built.state == "building":
        if not told:
            click.echo(f"Building {built.hash[:_SHOWN_HASH]} ...", err=True)
            told = True
        time.sleep(_POLL_S)
        built = client.environment(built.hash)
    if built.state == "failed":
        click.echo(client.environment_log(built.hash), err=True, nl=False)
        raise InvalidError(
            f"the environment {built.hash[:_SHOWN_HASH]} could not be built",
            hint="what the installer said is above; change the requirements, or build it --again",
        )
    return built


def _row(environment: BuiltEnvironment) -> dict[str, Any]:
    names = ", ".join(environment.requirements) or ("a lock file" if environment.has_lock else "nothing")
    words = {
        "environment": environment.hash[:_SHOWN_HASH],
        "made_from": names if len(names) <= _SHOWN_NAMES else f"{names[: _SHOWN_NAMES - 3]}...",
        "size": None if environment.size_bytes is None else size_text(environment.size_bytes),
        "built_in": None if environment.build_ms is None else duration(environment.build_ms),
        "unused_for": duration(now_ms() - environment.used_ms),
    }
    return {**words, **msgspec.to_builtins(environment)}
