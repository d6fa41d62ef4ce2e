"""Expressions in a pipeline: what is known while compiling is worked out; the rest stands for values of steps."""

import ast
import dataclasses
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, cast

from tidemill.sdk.authoring.dags import Reference
from tidemill.sdk.authoring.kinds import INTEGER, TEXT, fields_of
from tidemill.sdk.authoring.reading import Reader
from tidemill.sdk.authoring.values import Constant, Done, Entries, Gathered, Many, Value, constant_of, is_constant

_PURE: frozenset[Callable[..., Any]] = frozenset(
    {abs, bool, dict, divmod, enumerate, float, int, len, list, max, min, range, repr, reversed, round, set}
    | {sorted, str, sum, tuple, zip, any, all}
)
_READING: Mapping[type, frozenset[str]] = {
    str: frozenset(name for name in dir(str) if not name.startswith("_")),
    dict: frozenset({"copy", "get", "items", "keys", "values"}),
    list: frozenset({"copy", "count", "index"}),
    tuple: frozenset({"count", "index"}),
}
"""Methods that change nothing."""
_NO_CONVERSION = -1
_CALCULATED = (ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp)
_IN_A_STEP = "calculate it in a step: what a step gives is there only when the pipeline runs"


def plain_value(reader: Reader, node: ast.expr) -> Value:
    """What an expression without calls of steps stands for. Raises NotCompilableError."""
    match node:
        case ast.Constant(value):
            return Constant(value)
        case ast.Name():
            return reader.name(node)
        case ast.List(items) | ast.Tuple(items):
            return _display(reader, items, "list" if isinstance(node, ast.List) else "tuple")
        case ast.Dict():
            return _dict(reader, node)
        case ast.Subscript():
            return _subscript(reader, node)
        case ast.Attribute():
            return _attribute(reader, node)
        case ast.JoinedStr():
            return _text(reader, node)
        case _:
            return _calculated(reader, node)


def pure_call(reader: Reader, node: ast.Call, function: Any) -> Value:
    """A call that is no step's: of a function of Python's that depends on nothing else, on what is known."""
    owner: type = type(cast("object", getattr(function, "__self__", None)))
    is_method = getattr(function, "__name__", "") in _READING.get(owner, ())
    is_record = isinstance(function, type) and dataclasses.is_dataclass(function)
    if not is_method and not is_record and not any(function is each for each in _PURE):
        name = ast.unparse(node.func)
        raise reader.refused(
            node, f"{name}(...) is no step", f"make {name} a step with @step, or call it inside of one"
        )
    values = [reader.value(each.value if isinstance(each, ast.Starred) else each) for each in node.args]
    keywords = {each.arg: reader.value(each.value) for each in node.keywords}
    if not all(map(is_constant, [*values, *keywords.values()])):
        raise reader.refused(node, f"`{ast.unparse(node)}` needs what a step gives", _IN_A_STEP)
    return _folded(reader, node)


def _display(reader: Reader, items: list[ast.expr], form: str) -> Value:
    found = list[Value]()
    for item in items:
        if isinstance(item, ast.Starred):
            inner = reader.value(item.value)
            if is_constant(inner):
                found += [Constant(each) for each in constant_of(inner)]
            elif isinstance(inner, Many):
                found += inner.items
            else:
                raise reader.refused(item, "a list of unknown length inside of another", "join the lists in a step")
        else:
            found.append(reader.value(item))
    many = Many(found, form)
    return Constant(constant_of(many)) if is_constant(many) else many


def _dict(reader: Reader, node: ast.Dict) -> Value:
    found = dict[str, Value]()
    for key, item in zip(node.keys, node.values, strict=True):
        if key is None:
            raise reader.refused(node, "`**` in a dict cannot be compiled", "write its entries")
        name = reader.value(key)
        if not is_constant(name):
            raise reader.refused(key, "a key that a step gives", "make the dict in a step")
        found[constant_of(name)] = reader.value(item)
    entries = Entries(found)
    return Constant(constant_of(entries)) if is_constant(entries) else entries


def _subscript(reader: Reader, node: ast.Subscript) -> Value:
    whole, key = reader.value(node.value), reader.value(node.slice) if not isinstance(node.slice, ast.Slice) else None
    if is_constant(whole) and (key is None or is_constant(key)):
        return _folded(reader, node)
    if key is None or not is_constant(key):
        raise reader.refused(node, f"`{ast.unparse(node)}` is known only when the pipeline runs", _IN_A_STEP)
    place = constant_of(key)
    match whole:
        case Many(items) if isinstance(place, int):
            return _found(reader, node, lambda: items[place])
        case Entries(entries):
            return _found(reader, node, lambda: entries[place])
        case Reference() if isinstance(place, str) or (isinstance(place, int) and place >= 0):
            return _part(reader, node, whole, place)
        case Reference():
            raise reader.refused(node, f"`{ast.unparse(node)}` counts from the end", "take it in a step")
        case _:
            raise reader.refused(node, f"`{ast.unparse(node)}` has no parts here", _IN_A_STEP)


def _part(reader: Reader, node: ast.expr, whole: Reference, key: str | int) -> Value:
    if not whole.kind.is_value or whole.is_collection:
        what = "a list of files" if whole.is_collection else f"kept in a file, as {whole.kind.name}"
        raise reader.refused(node, f"`{ast.unparse(node)}` is a part of what is {what}", "take it in a step")
    if whole.kind.type not in ("", "LIST" if isinstance(key, int) else "STRUCT"):
        raise reader.refused(
            node, f"`{ast.unparse(node)}`: {whole.kind.name} has no part {key!r}", "check the annotation"
        )
    return whole.part(key)


def _attribute(reader: Reader, node: ast.Attribute) -> Value:
    whole = reader.value(node.value)
    match whole:
        case Constant(known):
            if not isinstance(known, ModuleType | type) and not hasattr(known, node.attr):
                raise reader.refused(node, f"{ast.unparse(node.value)} has no {node.attr}", "check its name")
            return _found(reader, node, lambda: Constant(getattr(known, node.attr)))
        case Many(items, _, fields) if node.attr in fields:
            return items[list(fields).index(node.attr)]
        case Reference(kind=kind) if kind.is_value and node.attr in fields_of(kind.hint):
            return whole.part(node.attr)
        case _:
            raise reader.refused(
                node, f"`{ast.unparse(node)}` is known only when the pipeline runs", f"ask for .{node.attr} in a step"
            )


def _text(reader: Reader, node: ast.JoinedStr) -> Value:
    """A text with values of steps in it: Kubeflow fills them in, where that gives what Python would give."""
    parts = [reader.value(each.value) if isinstance(each, ast.FormattedValue) else Constant("") for each in node.values]
    if all(map(is_constant, parts)):
        return _folded(reader, node)
    return Many([_piece(reader, node, each, part) for each, part in zip(node.values, parts, strict=True)], "text")


def _piece(reader: Reader, node: ast.JoinedStr, piece: ast.expr, part: Value) -> Value:
    if is_constant(part):
        return _folded(reader, ast.copy_location(ast.JoinedStr([piece]), node))
    is_bare = isinstance(piece, ast.FormattedValue) and piece.format_spec is None and piece.conversion == _NO_CONVERSION
    if is_bare and isinstance(part, Reference) and part.kind.type in (INTEGER, TEXT) and not part.kind.optional:
        return part
    reason = f"`{ast.unparse(node)}`: only texts and whole numbers can be put into a text, without a format"
    raise reader.refused(node, reason, "make the text in a step")


def _calculated(reader: Reader, node: ast.expr) -> Value:
    if isinstance(node, _CALCULATED):
        parts = [reader.value(each) for each in ast.iter_child_nodes(node) if isinstance(each, ast.expr)]
        if all(map(is_constant, parts)):
            return _folded(reader, node)
        if isinstance(node, ast.Compare | ast.BoolOp) or isinstance(getattr(node, "op", None), ast.Not):
            hint = "ask in an `if`, or compare in a step that returns a bool"
            raise reader.refused(node, f"`{ast.unparse(node)}` is known only when the pipeline runs", hint)
        raise reader.refused(node, f"`{ast.unparse(node)}` is known only when the pipeline runs", _IN_A_STEP)
    if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp | ast.Set | ast.Slice):
        return _folded(reader, node)
    raise reader.refused(node, f"`{ast.unparse(node)}` cannot be compiled", "write it in a step")


def _folded(reader: Reader, node: ast.expr) -> Value:
    """An expression that Python works out now, of names that are known."""
    local = dict[str, Any]()
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and each is not node:
            reader.value(each)  # which refuses what is not pure
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load) and each.id in reader.known:
            value = reader.name(each)
            if not is_constant(value):
                raise reader.refused(node, f"`{ast.unparse(node)}` needs what a step gives", _IN_A_STEP)
            local[each.id] = constant_of(value)
    code = compile(ast.fix_missing_locations(ast.Expression(node)), reader.source.file, "eval")
    # In one mapping: a comprehension sees no locals of eval.
    return _found(reader, node, lambda: Constant(eval(code, {**reader.names, **local})))  # noqa: S307 - the user's own


def _found(reader: Reader, node: ast.expr, get: Callable[[], Value]) -> Value:
    """What Python finds; its error, with the place."""
    try:
        return get()
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        raise reader.refused(node, f"`{ast.unparse(node)}` raises {said}", "correct the expression") from error


def describe(value: Value) -> str:
    """What a value is, in a user's words."""
    match value:
        case Constant(known):
            return (
                f"the constant {known!r}" if len(repr(known)) < 60 else f"a constant of the type {type(known).__name__}"
            )
        case Reference(is_collection=True):
            return f"a list of {value.kind.name}"
        case Reference():
            return value.kind.name
        case Done():
            return "what a step gives that returns nothing"
        case Gathered() | Many():
            return "a list"
        case _:
            return "a dict"
