"""`tidemill model register`, `alias` and `stage`."""

from collections.abc import Sequence

import click
import msgspec

from tidemill.cli.models.finding import model_argument, version_argument, version_of
from tidemill.cli.models.words import STAGE
from tidemill.cli.output import output_option, show_object
from tidemill.cli.reaching import client_options
from tidemill.kit.errors import InvalidError
from tidemill.sdk.client import Client
from tidemill.sdk.registry import Registry
from tidemill.sdk.registry_messages import Promotion, Registration


@click.command()
@click.argument("source", metavar="SOURCE")
@click.argument("name", metavar="NAME")
@click.option("--run", "run_id", default="", metavar="RUN", help="the run that it came of, where the source names none")
@click.option("--description", default="", help="what it is")
@click.option("--tag", "tags", multiple=True, metavar="KEY=VALUE", help="a tag of the version; more than once")
@click.option("--alias", "aliases", multiple=True, metavar="ALIAS", help="an alias to give to it; more than once")
@output_option
@client_options
def register(
    *,
    client: Client,
    source: str,
    name: str,
    run_id: str,
    description: str,
    tags: Sequence[str],
    aliases: Sequence[str],
    output: str,
) -> None:
    """Register a model as the next version of NAME, which is made where there is none.

    SOURCE is a logged model, what a run left, or another version, which is copied:

    \b
    tidemill model register m-3f2a... churn --alias champion
    tidemill model register runs:/6d0c.../model churn
    tidemill model register models:/staging-churn@champion churn
    """
    registry = Registry(client)
    registration = Registration(source, run_id, description, dict(map(_tag, tags)))
    made = registry.register(name, registration).version
    for alias in aliases:
        made = registry.promote(name, made.version, Promotion(alias=alias)).version
    if output != "table":
        show_object(msgspec.to_builtins(made), output)
        return
    click.echo(f"{made.name}/{made.version}")
    told = f", {' and '.join(made.aliases)}" if made.aliases else ""
    click.echo(
        f"Registered version {made.version} of {made.name}{told}: {registry.page_of(name, made.version)}", err=True
    )


@click.command()
@model_argument()
@click.argument("alias", metavar="ALIAS")
@click.argument("version", metavar="[VERSION]", required=False)
@click.option("--delete", "is_deleted", is_flag=True, help="take it away from whichever version has it")
@client_options
def alias(*, client: Client, name: str, alias: str, version: str | None, is_deleted: bool) -> None:
    """Give an alias to a version, away from the one that had it; or take it away."""
    registry = Registry(client)
    if is_deleted == (version is not None):
        raise InvalidError("an alias is either given to a version or deleted", hint="give VERSION, or --delete")
    if version is None:
        registry.delete_alias(name, alias)
        click.echo(f"No version of {name} has the alias {alias}", err=True)
        return
    _, number = version_of(registry, f"{name}/{version}")
    registry.promote(name, number, Promotion(alias=alias))
    click.echo(f"{name}@{alias} is version {number}: {registry.page_of(name, number)}", err=True)


@click.command()
@version_argument()
@click.argument("stage", metavar="STAGE", type=STAGE)
@click.option("--archive-existing", "archives", is_flag=True, help="archive the others that are in the stage")
@client_options
def stage(*, client: Client, version: str, stage: str, archives: bool) -> None:
    """Take a version to a stage: None, Staging, Production or Archived."""
    registry = Registry(client)
    name, number = version_of(registry, version)
    found = registry.promote(name, number, Promotion(stage=stage, archive_existing=archives)).version
    click.echo(f"{name}/{number} is in the stage {found.stage}: {registry.page_of(name, number)}", err=True)


def _tag(told: str) -> tuple[str, str]:
    key, equals, value = told.partition("=")
    if not equals or not key:
        raise InvalidError(f"{told!r} is no tag", hint="KEY=VALUE, as in task=churn")
    return key, value
