"""From an annotation to what is handed from step to step: a parameter, which is JSON, or an artifact, a file."""

import dataclasses
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, cast

from tidemill.sdk.authoring import inside

INTEGER, DOUBLE, TEXT, BOOLEAN = "NUMBER_INTEGER", "NUMBER_DOUBLE", "STRING", "BOOLEAN"
LIST, STRUCT = "LIST", "STRUCT"
NUMBERS = frozenset({INTEGER, DOUBLE})
_SCALARS: Mapping[Any, str] = {int: INTEGER, float: DOUBLE, str: TEXT, bool: BOOLEAN}
_DATASETS = frozenset({"pandas", "polars", "numpy", "pyarrow", "scipy", "datasets", "xarray", "geopandas"})
_MODELS = frozenset(
    "sklearn xgboost lightgbm catboost torch keras tensorflow statsmodels transformers sentence_transformers".split()
)
_SCHEMAS = {
    inside.HTML: ("html", "system.HTML"),
    inside.Markdown: ("markdown", "system.Markdown"),
}
_LISTS = (list, tuple, Sequence, Iterable)
_DICTS = (dict, Mapping)


@dataclass(frozen=True, slots=True)
class Kind:
    """What is handed over."""

    what: str
    """`value`, `metrics` (a value too), `artifact`, `file`, `html` or `markdown`."""
    hint: Any = None
    """The annotation; None where nothing is known."""
    type: str = ""
    """Of a value, the parameter's type as Kubeflow names it; empty where it may be anything."""
    schema: str = "system.Artifact"
    optional: bool = False

    @property
    def is_value(self) -> bool:
        """Whether it is a parameter."""
        return self.what in ("value", "metrics")

    @property
    def name(self) -> str:
        """The annotation as a person writes it."""
        return name_of(self.hint)


ANYTHING = Kind("value")


def kind_of(hint: Any) -> Kind:
    """What an annotation says."""
    if hint is None or hint is type(None):
        return Kind("artifact", type(None))
    if (inner := _without_none(hint)) is not None:
        return dataclasses.replace(kind_of(inner), optional=True)
    if hint is inside.Metrics:
        return Kind("metrics", hint, STRUCT)
    if hint in _SCHEMAS:
        what, schema = _SCHEMAS[hint]
        return Kind(what, hint, schema=schema)
    if isinstance(hint, type) and issubclass(hint, PurePath):
        return Kind("file", hint)
    if (type_ := _parameter_type(hint)) is not None:
        return Kind("value", hint, type_)
    module = str(getattr(cast("Any", hint), "__module__", "")).partition(".")[0]
    schema = "system.Dataset" if module in _DATASETS else "system.Model" if module in _MODELS else "system.Artifact"
    return Kind("artifact", hint, schema=schema)


def value_kind(hint: Any) -> Kind:
    """What is known of a part of a parameter's value, which is a value in any case."""
    found = kind_of(hint) if hint is not None else ANYTHING
    return found if found.is_value else ANYTHING


def element_of(hint: Any) -> Any:
    """What a list of this annotation consists of; None where nothing is known."""
    inner = _without_none(hint) or hint
    parts = typing.get_args(inner)
    origin = typing.get_origin(inner)
    if origin is tuple and (len(parts) != 2 or parts[1] is not Ellipsis):
        return parts[0] if parts and all(each == parts[0] for each in parts) else None
    return parts[0] if parts and origin in _LISTS else None


def length_of(hint: Any) -> int | None:
    """How many values a tuple of this annotation has; None where nothing is known."""
    inner = _without_none(hint) or hint
    parts = typing.get_args(inner)
    return len(parts) if typing.get_origin(inner) is tuple and parts and Ellipsis not in parts else None


def part_of(hint: Any, key: str | int) -> Any:
    """What stands under a key of a value of this annotation; None where nothing is known."""
    inner = _without_none(hint) or hint
    if inner is inside.Metrics:
        return float
    if isinstance(key, str) and (dataclasses.is_dataclass(inner) or typing.is_typeddict(inner)):
        return _hints(inner).get(key)
    parts, origin = typing.get_args(inner), typing.get_origin(inner)
    if isinstance(key, str):
        return parts[1] if origin in _DICTS and len(parts) == 2 else None
    if origin is tuple and parts and parts[-1] is not Ellipsis:
        return parts[key] if key < len(parts) else None
    return element_of(inner)


def fields_of(hint: Any) -> Sequence[str]:
    """The fields that may be asked for with a dot: those of a dataclass."""
    return [field.name for field in dataclasses.fields(hint)] if dataclasses.is_dataclass(hint) else []


def outputs_of(hint: Any, names: Sequence[str]) -> tuple[list[tuple[str, Kind]], tuple[str, ...] | None]:
    """The outputs that a return annotation says, and the fields of a NamedTuple: empty for a plain tuple, None for one
    value that is handed over whole. `names`: what the function calls what it returns, where it says so."""
    if hint is None or hint is type(None):
        return [], None
    if is_named_tuple(hint):
        hints, fields = _hints(hint), cast("tuple[str, ...]", hint._fields)
        return [(field, kind_of(hints.get(field, Any))) for field in fields], fields
    parts = typing.get_args(hint)
    if typing.get_origin(hint) is tuple and parts and Ellipsis not in parts:
        told = names if len(names) == len(parts) else [f"output_{number + 1}" for number in range(len(parts))]
        return [(name, kind_of(part)) for name, part in zip(told, parts, strict=True)], ()
    return [("Output", kind_of(hint))], None


def is_named_tuple(value: Any) -> bool:
    """Whether it is a class of tuples with names."""
    return isinstance(value, type) and issubclass(cast("Any", value), tuple) and hasattr(value, "_fields")


def name_of(hint: Any) -> str:
    """An annotation as a person writes it."""
    if hint is None:
        return "anything"
    if typing.get_args(hint):
        return str(hint).replace("typing.", "")
    return getattr(hint, "__name__", None) or str(hint)


def expression_of(hint: Any) -> str:
    """An annotation as the program of a step says it, as far as values are read by it."""
    inner = _without_none(hint) or hint
    origin, parts = typing.get_origin(inner) or inner, typing.get_args(inner)
    if origin is typing.Literal:
        return type(parts[0]).__name__
    if origin in _SCALARS:
        return origin.__name__
    if dataclasses.is_dataclass(inner) or inner is inside.Metrics:
        return "tidemill_inside.Metrics" if inner is inside.Metrics else str(getattr(inner, "__name__", "None"))
    if origin in _LISTS or origin in _DICTS:
        name = "tuple" if origin is tuple else "list" if origin in _LISTS else "dict"
        told = ["..." if part is Ellipsis else expression_of(part) for part in parts]
        return f"{name}[{', '.join(told)}]" if told else name
    return "dict" if typing.is_typeddict(inner) else "None"


def classes_of(hint: Any) -> list[type]:
    """The classes that an annotation names, inner ones too."""
    found = [hint] if isinstance(hint, type) and not typing.get_args(hint) else []
    for part in typing.get_args(hint):
        found += classes_of(part)
    if found and dataclasses.is_dataclass(found[0]):
        for each in _hints(found[0]).values():
            found += classes_of(each)
    return found


def literals_of(hint: Any) -> list[Any]:
    """The only values that may be given."""
    inner = _without_none(hint) or hint
    return list(typing.get_args(inner)) if typing.get_origin(inner) is typing.Literal else []


def fits(given: Any, wanted: Any) -> bool:
    """Whether an object of one annotation may be one of the other: only of two plain classes is anything known."""
    if not (isinstance(given, type) and isinstance(wanted, type)) or Any in (given, wanted):
        return True
    return issubclass(given, wanted) or issubclass(wanted, given)


def resolved(text: Any, names: Mapping[str, Any]) -> Any:
    """An annotation that is a text, as the object that it names; the text itself where that is not there."""
    if not isinstance(text, str):
        return text
    try:
        return eval(text, dict(names))  # noqa: S307 - an annotation of the user's own module, as Python reads it
    except Exception:  # noqa: BLE001 - a name that is there for type checkers alone
        return text


def hints_of(function: Callable[..., Any]) -> dict[str, Any]:
    """The annotations of a function, as objects where they can be had."""
    names = getattr(function, "__globals__", {})
    return {name: resolved(hint, names) for name, hint in getattr(function, "__annotations__", {}).items()}


def _hints(class_: Any) -> Mapping[str, Any]:
    try:
        return typing.get_type_hints(class_)
    except Exception:  # noqa: BLE001 - as above
        return getattr(class_, "__annotations__", {})


def _without_none(hint: Any) -> Any:
    """X of `X | None`; None of anything else."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        kept = [each for each in typing.get_args(hint) if each is not type(None)]
        return kept[0] if len(kept) == 1 and len(typing.get_args(hint)) == 2 else None
    return None


def _parameter_type(hint: Any) -> str | None:
    """Kubeflow's type of what JSON can say; None of anything else."""
    if hint in _SCALARS:
        return _SCALARS[hint]
    origin, parts = typing.get_origin(hint) or hint, typing.get_args(hint)
    if origin is typing.Literal:
        kinds: set[Any] = {type(each) for each in parts}
        return _SCALARS.get(type(parts[0])) if len(kinds) == 1 else None
    if dataclasses.is_dataclass(hint) or typing.is_typeddict(hint):
        return STRUCT if all(_is_json(each) for each in _hints(hint).values()) else None
    if origin in _DICTS:
        return STRUCT if not parts or (parts[0] is str and _is_json(parts[1])) else None
    if origin in _LISTS:
        return LIST if all(_is_json(part) for part in parts if part is not Ellipsis) else None
    return None


def _is_json(hint: Any) -> bool:
    inner = _without_none(hint) or hint
    if typing.get_origin(inner) in (typing.Union, types.UnionType):
        return all(_is_json(each) for each in typing.get_args(inner))
    return inner in (Any, type(None)) or _parameter_type(inner) is not None
