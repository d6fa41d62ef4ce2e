"""`tidemill pipeline upload`."""

from typing import Any

import click
import msgspec
from click.shell_completion import CompletionItem

from tidemill.cli.output import output_option, show_object
from tidemill.cli.pipelines.packages import read_package
from tidemill.cli.reaching import client_options
from tidemill.sdk.client import Client
from tidemill.sdk.pipelines import Pipelines


def _files(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(incomplete, type="file")]


@click.command()
@click.argument("file", metavar="FILE", shell_complete=_files)
@click.option("--name", default="", help="the pipeline's name; else the one that its author gave it")
@click.option("--version-name", default="", metavar="NAME", help="the version's name; else v1, v2 and so on")
@output_option
@client_options
def upload(*, client: Client, file: str, name: str, version_name: str, output: str) -> None:
    """Keep a package that kfp compiled, to be run by name: a new pipeline, or a new version where the name is known."""
    read = read_package(file)
    kept = name or read.name
    version = Pipelines(client).upload(kept, read.document, version_name)
    if output == "table":
        click.echo(version.pipeline_version_id)
        click.echo(
            f"Uploaded {kept} as {version.name}, of the pipeline {version.pipeline_id}. "
            f"Run it: tidemill pipeline run {kept}",
            err=True,
        )
        return
    told: dict[str, Any] = msgspec.to_builtins(version)
    del told["pipeline_spec"]  # which the file has
    show_object(told, output)
