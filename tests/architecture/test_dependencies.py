"""The base install has what `tidemill up` needs, all of it and nothing else."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.architecture import source

PROJECT = tomllib.loads((source.ROOT / "pyproject.toml").read_text())["project"]

# Needed, and imported by name or by somebody else on our behalf.
NOT_IMPORTED = {
    "alembic": "by name, when a database is not up to date",
    "httptools": "by uvicorn, which is told to",
    "pyyaml": "by msgspec.yaml, for -o yaml",
}

# What runs in users' environments has what is there; a port's conformance suite (contract.py, or contract/) is run by
# those who have pytest.
IN_USERS_ENVIRONMENTS = {"flavors", "runtime"}


def test_every_package_of_the_base_install_is_used() -> None:
    unused = _named(PROJECT["dependencies"]) - _imported() - set(NOT_IMPORTED)
    assert unused == set(), "a package that nothing imports is somebody's download for nothing: leave it out"


def test_everything_that_is_imported_is_in_the_base_install() -> None:
    missing = _imported() - _named(PROJECT["dependencies"])
    assert missing == set(), "add it to `dependencies`, with a page in docs/decisions, or do without"


def test_what_is_said_to_be_needed_by_others_is_still_there() -> None:
    assert set(NOT_IMPORTED) <= _named(PROJECT["dependencies"])


def _named(requirements: list[str]) -> set[str]:
    return {_normal(re.split(r"[\s<>=!~;\[]", requirement)[0]) for requirement in requirements}


def _imported() -> set[str]:
    """The distributions of every module that a server, a command or the SDK imports."""
    modules = {
        module.split(".")[0]
        for file in source.PACKAGE.rglob("*.py")
        if _is_of_the_base_install(file)
        for node in ast.walk(source.tree_of(file))
        for module in source.imported_modules(node)
    }
    owners = packages_distributions()
    foreign = modules - set(sys.stdlib_module_names) - {"tidemill", "compression"}  # which is Python's own from 3.14 on
    return {_normal(owner) for module in foreign for owner in owners.get(module, [module])}


def _is_of_the_base_install(file: Path) -> bool:
    parts = file.relative_to(source.PACKAGE).with_suffix("").parts
    return "contract" not in parts and not IN_USERS_ENVIRONMENTS.intersection(parts)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
