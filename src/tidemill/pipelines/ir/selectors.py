"""`parameterExpressionSelector`: what part of a value a task takes, `parseJson(string_value)["a"][0]`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import msgspec

from tidemill.kit.errors import InvalidError
from tidemill.pipelines.ir.problems import listed, problem
from tidemill.pipelines.ir.rendering import as_text
from tidemill.pipelines.ir.spec import Value
from tidemill.pipelines.ir.tokens import Kind, Token, tokens

_WHOLE = frozenset({"string_value", "struct_value", "list_value", "number_value", "bool_value"})


@dataclass(frozen=True, slots=True)
class Selector:
    """A parsed selector: a way down into a value."""

    text: str
    parses_json: bool
    is_text: bool
    """Whether it takes the value as text: `string_value`, without parseJson."""
    steps: Sequence[str | int]

    def of(self, value: Value) -> Value:
        """The part; InvalidError where the value has none there."""
        if self.is_text and not self.parses_json:
            value = as_text(value)
        elif self.parses_json and isinstance(value, str):
            value = _json(value)
        for step in self.steps:
            value = self._part(value, step)
        return value

    def _part(self, value: Value, step: str | int) -> Value:
        match value:
            case dict() if isinstance(step, str) and step in value:
                return cast("dict[str, Value]", value)[step]
            case list() if isinstance(step, int) and step < len(cast("list[Value]", value)):
                return cast("list[Value]", value)[step]
            case dict():
                hint = f"it has: {listed(cast('dict[str, Value]', value))}"
            case _:
                hint = None
        raise problem("", f"{self.text}: the value has no {step!r}", hint)


def read_selector(text: str, place: str = "") -> Selector:
    """The selector that a text says; InvalidError, with the column, where it says none."""
    found = list(reversed(tokens(text, place)))
    first = found.pop()
    parses = first.kind is Kind.NAME and first.text == "parseJson"
    if parses:
        _expect(found, "(", place)
        first = found.pop()
    if first.kind is not Kind.NAME or first.text not in _WHOLE:
        raise _unexpected(first, "string_value", place)
    if parses:
        _expect(found, ")", place)
    return Selector(text, parses, first.text == "string_value", _steps(found, place))


def select(value: Value, selector: str) -> Value:
    """The part of a value that a selector names."""
    return read_selector(selector).of(value)


def _steps(found: list[Token], place: str) -> Sequence[str | int]:
    steps: list[str | int] = []
    while found[-1].kind is not Kind.END:
        sign, step = found.pop(), found.pop()
        if sign.text == "." and step.kind is Kind.NAME:
            steps.append(step.text)
        elif sign.text == "[" and (step.kind is Kind.TEXT or isinstance(step.value, int)):
            steps.append(cast("str | int", step.value))
            _expect(found, "]", place)
        else:
            raise _unexpected(sign, '["a key"] or [0]', place)
    return steps


def _expect(found: list[Token], sign: str, place: str) -> None:
    if found[-1].kind is not Kind.SIGN or found[-1].text != sign:
        raise _unexpected(found[-1], sign, place)
    found.pop()


def _unexpected(token: Token, wanted: str, place: str) -> InvalidError:
    hint = 'selectors look like parseJson(string_value)["a"][0]'
    return problem(place, f"column {token.column}: {wanted} is expected, not {token.text}", hint)


def _json(text: str) -> Value:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        raise problem("", "a part is taken of a text that is no JSON") from None
