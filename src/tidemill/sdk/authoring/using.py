"""What a step's function uses of its module, written down so that it runs where that module is not."""

import ast
import inspect
import linecache
import math
import symtable
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType, ModuleType
from typing import Any, cast

from tidemill.sdk.authoring import inside
from tidemill.sdk.authoring.problems import refused
from tidemill.sdk.authoring.sources import Source
from tidemill.sdk.installed import is_own

INSIDE = "tidemill_inside"
"""The name of `inside.py` in a program."""
_LONGEST_CONSTANT = 64 * 1024
_OURS = __name__.partition(".")[0]
_LITERAL = (str, int, float, bool, bytes, type(None))


class Gathering:
    """Gathers what a function uses, and what that uses: imports, definitions in an order in which they can be run, and
    modules of the user's own, whole."""

    def __init__(self, function: Callable[..., Any], source: Source) -> None:
        self.imports: dict[str, str] = {}
        self.definitions: dict[str, str] = {}
        self.modules: dict[str, str] = {}
        self.ours: dict[str, str] = {}
        """Names that stand for something of Tidemill's."""
        self._function = function
        self._source = source
        self._names: Mapping[str, Any] = getattr(function, "__globals__", {})
        self._module = str(self._names.get("__name__", ""))
        self._tree: ast.Module | None = None
        self._doing: set[str] = set()
        self._refuse_closure()
        self.add_all(names_used(source.text))

    def add_all(self, names: Iterator[str] | list[str]) -> None:
        for name in names:
            self._add(name)

    def _add(self, name: str) -> None:
        own = name == self._function.__name__ and self._names.get(name) is not None
        if own or name in self._doing or name not in self._names:
            return  # itself, what is known already, and what is of Python or of nobody
        self._doing.add(name)
        value = self._names[name]
        value = getattr(value, "function", value) if _is_ours(type(value)) else value
        if (ours := _ours(value)) is not None:
            self.ours[name] = ours
        elif isinstance(value, ModuleType):
            self._import_module(name, value)
        elif isinstance(value, (FunctionType, type)) and value.__module__ == self._module:
            self._define(name, value)
        elif (statement := self._import_of(name)) is not None:
            self._import(name, statement)
        elif _is_literal(value):
            self.definitions[name] = f"{name} = {value!r}\n"
        elif (module := _home_of(value)) is not None:
            self._import(name, f"from {module} import {value.__qualname__} as {name}")
        else:
            self._assign(name, value)

    def _define(self, name: str, value: Any) -> None:
        """A function or a class of the same module."""
        try:
            text = textwrap.dedent(inspect.getsource(inspect.unwrap(value)))
        except (OSError, TypeError) as error:
            text = self._written(value.__name__)
            if text is None:
                raise self._refused(name, f"its source cannot be read: {error}") from error
        if isinstance(value, FunctionType) and _is_ours(type(self._names[name])):
            tree = ast.parse(text).body[0]
            text = "".join(text.splitlines(keepends=True)[getattr(tree, "lineno", 1) - 1 :])
        self.add_all(names_used(text))
        self.definitions[name] = text if name == value.__name__ else f"{text}{name} = {value.__name__}\n"

    def _written(self, name: str) -> str | None:
        """The last definition of a name at the top of the module: in a notebook Python knows no source of classes."""
        kinds = (ast.ClassDef, ast.FunctionDef)
        found = [node for node in self._module_tree().body if isinstance(node, kinds) and node.name == name]
        return f"{ast.unparse(found[-1])}\n" if found else None

    def _assign(self, name: str, value: Any) -> None:
        """A constant that is no literal: by the assignment that made it."""
        found = [
            node
            for node in self._module_tree().body
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and name in _targets(node)
        ]
        if len({ast.unparse(node) for node in found}) != 1:
            times = "is assigned several times" if found else "is not assigned at the top of the module"
            raise self._refused(name, f"it is a {type(value).__name__} that {times}")
        node = found[0]
        text = f"{ast.unparse(node)}\n"
        for each in _targets(node):
            self._doing.add(each)
        self.add_all(names_used(text))
        self.definitions[name] = text

    def _import_module(self, name: str, module: ModuleType) -> None:
        statement = self._import_of(name) or f"import {module.__name__} as {name}"
        self._import(name, statement)

    def _import(self, name: str, statement: str) -> None:
        self.imports[name] = statement
        for module in _modules_in(ast.parse(statement), self._names.get("__package__") or ""):
            self._carry(module)

    def _carry(self, name: str) -> None:
        """A module of the user's own, and those that it imports, as far as they are loaded here."""
        module = sys.modules.get(name)
        if module is None or name in self.modules or not is_own(name, module):
            return
        if "." in name:
            self._carry(name.rpartition(".")[0])
        try:
            self.modules[name] = text = inspect.getsource(module)
        except OSError:  # an empty file
            self.modules[name] = text = ""
        except TypeError as error:
            raise self._refused(name, f"the module has no source: {error}") from error
        package = name if hasattr(module, "__path__") else name.rpartition(".")[0]
        for each in _modules_in(ast.parse(text), package):
            self._carry(each)

    def _import_of(self, name: str) -> str | None:
        """The statements of the module that import a name."""
        found = list[str]()
        for node in ast.walk(self._module_tree()):
            if isinstance(node, ast.Import):
                found += [f"import {_named(each)}" for each in node.names if _bound(each) == name]
            elif isinstance(node, ast.ImportFrom):
                source = _absolute(node, self._names.get("__package__") or "")
                found += [f"from {source} import {_named(each)}" for each in node.names if _bound(each) == name]
        return "\n".join(dict.fromkeys(found)) or None

    def _module_tree(self) -> ast.Module:
        """The tree of the function's module; of a notebook that of all cells that were run."""
        if self._tree is None:
            module = sys.modules.get(self._module)
            try:
                self._tree = ast.parse(inspect.getsource(module)) if module is not None else _cells()
            except (OSError, TypeError, SyntaxError):
                self._tree = _cells()
        return self._tree

    def _refuse_closure(self) -> None:
        free = getattr(self._function, "__code__", None) and self._function.__code__.co_freevars
        if free:
            place, name = self._source.place(self._source.tree), self._function.__name__
            reason = f"{name} uses {', '.join(free)} of the function around it, which is not there where the step runs"
            raise refused(place, reason, "hand it in as an argument, or write it at the top of the module")

    def _refused(self, name: str, why: str) -> Exception:
        place = self._source.place(self._source.tree)
        reason = f"{self._function.__name__} uses {name}, which cannot be sent along: {why}"
        return refused(place, reason, "make it inside the step, or import it from a package that the step names")


def _cells() -> ast.Module:
    """The cells of a notebook, in the order in which they were run."""
    body = list[ast.stmt]()
    for name in list(linecache.cache):
        if name.startswith("<ipython-input") or "ipykernel_" in name:
            try:
                body += ast.parse("".join(linecache.getlines(name))).body
            except SyntaxError:
                continue  # a magic, which is no Python
    return ast.Module(body, [])


def names_used(text: str) -> list[str]:
    """The names that a text takes from its module, without those of annotations."""
    tree = _WithoutAnnotations().visit(ast.parse(text))
    found: dict[str, None] = {}
    _walk(symtable.symtable(ast.unparse(tree), "source", "exec"), found)
    return list(found)


class _WithoutAnnotations(ast.NodeTransformer):
    """Programs do not evaluate annotations of functions; those of classes may mean something, as in dataclasses."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        arguments = node.args
        all_of_them = [
            *arguments.posonlyargs,
            *arguments.args,
            *arguments.kwonlyargs,
            arguments.vararg,
            arguments.kwarg,
        ]
        for argument in all_of_them:
            if argument is not None:
                argument.annotation = None
        node.returns = None
        return self.generic_visit(node)


def _walk(table: symtable.SymbolTable, found: dict[str, None]) -> None:
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (table.get_type() == "module" or symbol.is_global()):
            found[symbol.get_name()] = None
    for child in table.get_children():
        _walk(child, found)


def _modules_in(tree: ast.Module, package: str) -> Iterator[str]:
    """The names of modules that a text may import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for each in node.names:
                yield each.name
        elif isinstance(node, ast.ImportFrom):
            source = _absolute(node, package)
            yield source
            for each in node.names:
                yield f"{source}.{each.name}"


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    around = parts[: len(parts) - node.level + 1]
    return ".".join([*around, *([node.module] if node.module else [])])


def _named(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _targets(node: ast.Assign | ast.AnnAssign) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)]


def _is_literal(value: Any) -> bool:
    """Whether Python reads back what it writes of a value."""
    return _is_plain(value) and len(repr(value)) < _LONGEST_CONSTANT


def _is_plain(value: Any) -> bool:
    if type(value) in (list, tuple, set):
        return all(map(_is_plain, value)) and (bool(value) or type(value) is not set)
    if isinstance(value, dict) and type(cast("object", value)) is dict:
        return all(_is_plain(each) for pair in cast("dict[Any, Any]", value).items() for each in pair)
    return type(cast("object", value)) in _LITERAL and (not isinstance(value, float) or math.isfinite(value))


def _home_of(value: Any) -> str | None:
    """The module from which a value can be imported by its own name."""
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if not isinstance(module, str) or not isinstance(name, str) or not name.isidentifier() or module == "__main__":
        return None
    return module if getattr(sys.modules.get(module), name, None) is value else None


def _is_ours(value: Any) -> bool:
    return str(getattr(value, "__module__", "")).partition(".")[0] == _OURS


def _ours(value: Any) -> str | None:
    """What stands for something of Tidemill's in a program."""
    if isinstance(value, ModuleType) and value.__name__ == _OURS:
        return INSIDE
    for each in (inside.Metrics, inside.HTML, inside.Markdown):
        if value is each:
            return f"{INSIDE}.{each.__name__}"
    return None
