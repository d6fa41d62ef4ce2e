"""`tidemill job submit`: a command, its files, and what it asks for."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from tidemill.cli.jobs.ending import wait_for
from tidemill.cli.jobs.following import follow_lines
from tidemill.cli.output import output_option, show_object
from tidemill.cli.quantities import Duration
from tidemill.cli.reaching import client_options
from tidemill.kit.errors import InvalidError
from tidemill.sdk.client import Client
from tidemill.sdk.commands import run_command
from tidemill.sdk.options import Options

_RUNNERS = {".py": "python", ".sh": "sh", ".R": "Rscript", ".jl": "julia"}


@click.command(context_settings={"ignore_unknown_options": False})
@click.argument("command", nargs=-1, type=click.UNPROCESSED, metavar="[-- COMMAND...]")
@click.option(
    "--file", "files", multiple=True, metavar="PATH", help="send this file, or folder, with it; more than once"
)
@click.option("--name", default="", help="its name; else the script's")
@click.option("--cpu", default="1", show_default=True, help='cores, such as 2 or "500m"')
@click.option("--memory", default="0", help="the most memory it may use, such as 2Gi")
@click.option("--gpu", default=0, type=click.IntRange(0), help="accelerators that are its alone")
@click.option("--gpu-model", default="", help="only on nodes with this accelerator")
@click.option("--disk", default="0", help="the most its work folder may hold, such as 10Gi")
@click.option("-r", "--requirement", "requirements", multiple=True, metavar="PACKAGE", help="a package it needs")
@click.option("--python", default="", metavar="VERSION", help="a Python version, such as 3.12")
@click.option("--image", default="", help="a container image to run in")
@click.option("-e", "--env", "env", multiple=True, metavar="NAME=VALUE", help="an environment variable")
@click.option("--secret", "secrets", multiple=True, metavar="NAME", help="a secret, as a variable; or VARIABLE=SECRET")
@click.option("--label", "labels", multiple=True, metavar="NAME=VALUE", help="a label to find it by")
@click.option("--retries", default=0, type=click.IntRange(0), help="how often it is tried again when it fails")
@click.option("--timeout", type=Duration(), default=None, help="how long one attempt may run, such as 2h")
@click.option("--priority", default=0, type=click.IntRange(-1000, 1000), help="higher goes first")
@click.option("--replicas", default=1, type=click.IntRange(1), help="run so many of it at once, or none")
@click.option("--backend", default="local", show_default=True, help="where it runs")
@click.option("--wait", "is_waited_for", is_flag=True, help="wait for its end; the exit status is its own")
@click.option("-f", "--follow", "is_followed", is_flag=True, help="print what it says; the exit status is its own")
@output_option
@client_options
def submit(
    *,
    client: Client,
    command: Sequence[str],
    files: Sequence[str],
    replicas: int,
    is_waited_for: bool,
    is_followed: bool,
    output: str,
    **told: Any,
) -> int | None:
    """Queue a command, to run in a folder with the files that it names or that --file sends.

    \b
    tidemill job submit -- python train.py --rate 0.1
    tidemill job submit --file train.py --follow
    tidemill job submit --file src --cpu 2 --memory 4Gi -- python src/train.py
    """
    words = command or _runner_of(files)
    future = run_command(client, words, _options(**told), files=_all_files(words, files), replicas=replicas)
    details = future.details()
    if is_followed:
        click.echo(f"Submitted {future.name} as {future.id}: {future.url}", err=True)
        return follow_lines(client, future.id)
    if output == "table":
        click.echo(future.id)
        click.echo(f"Submitted {future.name}: {future.url}", err=True)
    else:
        show_object(msgspec.to_builtins(details.workload), output)
    return wait_for(client, [future.id]) if is_waited_for else None


def _options(
    *, env: Sequence[str], secrets: Sequence[str], labels: Sequence[str], timeout: int | None, **others: Any
) -> Options:
    return Options(
        env=_pairs("--env", env),
        secrets=_pairs("--secret", [each if "=" in each else f"{each}={each}" for each in secrets]),
        labels=_pairs("--label", labels),
        timeout=None if timeout is None else timeout / 1000,
        **others,
    )


def _runner_of(files: Sequence[str]) -> tuple[str, ...]:
    """What runs the one script that was sent without a command."""
    if len(files) != 1 or not (runner := _RUNNERS.get(Path(files[0]).suffix)):
        raise InvalidError(
            "there is no command to run",
            hint="write it behind --, as in `tidemill job submit -- python train.py`; or --file with one script",
        )
    return (runner, Path(files[0]).name)


def _all_files(words: Sequence[str], files: Sequence[str]) -> Sequence[str] | Mapping[str, str] | None:
    """Those that were named; without any, those of the command. One script alone lies at the top."""
    if not files:
        return None
    return {Path(files[0]).name: files[0]} if len(files) == 1 and Path(files[0]).name in words else files


def _pairs(flag: str, told: Sequence[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in told]
    for name, sign, _ in pairs:
        if not name or not sign:
            raise InvalidError(f"{flag} takes NAME=VALUE, and not {name!r}", hint=f"{flag} SEED=1")
    return {name: value for name, _, value in pairs}
