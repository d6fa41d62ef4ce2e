"""The project's own files, read once for all the checks in this folder."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "tidemill"
TESTS = ROOT / "tests"
UI = ROOT / "ui" / "src"


def python_files(folder: Path) -> list[Path]:
    """Every Python file below a folder that people write and read: not what tools generated."""
    return sorted(file for file in folder.rglob("*.py") if not _is_generated(file))


def page_files() -> list[Path]:
    """Every hand-written source file of the page."""
    files = [file for pattern in ("*.ts", "*.tsx", "*.css") for file in UI.rglob(pattern)]
    return sorted(file for file in files if not file.stem.startswith("generated"))


@functools.cache
def tree_of(file: Path) -> ast.Module:
    """A file's syntax tree."""
    return ast.parse(file.read_text(), filename=str(file))


def where(file: Path, node: ast.stmt | ast.expr) -> str:
    """A place as an editor opens it."""
    return f"{file.relative_to(ROOT)}:{node.lineno}"


def functions_in(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a tree, however deep."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def imported_modules(node: ast.AST) -> list[str]:
    """What an import statement imports from; nothing for any other node."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module]
    return []


def is_ours(module: str) -> bool:
    """Whether a dotted name is the package or lies in it."""
    return module == "tidemill" or module.startswith("tidemill.")


def _is_generated(file: Path) -> bool:
    """Migrations are written down by Alembic once and never edited."""
    return "generated" in file.parts or file.parent.parts[-2:] == ("migrations", "versions")
