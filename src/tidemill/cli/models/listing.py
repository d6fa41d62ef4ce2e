"""`tidemill model list` and `versions`."""

from typing import Any

import click
import msgspec

from tidemill.cli.models.finding import model_argument
from tidemill.cli.models.words import pairs, time_of
from tidemill.cli.output import output_option, show_rows
from tidemill.cli.reaching import client_options
from tidemill.sdk.client import Client
from tidemill.sdk.registry import Registry
from tidemill.sdk.registry_messages import Model, Version

_COLUMNS = ("name", "versions", "aliases", "stages", "owner", "updated")
_FOR_PROGRAMS = ("name", "kind", "version_count", "latest_version", "aliases", "stages", "tags", "owner", "updated_ms")
_VERSION_COLUMNS = ("version", "aliases", "stage", "status", "by", "registered", "source")
_VERSION_FOR_PROGRAMS = ("name", "version", "aliases", "stage", "status", "user", "created_ms", "run_id", "source")
_SORTS = ("name", "created", "updated", "versions")


@click.command("list")
@click.option("--search", default="", help="words of the name or the description")
@click.option("--owner", default="", help="only those of this owner")
@click.option("--tag", default="", metavar="KEY[=VALUE]", help="only those with this tag")
@click.option("--alias", default="", help="only those of which a version has this alias")
@click.option("--stage", default="", help="only those of which a version is in this stage")
@click.option("--prompts", "is_of_prompts", is_flag=True, help="prompts, and no models")
@click.option("--sort", type=click.Choice(_SORTS), default="updated", show_default=True, help="the order")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000), help="so many at most")
@output_option
@client_options
def list_models(*, client: Client, is_of_prompts: bool, sort: str, limit: int, output: str, **wanted: str) -> None:
    """List registered models: by name, or the newest and largest first."""
    query: dict[str, Any] = {**wanted, "sort": sort, "descending": "false" if sort == "name" else "true"}
    kind = "prompt" if is_of_prompts else "model"
    found, total = Registry(client).list_all(limit, kind=kind, **query)
    if output == "table":
        show_rows([_row(model) for model in found], output, _COLUMNS)
    else:
        show_rows([msgspec.to_builtins(model) for model in found], output, _FOR_PROGRAMS)
    _tell_more(output, len(found), total)


@click.command()
@model_argument()
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000), help="so many at most")
@output_option
@client_options
def versions(*, client: Client, name: str, limit: int, output: str) -> None:
    """List the versions of a model, the newest first."""
    found, total = Registry(client).versions(name, limit)
    if output == "table":
        show_rows([_version_row(version) for version in found], output, _VERSION_COLUMNS)
    else:
        show_rows([msgspec.to_builtins(version) for version in found], output, _VERSION_FOR_PROGRAMS)
    _tell_more(output, len(found), total)


def _row(model: Model) -> dict[str, Any]:
    return {
        "name": model.name,
        "versions": model.version_count,
        "aliases": pairs(model.aliases),
        "stages": pairs(model.stages),
        "owner": model.owner,
        "updated": time_of(model.updated_ms),
    }


def _version_row(version: Version) -> dict[str, Any]:
    return {
        "version": version.version,
        "aliases": " ".join(version.aliases),
        "stage": "" if version.stage == "None" else version.stage,
        "status": version.status.lower(),
        "by": version.user,
        "registered": time_of(version.created_ms),
        "source": version.source,
    }


def _tell_more(output: str, shown: int, total: int) -> None:
    if output == "table" and total > shown:
        click.echo(f"{shown} of {total:,}; --limit shows more", err=True)
