"""Signatures from examples: what types a table, an array or plain data has, as MLflow's client would say.

What has no type there (a table with complex numbers, a list of texts and numbers) is `any` as a whole.
"""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any, cast

import numpy as np

from tidemill.flavors import libraries
from tidemill.flavors.errors import SignatureError
from tidemill.flavors.plain import unboxed
from tidemill.flavors.schema import (
    Anything,
    Array,
    Column,
    Object,
    Parameter,
    Property,
    Scalar,
    Schema,
    Signature,
    Tensor,
    Type,
)

_ANY: Schema = (Column(Anything()),)
_LOOKED_AT = 10_000
"""Rows of a column of Python objects that are looked at."""


def infer_signature(inputs: Any = None, outputs: Any = None, params: Mapping[str, Any] | None = None) -> Signature:
    """The signature of a model that was given `inputs`, and `params`, and gave `outputs`. Raises SignatureError."""
    if inputs is None and outputs is None and params is None:
        raise SignatureError("nothing is given to infer a signature from", hint="give inputs, outputs or params")
    return Signature(
        None if inputs is None else infer_schema(inputs),
        None if outputs is None else infer_schema(outputs),
        None if params is None else tuple(_parameter(name, value) for name, value in params.items()),
    )


def infer_schema(data: Any) -> Schema:
    """The schema of a DataFrame, a Series, an array, a sparse matrix, a mapping, a list or one value."""
    try:
        return _schema(data)
    except _Untyped:
        return _ANY


class _Untyped(Exception):
    """A value that has none of the types."""


def _schema(data: Any) -> Schema:
    kind = type(data).__name__
    if libraries.is_of(data, "pandas"):
        if kind == "Series":
            return (_series_column(data, data.name),)
        return tuple(_series_column(data.iloc[:, number], name) for number, name in enumerate(data.columns))
    if isinstance(data, np.ndarray) or libraries.is_of(data, "scipy"):
        return (_tensor(data),)
    if isinstance(data, dict):
        return _mapping_schema(cast("dict[Any, Any]", data))
    if isinstance(data, list):
        return _list_schema(cast("list[Any]", data))
    return (Column(_type(data)),)


def _mapping_schema(data: dict[Any, Any]) -> Schema:
    if data and all(isinstance(value, np.ndarray) for value in data.values()):
        return tuple(_tensor(value, str(name)) for name, value in data.items())
    if not all(isinstance(name, str) for name in data):
        raise _Untyped
    return tuple(Column(_type(value), name, not _has_none(value)) for name, value in data.items())


def _list_schema(data: list[Any]) -> Schema:
    if not data:
        return (Column(Scalar("string")),)
    merged = _merged(_type(one) for one in data)
    if isinstance(merged, Object):
        return tuple(Column(one.type, name, one.required) for name, one in merged.properties.items())
    return (Column(merged),)


def _series_column(series: Any, name: Any) -> Column:
    told = unboxed(name)
    if not isinstance(told, str | int | None):
        told = str(told)
    required = not bool(series.isna().any())
    return Column(_series_type(series), told, required)


def _series_type(series: Any) -> Type:
    dtype = series.dtype
    name = str(getattr(dtype, "numpy_dtype", dtype))
    if type(dtype).__name__ == "CategoricalDtype":
        return _series_type(series.astype(dtype.categories.dtype))
    if name.startswith("datetime64") or type(dtype).__name__ == "DatetimeTZDtype":
        return Scalar("datetime")
    if name in ("str", "string") or type(dtype).__name__ == "StringDtype":
        return Scalar("string")
    if name == "object":
        merged = _merged(_type(value) for value in series.dropna().head(_LOOKED_AT))
        return merged
    return _dtype(np.dtype(name))


def _dtype(dtype: np.dtype[Any]) -> Scalar:
    """A column's type by its dtype: integers that fit into 32 bits are `integer`."""
    if dtype.kind in "iu" and dtype.name != "uint64":
        return Scalar("integer" if dtype.itemsize * 8 <= (32 if dtype.kind == "i" else 16) else "long")
    if dtype.kind == "f" and dtype.itemsize <= 8:
        return Scalar("double" if dtype.itemsize == 8 else "float")
    found = {"b": "boolean", "U": "string", "S": "binary", "M": "datetime"}.get(dtype.kind)
    if found is None:
        raise _Untyped
    return Scalar(found)


def _tensor(data: Any, name: str | None = None) -> Tensor:
    shape = tuple(int(size) for size in data.shape)
    if not shape:
        raise _Untyped
    dtype = {"U": "str", "S": "bytes"}.get(data.dtype.kind, str(data.dtype))
    return Tensor(dtype, (-1, *shape[1:]), name)


def _type(value: Any) -> Type:
    """The type of one value. None may be anything."""
    if value is None:
        return Anything()
    if isinstance(value, np.ndarray):
        array = cast("np.ndarray[Any, Any]", value)
        return Array(_dtype(array.dtype)) if array.ndim == 1 else _refused()
    if isinstance(value, list):
        listed = cast("list[Any]", value)
        return Array(_merged(_type(one) for one in listed)) if listed else Anything()
    if isinstance(value, dict):
        told = cast("dict[Any, Any]", value)
        if not all(isinstance(name, str) for name in told):
            raise _Untyped
        return (
            Object({name: Property(_type(one), not _has_none(one)) for name, one in told.items()})
            if told
            else Anything()
        )
    return _scalar(value)


def _scalar(value: Any) -> Scalar:
    if (known := _NUMPY.get(getattr(getattr(value, "dtype", None), "name", ""))) is not None:
        return Scalar(known)
    for kind, name in _PLAIN:
        if type(value) is kind or (kind in _BY_BASE and isinstance(value, kind)):
            return Scalar(name)
    raise _Untyped


def _refused() -> Type:
    raise _Untyped


_PLAIN: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (int, "long"),
    (float, "double"),
    (str, "string"),
    (bytes, "binary"),
    (datetime.date, "datetime"),
    (np.datetime64, "datetime"),
)
_NUMPY = {"bool": "boolean", "int32": "integer", "int64": "long", "float32": "float", "float64": "double"}
_BY_BASE = (float, str, bytes, datetime.date, np.datetime64)


def _has_none(value: Any) -> bool:
    return value is None or (isinstance(value, list) and any(one is None for one in cast("list[Any]", value)))


def _merged(types: Iterable[Type]) -> Type:
    merged: Type = Anything()
    for one in types:
        merged = _merge(merged, one)
    return merged


def _merge(left: Type, right: Type) -> Type:
    if left == right or isinstance(right, Anything):
        return left
    if isinstance(left, Anything):
        return right
    if isinstance(left, Array) and isinstance(right, Array):
        return Array(_merge(left.items, right.items))
    if isinstance(left, Object) and isinstance(right, Object):
        names = {**left.properties, **right.properties}
        return Object({name: _merge_property(left, right, name) for name in names})
    raise _Untyped


def _merge_property(left: Object, right: Object, name: str) -> Property:
    one, other = left.properties.get(name), right.properties.get(name)
    if one is None or other is None:
        known = one or other
        return Property(known.type if known else Anything(), required=False)
    return Property(_merge(one.type, other.type), one.required and other.required)


def _parameter(name: str, value: Any) -> Parameter:
    plain = unboxed(value)
    try:
        if isinstance(plain, list):
            items = cast("list[Any]", plain)
            merged = _merged(_type(one) for one in items)
            if not isinstance(merged, Scalar):
                raise _Untyped
            return Parameter(name, _of_parameter(merged), [_shown(one) for one in items], (-1,))
        typed = _dtype(cast("Any", value).dtype) if isinstance(value, np.generic) else _type(plain)
        if isinstance(typed, Array | Anything):
            raise _Untyped
        return Parameter(name, _of_parameter(typed), _shown(plain))
    except _Untyped:
        raise SignatureError(
            f"the parameter {name} has the value {value!r}, which has no type of a parameter",
            hint="a number, a text, a truth value, a time, a list of one of these, or a mapping",
        ) from None


def _of_parameter(typed: Type) -> Type:
    if typed == Scalar("binary"):
        raise _Untyped
    return typed


def _shown(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value
