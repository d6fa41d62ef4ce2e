"""PyTorch: modules as exported programs (.pt2), as TorchScript, or as pickles.

An exported program is looked into before it is loaded (`pt2_files.py`). TorchScript runs no Python, but has operators
that read and write files: it is loaded only where its author is trusted, as pickles are.
"""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np

from tidemill.flavors import code, folders, libraries, pickles, pt2_files
from tidemill.flavors.errors import BrokenModelError, MissingPackageError, ModelError, UnsafeModelError
from tidemill.flavors.flavor import Options, Predict, Written
from tidemill.flavors.mlmodel import MLmodel

NAME = "pytorch"
FORMATS = ("pt2", "torchscript", "pickle")
_FOLDER = "data"
_PROGRAM, _PICKLE = "model.pt2", "model.pth"
_MODULE_INFO = "pickle_module_info.txt"
_MLFLOWS_PICKLE = "mlflow.pytorch.pickle_module"


def detects(model: Any) -> bool:
    """A module, scripted or not, or an exported program."""
    return libraries.is_of(model, "torch") and (_is_module(model) or _is_program(model))


def save(model: Any, folder: Path, options: Options) -> Written:
    """The module in one file. An exported program needs an example, along which it is traced."""
    torch = libraries.load("torch")
    data = folder / _FOLDER
    data.mkdir()
    chosen = options.format or ("torchscript" if isinstance(model, torch.jit.ScriptModule) else "pt2")
    if chosen == "pt2":
        program = model if _is_program(model) else _exported(torch, model, options.example)
        torch.export.save(program, str(data / _PROGRAM))
    elif _is_program(model):
        raise ModelError("an exported program is saved as pt2 only", hint='format="pt2", or leave it out')
    else:
        _save_other(torch, model, data, chosen)
    section = {"code": None, "model_data": _FOLDER, "pytorch_version": str(torch.__version__)}
    pyfunc = {"config": {"device": None}, "data": _FOLDER, "pickle_module_name": _MLFLOWS_PICKLE}
    return Written(section, pyfunc, ["torch", *(["cloudpickle"] if chosen == "pickle" else [])])


def dangers(folder: Path, told: MLmodel) -> Sequence[str]:
    """What is no exported program: told apart by the name of its file."""
    data = told.section(NAME).get("model_data", _FOLDER)
    if isinstance(data, str) and (folder / data / _PROGRAM).is_file():
        return ()
    path = folder / str(data) / _PICKLE
    what = "a TorchScript program, which can read and write files" if _is_script(path) else "a pickle"
    return (f"{data}/{_PICKLE} is {what}",)


def load(folder: Path, told: MLmodel, *, trusted: bool) -> Any:
    """The module, in evaluation mode, on the CPU."""
    data = folders.inside(folder, told.section(NAME).get("model_data", _FOLDER), "model_data of pytorch")
    torch = libraries.load("torch")
    if (data / _PROGRAM).is_file():
        path = folders.inside(folder, f"{data.relative_to(folder).as_posix()}/{_PROGRAM}", "model_data of pytorch")
        if not trusted:
            pt2_files.check(path)
        return _guarded(path, lambda: torch.export.load(str(path)).module())
    path = folders.inside(folder, f"{data.relative_to(folder).as_posix()}/{_PICKLE}", "model_data of pytorch")
    if not trusted:
        raise UnsafeModelError("; ".join(dangers(folder, told)), hint=pickles.HINT)
    code.make_importable(folder, told.section(NAME))
    if _is_script(path):
        return _guarded(path, lambda: torch.jit.load(str(path), map_location="cpu").eval())
    libraries.load("cloudpickle")
    return _guarded(path, lambda: torch.load(str(path), map_location="cpu", weights_only=False).eval())


def predictor(model: Any, folder: Path, told: MLmodel) -> Predict:
    """Arrays in, arrays out, without gradients; a table is taken as an array of 32-bit floats."""
    torch = libraries.load("torch")

    def predict(data: Any, params: Mapping[str, Any]) -> Any:
        with torch.no_grad():
            if isinstance(data, dict):
                named = cast("dict[str, Any]", data)
                return _as_arrays(model(**{name: _tensor(torch, one) for name, one in named.items()}, **params))
            return _as_arrays(model(_tensor(torch, data), **params))

    return predict


def _exported(torch: Any, model: Any, example: Any) -> Any:
    """The module traced along an example; the first dimension of each input may be of any length, where it can."""
    if example is None:
        raise ModelError(
            "an exported program (pt2) is traced along an input example, and there is none",
            hint='give input_example=, or format="torchscript" or "pickle"',
        )
    if isinstance(example, dict):
        inputs: tuple[Any, ...] = ()
        named = {name: _twice(torch, one) for name, one in cast("dict[str, Any]", example).items()}
    else:
        inputs, named = (_twice(torch, example),), {}
    auto = {0: torch.export.Dim.AUTO}
    shapes = dict.fromkeys(named, auto) if named else (auto,)
    try:
        return torch.export.export(model.eval(), inputs, named, dynamic_shapes=shapes)
    except Exception as error:  # whatever PyTorch meets in a user's own module
        raise ModelError(
            f"PyTorch cannot export the module: {' '.join(str(error).split())[:300]}",
            hint='format="pickle" saves it with the class that it is of',
        ) from error


def _twice(torch: Any, example: Any) -> Any:
    """An example of one row, twice: a size of one would be taken for fixed."""
    tensor = _tensor(torch, example)
    return torch.cat([tensor, tensor]) if tensor.dim() and tensor.shape[0] == 1 else tensor


def _save_other(torch: Any, model: Any, data: Path, chosen: str) -> None:
    path = data / _PICKLE
    (data / _MODULE_INFO).write_text(_MLFLOWS_PICKLE, encoding="utf-8")
    if chosen == "pickle" and isinstance(model, torch.jit.ScriptModule):
        raise ModelError("a scripted module is no pickle", hint='format="torchscript", or leave it out')
    try:
        if chosen == "torchscript":
            scripted = model if isinstance(model, torch.jit.ScriptModule) else torch.jit.script(model.eval())
            torch.jit.save(scripted, str(path))
        else:
            torch.save(model, str(path), pickle_module=libraries.load("cloudpickle"))
    except Exception as error:  # whatever PyTorch meets in a user's own module
        raise ModelError(
            f"the module cannot be saved as {chosen}: {' '.join(str(error).split())[:300]}",
            hint=f"another of the formats: {', '.join(FORMATS)}",
        ) from error


def _guarded(path: Path, load: Any) -> Any:
    try:
        return load()
    except ModuleNotFoundError as error:
        raise MissingPackageError(
            f"{path.name} needs the module {error.name}, which is not installed here",
            hint=f"`pip install {error.name}`",
        ) from error
    except Exception as error:  # whatever PyTorch meets in a file
        raise BrokenModelError(
            f"PyTorch cannot load {path.name}: {' '.join(str(error).split())[:300]}",
            hint="is the version installed that it was saved with?",
        ) from error


def _tensor(torch: Any, data: Any) -> Any:
    if isinstance(data, torch.Tensor):
        return data
    if libraries.is_of(data, "pandas"):
        return torch.from_numpy(data.to_numpy(dtype="float32"))
    return torch.from_numpy(np.ascontiguousarray(data))


def _as_arrays(found: Any) -> Any:
    if isinstance(found, dict):
        return {name: _as_arrays(one) for name, one in cast("dict[str, Any]", found).items()}
    if isinstance(found, list | tuple):
        return [_as_arrays(one) for one in cast("Sequence[Any]", found)]
    return found.detach().cpu().numpy() if hasattr(found, "detach") else found


def _is_module(model: Any) -> bool:
    return any(cls.__name__ == "Module" and cls.__module__ == "torch.nn.modules.module" for cls in type(model).__mro__)


def _is_program(model: Any) -> bool:
    return type(model).__name__ == "ExportedProgram"


def _is_script(path: Path) -> bool:
    """Whether a file is TorchScript: an archive with code in it."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any("/code/" in name for name in archive.namelist())
    except (OSError, zipfile.BadZipFile):
        return False
