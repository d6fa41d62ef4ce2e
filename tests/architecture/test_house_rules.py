"""Rules of the house that no linter knows, each with the way out in its message."""

import ast
from pathlib import Path

import pytest

from tests.architecture import source

READS_THE_ENVIRONMENT = (
    "core/settings",
    "core/settings.py",
    "runtime/step_containers.py",  # hands that of a step on to its container
    "runtime/steps.py",  # takes out of it what is to be a file
    "runtime/task.py",  # sets that of a fork
    "sdk/variables.py",  # where users' own code finds its server
)
_ENVIRONMENT = {"os.environ", "os.getenv", "os.environb"}


def test_no_module_of_ours_is_imported_inside_a_function() -> None:
    hidden = [
        source.where(file, node)
        for file in source.python_files(source.PACKAGE)
        for function in source.functions_in(source.tree_of(file))
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom) and any(map(source.is_ours, source.imported_modules(node)))
    ]
    assert hidden == [], "move what both sides need into a module below them, or pass it in"


def test_only_the_settings_read_the_environment() -> None:
    readers = [
        source.where(file, node)
        for file in source.python_files(source.PACKAGE)
        if not file.relative_to(source.PACKAGE).as_posix().startswith(READS_THE_ENVIRONMENT)
        for node in ast.walk(source.tree_of(file))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in _ENVIRONMENT
    ]
    assert readers == [], (
        "take the setting as an argument; the settings alone read the environment, and sdk/variables for users"
    )


def test_no_test_patches_our_code() -> None:
    patches = [
        place
        for file in source.python_files(source.TESTS)
        if source.TESTS / "architecture" not in file.parents
        for place in _patches_in(file)
    ]
    assert patches == [], "use the real thing, or the slice's own fake (fakes.py)"


@pytest.mark.parametrize(
    "code",
    [
        "def test(monkeypatch): monkeypatch.setattr('tidemill.kit.clock.now_ms', lambda: 0)",
        "from tidemill.kit import clock\ndef test(monkeypatch): monkeypatch.setattr(clock, 'now_ms', lambda: 0)",
        "import tidemill.kit.clock\ndef test(monkeypatch): monkeypatch.setattr(tidemill.kit.clock, 'now_ms', None)",
        "from unittest.mock import patch\n@patch('tidemill.kit.clock.now_ms')\ndef test(now): ...",
        "from unittest import mock\ndef test():\n    with mock.patch('tidemill.kit.clock.now_ms'): ...",
    ],
)
def test_a_patch_of_our_code_would_be_seen(tmp_path: Path, code: str) -> None:
    file = tmp_path / "test_patching.py"
    file.write_text(code)
    assert len(_patches_in(file)) == 1


def test_a_patch_of_the_machine_is_allowed(tmp_path: Path) -> None:
    file = tmp_path / "test_setting.py"
    file.write_text("def test(monkeypatch): monkeypatch.setenv('TZ', 'UTC'); monkeypatch.setattr('sys.argv', [])")
    assert _patches_in(file) == []


def _patches_in(file: Path) -> list[str]:
    """Every call that replaces something of ours by something else."""
    tree = source.tree_of(file)
    ours = {
        alias.asname or alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom) and any(map(source.is_ours, source.imported_modules(node)))
        for alias in node.names
    }
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    return [f"{file.name}:{call.lineno}" for call in calls if _is_patcher(call.func) and _aims_at(call.args[0], ours)]


def _is_patcher(function: ast.expr) -> bool:
    return ast.unparse(function).split(".")[-1] in {"setattr", "delattr", "patch"} or ".patch." in ast.unparse(function)


def _aims_at(target: ast.expr, ours: set[str]) -> bool:
    if isinstance(target, ast.Constant) and isinstance(target.value, str):
        return source.is_ours(target.value)
    return ast.unparse(target).split(".")[0] in ours
