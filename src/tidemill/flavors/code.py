"""The code that goes along with a model: copied into its folder `code`, importable again when it is loaded."""

import shutil
import site
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from tidemill.flavors import folders
from tidemill.flavors.errors import ModelError

FOLDER = "code"
_IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc", ".git", ".venv")


def copy(folder: Path, paths: Sequence[str | Path]) -> str | None:
    """Copy modules and packages into a model, and give the name of their folder; None without any."""
    if not paths:
        return None
    target = folder / FOLDER
    target.mkdir()
    for told in paths:
        path = Path(told).expanduser().resolve()
        if not path.exists():
            raise ModelError(f"the code path {told} is not there", hint="give a Python file, or a package's folder")
        if folder.resolve().is_relative_to(path):
            raise ModelError(f"the code path {told} holds the model itself", hint="give the package's folder alone")
        if path.is_dir():
            shutil.copytree(path, target / path.name, ignore=_IGNORED, symlinks=False)
        else:
            shutil.copyfile(path, target / path.name)
    return FOLDER


def make_importable(folder: Path, section: Mapping[str, Any]) -> None:
    """Put a trusted model's code in front of what Python finds: it goes on being imported while the model is used."""
    if (told := section.get("code")) is None:
        return
    path = str(folders.inside(folder, told, "code").resolve())
    if path not in sys.path:
        sys.path.insert(0, path)


def is_users_own(module: ModuleType) -> bool:
    """Whether a module is neither of the standard library nor installed, and so not where a model is loaded."""
    file = getattr(module, "__file__", None)
    if module.__name__ == "__main__" or file is None:
        return False
    path = Path(file).resolve()
    homes = [*site.getsitepackages(), site.getusersitepackages(), *map(str, _LIBRARIES)]
    return not any(path.is_relative_to(Path(home).resolve()) for home in homes)


_LIBRARIES = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
