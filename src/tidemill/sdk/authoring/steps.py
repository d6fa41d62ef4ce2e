"""`@tm.step`: a function that is one task of a pipeline."""

import ast
import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Generic, ParamSpec, TypeVar, Unpack, cast, overload

from tidemill.sdk.authoring.inside import Metrics, checked, checked_metrics, given
from tidemill.sdk.authoring.kinds import Kind, hints_of, outputs_of
from tidemill.sdk.authoring.step_options import StepOptions, StepWords
from tidemill.sdk.authoring.written import Written

P = ParamSpec("P")
T = TypeVar("T")


class Step(Written, Generic[P, T]):
    """A step. Called, it is its function, with the checks that its values will meet when it runs elsewhere."""

    what = "the step"
    to_annotate = "annotate it: int, float, str, bool, list, dict, a dataclass; any other type is kept as a file"

    def __init__(self, function: Callable[P, T], options: StepOptions) -> None:
        super().__init__(function, options.name or function.__name__)
        self.options = options

    def __repr__(self) -> str:
        return f"<Step {self.name}>"

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run it here. Raises TypeError or ValueError for values that JSON could not hand over."""
        bound = self.signature.bind(*args, **kwargs)
        for name, value in bound.arguments.items():
            bound.arguments[name] = _handed(value, self.takes[name], f"the input {name} of {self.name}")
        return self._returned(self.function(*bound.args, **bound.kwargs))

    def map(self, items: Iterable[Any], /, **fixed: Any) -> list[T]:
        """Call it for each item, as its first argument that `fixed` does not give; in a pipeline side by side."""
        free = next((name for name in self.signature.parameters if name not in fixed), None)
        if free is None:
            raise TypeError(f"{self.name}.map gives all arguments by name, and none is left for the items")
        each: Any = self
        return [each(**{free: item}, **fixed) for item in items]

    def after(self, *before: object) -> "Step[P, T]":
        """It, to be run after what these values came from: `deploy.after(tested)(model)`."""
        return self

    def with_options(self, **options: Unpack[StepWords]) -> "Step[P, T]":
        """It, with other options."""
        return Step(self.function, replace(self.options, **options))

    @functools.cached_property
    def outputs(self) -> tuple[Sequence[tuple[str, Kind]], Sequence[str] | None]:
        """What it gives: outputs, and the fields of a NamedTuple, none of a tuple, None of a single value."""
        hints = hints_of(self.function)
        if "return" not in hints:
            if _returns_something(self.source.tree):
                raise self.refused("it returns something, and no annotation says what", "write -> and the type")
            return [], None
        outputs, fields = outputs_of(hints["return"], _returned_names(self.source.tree))
        for name, kind in outputs:
            if kind.optional:
                reason = f"{'what it returns' if name == 'Output' else name} may be None, which no output can be"
                raise self.refused(reason, "return a value that says so, such as an empty text or -1")
        taken = set(self.signature.parameters)
        return [(f"{name}_out" if name in taken else name, kind) for name, kind in outputs], fields

    def _returned(self, found: T) -> T:
        outputs, fields = self.outputs
        if not outputs:
            return found
        if fields is None:
            return _handed(found, outputs[0][1], f"what {self.name} returns")
        values: list[Any] = [*cast("Iterable[Any]", found)]
        if len(values) != len(outputs):
            raise TypeError(f"{self.name} returns {len(values)} values, and {len(outputs)} were annotated")
        handed = [
            _handed(value, kind, f"{name}, which {self.name} returns,")
            for value, (name, kind) in zip(values, outputs, strict=True)
        ]
        made: Any = type(found)
        return made(*handed) if fields else made(handed)


@overload
def step(function: Callable[P, T], /) -> Step[P, T]: ...


@overload
def step(**options: Unpack[StepWords]) -> Callable[[Callable[P, T]], Step[P, T]]: ...


def step(function: Any = None, /, **options: Unpack[StepWords]) -> Any:
    """Make a function a step of pipelines: `@step` or `@step(packages=["pandas"], retries=2)`.

    Called outside of a pipeline that is compiled, it is the function that it was.
    """
    chosen = StepOptions(**options)
    if function is not None:
        return Step(function, chosen)

    def make(below: Callable[..., Any]) -> Step[..., Any]:
        return Step(below, chosen)

    return make


def _handed(value: Any, kind: Kind, what: str) -> Any:
    """A value as the next step gets it: of parameters a copy, held to JSON."""
    if value is None and kind.optional:
        return None
    if kind.what == "metrics":
        return Metrics(checked_metrics(value))
    return given(checked(value, kind.hint, what), kind.hint) if kind.is_value else value


def _returns_something(tree: ast.FunctionDef) -> bool:
    return any(each.value is not None for each in _returns(tree))


def _returned_names(tree: ast.FunctionDef) -> Sequence[str]:
    """`a` and `b` of a function that returns `a, b` and nothing else."""
    found = list(_returns(tree))
    value = found[0].value if len(found) == 1 else None
    names = [each.id for each in value.elts if isinstance(each, ast.Name)] if isinstance(value, ast.Tuple) else []
    is_whole = isinstance(value, ast.Tuple) and len(names) == len(value.elts) and len(set(names)) == len(names)
    return names if is_whole else []


def _returns(tree: ast.AST) -> Iterable[ast.Return]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Return):
            yield node
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            yield from _returns(node)
