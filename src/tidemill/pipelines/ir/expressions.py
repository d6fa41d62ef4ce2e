"""What a parsed condition is made of, and what each part gives on the inputs of a task.

After CEL: numbers compare with numbers, whole or not, texts with texts; what cannot be compared is an error, and an
error counts only where the answer hangs on it: `false && error` is false.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from tidemill.kit.errors import InvalidError
from tidemill.pipelines.ir.problems import listed, problem
from tidemill.pipelines.ir.rendering import as_text
from tidemill.pipelines.ir.spec import Value

Inputs = Mapping[str, Value]


class Node(Protocol):
    """Part of a condition."""

    def value(self, inputs: Inputs, /) -> Value:
        """What it gives; InvalidError where it gives nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Literal:
    constant: Value

    def value(self, _inputs: Inputs, /) -> Value:
        return self.constant


@dataclass(frozen=True, slots=True)
class Input:
    """An input parameter of the task."""

    name: str

    def value(self, inputs: Inputs, /) -> Value:
        if self.name not in inputs:
            hint = f"its inputs are: {listed(inputs)}"
            raise problem("", f"the condition asks for the input {self.name!r}, which has no value", hint)
        return inputs[self.name]


@dataclass(frozen=True, slots=True)
class Cast:
    """`int(x)` and the like."""

    name: str
    operand: Node

    def value(self, inputs: Inputs, /) -> Value:
        operand = self.operand.value(inputs)
        try:
            return _CASTS[self.name](operand)
        except (ValueError, OverflowError, TypeError):
            raise problem("", f"the condition cannot make {kind(operand)} into {self.name}: {operand!r}") from None


@dataclass(frozen=True, slots=True)
class Not:
    operand: Node

    def value(self, inputs: Inputs, /) -> Value:
        return not _truth(self.operand.value(inputs), "!")


@dataclass(frozen=True, slots=True)
class Negative:
    operand: Node

    def value(self, inputs: Inputs, /) -> Value:
        operand = self.operand.value(inputs)
        if not _is_number(operand):
            raise problem("", f"the condition takes minus of {kind(operand)}")
        return -operand


@dataclass(frozen=True, slots=True)
class Comparison:
    sign: str
    left: Node
    right: Node

    def value(self, inputs: Inputs, /) -> Value:
        left, right = self.left.value(inputs), self.right.value(inputs)
        equality = self.sign in {"==", "!="}
        if isinstance(self.right, Literal) and isinstance(right, str) and _is_number(left):
            left = as_text(left)  # kfp took the item of a list for a text, and wrote what it is compared with as one
        if _are_alike(left, right) and (equality or isinstance(left, (int, float, str))):
            return COMPARISONS[self.sign](left, right)
        if equality and (left is None or right is None):
            return self.sign == "!="
        hint = "cast one of them: int(), double(), bool() or string()"
        raise problem(
            "", f"the condition compares {kind(left)} with {kind(right)}: {left!r} {self.sign} {right!r}", hint
        )


@dataclass(frozen=True, slots=True)
class Both:
    """`a && b && c`."""

    parts: Sequence[Node]

    def value(self, inputs: Inputs, /) -> Value:
        return not _any_is(self.parts, inputs, wanted=False, sign="&&")


@dataclass(frozen=True, slots=True)
class Either:
    """`a || b || c`."""

    parts: Sequence[Node]

    def value(self, inputs: Inputs, /) -> Value:
        return _any_is(self.parts, inputs, wanted=True, sign="||")


COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def kind(value: Value) -> str:
    """What a value is, in words."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list() | tuple():
            return "a list"
        case _:
            return "a struct"


def _any_is(parts: Sequence[Node], inputs: Inputs, *, wanted: bool, sign: str) -> bool:
    """Whether one of the parts is `wanted`; an error of a part is raised only where none is."""
    error: InvalidError | None = None
    for part in parts:
        try:
            if _truth(part.value(inputs), sign) is wanted:
                return True
        except InvalidError as found:
            error = error or found
    if error is not None:
        raise error
    return False


def _truth(value: Value, sign: str) -> bool:
    if isinstance(value, bool):
        return value
    raise problem("", f"the condition has {kind(value)} beside {sign}, where true or false belongs: {value!r}")


def _is_number(value: Value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _are_alike(left: Value, right: Value) -> bool:
    return kind(left) == kind(right)


_WHOLE = re.compile(r"[+-]?[0-9]{1,400}")


def _int(value: Value) -> int:
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    if _is_number(value):
        return int(value)
    raise TypeError


def _double(value: Value) -> float:
    if isinstance(value, str) or _is_number(value):
        return float(value)
    raise TypeError


_TRUE = frozenset({"1", "t", "T", "true", "TRUE", "True"})
_FALSE = frozenset({"0", "f", "F", "false", "FALSE", "False"})


def _bool(value: Value) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in _TRUE | _FALSE:
        return value in _TRUE
    raise TypeError


def _string(value: Value) -> str:
    if isinstance(value, (str, bool, int, float)):
        return as_text(value)
    raise TypeError


_CASTS: Mapping[str, Callable[[Value], Value]] = {"int": _int, "double": _double, "bool": _bool, "string": _string}
