"""Pipelines in Python files, as `@tm.pipeline` makes them: found and compiled."""

import importlib.util
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from tidemill.kit.errors import InvalidError, NotFoundError
from tidemill.sdk.authoring import Pipeline

_PYTHON = ".py"
_Any = Pipeline[..., Any]


def is_python(told: str) -> bool:
    """Whether a Python file is meant, or a pipeline in one: `training.py`, `training.py:fit`."""
    return _parts(told)[0].endswith(_PYTHON)


def pipeline_in(told: str) -> Pipeline[..., Any]:
    """The pipeline of a file: the one that it has, or the one that is named. The file is run, as `import` runs it.

    Raises NotFoundError, InvalidError for a file that cannot be run, OSError.
    """
    path, name = _parts(told)
    module = _loaded(Path(path))
    all_of_them = {key: cast("_Any", each) for key, each in vars(module).items() if isinstance(each, Pipeline)}
    found = {key: each for key, each in all_of_them.items() if each.function.__module__ == module.__name__}
    chosen = {key: each for key, each in found.items() if not name or name in (key, each.name)}
    if len(chosen) == 1:
        return next(iter(chosen.values()))
    known = ", ".join(f"{path}:{key}" for key in chosen or found)
    if chosen:
        raise InvalidError(f"{path} has {len(chosen)} pipelines", hint=f"name one: {known}")
    if found:
        raise NotFoundError(f"{path} has no pipeline {name!r}", hint=f"it has: {known}")
    target = Path(path).with_suffix(".yaml").name
    raise NotFoundError(
        f"{path} has no function with @tm.pipeline",
        hint=f"what kfp's own SDK wrote is compiled by it: `kfp dsl compile --py {path} --output {target}`",
    )


def _parts(told: str) -> tuple[str, str]:
    """The file, and the name behind a colon."""
    path, colon, name = told.rpartition(":")
    return (path, name) if colon and path.endswith(_PYTHON) else (told, "")


def _loaded(path: Path) -> ModuleType:
    path.stat()  # the system's own words where it is not there
    name = path.stem if path.stem.isidentifier() and path.stem not in sys.modules else "pipeline_file"
    spec = importlib.util.spec_from_file_location(name, path.resolve())
    if spec is None or spec.loader is None:
        raise InvalidError(f"{path} is no Python file")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.resolve().parent))  # as Python does for a script
    try:
        spec.loader.exec_module(module)
    except InvalidError:
        raise
    except Exception as error:
        place = next(
            (f":{each.lineno}" for each in reversed(_frames(error)) if each.filename == str(path.resolve())), ""
        )
        said = str(error).splitlines()[0] if str(error) else ""
        raise InvalidError(
            f"{path}{place} cannot be run: {type(error).__name__}: {said}", hint=f"`python {path}` shows where"
        ) from error
    return module


def _frames(error: Exception) -> list[traceback.FrameSummary]:
    return list(traceback.extract_tb(error.__traceback__))
