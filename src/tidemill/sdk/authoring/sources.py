"""The source of a function as it stands in its file, with the lines that an editor shows."""

import ast
import inspect
import os
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tidemill.sdk.authoring.problems import refused


@dataclass(frozen=True, slots=True)
class Source:
    """A function's text, without its decorators, and its tree."""

    file: str
    text: str
    tree: ast.FunctionDef

    def place(self, node: ast.AST) -> str:
        """A place as an editor opens it."""
        return f"{self.file}:{getattr(node, 'lineno', self.tree.lineno)}"


def source_of(function: Callable[..., Any]) -> Source:
    """The source of a function. Raises NotCompilableError for one that has none, or is none."""
    name = getattr(function, "__qualname__", repr(function))
    code = getattr(function, "__code__", None)
    if code is None or name.endswith("<lambda>"):
        raise refused(name, "only a function that is written with def can be compiled", "write it with def")
    file = _shown(code.co_filename)
    try:
        lines, first = inspect.getsourcelines(function)
    except (OSError, TypeError) as error:
        hint = "write it into a file or a cell of a notebook, and not into the interactive shell or exec"
        raise refused(f"{file}:{code.co_firstlineno}", f"the source of {name} cannot be read: {error}", hint) from error
    text = textwrap.dedent("".join(lines))
    tree = ast.parse(text).body[0]
    place = f"{file}:{max(first, 1)}"
    if isinstance(tree, ast.AsyncFunctionDef):
        raise refused(place, f"{name} is async", "write it with def; a step may call asyncio.run(...)")
    if not isinstance(tree, ast.FunctionDef):
        raise refused(place, f"{name} is no function that is written with def", "write it with def")
    bare = "".join(text.splitlines(keepends=True)[tree.lineno - 1 :])
    ast.increment_lineno(tree, max(first, 1) - 1)
    return Source(file, bare, tree)


def _shown(file: str) -> str:
    """Relative to where the user is, where it is below."""
    if file.startswith("<"):
        return file
    relative = os.path.relpath(file)
    return file if relative.startswith("..") else str(Path(relative))
