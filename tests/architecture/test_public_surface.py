"""What a package offers is written down: `__all__` of its `__init__`, complete and in order."""

import ast
from pathlib import Path

import pytest

from tests.architecture import source

FACES = [file for file in source.python_files(source.PACKAGE) if file.name == "__init__.py"]


@pytest.mark.parametrize("face", FACES, ids=lambda file: file.parent.relative_to(source.PACKAGE.parent).as_posix())
class TestEveryPackage:
    def test_lists_exactly_the_public_names_of_its_face(self, face: Path) -> None:
        bound = _public_names(source.tree_of(face))
        listed = _listed_names(source.tree_of(face))
        assert listed == bound, f"`__all__` and the names bound in {face.relative_to(source.ROOT)} differ"

    def test_says_in_a_docstring_what_it_is(self, face: Path) -> None:
        assert ast.get_docstring(source.tree_of(face)), f"{face.relative_to(source.ROOT)} has no docstring"


def test_every_module_says_in_a_docstring_what_it_is() -> None:
    modules = source.python_files(source.PACKAGE)
    assert [str(file.relative_to(source.ROOT)) for file in modules if not ast.get_docstring(source.tree_of(file))] == []


def test_every_slice_has_a_page_that_explains_it() -> None:
    slices = [face.parent for face in FACES if face.parent.parent == source.PACKAGE]
    missing = [f"src/tidemill/{folder.name}/README.md" for folder in slices if not (folder / "README.md").exists()]
    assert missing == [], "one page each: its words, what it owns, its invariants, how to add one more"


def _public_names(tree: ast.Module) -> set[str]:
    """What a face binds, at once or, below `if TYPE_CHECKING`, when it is asked for."""
    names: set[str] = set()
    for node in [*tree.body, *_for_checkers(tree)]:
        match node:
            case ast.Import() | ast.ImportFrom():
                names.update((alias.asname or alias.name).split(".")[0] for alias in node.names)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.add(node.name)
            case ast.Assign():
                names.update(target.id for target in node.targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
            case _:
                pass
    names.discard("TYPE_CHECKING")
    return {name for name in names if not name.startswith("_") or name == "__version__"}


def _for_checkers(tree: ast.Module) -> list[ast.stmt]:
    blocks = [node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    return [node for block in blocks for node in block.body]


def _listed_names(tree: ast.Module) -> set[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["__all__"]:
            names: list[str] = ast.literal_eval(node.value)
            assert len(names) == len(set(names)), "`__all__` names something twice"
            return set(names)
    return set()
