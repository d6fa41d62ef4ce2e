"""PyTorch's state dicts: tensors by name, without the module that they are for; as safetensors.

MLflow has no flavor for them, but writes them into folders of their own: the format "pth" is the file that its
`mlflow.pytorch.load_state_dict` reads. There is no `predict`: `module.load_state_dict(load_native(folder))`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from tidemill.flavors import folders, libraries
from tidemill.flavors.errors import BrokenModelError, ModelError
from tidemill.flavors.flavor import Options, Predict, Written
from tidemill.flavors.mlmodel import MLmodel

NAME = "torch_state_dict"
FORMATS = ("safetensors", "pth")
_FILES = {"safetensors": "state_dict.safetensors", "pth": "state_dict.pth"}


def detects(model: Any) -> bool:
    """A mapping from names to tensors of PyTorch."""
    if not isinstance(model, dict) or not model:
        return False
    named = cast("dict[Any, Any]", model)
    return all(isinstance(name, str) and libraries.is_of(one, "torch") for name, one in named.items())


def save(model: Any, folder: Path, options: Options) -> Written:
    """The tensors in one file."""
    torch = libraries.load("torch")
    chosen = options.format or FORMATS[0]
    path = folder / _FILES[chosen]
    if chosen == "pth":
        torch.save(model, str(path))
    else:
        tensors = {name: one.detach().contiguous().clone() for name, one in model.items()}
        libraries.load("safetensors.torch", "safetensors").save_file(tensors, str(path))
    section = {"code": None, "data": path.name, "format": chosen, "pytorch_version": str(torch.__version__)}
    packages = ["torch", *(["safetensors"] if chosen == "safetensors" else [])]
    return Written(section, packages=packages, has_predict=False)


def dangers(folder: Path, told: MLmodel) -> Sequence[str]:
    """None: of a `.pth` tensors only are read."""
    return ()


def load(folder: Path, told: MLmodel, *, trusted: bool) -> Any:
    """Tensors by name, on the CPU."""
    section = told.section(NAME)
    path = folders.inside(folder, section.get("data"), "data of torch_state_dict")
    torch = libraries.load("torch")
    try:
        if section.get("format") == "pth":
            return torch.load(str(path), map_location="cpu", weights_only=True)
        return libraries.load("safetensors.torch", "safetensors").load_file(str(path))
    except ModelError:
        raise
    except Exception as error:  # whatever the two meet in a file
        raise BrokenModelError(
            f"{path.name} is no state dict: {' '.join(str(error).split())[:300]}", hint="save the model again"
        ) from error


def predictor(model: Any, folder: Path, told: MLmodel) -> Predict:
    """Refused: tensors alone predict nothing."""
    raise BrokenModelError(
        "a state dict has no `predict`", hint="load_native() gives what module.load_state_dict() takes"
    )
