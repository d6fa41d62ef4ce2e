"""`tidemill model package`."""

from pathlib import Path

import click

from tidemill.cli.models.sources import allow_pickle_option, model_argument, opened
from tidemill.cli.reaching import client_options
from tidemill.flavors import packing
from tidemill.sdk.client import Client


@click.command()
@model_argument
@click.option("-o", "--output", "target", required=True, metavar="FOLDER", help="where to; it must not be there yet")
@allow_pickle_option
@client_options
def package(*, client: Client, model: str, target: str, allow_pickle: bool) -> None:
    """Write a folder from which a container is built that asks a model: rows in, predictions out.

    \b
    tidemill model package models:/iris@champion -o iris
    docker build -t iris iris && docker run -i iris < rows.json
    """
    path = Path(target).expanduser()
    with opened(model, client) as folder:
        entries = packing.pack(folder, path, allow_pickle=allow_pickle)
    for entry in entries:
        click.echo(str(entry))
    click.echo(f"Build it: docker build -t NAME {path}", err=True)
