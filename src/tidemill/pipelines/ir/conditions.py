"""The language of `triggerPolicy.condition`: the part of CEL that the kfp SDK writes, parsed once and evaluated on the
inputs of a task.

Comparisons, `&&`, `||`, `!`, parentheses, literals, the casts `int`, `double`, `bool` and `string`, and
`inputs.parameter_values['x']`; also `inputs.parameters['x'].string_value`, as kfp 1.8 wrote it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tidemill.kit.errors import InvalidError
from tidemill.pipelines.ir.expressions import (
    COMPARISONS,
    Both,
    Cast,
    Comparison,
    Either,
    Input,
    Literal,
    Negative,
    Node,
    Not,
)
from tidemill.pipelines.ir.problems import problem
from tidemill.pipelines.ir.spec import Value
from tidemill.pipelines.ir.tokens import Kind, Token, tokens

MAX_DEPTH = 50
"""Of parentheses, casts and negations in each other."""

_CASTS = frozenset({"int", "double", "bool", "string"})
_CONSTANTS: Mapping[str, Value] = {"true": True, "false": False, "null": None}
_OLD_FIELDS = frozenset({"string_value", "int_value", "double_value", "number_value", "bool_value"})
_HINT = "conditions know comparisons, &&, ||, !, int(), double(), bool(), string() and inputs.parameter_values['x']"


@dataclass(frozen=True, slots=True)
class Condition:
    """A parsed condition, and the input parameters that it asks for."""

    text: str
    inputs: frozenset[str]
    root: Node = field(repr=False, compare=False)

    def holds(self, inputs: Mapping[str, Value]) -> bool:
        """Whether the task is to run; InvalidError where the values cannot be compared."""
        answer = self.root.value(inputs)
        if isinstance(answer, bool):
            return answer
        raise problem("", f"the condition {self.text!r} gives {answer!r}, and not true or false")


def parse(text: str, place: str = "") -> Condition:
    """The condition that a text says; InvalidError, with the column, where it says none."""
    parser = _Parser(tokens(text, place), place)
    root = parser.whole()
    return Condition(text, frozenset(parser.inputs), root)


class _Parser:
    """By recursive descent: one method for each strength of binding, the weakest first."""

    def __init__(self, found: Sequence[Token], place: str) -> None:
        self.inputs: set[str] = set()
        self._tokens = found
        self._at = 0
        self._depth = 0
        self._place = place

    def whole(self) -> Node:
        root = self._either()
        if self._next.kind is not Kind.END:
            raise self._unexpected("the end of the condition")
        return root

    def _either(self) -> Node:
        return self._chain("||", self._both, Either)

    def _both(self) -> Node:
        return self._chain("&&", self._comparison, Both)

    def _chain(self, sign: str, part: Callable[[], Node], joined: Callable[[Sequence[Node]], Node]) -> Node:
        parts = [part()]
        while self._takes(sign):
            parts.append(part())
        return joined(parts) if len(parts) > 1 else parts[0]

    def _comparison(self) -> Node:
        left = self._unary()
        depth = self._depth
        while self._next.kind is Kind.SIGN and self._next.text in COMPARISONS:
            self._deeper()
            sign = self._take().text
            left = Comparison(sign, left, self._unary())
        self._depth = depth
        return left

    def _unary(self) -> Node:
        if self._takes("!"):
            return Not(self._nested(self._unary))
        if self._takes("-"):
            return Negative(self._nested(self._unary))
        return self._primary()

    def _primary(self) -> Node:
        token = self._take()
        match token.kind:
            case Kind.NUMBER | Kind.TEXT:
                return Literal(token.value)
            case Kind.NAME if token.text in _CONSTANTS:
                return Literal(_CONSTANTS[token.text])
            case Kind.NAME if token.text in _CASTS:
                self._expect("(")
                return Cast(token.text, self._closed())
            case Kind.NAME if token.text == "inputs":
                return self._input()
            case Kind.SIGN if token.text == "(":
                return self._closed()
            case _:
                raise self._unexpected("a value", token)

    def _input(self) -> Node:
        """`.parameter_values['x']`, or the two old forms."""
        self._expect(".")
        if self._next.text not in {"parameter_values", "parameters"}:
            raise self._unexpected("parameter_values")
        self._take()
        self._expect("[")
        if self._next.kind is not Kind.TEXT:
            raise self._unexpected("the name of a parameter in quotes")
        name = str(self._take().value)
        self._expect("]")
        if self._takes("."):
            if self._next.text not in _OLD_FIELDS:
                raise self._unexpected("string_value")
            self._take()
        self.inputs.add(name)
        return Input(name)

    def _closed(self) -> Node:
        inner = self._nested(self._either)
        self._expect(")")
        return inner

    def _nested(self, part: Callable[[], Node]) -> Node:
        self._deeper()
        inner = part()
        self._depth -= 1
        return inner

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise problem(self._place, f"column {self._next.column}: the condition is nested deeper than {MAX_DEPTH}")

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._tokens[self._at]
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _takes(self, sign: str) -> bool:
        is_it = self._next.kind is Kind.SIGN and self._next.text == sign
        if is_it:
            self._take()
        return is_it

    def _expect(self, sign: str) -> None:
        if not self._takes(sign):
            raise self._unexpected(sign)

    def _unexpected(self, wanted: str, found: Token | None = None) -> InvalidError:
        found = found or self._next
        return problem(self._place, f"column {found.column}: {wanted} is expected, not {found.text}", _HINT)
