"""CatBoost: in its own formats, none of which is a pickle."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tidemill.flavors import folders, libraries
from tidemill.flavors.errors import BrokenModelError
from tidemill.flavors.flavor import Options, Predict, Written
from tidemill.flavors.mlmodel import MLmodel

NAME = "catboost"
FORMATS = ("cbm", "json", "onnx")
_FILE = "model.cb"
_CLASSES = ("CatBoost", "CatBoostClassifier", "CatBoostRanker", "CatBoostRegressor")


def detects(model: Any) -> bool:
    """A model of one of its four classes."""
    return libraries.is_of(model, "catboost") and type(model).__name__ in _CLASSES


def save(model: Any, folder: Path, options: Options) -> Written:
    """The model in one file."""
    chosen = options.format or FORMATS[0]
    model.save_model(str(folder / _FILE), format=chosen)
    section = {
        "catboost_version": libraries.version("catboost"),
        "code": None,
        "data": _FILE,
        "model_type": type(model).__name__,
        "save_format": chosen,
    }
    return Written(section, {"data": _FILE}, ["catboost"])


def dangers(folder: Path, told: MLmodel) -> Sequence[str]:
    """None: its own formats are data."""
    return ()


def load(folder: Path, told: MLmodel, *, trusted: bool) -> Any:
    """The model, in the class in which it was saved."""
    section = told.section(NAME)
    path = folders.inside(folder, section.get("data"), "data of catboost")
    name = section.get("model_type", _CLASSES[0])
    if name not in _CLASSES:
        raise BrokenModelError(f"{name!r} is no class of CatBoost's", hint=f"one of {', '.join(_CLASSES)}")
    catboost = libraries.load("catboost")
    model = getattr(catboost, str(name))()
    try:
        model.load_model(str(path), format=section.get("save_format", FORMATS[0]))
    except catboost.CatBoostError as error:
        raise BrokenModelError(
            f"{path.name} is no model of CatBoost's: {error}", hint="save the model again"
        ) from error
    return model


def predictor(model: Any, folder: Path, told: MLmodel) -> Predict:
    """`predict`; parameters are its keyword arguments."""
    return lambda data, params: model.predict(data, **params)
