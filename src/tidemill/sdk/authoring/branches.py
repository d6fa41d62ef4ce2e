"""Branches: `if`, `elif` and `else`, `a if c else b`, and `try` with `finally`."""

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tidemill.sdk.authoring.conditions import Test, joined, test_of
from tidemill.sdk.authoring.dags import MADE_UP, Dag, Reference, safe_name
from tidemill.sdk.authoring.expressions import describe
from tidemill.sdk.authoring.kinds import DOUBLE, NUMBERS, Kind
from tidemill.sdk.authoring.reading import Reader, assigned_in
from tidemill.sdk.authoring.values import (
    Constant,
    Done,
    Entry,
    Gathered,
    Later,
    Many,
    Unusable,
    Value,
    constant_of,
    is_constant,
)

_LONGEST_NAME = 40
_IN_EACH = "let a step in each branch return it, under the same name"


@dataclass(frozen=True, slots=True)
class _Branch:
    """One way: when it is taken, and how it is read."""

    test: Test | None
    """None for `else`."""
    name: str
    read: Callable[[Reader], Value | None]
    names: frozenset[str] = frozenset()
    """What it sets."""


@dataclass(frozen=True, slots=True)
class _Way:
    """One that was read."""

    branch: _Branch
    reader: Reader
    value: Value | None


@dataclass(frozen=True, slots=True)
class _Fork:
    """All ways from one place, and the DAG around them."""

    reader: Reader
    node: ast.AST
    around: Dag
    ways: Sequence[_Way]

    @property
    def is_complete(self) -> bool:
        """Whether one of them is taken in any case."""
        return self.ways[-1].branch.test is None


def read_if(reader: Reader, node: ast.If) -> None:
    """An `if` statement with all that belongs to it."""
    branches, rest = list[_Branch](), list[ast.stmt]([node])
    while len(rest) == 1 and isinstance(rest[0], ast.If):
        each = rest[0]
        test = test_of(reader, each.test)
        if isinstance(test, Test):
            branches.append(_branch(test, "then" if not branches else "elif", each.body))
            rest = each.orelse
        elif test:
            rest = each.body
            break
        else:
            rest = each.orelse
    if not branches:
        reader.read(rest)
        return
    if rest:
        branches.append(_branch(None, "else", rest))
    lists = [each for each in reader.known.values() if isinstance(each, Gathered)]
    before = {id(each): list(each.entries) for each in lists}
    fork = _read(reader, node, node.test, branches)
    for found in lists:
        _gather(fork, found, before[id(found)])
    names = {name for branch in branches for name in branch.names}
    for name in sorted(names):
        reader.known[name] = _after(fork, name)


def read_choice(reader: Reader, node: ast.IfExp) -> Value:
    """`a if c else b`."""
    test = test_of(reader, node.test)
    if not isinstance(test, Test):
        return reader.value(node.body if test else node.orelse)
    ways = [
        _Branch(test, "then", lambda inner: inner.value(node.body)),
        _Branch(None, "else", lambda inner: inner.value(node.orelse)),
    ]
    fork = _read(reader, node, node.test, ways)
    return _merged(fork, [way.value or Constant(None) for way in fork.ways], "value")


def read_try(reader: Reader, node: ast.Try) -> None:
    """`try` with `finally`: an exit task."""
    if node.handlers or node.orelse or not node.finalbody:
        raise reader.refused(
            node,
            "`except` cannot be compiled",
            "catch the error inside the step; `finally` is for a step that runs in any case",
        )
    dag = reader.components.inner_dag(reader.dag, "try")
    inner = reader.inside(dag)
    inner.read(node.body)
    names, tasks = assigned_in(node.body), set(reader.dag.tasks)
    behind = reader.inside(reader.dag)
    for name in names:
        behind.known[name] = Unusable(
            f"{name} may not be there: the part of `try` that makes it may have failed",
            "use what was there before `try`",
        )
    behind.read(node.finalbody)
    added = [name for name in reader.dag.tasks if name not in tasks]
    if len(added) != 1 or assigned_in(node.finalbody):
        raise reader.refused(
            node.finalbody[0],
            "`finally` holds more than the call of one step",
            "call one step there, without a name for what it gives",
        )
    reader.dag.order(added[0], dag.task)
    reader.dag.tasks[added[0]]["triggerPolicy"] = {"strategy": "ALL_UPSTREAM_TASKS_COMPLETED"}
    for name in names:
        if name in inner.known:
            reader.known[name] = _outside(reader, dag, inner.known[name], name)


def _branch(test: Test | None, name: str, body: Sequence[ast.stmt]) -> _Branch:
    def read(inner: Reader) -> None:
        inner.read(body)

    return _Branch(test, name, read, frozenset(assigned_in(body)))


def _read(reader: Reader, node: ast.AST, test: ast.expr, branches: Sequence[_Branch]) -> _Fork:
    """A DAG for each branch, in one for all of them."""
    wanted = f"if-{safe_name(ast.unparse(test))[:_LONGEST_NAME].strip('-')}"
    around = reader.components.inner_dag(reader.dag, wanted)
    found, earlier = list[_Way](), list[Test]()
    for branch in branches:
        dag = reader.components.inner_dag(around, branch.name)
        told = [each.negated() for each in earlier] + ([branch.test] if branch.test else [])
        around.tasks[dag.task]["triggerPolicy"] = {"condition": joined(told, "&&").text(dag)}
        inner = reader.inside(dag)
        found.append(_Way(branch, inner, branch.read(inner)))
        if branch.test:
            earlier.append(branch.test)
    return _Fork(reader, node, around, found)


def _after(fork: _Fork, name: str) -> Value:
    """What a name stands for behind the branches."""
    if not fork.is_complete or not all(name in way.branch.names for way in fork.ways):
        was = "keeps what it was before" if name in fork.reader.known else "has no value"
        place = fork.reader.source.place(fork.node)
        reason = f"{name} is set in some branches of the `if` at {place} only, and {was} in the others"
        return Unusable(reason, f"set {name} in every branch, `else` too, to what a step returns")

    def resolve() -> Value:
        wanted = ast.copy_location(ast.Name(name, ast.Load()), fork.node)
        return _merged(fork, [way.reader.value(wanted) for way in fork.ways], name)

    return Later(resolve)


def _merged(fork: _Fork, found: Sequence[Value], name: str) -> Value:
    """The one of these values that there will be."""
    first = found[0]
    if all(map(is_constant, found)) and all(constant_of(each) == constant_of(first) for each in found):
        return first
    if all(isinstance(each, Done) for each in found):
        return Done(fork.reader.dag, fork.around.task)
    several = [each for each in found if isinstance(each, Many)]
    if isinstance(first, Many) and [len(each.items) for each in several] == [len(first.items)] * len(found):
        columns = zip(*(each.items for each in several), strict=True)
        return Many([_merged(fork, column, name) for column in columns], first.form, first.fields)
    return _one_of(fork, [_exported(fork, way, each, name) for way, each in zip(fork.ways, found, strict=True)], name)


def _exported(fork: _Fork, way: _Way, value: Value, name: str) -> Reference:
    if not isinstance(value, Reference) or value.dag is not way.reader.dag or not value.task or value.path:
        reason = f"{name} is {describe(value)} in a branch, and no step of that branch returns it"
        raise fork.reader.refused(fork.node, reason, _IN_EACH)
    return way.reader.dag.export(value)


def _one_of(fork: _Fork, exported: Sequence[Reference], name: str) -> Value:
    kind = _common([each.kind for each in exported])
    is_list = exported[0].is_collection
    if kind is None or any(each.is_collection is not is_list for each in exported):
        told = " or ".join(dict.fromkeys(describe(each) for each in exported))
        reason = f"{name} is {told}, after which branch is taken"
        raise fork.reader.refused(fork.node, reason, "return the same type in every branch")
    key = f"{MADE_UP}{fork.around.task}-{name}-{exported[0].key.removeprefix(MADE_UP)}"
    fork.around.put_out_one_of(key, exported, kind, is_collection=is_list)
    return fork.around.outside(key, kind, is_collection=is_list)


def _common(kinds: Sequence[Kind]) -> Kind | None:
    """What all of them are."""
    first = kinds[0]
    types = {each.type for each in kinds}
    if len({each.what for each in kinds}) > 1 and not all(each.is_value for each in kinds):
        return None
    if types <= NUMBERS and len(types) > 1:
        return Kind("value", float, DOUBLE)
    if len(types) > 1:
        return None
    return first if all(each.hint == first.hint for each in kinds) else Kind(first.what, None, first.type, first.schema)


def _gather(fork: _Fork, found: Gathered, before: Sequence[Entry]) -> None:
    """What branches appended to a list from outside, as one entry of it."""
    added = found.entries[len(before) :]
    if not added:
        return
    by_way = [(way, [each for each in added if _is_of(each.value, way.reader.dag)]) for way in fork.ways]
    if sum(len(each) for _, each in by_way) != len(added):
        raise fork.reader.refused(fork.node, "a branch appends what no step of it returns", _IN_EACH)
    if any(len(each) > 1 or any(entry.is_of_loop for entry in each) for _, each in by_way):
        reason = "a branch appends several values to a list"
        raise fork.reader.refused(fork.node, reason, "append one in each, made by a step")
    taken = [(way, each[0]) for way, each in by_way if each]
    partly = replace(fork, ways=[way for way, _ in taken])
    value = _merged(partly, [entry.value for _, entry in taken], "appended")
    is_certain = fork.is_complete and len(taken) == len(fork.ways) and not any(each.is_conditional for _, each in taken)
    found.entries[len(before) :] = [Entry(value, added[0].place, is_conditional=not is_certain)]


def _is_of(value: Value, dag: Dag) -> bool:
    return isinstance(value, Reference | Done) and value.dag is dag


def _outside(reader: Reader, dag: Dag, value: Value, name: str) -> Value:
    """What was made in `try`, behind it."""
    match value:
        case Reference() if value.dag is dag and value.task and not value.path:
            return Later(lambda: dag.export(value))
        case Done() if value.dag is dag:
            return Done(reader.dag, dag.task)
        case Many(items, form, fields):
            return Many([_outside(reader, dag, each, name) for each in items], form, fields)
        case Reference() if value.dag is dag:
            return Unusable(f"{name} is a part of a value that is made in `try`", "take the part behind it")
        case _:
            return value
