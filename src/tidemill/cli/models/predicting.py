"""`tidemill model predict`."""

import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from tidemill.cli.models.rows import write_predictions
from tidemill.cli.models.sources import allow_pickle_option, model_argument, opened
from tidemill.cli.reaching import client_options
from tidemill.flavors import load_model
from tidemill.flavors.rows import FORMATS, format_of, read_rows
from tidemill.kit.errors import InvalidError
from tidemill.sdk.client import Client


@click.command()
@model_argument
@click.option("-i", "--input", "source", default="-", metavar="FILE", help="csv, json or parquet; - is standard input")
@click.option(
    "-f", "--format", "form", type=click.Choice(FORMATS), help="of the input; else by the file's name, or json"
)
@click.option(
    "-o", "--output", "target", metavar="FILE", help="where to, as json or csv by its name; else printed as json"
)
@click.option("--params", metavar="JSON", help="parameters of the model, as a JSON object")
@click.option("--no-check", is_flag=True, help="do not look at digests and at what the model needs installed")
@allow_pickle_option
@client_options
def predict(
    *,
    client: Client,
    model: str,
    source: str,
    form: str | None,
    target: str | None,
    params: str | None,
    no_check: bool,
    allow_pickle: bool,
) -> None:
    """Ask a model: rows in, predictions out.

    JSON is a request as MLflow's servers take it (dataframe_split, dataframe_records, instances, inputs, params), or a
    list of rows.

    \b
    tidemill model predict ./model -i rows.csv
    echo '{"inputs": [[1, 2]]}' | tidemill model predict models:/iris@champion
    """
    with opened(model, client) as folder:
        loaded = load_model(folder, allow_pickle=allow_pickle, check=not no_check)
        schema = loaded.signature.inputs if loaded.signature else None
        content = sys.stdin.buffer.read() if source == "-" else Path(source).expanduser().read_bytes()
        data, given = read_rows(content, form or format_of(source), schema)
        told = _params(params) if params is not None else given
        write_predictions(loaded.predict(data, told), target)


def _params(text: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InvalidError(f"--params is no JSON object: {error}", hint="such as '{\"temperature\": 0.5}'") from error
