"""Rows as commands read them, and predictions as they write them."""

import io
import json
from pathlib import Path
from typing import Any, cast

import click

from tidemill.flavors import InputError, libraries, payloads
from tidemill.flavors.schema import Schema

FORMATS = ("csv", "json", "parquet")


def read_rows(content: bytes, form: str, schema: Schema | None) -> tuple[Any, dict[str, Any] | None]:
    """Data, in the types of the signature, and parameters where the content has some. Raises InputError."""
    if form == "json":
        return _of_json(content, schema)
    pandas = libraries.load("pandas")
    try:
        if form == "csv":
            frame = pandas.read_csv(io.BytesIO(content))
        else:
            libraries.load("pyarrow")
            frame = pandas.read_parquet(io.BytesIO(content))
    except (ValueError, OSError) as error:
        raise InputError(f"the input is no {form}: {error}", hint="--format says what it is") from error
    return payloads.typed_frame(frame, schema), None


def _of_json(content: bytes, schema: Schema | None) -> tuple[Any, dict[str, Any] | None]:
    try:
        told = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"the input is no JSON: {error}", hint="--format csv or parquet says that it is another"
        ) from error
    if isinstance(told, list):
        rows = cast("list[Any]", told)
        records = bool(rows) and all(isinstance(row, dict) for row in rows)
        return payloads.of_request({"dataframe_records" if records else "inputs": rows}, schema)
    return payloads.of_request(told, schema)


def write_predictions(predictions: Any, target: str | None) -> None:
    """Print predictions as JSON, or write them to a file: as CSV where it is called so, else as JSON."""
    if target is None:
        click.echo(payloads.answer(predictions))
        return
    path = Path(target).expanduser()
    if path.suffix.lower() == ".csv":
        _frame(predictions).to_csv(path, index=False)
    else:
        path.write_text(payloads.answer(predictions) + "\n", encoding="utf-8")
    click.echo(str(path))


def _frame(predictions: Any) -> Any:
    pandas = libraries.load("pandas")
    if isinstance(predictions, pandas.DataFrame):
        return predictions
    try:
        table = pandas.DataFrame(payloads.plain(predictions))
    except ValueError as error:
        raise InputError(f"the predictions are no table: {error}", hint="write them to a .json file") from error
    return table.rename(columns={0: "prediction"}) if list(table.columns) == [0] else table
