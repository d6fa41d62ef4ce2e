"""Rows as commands are given them: CSV, JSON and Parquet."""

import io
import json
from pathlib import PurePath
from typing import Any, cast

from tidemill.flavors import libraries, payloads
from tidemill.flavors.errors import InputError
from tidemill.flavors.schema import Schema

FORMATS = ("csv", "json", "parquet")


def format_of(name: str) -> str:
    """The format that a file's name tells; else JSON."""
    suffix = PurePath(name).suffix.lower().lstrip(".")
    return suffix if suffix in FORMATS else "json"


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
