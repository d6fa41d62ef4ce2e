"""The program of a step: its function with what it uses, and what calls it with Kubeflow's inputs."""

import ast
import functools
import inspect
from collections.abc import Mapping, Sequence
from typing import Any, cast

from tidemill.runtime.lightweight import OWN
from tidemill.sdk.authoring import inside
from tidemill.sdk.authoring.kinds import Kind, classes_of, expression_of
from tidemill.sdk.authoring.problems import refused
from tidemill.sdk.authoring.sources import Source
from tidemill.sdk.authoring.using import INSIDE, Gathering

_LARGEST = 512 * 1024
Plan = tuple[Any, ...]
"""How an argument is made of inputs; `inside.Step` says the forms."""


def program_of(
    function: Any,
    source: Source,
    takes: Mapping[str, Plan],
    gives: Sequence[tuple[str, Kind]],
    *,
    is_single: bool,
    hints: Sequence[Any],
) -> str:
    """The text of a program, in which `entry_of(function)` is what kfp executes. Raises NotCompilableError."""
    used = Gathering(function, source)
    for hint in hints:
        used.add_all([each.__name__ for each in classes_of(hint) if each.__module__ == function.__module__])
    definitions = "\n\n".join(used.definitions.values())
    imports = "\n".join(dict.fromkeys(used.imports.values()))
    ours = "".join(f"{name} = {what}\n" for name, what in used.ours.items())
    offered = f"{INSIDE}.offer({used.modules!r})\n" if used.modules else ""
    needs_it_first = bool(offered) or any(name in definitions for name in used.ours)
    first = f"{_inside()}{offered}{ours}" if needs_it_first else ""
    last = "" if needs_it_first else f"{_inside()}{ours}"
    text = f"{OWN}from __future__ import annotations\n\n{first}{imports}\n\n{definitions}\n\n{source.text}\n\n{last}"
    text += _call(function.__name__, takes, gives, is_single=is_single)
    if len(text) > _LARGEST:
        reason = f"the program of {function.__name__}, with what it uses, has more than {_LARGEST >> 10} KiB"
        raise refused(source.place(source.tree), reason, "read large data inside the step, from a file or an address")
    return text


def entry_of(name: str) -> str:
    """The function in a program that takes Kubeflow's inputs."""
    return f"{name}__step"


def _call(name: str, takes: Mapping[str, Plan], gives: Sequence[tuple[str, Kind]], *, is_single: bool) -> str:
    plans = "".join(f"    {argument!r}: {_plan(plan)},\n" for argument, plan in takes.items())
    outputs = ", ".join(f"({output!r}, {kind.what!r}, {_hint(kind)})" for output, kind in gives)
    return f"""
_step = {INSIDE}.Step({name}, {{
{plans}}}, [{outputs}], {is_single}, globals())


def {entry_of(name)}(**inputs):
    return _step.returned(_step.call(inputs))


_step.annotate({entry_of(name)})
tidemill_execute = _step.execute
"""


def _plan(plan: Plan) -> str:
    how = plan[0]
    if how in ("list", "tuple"):
        return f"({how!r}, [{', '.join(_plan(each) for each in plan[1])}])"
    if how == "dict":
        return f"('dict', {{{', '.join(f'{name!r}: {_plan(each)}' for name, each in plan[1].items())}}})"
    if how == "value":
        return f"('value', {plan[1]!r}, {expression_of(plan[2])})"
    return repr(plan)


def _hint(kind: Kind) -> str:
    return expression_of(kind.hint) if kind.is_value else "None"


@functools.cache
def _inside() -> str:
    text = ast.unparse(_WithoutDocstrings().visit(ast.parse(inspect.getsource(inside))))
    quote = "'''"
    if quote in text:
        raise AssertionError("inside.py is quoted in programs, and must not hold three quotes of that kind")
    return f"""
# What reads and writes the inputs and outputs of the step.
import sys
import types

{INSIDE} = sys.modules["{INSIDE}"] = types.ModuleType("{INSIDE}")
exec(compile(r{quote}{text}{quote}, "{INSIDE}.py", "exec"), {INSIDE}.__dict__)
"""


class _WithoutDocstrings(ast.NodeTransformer):
    """A program holds what is executed: the explanations are for who reads the source."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        body = getattr(node, "body", None)
        if isinstance(body, list):
            kept = [each for each in cast("list[ast.stmt]", body) if not _is_text(each)]
            node.body = kept or [ast.Pass()]  # pyright: ignore[reportAttributeAccessIssue]
        return super().generic_visit(node)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
