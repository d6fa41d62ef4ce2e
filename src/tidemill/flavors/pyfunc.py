"""Plain Python: a function, or an object with `predict`, stored by cloudpickle in the form of MLflow's python_function.

Other models of this form are loaded too: those with a loader module of their own among their code, and MLflow's models
from code, which need mlflow.
"""

import importlib
import inspect
import io
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from tidemill.flavors import adapter, code, folders, libraries, other, pickles, requirements
from tidemill.flavors.errors import BrokenModelError, ModelError, UnsafeModelError
from tidemill.flavors.flavor import Options, Predict, Written
from tidemill.flavors.mlmodel import PYFUNC, MLmodel

NAME = PYFUNC
FORMATS = ("cloudpickle",)
_FILE = "python_model.pkl"
_LOADER = "mlflow.pyfunc.model"


@dataclass(frozen=True, slots=True)
class Context:
    """What a model in plain Python is given beside its input: its files by name, and its configuration."""

    artifacts: Mapping[str, str]
    """Name → path."""
    model_config: Mapping[str, Any] = field(default_factory=dict[str, Any])


def detects(model: Any) -> bool:
    """Whatever can be called with data."""
    return callable(getattr(model, "predict", None)) or inspect.isroutine(model)


def save(model: Any, folder: Path, options: Options) -> Written:
    """The object as a pickle; among the settings `artifacts` (name → path of a file or folder) and `model_config`."""
    if inspect.isclass(model):
        raise ModelError(f"{model.__qualname__} is a class", hint=f"save an object of it: {model.__qualname__}()")
    artifacts = _copied(folder, options.settings.get("artifacts") or {})
    section: dict[str, Any] = {
        "cloudpickle_version": libraries.version("cloudpickle"),
        "loader_module": _LOADER,
        "python_model": _FILE,
        "streamable": hasattr(model, "predict_stream"),
    }
    if artifacts:
        section["artifacts"] = artifacts
    if config := options.settings.get("model_config"):
        section["config"] = dict(config)
    content = _pickled(model, by_value=not options.settings.get("code_paths"))
    (folder / _FILE).write_bytes(content)
    packages = ["cloudpickle", *(name for name in requirements.named_by_pickle(content) if name != "cloudpickle")]
    return Written({}, section, packages)


def dangers(folder: Path, told: MLmodel) -> Sequence[str]:
    """It is its author's own code, however it is stored."""
    section = told.pyfunc
    if "python_model" in section:
        return (f"{section['python_model']} is a pickle",)
    if told.loader.startswith("mlflow."):
        return (f"{section.get('model_code_path', 'its script')} is Python code of its author",)
    return (f"its loader {told.loader or '(none)'} is Python code of its author",)


def load(folder: Path, told: MLmodel, *, trusted: bool) -> Any:
    """The user's object: what its loader module gives, or what was pickled, with its files and configuration."""
    if not trusted:
        raise UnsafeModelError(f"{'; '.join(dangers(folder, told))}: loading it can run anything", hint=pickles.HINT)
    section = told.pyfunc
    code.make_importable(folder, section)
    if told.loader == _LOADER:
        path = folders.inside(folder, section.get("python_model"), "python_model")
        model = pickles.load(path, trusted=trusted)
        if hasattr(model, "load_context"):
            model.load_context(context_of(folder, told))
        return model.wrapped if type(model).__name__ == adapter.Adapter.__name__ else model
    if told.loader.startswith("mlflow."):
        return other.load(folder, told, trusted=trusted)
    return _by_own_loader(folder, told)


def predictor(model: Any, folder: Path, told: MLmodel) -> Predict:
    """Its `predict`, called with what it names among its parameters."""
    if libraries.is_of(model, "mlflow") and type(model).__name__ == "PyFuncModel":
        return other.predictor(model, folder, told)
    function = getattr(model, "predict", model)
    context = context_of(folder, told)
    return lambda data, params: adapter.call(function, context, data, params)


def context_of(folder: Path, told: MLmodel) -> Context:
    """The files and the configuration of a stored model."""
    listed: Any = told.pyfunc.get("artifacts") or {}
    if not isinstance(listed, dict):
        raise BrokenModelError("artifacts of the model is no mapping", hint="save the model again")
    paths: dict[str, str] = {}
    for name, one in cast("dict[str, Any]", listed).items():
        path = cast("dict[str, Any]", one).get("path") if isinstance(one, dict) else None
        paths[name] = str(folders.inside(folder, path, f"the artifact {name}"))
    return Context(paths, told.pyfunc.get("config") or {})


def _by_own_loader(folder: Path, told: MLmodel) -> Any:
    section = told.pyfunc
    data = section.get("data")
    path = folder if data is None else folders.inside(folder, data, "data of python_function")
    try:
        module = importlib.import_module(told.loader)
    except (ImportError, ValueError) as error:
        raise BrokenModelError(
            f"its loader {told.loader!r} cannot be imported: {error}",
            hint="it lies among the model's code, or in a package to install",
        ) from error
    return module._load_pyfunc(str(path))  # noqa: SLF001 - the name that the form gives it


def _copied(folder: Path, artifacts: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Copy files into the model, and say where they are."""
    told: dict[str, dict[str, str]] = {}
    for name, source in artifacts.items():
        path = Path(str(source)).expanduser()
        if not path.exists():
            raise ModelError(f"the artifact {name} is {source}, which is not there", hint="give a file or a folder")
        target = folder / "artifacts" / path.name
        if target.exists():
            raise ModelError(f"two artifacts have the name {path.name}", hint="rename one")
        target.parent.mkdir(exist_ok=True)
        if path.is_dir():
            shutil.copytree(path, target)
        else:
            shutil.copyfile(path, target)
        told[name] = {"path": target.relative_to(folder).as_posix(), "uri": str(source)}
    return told


def _pickled(model: Any, *, by_value: bool) -> bytes:
    cloudpickle = libraries.load("cloudpickle")
    modules = [adapter]
    own = sys.modules.get(getattr(model, "__module__", None) or type(model).__module__)
    if by_value and own is not None and own is not adapter and code.is_users_own(own):
        modules.append(own)
    for module in modules:
        cloudpickle.register_pickle_by_value(module)
    try:
        stream = io.BytesIO()
        cloudpickle.dump(model if libraries.is_of(model, "mlflow") else adapter.Adapter(model), stream)
    except Exception as error:
        raise ModelError(
            f"the model cannot be pickled: {type(error).__name__}: {error}",
            hint="open files, locks and connections belong into load_context(context), not into the object",
        ) from error
    finally:
        for module in modules:
            cloudpickle.unregister_pickle_by_value(module)
    return stream.getvalue()
