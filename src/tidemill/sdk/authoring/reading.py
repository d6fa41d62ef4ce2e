"""What every part of the reader of pipelines has: the names that are known, the DAG that is made, the other parts."""

import ast
import builtins
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tidemill.sdk.authoring.components import Components
from tidemill.sdk.authoring.dags import Dag, Reference
from tidemill.sdk.authoring.definitions import Definition
from tidemill.sdk.authoring.kinds import Kind, length_of
from tidemill.sdk.authoring.problems import refused
from tidemill.sdk.authoring.sources import Source
from tidemill.sdk.authoring.values import Constant, Later, Many, Unusable, Value

_IN_A_STEP = "do that in a step"
_STATEMENTS: Mapping[type[ast.AST], tuple[str, str]] = {
    ast.While: ("`while` asks for a value again and again", "loop inside a step, or over a list with `for`"),
    ast.With: ("`with` has no meaning in a graph of steps", _IN_A_STEP),
    ast.Break: ("`break` cannot be: the rounds of a loop run side by side", "use `if`, or loop inside a step"),
    ast.Continue: ("`continue` cannot be compiled", "write the rest of the round below an `if`"),
    ast.Import: ("an import in a pipeline", "write it at the top of the module, or in the step that needs it"),
    ast.ImportFrom: ("an import in a pipeline", "write it at the top of the module, or in the step that needs it"),
    ast.FunctionDef: ("a function in a pipeline", "write it at the top of the module, as a step where it is one"),
    ast.ClassDef: ("a class in a pipeline", "write it at the top of the module"),
    ast.Assert: ("`assert` is not checked by a graph of steps", "raise an error in a step"),
    ast.Raise: ("`raise` in a pipeline", "raise the error in a step"),
    ast.Delete: ("`del` has no meaning in a graph of steps", "leave it out"),
    ast.Global: ("`global` has no meaning in a graph of steps", "hand values over as arguments"),
    ast.Nonlocal: ("`nonlocal` has no meaning in a graph of steps", "hand values over as arguments"),
    ast.AugAssign: (
        "a value is changed in place",
        "calculate it in a step; a list is filled with .append",
    ),
    ast.Match: ("`match` cannot be compiled", "write if, elif and else"),
}


@dataclass(slots=True)
class Reader(ABC):
    """Where a body is read: its names, and the DAG that it makes tasks in."""

    source: Source
    names: Mapping[str, Any]
    """Of the module."""
    components: Components
    dag: Dag
    known: dict[str, Value] = field(default_factory=dict[str, Value])
    """What local names stand for."""
    returned: tuple[ast.Return, Value] | None = None
    nested: Sequence[str] = ()
    """The pipelines that this one is called in, and itself."""

    @abstractmethod
    def value(self, node: ast.expr) -> Value:
        """What an expression stands for. Raises NotCompilableError."""

    @abstractmethod
    def read(self, body: Sequence[ast.stmt]) -> None:
        """Read statements, one after the other. Raises NotCompilableError."""

    @abstractmethod
    def sub_pipeline(
        self, definition: Definition, lists: frozenset[str]
    ) -> tuple[str, Mapping[str, tuple[Kind, bool]]]:
        """The component of another pipeline, and what it gives: kinds, and whether it is a list of artifacts.

        `lists`: the inputs that get such lists."""

    def inside(self, dag: Dag) -> "Reader":
        """The same one DAG deeper, with a copy of the names."""
        return type(self)(self.source, self.names, self.components, dag, dict(self.known), nested=self.nested)

    def refused(self, node: ast.AST, reason: str, hint: str) -> Exception:
        """The error for a place."""
        return refused(self.source.place(node), reason, hint)

    def name(self, node: ast.Name) -> Value:
        """What a name stands for. Raises NotCompilableError for one that stands for nothing here."""
        if node.id in self.known:
            found = self.known[node.id]
            while isinstance(found, Later):
                found = self.known[node.id] = found.resolve()
            if isinstance(found, Unusable):
                raise self.refused(node, found.reason, found.hint)
            return found
        if node.id in self.names:
            return Constant(self.names[node.id])
        if not hasattr(builtins, node.id):
            raise self.refused(node, f"there is no {node.id}", "check its name")
        return Constant(getattr(builtins, node.id))

    def bind(self, target: ast.expr, value: Value) -> None:
        """Let a name stand for a value, or several for its parts. Raises NotCompilableError."""
        if isinstance(target, ast.Name):
            self.known[target.id] = value
            return
        if not isinstance(target, ast.Tuple | ast.List):
            shown = ast.unparse(target)
            raise self.refused(target, f"`{shown} = ...` changes a value in place", "make the changed value in a step")
        parts = self._parts(target, value)
        if len(parts) != len(target.elts) or any(isinstance(each, ast.Starred) for each in target.elts):
            told = f"{len(target.elts)} names for {len(parts)} values"
            raise self.refused(target, f"`{ast.unparse(target)} = ...`: {told}", "name each of them")
        for each, part in zip(target.elts, parts, strict=True):
            self.bind(each, part)

    def _parts(self, target: ast.expr, value: Value) -> Sequence[Value]:
        match value:
            case Constant(known):
                return [Constant(each) for each in known]
            case Many(items, form) if form != "text":
                return items
            case Reference(kind=kind) if (length := length_of(kind.hint)) is not None and not value.is_collection:
                return [value.part(number) for number in range(length)]
            case _:
                reason = (
                    f"`{ast.unparse(target)} = ...`: how many values there are is known only when the pipeline runs"
                )
                raise self.refused(target, reason, "annotate a tuple: tuple[str, float]")

    def refuse_statement(self, node: ast.stmt) -> Exception:
        """The error for a statement that has no compiled meaning."""
        reason, hint = _STATEMENTS.get(
            type(node), (f"`{ast.unparse(node).splitlines()[0]}` cannot be compiled", _IN_A_STEP)
        )
        return self.refused(node, reason, hint)


def assigned_in(body: Sequence[ast.stmt]) -> set[str]:
    """The names that statements set, however deep; not those of comprehensions, which are their own."""
    found = set[str]()
    for node in body:
        for each in ast.walk(node):
            if isinstance(each, ast.Assign):
                found |= {name for target in each.targets for name in _stored(target)}
            elif isinstance(each, ast.AnnAssign | ast.AugAssign | ast.For | ast.NamedExpr):
                found |= _stored(each.target)
    return found


def _stored(target: ast.expr) -> set[str]:
    return {each.id for each in ast.walk(target) if isinstance(each, ast.Name)}
