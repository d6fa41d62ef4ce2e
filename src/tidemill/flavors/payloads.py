"""Requests for predictions as MLflow's scoring protocol has them, and answers.

A request is a JSON object with one of `dataframe_split`, `dataframe_records`, `instances` and `inputs`, and with
`params` where the model has some (https://mlflow.org/docs/latest/ml/deployment/deploy-model-locally, "Inference Server
Specification"). An answer is `{"predictions": ...}`. JSON has one kind of number and no times and bytes: values become
what the signature says, bytes from base64 and times from ISO 8601.
"""

import base64
import binascii
import json
from typing import Any, cast

import numpy as np

from tidemill.flavors import enforcing, libraries
from tidemill.flavors.errors import InputError
from tidemill.flavors.plain import is_none, plain
from tidemill.flavors.schema import Array, Column, Map, Object, Scalar, Schema, Tensor, Type, is_tensors

FORMS = ("dataframe_split", "dataframe_records", "instances", "inputs")
_HINT = f'one of {", ".join(FORMS)}; such as {{"dataframe_split": {{"columns": ["a"], "data": [[1]]}}}}'


def parse(content: str | bytes, schema: Schema | None) -> tuple[Any, dict[str, Any] | None]:
    """A request's data and its parameters. Raises InputError that says what is wrong."""
    try:
        told = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError(f"the request is no JSON: {error}", hint=_HINT) from error
    return of_request(told, schema)


def of_request(told: object, schema: Schema | None) -> tuple[Any, dict[str, Any] | None]:
    """The same of a request that is decoded already."""
    if not isinstance(told, dict):
        raise InputError(f"the request is {type(told).__name__}, and no object", hint=_HINT)
    request = cast("dict[str, Any]", told)
    forms = [form for form in FORMS if form in request]
    unknown = [name for name in request if name not in (*FORMS, "params")]
    if len(forms) != 1 or unknown:
        found = ", ".join(map(repr, [*forms, *unknown])) or "nothing"
        raise InputError(f"the request has {found}", hint=_HINT)
    params = request.get("params")
    if not (params is None or isinstance(params, dict)):
        raise InputError("params of the request is no object", hint='such as {"params": {"temperature": 0.5}}')
    return _data(forms[0], request[forms[0]], schema), cast("dict[str, Any] | None", params)


def _data(form: str, told: Any, schema: Schema | None) -> Any:
    match form:
        case "dataframe_split":
            return _split(told, schema)
        case "dataframe_records":
            if not _is_records(told):
                raise InputError("dataframe_records is no list of objects", hint='such as [{"a": 1}, {"a": 2}]')
            return typed_frame(libraries.load("pandas").DataFrame(told), schema)
        case "instances":
            return _tensors_or_plain(_by_name(told) if _is_records(told) else told, schema)
        case _:
            return _tensors_or_plain(told, schema)


def _split(told: Any, schema: Schema | None) -> Any:
    if not isinstance(told, dict) or "data" not in told:
        raise InputError("dataframe_split has no data", hint='such as {"columns": ["a"], "data": [[1]]}')
    parts = cast("dict[str, Any]", told)
    try:
        frame = libraries.load("pandas").DataFrame(
            parts["data"], columns=parts.get("columns"), index=parts.get("index"), dtype=None
        )
    except (ValueError, TypeError, AssertionError) as error:
        raise InputError(f"dataframe_split is no table: {error}", hint="each row has one value a column") from error
    return typed_frame(frame, schema)


def _is_records(told: Any) -> bool:
    rows = cast("list[Any]", told) if isinstance(told, list) else []
    return bool(rows) and all(isinstance(one, dict) for one in rows)


def _by_name(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Rows of named values as one list a name. Raises InputError where they have different names."""
    names = list(rows[0])
    if any(set(row) != set(names) for row in rows):
        raise InputError("the instances have different names", hint="each has a value for each input")
    return {name: [row[name] for row in rows] for name in names}


def _tensors_or_plain(told: Any, schema: Schema | None) -> Any:
    if schema is None:
        return _arrays(told)
    if not is_tensors(schema):
        return _table_of(told, cast("tuple[Column, ...]", schema))
    tensors = cast("tuple[Tensor, ...]", schema)
    if isinstance(told, dict):
        named = cast("dict[str, Any]", told)
        return {one.name: _array(named[str(one.name)], one.dtype) for one in tensors if one.name in named}
    return _array(told, tensors[0].dtype)


def _table_of(told: Any, schema: tuple[Column, ...]) -> Any:
    if isinstance(told, dict):
        named = cast("dict[str, Any]", told)
        types = {column.name: column.type for column in schema}
        plain = all(isinstance(of, Scalar) for of in types.values())
        listed = plain and any(isinstance(value, list) for value in named.values())
        return {name: _typed_cells(value, types.get(name), name, listed=listed) for name, value in named.items()}
    if len(schema) == 1 and schema[0].name is None:
        values: list[Any] = cast("list[Any]", told) if isinstance(told, list) else [told]
        return [_typed(one, schema[0].type, "inputs") for one in values]
    if _is_records(told):
        return typed_frame(libraries.load("pandas").DataFrame(told), schema)
    return told


def _typed_cells(value: Any, of: Type | None, name: str, *, listed: bool) -> Any:
    if listed and isinstance(value, list):
        return [_typed(one, of, name) for one in cast("list[Any]", value)]
    return _typed(value, of, name)


def _arrays(told: Any) -> Any:
    """Without a signature: lists of numbers are arrays, named lists are named arrays, the rest is as it is."""
    if isinstance(told, dict):
        return {name: _arrays(value) for name, value in cast("dict[str, Any]", told).items()}
    if isinstance(told, list):
        values = cast("list[Any]", told)
        try:
            array: np.ndarray[Any, np.dtype[Any]] = np.array(values)
        except ValueError:
            return values
        return array if array.dtype.kind in "biuf" else values
    return told


def _array(told: Any, dtype: str) -> Any:
    try:
        return np.array(told).astype(dtype) if dtype != "object" else np.array(told, dtype=object)
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(
            f"the input is no array of {dtype}: {error}", hint="lists of numbers, all of one length"
        ) from error


def typed_frame(frame: Any, schema: Schema | None) -> Any:
    """A table whose values came as JSON or as text, with columns of the types that the signature has."""
    if schema is None or is_tensors(schema):
        return frame
    columns = cast("tuple[Column, ...]", schema)
    by_name = any(column.name is None for column in columns)
    pairs = zip(frame.columns, columns, strict=False) if by_name else ((column.name, column) for column in columns)
    made = frame.copy()
    for name, column in pairs:
        if name in made.columns:
            made[name] = _typed_series(made[name], column, str(name))
    return made


def _typed_series(series: Any, column: Column, name: str) -> Any:
    of = column.type
    if not isinstance(of, Scalar):
        return _mapped(series, of, name)
    if of.name in ("float", "double") and series.dtype.kind in "iufO":
        return _cast(series, enforcing.NUMBERS[of.name], name)
    if of.name == "integer" and series.dtype.kind == "i":
        return series  # enforcing takes it where every number fits
    if of.name in ("binary", "datetime") and series.dtype.kind not in "M":
        return _mapped(series, of, name)
    return series


def _mapped(series: Any, of: Type, name: str) -> Any:
    def typed(value: Any) -> Any:
        return None if is_none(value) else _typed(value, of, name)

    return series.map(typed)


def _cast(series: Any, dtype: str, name: str) -> Any:
    try:
        return series.astype(dtype)
    except (ValueError, TypeError) as error:
        raise InputError(f"column {name} is not of numbers: {error}", hint=f"the model takes {dtype}") from error


def _typed(value: Any, of: Type | None, name: str) -> Any:
    """A value of JSON as its type; what does not fit is left for enforcing to refuse."""
    match of:
        case Scalar("binary") if isinstance(value, str):
            try:
                return base64.b64decode(value, validate=True)
            except (binascii.Error, ValueError) as error:
                raise InputError(f"{name} has a value that is no base64", hint="bytes travel as base64") from error
        case Scalar("datetime") if isinstance(value, str):
            return enforcing.time_of(value, name)
        case Array(items) if isinstance(value, list):
            return [_typed(one, items, name) for one in cast("list[Any]", value)]
        case Map(values) if isinstance(value, dict):
            return {key: _typed(one, values, name) for key, one in cast("dict[str, Any]", value).items()}
        case Object(properties) if isinstance(value, dict):
            told = cast("dict[str, Any]", value)
            return {
                key: _typed(one, properties[key].type if key in properties else None, name) for key, one in told.items()
            }
        case _:
            return value


def answer(predictions: Any) -> str:
    """The answer to a request."""
    return json.dumps({"predictions": plain(predictions)}, allow_nan=False)
