"""`tidemill model card`, `compare`, `lineage` and `delete`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from tidemill.cli.models.finding import named, version_argument, version_of
from tidemill.cli.models.lineage_text import lineage_lines
from tidemill.cli.output import output_option, show_object, show_rows
from tidemill.cli.reaching import client_options
from tidemill.kit.errors import InvalidError
from tidemill.sdk.client import Client
from tidemill.sdk.registry import Registry
from tidemill.sdk.registry_messages import Comparison, Difference

_SIDES = ("facts", "params", "metrics", "tags", "inputs", "outputs", "signature_params", "requirements")
_LONGEST_CARD = 1_000_000


@click.command()
@version_argument("model", "NAME[/VERSION]")
@click.option("--file", "-f", "file", metavar="FILE", help="set it from a file of Markdown; - is standard input")
@client_options
def card(*, client: Client, model: str, file: str | None) -> None:
    """Print the card of a model or of a version, or set it."""
    registry = Registry(client)
    name, version = named(registry, model)
    if file is None:
        found = registry.get(name).card if version is None else registry.version(name, version).card
        if found:
            click.echo(found)
        else:
            click.echo(f"{model} has no card; --file sets one", err=True)
        return
    registry.set_card(name, version, _text(file))
    click.echo(f"Set the card of {model}: {registry.page_of(name, version)}", err=True)


@click.command()
@version_argument("left", "NAME/VERSION")
@version_argument("right", "NAME/VERSION")
@click.option("--all", "is_whole", is_flag=True, help="also what is the same")
@output_option
@client_options
def compare(*, client: Client, left: str, right: str, is_whole: bool, output: str) -> None:
    """Show what differs between two versions: params, metrics, tags, signature, requirements and files."""
    registry = Registry(client)
    sides = version_of(registry, left), version_of(registry, right)
    found = registry.compare(*sides)
    if output in ("json", "yaml"):
        show_object(msgspec.to_builtins(found), output)
        return
    rows = [row for row in _rows(found) if is_whole or not row["same"]]
    first, second = (f"{name}/{version}" for name, version in sides)
    if first == second:
        first, second = "left", "right"
    shown = [{"what": row["what"], first: row["left"], second: row["right"]} for row in rows]
    show_rows(shown, output, ("what", first, second))
    if not rows and output == "table":
        click.echo("Nothing differs", err=True)


@click.command()
@click.argument("thing", metavar="NAME/VERSION")
@click.option(
    "--kind",
    type=click.Choice(["run", "logged_model", "dataset", "commit", "pipeline_task"]),
    help="of a thing of this kind, by its id, and of no version",
)
@click.option(
    "--direction",
    type=click.Choice(["up", "down", "both"]),
    default="both",
    show_default=True,
    help="what it came of, or what came of it",
)
@output_option
@client_options
def lineage(*, client: Client, thing: str, kind: str | None, direction: str, output: str) -> None:
    """Show where a version came from and what came of it: data, commit, pipeline task, run, model.

    \b
    tidemill model lineage churn@champion
    tidemill model lineage --kind dataset customers@4f2a --direction down
    """
    registry = Registry(client)
    if kind is None:
        name, version = version_of(registry, thing)
        found = registry.lineage_of_version(name, version, direction)
    else:
        found = registry.lineage(kind, thing, direction)
    if output in ("json", "yaml"):
        show_object(msgspec.to_builtins(found), output)
    elif output == "csv":
        show_rows([msgspec.to_builtins(edge) for edge in found.edges], output, ("source", "target"))
    else:
        for line in lineage_lines(found):
            click.echo(line)
        if not found.is_whole:
            click.echo("There is more than is shown", err=True)


@click.command()
@version_argument("model", "NAME[/VERSION]")
@click.option("--yes", "-y", "is_sure", is_flag=True, help="do not ask")
@client_options
def delete(*, client: Client, model: str, is_sure: bool) -> None:
    """Delete a model with its versions, or one version, for good. What is in use is not deleted: it says by whom."""
    registry = Registry(client)
    name, version = named(registry, model)
    what = f"version {version} of {name}" if version is not None else f"{name} with all its versions"
    if not is_sure:
        if not sys.stdin.isatty():
            raise InvalidError(f"nobody is there to say whether {what} is to go", hint="--yes says it")
        click.confirm(f"Delete {what}, for good?", abort=True, err=True)
    registry.delete(name, version)
    click.echo(f"Deleted {what}", err=True)


def _text(file: str) -> str:
    try:
        content = sys.stdin.buffer.read(_LONGEST_CARD * 4) if file == "-" else Path(file).read_bytes()
        return content.decode()
    except UnicodeDecodeError:
        raise InvalidError(f"{file} is no text in UTF-8", hint="a card is Markdown") from None
    except OSError as error:
        raise InvalidError(f"{file} cannot be read: {error.strerror}", hint="name a file, or - for stdin") from error


def _rows(found: Comparison) -> Iterator[dict[str, Any]]:
    for side in _SIDES:
        differences: list[Difference] = getattr(found, side)
        word = side.removesuffix("s").replace("_", " ")
        for each in differences:
            yield {"what": f"{word} {each.key}", "left": each.left, "right": each.right, "same": each.is_same}
    for file in found.files:
        yield {"what": f"file {file.path}", "left": file.left, "right": file.right, "same": file.is_same}
