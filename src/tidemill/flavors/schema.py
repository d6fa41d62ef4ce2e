"""The types of a signature, and their JSON as MLflow writes it into an MLmodel.

A schema is a list of columns (with a type), or a list of tensors (with a dtype and a shape), never both:

    [{"type": "double", "name": "a", "required": true}]
    [{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 4]}}]

The type of a column is a scalar, an array (`items`), an object (`properties`), a map (`values`, by text) or any.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from tidemill.flavors.errors import SignatureError

SCALARS = ("boolean", "integer", "long", "float", "double", "string", "binary", "datetime")
MOST_COLUMNS = 100_000
_DEEPEST = 32


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value: boolean, integer (32 bits), long, float (32 bits), double, string, binary or datetime."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Array:
    """Any number of values of one type."""

    items: "Type"

    def __str__(self) -> str:
        return f"array of {self.items}"


@dataclass(frozen=True, slots=True)
class Property:
    """A named value of an object."""

    type: "Type"
    required: bool = True


@dataclass(frozen=True, slots=True)
class Object:
    """A mapping with known names."""

    properties: Mapping[str, Property]

    def __str__(self) -> str:
        told = (f"{name}: {one.type}{'' if one.required else '?'}" for name, one in self.properties.items())
        return f"{{{', '.join(told)}}}"


@dataclass(frozen=True, slots=True)
class Map:
    """A mapping from any text to values of one type."""

    values: "Type"

    def __str__(self) -> str:
        return f"map of {self.values}"


@dataclass(frozen=True, slots=True)
class Anything:
    """Whatever it is."""

    def __str__(self) -> str:
        return "any"


Type: TypeAlias = Scalar | Array | Object | Map | Anything


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its type; its name is a text, or a number where a table had no names; None where it has none."""

    type: Type
    name: str | int | None = None
    required: bool = True

    def __str__(self) -> str:
        name = "" if self.name is None else f"{self.name}: "
        return f"{name}{self.type}{'' if self.required else '?'}"


@dataclass(frozen=True, slots=True)
class Tensor:
    """An array of numbers by NumPy's name of its dtype, and its shape: -1 is any length."""

    dtype: str
    shape: tuple[int, ...]
    name: str | None = None

    def __str__(self) -> str:
        name = "" if self.name is None else f"{self.name}: "
        return f"{name}{self.dtype}[{', '.join('?' if size < 0 else str(size) for size in self.shape)}]"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of `predict` with its default; a list has the shape (-1,)."""

    name: str
    type: Type
    default: Any
    shape: tuple[int, ...] | None = None

    def __str__(self) -> str:
        return f"{self.name}: {self.type}{'' if self.shape is None else '[]'} = {self.default!r}"


Schema: TypeAlias = tuple[Column, ...] | tuple[Tensor, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """What a model takes and gives; None where nobody said."""

    inputs: Schema | None = None
    outputs: Schema | None = None
    params: tuple[Parameter, ...] | None = None

    @classmethod
    def of_json(cls, told: object) -> "Signature":
        """From the field of an MLmodel: a mapping of JSON texts. Raises SignatureError that says where it is wrong."""
        if not isinstance(told, dict):
            raise SignatureError("the signature is no mapping", hint=_HINT)
        fields = cast("dict[str, Any]", told)
        return cls(
            _schema(_parsed(fields.get("inputs"), "inputs"), "inputs"),
            _schema(_parsed(fields.get("outputs"), "outputs"), "outputs"),
            _parameters(_parsed(fields.get("params"), "params")),
        )

    def to_json(self) -> dict[str, str | None]:
        """The field of an MLmodel."""
        return {
            "inputs": None if self.inputs is None else json.dumps([_spec_json(one) for one in self.inputs]),
            "outputs": None if self.outputs is None else json.dumps([_spec_json(one) for one in self.outputs]),
            "params": None if self.params is None else json.dumps([_parameter_json(one) for one in self.params]),
        }


_HINT = "save the model again, with a signature of tm.infer_signature()"


def is_tensors(schema: Schema) -> bool:
    """Whether a schema is of tensors."""
    return bool(schema) and isinstance(schema[0], Tensor)


def type_json(of: Type) -> dict[str, Any]:
    """A type as MLflow writes it."""
    match of:
        case Scalar(name):
            return {"type": name}
        case Array(items):
            return {"type": "array", "items": type_json(items)}
        case Map(values):
            return {"type": "map", "values": type_json(values)}
        case Object(properties):
            listed = {name: {**type_json(one.type), "required": one.required} for name, one in properties.items()}
            return {"type": "object", "properties": listed}
        case Anything():
            return {"type": "any"}


def _spec_json(spec: Column | Tensor) -> dict[str, Any]:
    if isinstance(spec, Tensor):
        name = {} if spec.name is None else {"name": spec.name}
        return {**name, "type": "tensor", "tensor-spec": {"dtype": spec.dtype, "shape": list(spec.shape)}}
    name = {} if spec.name is None else {"name": spec.name}
    return {**type_json(spec.type), **name, "required": spec.required}


def _parameter_json(one: Parameter) -> dict[str, Any]:
    shape = None if one.shape is None else list(one.shape)
    return {"name": one.name, "default": one.default, "shape": shape, **type_json(one.type)}


def _parsed(text: Any, field: str) -> list[Any] | None:
    if text is None:
        return None
    try:
        content = json.loads(text) if isinstance(text, str) else text
    except (ValueError, RecursionError) as error:
        raise SignatureError(f"{field} of the signature is no JSON: {error}", hint=_HINT) from error
    if not isinstance(content, list):
        raise SignatureError(f"{field} of the signature is no list", hint=_HINT)
    listed = cast("list[Any]", content)
    if len(listed) > MOST_COLUMNS:
        raise SignatureError(f"{field} of the signature has over {MOST_COLUMNS} entries", hint="use a tensor")
    return listed


def _schema(listed: Sequence[Any] | None, field: str) -> Schema | None:
    if listed is None:
        return None
    tensors = [isinstance(one, dict) and cast("dict[str, Any]", one).get("type") == "tensor" for one in listed]
    if any(tensors) and not all(tensors):
        raise SignatureError(f"{field} of the signature mixes columns and tensors", hint=_HINT)
    if any(tensors):
        return tuple(_tensor(one, field) for one in listed)
    return tuple(_column(_mapping(one, field), field) for one in listed)


def _mapping(one: Any, field: str) -> Mapping[str, Any]:
    if not isinstance(one, dict):
        raise SignatureError(f"{field} of the signature has {str(one)[:80]!r}, which is no object", hint=_HINT)
    return cast("dict[str, Any]", one)


def _column(one: Mapping[str, Any], field: str) -> Column:
    name = one.get("name")
    if not isinstance(name, str | int | None):
        raise SignatureError(f"{field} of the signature has the name {name!r}", hint=_HINT)
    # Before it could say `required`, MLflow wrote `optional`.
    required = one.get("required", not one.get("optional", False))
    return Column(_type(one, f"{field}{'' if name is None else f' {name}'}"), name, bool(required))


def _tensor(one: Mapping[str, Any], field: str) -> Tensor:
    spec = _mapping(one.get("tensor-spec"), field)
    dtype, shape, name = spec.get("dtype"), spec.get("shape"), one.get("name")
    whole = isinstance(shape, list) and all(type(size) is int for size in cast("list[Any]", shape))
    if not isinstance(dtype, str) or not whole or not isinstance(name, str | None):
        raise SignatureError(f"{field} of the signature has a tensor without a dtype and a shape", hint=_HINT)
    return Tensor(dtype, tuple(cast("list[int]", shape)), name)


def _type(one: Mapping[str, Any], where: str, depth: int = 0) -> Type:
    kind = one.get("type")
    if depth > _DEEPEST:
        raise SignatureError(f"the type of {where} is nested more than {_DEEPEST} deep", hint=_HINT)
    if kind in SCALARS:
        return Scalar(str(kind))
    match kind:
        case "any":
            return Anything()
        case "array":
            return Array(_type(_mapping(one.get("items"), where), where, depth + 1))
        case "map":
            return Map(_type(_mapping(one.get("values"), where), where, depth + 1))
        case "object":
            return Object(_properties(_mapping(one.get("properties"), where), where, depth))
        case _:
            raise SignatureError(
                f"{where} of the signature has the type {str(kind)[:80]!r}, which is none",
                hint=f"there are {', '.join(SCALARS)}, array, object, map, any and tensor",
            )


def _properties(listed: Mapping[str, Any], where: str, depth: int) -> Mapping[str, Property]:
    found: dict[str, Property] = {}
    for name, told in listed.items():
        one = _mapping(told, f"{where}.{name}")
        found[name] = Property(_type(one, f"{where}.{name}", depth + 1), bool(one.get("required", True)))
    return found


def _parameters(listed: Sequence[Any] | None) -> tuple[Parameter, ...] | None:
    if listed is None:
        return None
    found: list[Parameter] = []
    for told in listed:
        one = _mapping(told, "params")
        name, shape = one.get("name"), one.get("shape")
        if not isinstance(name, str) or not (shape is None or isinstance(shape, list)):
            raise SignatureError("params of the signature has an entry without a name and a shape", hint=_HINT)
        sizes = None if shape is None else tuple(cast("list[int]", shape))
        # Before types were the same everywhere, MLflow wrote `dtype`.
        typed = one if "type" in one else {**one, "type": one.get("dtype")}
        found.append(Parameter(name, _type(typed, f"params {name}"), one.get("default"), sizes))
    return tuple(found)
