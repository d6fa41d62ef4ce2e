"""Loops: `for`, a list comprehension, `.map`; and lists to which a pipeline appends what steps give."""

import ast
from collections.abc import Sequence
from typing import Any, cast

import msgspec

from tidemill.sdk.authoring.calls import add_step
from tidemill.sdk.authoring.dags import MADE_UP, Dag, Reference
from tidemill.sdk.authoring.expressions import describe
from tidemill.sdk.authoring.inside import checked
from tidemill.sdk.authoring.kinds import element_of, value_kind
from tidemill.sdk.authoring.reading import Reader, assigned_in
from tidemill.sdk.authoring.steps import Step
from tidemill.sdk.authoring.values import (
    Constant,
    Done,
    Entries,
    Entry,
    Gathered,
    Many,
    Unusable,
    Value,
    constant_of,
    is_constant,
)

_SIDE_BY_SIDE = "the rounds of a loop run side by side: append to a list, and work on that in a step after the loop"


def read_for(reader: Reader, node: ast.For) -> None:
    """A `for` statement."""
    if node.orelse:
        raise reader.refused(node, "`else` of a `for` cannot be compiled", "write it after the loop")
    items = reader.value(node.iter)
    if isinstance(items, Many | Entries) or not _can_be_iterated(items):
        for item in _unrolled(reader, node, items):
            reader.bind(node.target, item)
            reader.read(node.body)
        return
    inner, item = _opened(reader, node.iter, items, _name_of(node.target))
    names = assigned_in(node.body)
    for name in names & set(reader.known):
        inner.known[name] = Unusable(f"{name} comes from the round before, or from before the loop", _SIDE_BY_SIDE)
    inner.bind(node.target, item)
    lists = [each for each in inner.known.values() if isinstance(each, Gathered)]
    before = {id(each): len(each.entries) for each in lists}
    inner.read(node.body)
    for each in lists:
        _collect(reader, node, inner.dag, each, before[id(each)])
    for name in names | {each.id for each in ast.walk(node.target) if isinstance(each, ast.Name)}:
        reason = f"{name} is set in each round of the loop above, and has one value for each"
        reader.known[name] = Unusable(reason, "append it to a list in the loop, and use that")


def read_comprehension(reader: Reader, node: ast.ListComp) -> Value:
    """`[step(x) for x in xs]`."""
    first, *others = node.generators
    items = reader.value(first.iter)
    if others or first.ifs:
        what = "several `for`" if others else "an `if`"
        hint = "nest the lists" if others else "write a `for` with an `if` and .append"
        raise reader.refused(node, f"a list comprehension with {what} cannot be compiled", hint)
    if isinstance(items, Many | Entries) or not _can_be_iterated(items):
        kept = dict(reader.known)
        found = list[Value]()
        for item in _unrolled(reader, node, items):
            reader.bind(first.target, item)
            found.append(reader.value(node.elt))
        reader.known.clear()
        reader.known.update(kept)
        return Many(found)

    inner, item = _opened(reader, first.iter, items, _name_of(first.target))
    inner.bind(first.target, item)
    return _exported(reader, node, inner.dag, inner.value(node.elt))


def read_map(reader: Reader, node: ast.Call, step: Step[..., Any], before: Sequence[Value]) -> Value:
    """`step.map(xs, other=value)`."""
    if len(node.args) != 1:
        raise reader.refused(
            node, f"{step.name}.map takes the items, and all else by name", "step.map(items, other=value)"
        )
    items = reader.value(node.args[0])
    fixed = {each.arg: each.value for each in node.keywords if each.arg is not None}
    free = next((name for name in step.signature.parameters if name not in fixed), None)
    if free is None or len(fixed) != len(node.keywords):
        raise reader.refused(node, f"{step.name}.map leaves no argument for the items", "step.map(items, other=value)")

    def call(inner: Reader, item: Value) -> Value:
        given = {free: item, **{name: inner.value(each) for name, each in fixed.items()}}
        try:
            bound = step.signature.bind(**given).arguments
        except TypeError as error:
            raise reader.refused(node, f"{step.name}: {error}", f"it takes {step.signature}") from error
        return add_step(inner, node, step, bound, before)

    if isinstance(items, Many | Entries) or not _can_be_iterated(items):
        return Many([call(reader, item) for item in _unrolled(reader, node, items)])
    inner, item = _opened(reader, node.args[0], items, free)
    return _exported(reader, node, inner.dag, call(inner, item))


def begun(reader: Reader, node: ast.List) -> Gathered:
    """A list as written, which may be appended to."""
    value = reader.value(node)
    items = (
        [Constant(each) for each in constant_of(value)]
        if is_constant(value)
        else value.items
        if isinstance(value, Many)
        else []
    )
    return Gathered(reader.dag, [Entry(item, reader.source.place(node)) for item in items])


def read_append(reader: Reader, node: ast.Call, found: Gathered) -> None:
    """`found.append(step(x))`."""
    if len(node.args) != 1 or node.keywords:
        raise reader.refused(node, "append takes one value", "found.append(step(x))")
    if any(_branch_of(each, found.dag) is _branch_of(reader.dag, found.dag) for each in found.read_in):
        raise reader.refused(node, "a list is read and filled in the same loop or branch", _SIDE_BY_SIDE)
    found.entries.append(Entry(reader.value(node.args[0]), reader.source.place(node)))


def gathered(reader: Reader, node: ast.expr, found: Gathered) -> Value:
    """What a list that was appended to holds by now."""
    name, entries = ast.unparse(node), found.entries
    if reader.dag is not found.dag:
        found.read_in.append(reader.dag)
        if any(_is_inside(each.value, found.dag) for each in entries):
            raise reader.refused(node, f"{name} is read in the loop or branch that fills it", "read it behind that")
    if any(each.is_conditional for each in entries):
        reason = f"whether something is appended to {name} is known only when the pipeline runs"
        raise reader.refused(node, reason, "append in both branches, or decide in a step")
    if not any(each.is_of_loop for each in entries):
        many = Many([each.value for each in entries])
        return Constant(constant_of(many)) if is_constant(many) else many
    if len(entries) > 1:
        reason = f"{name} is filled by a loop and by something else"
        raise reader.refused(node, reason, "use a list for each, and join them in a step")
    return entries[0].value


def _branch_of(dag: Dag, outer: Dag) -> Dag:
    """The loop or branch right inside of `outer` that a DAG is in."""
    while dag.parent is not None and dag.parent is not outer:
        dag = dag.parent
    return dag


def _is_inside(value: Value, outer: Dag) -> bool:
    return (
        isinstance(value, Reference | Done) and value.dag is not outer and _branch_of(value.dag, outer).parent is outer
    )


def _can_be_iterated(items: Value) -> bool:
    """By the engine: a value of a step, or constants that JSON can say."""
    if isinstance(items, Reference):
        return True
    if not is_constant(items):
        return False
    known = constant_of(items)
    try:
        checked([_plain(each) for each in known], None, "it")
    except (TypeError, ValueError):
        return False
    return isinstance(known, list | tuple | range | str)


def _unrolled(reader: Reader, node: ast.AST, items: Value) -> Sequence[Value]:
    """Items whose number is known, and which are no values that JSON can say: the loop is written out."""
    match items:
        case Many(values, form) if form != "text":
            return values
        case Entries(entries):
            return [Constant(key) for key in entries]
        case Constant(known):
            try:
                return [Constant(each) for each in known]
            except TypeError as error:
                raise reader.refused(node, f"a loop over {describe(items)}: {error}", "loop over a list") from error
        case _:
            raise reader.refused(node, f"a loop over {describe(items)}", "loop over a list")


def _opened(reader: Reader, node: ast.expr, items: Value, name: str) -> tuple[Reader, Value]:
    """The DAG of the rounds, and what stands for the item in it."""
    dag = reader.components.inner_dag(reader.dag, f"for-{name}", is_loop=True)
    task = dag.task
    told = reader.dag.tasks[task]
    if isinstance(items, Reference):
        if not items.is_list:
            raise reader.refused(node, f"a loop over {describe(items)}", "loop over a list; annotate it as list[...]")
        found = reader.dag.bring(items)
        source = MADE_UP + "-".join(each for each in (found.task, found.key.removeprefix(MADE_UP)) if each)
        if found.path:
            source += "".join(f"-{each}" for each in found.path)
        reader.dag.give(task, source, found)
        item = f"{source}-loop-item"
        if found.is_collection:
            told["artifactIterator"] = {"items": {"inputArtifact": source}, "itemInput": item}
            dag.inputs.declare(source, found.kind, True)
            kind = found.kind
        else:
            told["parameterIterator"] = {"items": {"inputParameter": source}, "itemInput": item}
            dag.inputs.declare(source, found.kind)
            kind = value_kind(element_of(found.kind.hint))
    else:
        plain = [_plain(each) for each in constant_of(items)]
        item = f"{MADE_UP}loop-item-{name}"
        raw = msgspec.json.encode(plain).decode()
        told["parameterIterator"] = {"items": {"raw": raw}, "itemInput": item}
        kind = value_kind(_common_type(plain))
    dag.inputs.declare(item, kind)
    return reader.inside(dag), Reference(dag, "", item, kind)


def _exported(reader: Reader, node: ast.AST, dag: Dag, value: Value) -> Value:
    """What each round of a loop gave, as a list."""
    match value:
        case Done():
            return Done(dag.parent or dag, dag.task)
        case Reference(is_collection=True) if value.dag is dag:
            reason = "a list of lists of what is kept in files"
            raise reader.refused(node, f"the loop makes {reason}", "let a step make one thing of each inner list")
        case Reference() if value.dag is dag and value.task and not value.path:
            return dag.export(value)
        case Many(items, form) if form == "tuple" and all(isinstance(each, Reference) for each in items):
            reason = "each round gives several values, which would be a list of tuples"
            raise reader.refused(
                node, reason, "append each to a list of its own in a `for`, or let the step return one value"
            )
        case _:
            reason = (
                f"each round gives {describe(value)}, and what is collected is what a step of the round gives, whole"
            )
            raise reader.refused(node, reason, "call a step in the loop that returns it")


def _collect(reader: Reader, node: ast.For, dag: Dag, found: Gathered, before: int) -> None:
    """Let what the rounds appended to a list from outside be one entry of it."""
    added = found.entries[before:]
    if not added:
        return
    if len(added) > 1:
        reason = "a round appends to the same list more than once"
        raise reader.refused(node, reason, "use a list for each, or let one step return both")
    if added[0].is_of_loop:
        reason = "a loop in a loop appends to a list from outside of both"
        raise reader.refused(node, reason, "begin a list in the outer loop, and append what a step makes of it")
    value = _exported(reader, node, dag, added[0].value)
    found.entries[before:] = [Entry(value, added[0].place, is_of_loop=True)]


def _name_of(target: ast.expr) -> str:
    return next((each.id for each in ast.walk(target) if isinstance(each, ast.Name)), "item")


def _plain(value: Any) -> Any:
    """Tuples as lists: an item is taken apart in the same way."""
    return [_plain(each) for each in cast("tuple[Any, ...]", value)] if isinstance(value, tuple) else value


def _common_type(items: Sequence[Any]) -> Any:
    """The annotation that fits all items; None where there is none."""
    kinds: set[Any] = {type(each) for each in items}
    if kinds == {int, float}:
        return float
    if kinds != {list}:
        return kinds.pop() if len(kinds) == 1 else None
    if len({len(each) for each in items}) > 1 or not items[0]:
        return list
    columns = [_common_type(column) for column in zip(*items, strict=True)]
    return tuple[tuple(Any if each is None else each for each in columns)]
