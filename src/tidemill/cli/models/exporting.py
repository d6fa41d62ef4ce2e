"""`tidemill model export`."""

from pathlib import Path

import click

from tidemill.cli.models.sources import allow_pickle_option, model_argument, opened
from tidemill.cli.quantities import counted
from tidemill.cli.reaching import client_options
from tidemill.flavors import Extras, load_model, save_model
from tidemill.flavors.exporting import to_onnx
from tidemill.kit.errors import AlreadyExistsError
from tidemill.sdk.client import Client


@click.command()
@model_argument
@click.option(
    "-o", "--output", "target", required=True, metavar="PATH", help="a file NAME.onnx, or the folder of a new model"
)
@allow_pickle_option
@client_options
def export(*, client: Client, model: str, target: str, allow_pickle: bool) -> None:
    """Convert a model to ONNX, and prove it on the model's own input example.

    \b
    tidemill model export ./model -o model.onnx
    tidemill model export models:/iris/3 -o iris-onnx
    """
    path = Path(target).expanduser()
    if path.exists():
        raise AlreadyExistsError(f"{path} is there already", hint="remove it, or name another")
    with opened(model, client) as folder:
        exported = to_onnx(load_model(folder, allow_pickle=allow_pickle))
    if path.suffix == ".onnx":
        path.write_bytes(exported.model.SerializeToString())
    else:
        save_model(exported.model, path, flavor="onnx", extras=Extras(input_example=exported.example))
    click.echo(str(path))
    proof = f"the same predictions on {counted(exported.rows, 'row')}, {exported.largest_difference:.1e} off at most"
    click.echo(f"Converted: {proof}", err=True)
