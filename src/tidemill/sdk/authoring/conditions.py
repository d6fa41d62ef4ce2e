"""The test of an `if` in the language of Kubeflow's conditions, where it means there what it means in Python."""

import ast
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from tidemill.sdk.authoring.dags import Dag, Reference
from tidemill.sdk.authoring.expressions import describe
from tidemill.sdk.authoring.kinds import BOOLEAN, DOUBLE, INTEGER, NUMBERS, TEXT
from tidemill.sdk.authoring.reading import Reader
from tidemill.sdk.authoring.values import Constant, Value, constant_of, is_constant

_SIGNS: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_EQUALITIES = ("==", "!=")
_TYPES: Mapping[type, str] = {bool: BOOLEAN, int: INTEGER, float: DOUBLE, str: TEXT}
_HINT = "compare numbers with numbers and texts with texts, or decide in a step that returns a bool"


@dataclass(frozen=True, slots=True)
class Test:
    """A condition: pieces of its text, and what stands between them."""

    pieces: tuple[str | Reference, ...]

    def text(self, dag: Dag) -> str:
        """The condition of the task of this DAG, which is given what is asked for."""
        return "".join(each if isinstance(each, str) else _input(dag, each) for each in self.pieces)

    def negated(self) -> "Test":
        return Test(("!(", *self.pieces, ")"))


def joined(tests: list[Test], sign: str) -> Test:
    """All of them (`&&`), or any (`||`)."""
    if len(tests) == 1:
        return tests[0]
    pieces: list[str | Reference] = []
    for number, test in enumerate(tests):
        pieces += [f" {sign} (" if number else "(", *test.pieces, ")"]
    return Test(tuple(pieces))


def test_of(reader: Reader, node: ast.expr) -> Test | bool:
    """The test that an expression is; its answer where that is known. Raises NotCompilableError."""
    match node:
        case ast.BoolOp(op, parts):
            return _chain(reader, parts, is_and=isinstance(op, ast.And))
        case ast.UnaryOp(ast.Not(), operand):
            inner = test_of(reader, operand)
            return inner.negated() if isinstance(inner, Test) else not inner
        case ast.Compare():
            return _comparisons(reader, node)
        case _:
            return _truth(reader, node)


def _chain(reader: Reader, parts: list[ast.expr], *, is_and: bool) -> Test | bool:
    tests = list[Test]()
    for part in parts:
        found = test_of(reader, part)
        if isinstance(found, Test):
            tests.append(found)
        elif found is not is_and:
            return found  # whatever the others are
    return joined(tests, "&&" if is_and else "||") if tests else is_and


def _truth(reader: Reader, node: ast.expr) -> Test | bool:
    value = reader.value(node)
    if is_constant(value):
        return bool(constant_of(value))
    if isinstance(value, Reference) and value.kind.type == BOOLEAN and not value.kind.optional:
        return Test((value, " == true"))
    shown = ast.unparse(node)
    hint = {TEXT: f'write `{shown} != ""`', INTEGER: f"write `{shown} != 0`", DOUBLE: f"write `{shown} != 0`"}
    kind = value.kind.type if isinstance(value, Reference) else ""
    reason = f"`if {shown}` asks whether {describe(value)} counts as true, which a graph does not know"
    raise reader.refused(node, reason, hint.get(kind, "ask in a step that returns a bool, `-> bool`"))


def _comparisons(reader: Reader, node: ast.Compare) -> Test | bool:
    left = node.left
    found = list[Test | bool]()
    for sign, right in zip(node.ops, node.comparators, strict=True):
        found.append(_comparison(reader, node, left, sign, right))
        left = right
    if False in found:
        return False
    tests = [each for each in found if isinstance(each, Test)]
    return joined(tests, "&&") if tests else True


def _comparison(reader: Reader, node: ast.Compare, left: ast.expr, sign: ast.cmpop, right: ast.expr) -> Test | bool:
    one, other = reader.value(left), reader.value(right)
    if is_constant(one) and is_constant(other):
        folded = reader.value(ast.copy_location(ast.Compare(left, [sign], [right]), node))
        return bool(constant_of(folded))
    if isinstance(sign, ast.In | ast.NotIn):
        found = _membership(reader, node, one, other)
        if isinstance(found, bool):
            return found is isinstance(sign, ast.In)
        return found if isinstance(sign, ast.In) else found.negated()
    if type(sign) not in _SIGNS:
        raise reader.refused(node, f"`{ast.unparse(node)}`: `is` asks for an object", "write == or !=")
    return _compared(reader, node, one, _SIGNS[type(sign)], other)


def _membership(reader: Reader, node: ast.Compare, one: Value, other: Value) -> Test | bool:
    items = constant_of(other) if is_constant(other) else None
    if not isinstance(items, list | tuple | set | frozenset) or not isinstance(one, Reference):
        reason = f"`{ast.unparse(node)}`: `in` needs a value on the left, and a list of constants on the right"
        raise reader.refused(node, reason, "decide in a step that returns a bool")
    known = cast("Iterable[Any]", items)
    ordered: list[Any] = sorted(known, key=repr) if isinstance(items, set | frozenset) else list(known)
    tests = [_compared(reader, node, one, "==", Constant(item)) for item in ordered]
    return joined(tests, "||") if tests else False


def _compared(reader: Reader, node: ast.Compare, one: Value, sign: str, other: Value) -> Test:
    types = [_type(reader, node, each) for each in (one, other)]
    known = {each for each in types if each}
    if known <= NUMBERS:
        is_real = "" in types or DOUBLE in known
    elif len(known) == 1 and known <= {TEXT, BOOLEAN} and (sign in _EQUALITIES or known == {TEXT}):
        is_real = False
    else:
        told = f"{describe(one)} {sign} {describe(other)}"
        raise reader.refused(node, f"`{ast.unparse(node)}` compares {told}", _HINT)
    # Kubeflow has all numbers as doubles: whole ones are compared as such, as its own compiler does.
    as_whole = bool(known) and known <= NUMBERS and not is_real
    operands = [_operand(reader, node, each, as_whole=as_whole, is_real=is_real) for each in (one, other)]
    return Test((*operands[0], f" {sign} ", *operands[1]))


def _type(reader: Reader, node: ast.Compare, value: Value) -> str:
    """Of a constant or a parameter; empty where it is not known before."""
    if is_constant(value):
        type_ = _TYPES.get(type(cast("object", constant_of(value))))
    elif isinstance(value, Reference) and value.kind.is_value and not value.is_collection and not value.kind.optional:
        type_ = value.kind.type if value.kind.type in {*_TYPES.values(), ""} else None
    else:
        type_ = None
    if type_ is None:
        raise reader.refused(node, f"`{ast.unparse(node)}` compares {describe(value)}", _HINT)
    return type_


def _operand(
    reader: Reader, node: ast.Compare, value: Value, *, as_whole: bool, is_real: bool
) -> tuple[str | Reference, ...]:
    if isinstance(value, Reference):
        return ("int(", value, ")") if as_whole else (value,)
    return (_literal(reader, node, constant_of(value), is_real=is_real),)


def _literal(reader: Reader, node: ast.Compare, value: Any, *, is_real: bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
        return f"'{escaped}'"
    if not math.isfinite(value):
        raise reader.refused(node, f"`{ast.unparse(node)}` compares with {value}", "compare in a step")
    return repr(float(value)) if is_real else repr(value)


def _input(dag: Dag, found: Reference) -> str:
    return f"inputs.parameter_values['{dag.bring(found, whole=False).key}']"
