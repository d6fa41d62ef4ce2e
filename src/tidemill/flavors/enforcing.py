"""What a model is given, made to fit its signature, or refused with the column and the reason.

Columns become a DataFrame with the signature's columns in its order; others are dropped. Tensors become arrays by their
dtype and shape. A conversion never loses anything: whole numbers become floats where every one can be told exactly.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np

from tidemill.flavors import libraries
from tidemill.flavors.errors import InputError
from tidemill.flavors.plain import is_none, unboxed
from tidemill.flavors.schema import (
    Anything,
    Array,
    Column,
    Map,
    Object,
    Parameter,
    Scalar,
    Schema,
    Tensor,
    Type,
    is_tensors,
)

_SHOWN_NAMES = 12
NUMBERS = {"integer": "int32", "long": "int64", "float": "float32", "double": "float64"}
"""The dtype of a column of numbers."""


def enforce(data: Any, schema: Schema) -> Any:
    """Data as a model with this schema of inputs takes it. Raises InputError."""
    if not schema:
        return data
    if is_tensors(schema):
        return _tensors(data, cast("tuple[Tensor, ...]", schema))
    return _table(data, cast("tuple[Column, ...]", schema))


def enforce_params(given: Mapping[str, Any] | None, declared: Sequence[Parameter] | None) -> dict[str, Any]:
    """Parameters with the defaults of those that are not given. Raises InputError for unknown ones and wrong types."""
    told: Any = given or {}
    if not isinstance(told, Mapping):
        raise InputError(f"params are {type(told).__name__}, and no mapping", hint='such as {"temperature": 0.5}')
    values = cast("Mapping[str, Any]", told)
    known = {one.name: one for one in declared or ()}
    unknown = [name for name in values if name not in known]
    if unknown:
        raise InputError(
            f"the model has no parameter {', '.join(map(repr, unknown))}",
            hint=f"it has: {', '.join(known) or 'none; save it with params in its signature'}",
        )
    return {name: _parameter(one, values.get(name, one.default)) for name, one in known.items()}


def _parameter(one: Parameter, value: Any) -> Any:
    where = f"the parameter {one.name}"
    plain = unboxed(value)
    if plain is None:
        return None
    if one.shape is None:
        return _value(plain, one.type, where)
    if not isinstance(plain, list):
        raise InputError(f"{where} is {_said(plain)}, and no list", hint=f"it is a list of {one.type}")
    return [_value(each, one.type, where) for each in cast("list[Any]", plain)]


def _table(data: Any, schema: tuple[Column, ...]) -> Any:
    if len(schema) == 1 and schema[0].name is None and isinstance(schema[0].type, Anything):
        return data
    frame = _frame(data, schema)
    names: list[Any] = list(frame.columns)
    if any(column.name is None for column in schema):
        if len(names) < len(schema):
            raise InputError(
                f"the model takes {len(schema)} columns, and got {len(names)}", hint=f"it takes: {_listed(schema)}"
            )
        frame, names = frame.iloc[:, : len(schema)], names[: len(schema)]
        pairs = list(zip(schema, names, strict=True))
    else:
        _check_names(schema, names)
        pairs = [(column, column.name) for column in schema if column.name in names]
    pandas = libraries.load("pandas")
    columns = {name: _column(frame[name], column, str(name)) for column, name in pairs}
    return pandas.DataFrame(columns, index=frame.index)


def _check_names(schema: tuple[Column, ...], names: Sequence[Any]) -> None:
    missing = [str(column.name) for column in schema if column.required and column.name not in names]
    if not missing:
        return
    known = {column.name for column in schema}
    more = [str(name) for name in names if name not in known]
    extra = f"; it got {_few(more)} besides" if more else ""
    raise InputError(
        f"the model's input{'s' if len(missing) > 1 else ''} {_few(missing)} {'are' if len(missing) > 1 else 'is'} "
        f"missing{extra}",
        hint=f"it takes: {_listed(schema)}",
    )


def _frame(data: Any, schema: tuple[Column, ...]) -> Any:
    """A DataFrame of whatever it is: one row for one value or one mapping, a column for a list."""
    pandas = libraries.load("pandas")
    if isinstance(data, pandas.DataFrame):
        if data.columns.has_duplicates:
            raise InputError("two columns have the same name", hint="rename one")
        return data
    try:
        return pandas.DataFrame(_rows(data, schema))
    except (ValueError, TypeError) as error:
        raise InputError(f"the input is no table: {error}", hint=f"the model takes: {_listed(schema)}") from error


def _rows(data: Any, schema: tuple[Column, ...]) -> Any:
    alone = len(schema) == 1 and schema[0].name is None
    if libraries.is_of(data, "pandas"):  # a Series
        return data.to_frame()
    if libraries.is_of(data, "scipy"):
        return data.toarray()
    if isinstance(data, np.ndarray):
        return cast("np.ndarray[Any, Any]", data)
    if isinstance(data, dict):
        told = cast("dict[Any, Any]", data)
        plain = all(isinstance(column.type, Scalar) for column in schema)
        listed = any(isinstance(value, list | tuple | np.ndarray) for value in told.values())
        return told if plain and listed else [told]
    if isinstance(data, list | tuple):
        values = list(cast("Sequence[Any]", data))
        # A list of lists is a table, but for a model that takes one list a row.
        return [[value] for value in values] if alone and not isinstance(schema[0].type, Scalar) else values
    if data is None:
        raise InputError("the model is given nothing", hint=f"it takes: {_listed(schema)}")
    return [[data]]


def _column(series: Any, column: Column, name: str) -> Any:
    of, where = column.type, f"column {name}"
    if isinstance(of, Anything):
        return series
    if isinstance(of, Scalar):
        return _scalars(series, of, column, where)

    def fitting(value: Any) -> Any:
        return _nullable(value, column, where)

    return series.map(fitting)


def _nullable(value: Any, column: Column, where: str) -> Any:
    if is_none(value):
        if column.required:
            raise InputError(f"{where} has a row without a value", hint=f"it takes {column.type}")
        return None
    return _value(value, column.type, where)


def _scalars(series: Any, of: Scalar, column: Column, where: str) -> Any:
    if of.name in NUMBERS:
        return _numbers(series, np.dtype(NUMBERS[of.name]), column, where)
    kept = series.dropna()
    dtype = str(series.dtype)
    fits = {
        "boolean": dtype in ("bool", "boolean") or all(isinstance(one, bool | np.bool_) for one in kept),
        "string": dtype in ("str", "string") or all(isinstance(one, str) for one in kept),
        "binary": all(isinstance(one, bytes | bytearray) for one in kept),
        "datetime": dtype.startswith("datetime64") or all(isinstance(one, datetime.date) for one in kept),
    }[of.name]
    if not fits:
        hints = {"datetime": "pandas.to_datetime(column) makes times of texts", "string": "column.astype(str)"}
        raise InputError(f"{where} is {dtype}, and the model takes {of}", hint=hints.get(of.name, f"make it {of}"))
    return series


def _numbers(series: Any, dtype: np.dtype[Any], column: Column, where: str) -> Any:
    values = series
    if str(series.dtype) == "object" and not column.required:
        values = series.astype("float64") if series.isna().all() else series
    found = getattr(values.dtype, "numpy_dtype", values.dtype)
    if str(values.dtype) == "object":
        values = values.infer_objects()
        found = values.dtype
    if not isinstance(found, np.dtype) or cast("np.dtype[Any]", found).kind not in "iuf":
        raise _unfit(series, dtype, where, "")
    known = cast("np.dtype[Any]", found)
    if values.isna().any() and dtype.kind in "iu":
        if not column.required:
            return series
        raise _unfit(
            series,
            dtype,
            where,
            "; rows without a value make whole numbers floats: save the model with an example that has some",
        )
    if known == dtype:
        return series
    if (known.kind == "f" and dtype.kind in "iu") or (known.kind == "f" and known.itemsize > dtype.itemsize):
        raise _unfit(series, dtype, where, "")
    if dtype.kind in "iu" and len(values) and int(values.max()) > np.iinfo(dtype).max:
        raise _unfit(series, dtype, where, "; some of its numbers do not fit")
    with np.errstate(all="ignore"):
        converted = values.astype(dtype)
        back = converted.astype(values.dtype)  # a comparison of the two would round both
    if not bool((back.dropna() == values.dropna()).all()):
        raise _unfit(series, dtype, where, "; some of its numbers do not fit")
    return converted


def _unfit(series: Any, dtype: np.dtype[Any], where: str, why: str) -> InputError:
    return InputError(
        f"{where} is {series.dtype}, and the model takes {dtype}{why}",
        hint=f'column.astype("{dtype}"), if that is meant',
    )


def _value(value: Any, of: Type, where: str) -> Any:
    """A value within a column, or a parameter, as its type."""
    match of:
        case Anything():
            return value
        case Scalar(name):
            return _scalar(value, name, where)
        case Array(items):
            if not isinstance(value, list | tuple | np.ndarray):
                raise InputError(f"{where} is {_said(value)}, and no list", hint=f"it is {of}")
            return [_value(one, items, f"{where}[{number}]") for number, one in enumerate(cast("list[Any]", value))]
        case Map(values):
            told = _mapping(value, of, where)
            return {key: _value(one, values, f"{where}.{key}") for key, one in told.items()}
        case Object(properties):
            return _object(_mapping(value, of, where), of, properties, where)


def _mapping(value: Any, of: Type, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise InputError(f"{where} is {_said(value)}, and no mapping", hint=f"it is {of}")
    return cast("dict[str, Any]", value)


def _object(told: Mapping[str, Any], of: Object, properties: Mapping[str, Any], where: str) -> dict[str, Any]:
    missing = [name for name, one in properties.items() if one.required and told.get(name) is None]
    unknown = [name for name in told if name not in properties]
    if missing or unknown:
        what = f"lacks {_few(missing)}" if missing else f"has {_few(unknown)}, which the model does not know"
        raise InputError(f"{where} {what}", hint=f"it is {of}")
    return {
        name: None if one is None else _value(one, properties[name].type, f"{where}.{name}")
        for name, one in told.items()
    }


def _scalar(value: Any, name: str, where: str) -> Any:
    plain: Any = cast("Any", value) if isinstance(value, np.datetime64) else unboxed(value)
    whole = isinstance(plain, int) and not isinstance(plain, bool)
    fits: Any = {
        "boolean": isinstance(plain, bool),
        "integer": whole and -(2**31) <= plain < 2**31,
        "long": whole and -(2**63) <= plain < 2**63,
        "float": whole or isinstance(plain, float),
        "double": whole or isinstance(plain, float),
        "string": isinstance(plain, str),
        "binary": isinstance(plain, bytes | bytearray),
        "datetime": isinstance(plain, datetime.date | np.datetime64),
    }[name]
    if fits:
        return float(plain) if name in ("float", "double") else plain
    if name == "datetime" and isinstance(plain, str):
        return time_of(plain, where)
    raise InputError(f"{where} is {_said(value)}, and the model takes {name}", hint=f"give a value of type {name}")


def time_of(text: str, where: str) -> datetime.datetime:
    """A time by its text in ISO 8601. Raises InputError."""
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"{where} is {text!r}, and no time", hint="such as 2026-01-31T12:00:00") from error


def _tensors(data: Any, schema: tuple[Tensor, ...]) -> Any:
    if len(schema) == 1 and schema[0].name is None:
        return _tensor(data, schema[0], "the input")
    names = [str(one.name) for one in schema]
    if libraries.is_of(data, "pandas"):
        given: Mapping[Any, Any] = {name: _stacked(data[name]) for name in data.columns}
    elif isinstance(data, dict):
        given = cast("dict[Any, Any]", data)
    else:
        raise InputError(
            f"the input is {type(data).__name__}, and the model takes named tensors",
            hint=f"a mapping with {', '.join(map(str, schema))}",
        )
    missing = [name for name in names if name not in given]
    if missing:
        raise InputError(
            f"the model's inputs {_few(missing)} are missing", hint=f"it takes: {', '.join(map(str, schema))}"
        )
    return {str(one.name): _tensor(given[one.name], one, f"the input {one.name}") for one in schema}


def _stacked(series: Any) -> Any:
    return np.array(series.tolist())


def _tensor(data: Any, spec: Tensor, where: str) -> Any:
    if libraries.is_of(data, "pandas"):
        array: Any = data.to_numpy()
    elif isinstance(data, list | tuple | int | float | str | bytes):
        array = _of_plain(data, spec, where)
    elif hasattr(data, "dtype") and hasattr(data, "shape"):
        array = data
    else:
        raise InputError(f"{where} is {type(data).__name__}, and no array", hint=f"the model takes {spec}")
    if not _same_dtype(array.dtype, spec.dtype):
        raise InputError(
            f"{where} is {array.dtype}, and the model takes {spec.dtype}",
            hint=f'array.astype("{spec.dtype}"), if that is meant',
        )
    shape = tuple(array.shape)
    if len(shape) != len(spec.shape) or any(
        want not in (-1, have) for have, want in zip(shape, spec.shape, strict=True)
    ):
        raise InputError(f"{where} has the shape {shape}", hint=f"the model takes {spec}; ? is any length")
    return array


def _of_plain(data: Any, spec: Tensor, where: str) -> Any:
    """Lists have no dtype of their own: their numbers become that of the model."""
    dtype = {"str": "str", "bytes": "bytes"}.get(spec.dtype, spec.dtype)
    try:
        return (
            np.array(data).astype(np.dtype(dtype), casting="same_kind")
            if dtype != "object"
            else np.array(data, dtype=object)
        )
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"{where} is no array of {spec.dtype}: {error}", hint=f"the model takes {spec}") from error


def _same_dtype(have: Any, want: str) -> bool:
    if want in ("str", "bytes"):
        return getattr(have, "kind", "") == {"str": "U", "bytes": "S"}[want]
    return str(have) == want


def _said(value: Any) -> str:
    text = repr(value)
    return f"{text[:80]} ({type(value).__name__})"


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN_NAMES} more" if len(names) > _SHOWN_NAMES else ""
    return ", ".join(map(repr, names[:_SHOWN_NAMES])) + more


def _listed(schema: Sequence[Column]) -> str:
    more = f", … {len(schema)} in all" if len(schema) > _SHOWN_NAMES else ""
    return ", ".join(map(str, schema[:_SHOWN_NAMES])) + more
