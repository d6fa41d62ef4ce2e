"""LightGBM: boosters in its text format, estimators as skops or as pickles."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tidemill.flavors import folders, libraries, sklearn
from tidemill.flavors.errors import BrokenModelError
from tidemill.flavors.flavor import Options, Predict, Written
from tidemill.flavors.mlmodel import MLmodel

NAME = "lightgbm"
FORMATS = ("skops", "cloudpickle", "pickle")
_BOOSTER = "lightgbm.basic.Booster"
_TEXT = "model.lgb"


def detects(model: Any) -> bool:
    """A booster or an estimator."""
    return libraries.is_of(model, "lightgbm")


def save(model: Any, folder: Path, options: Options) -> Written:
    """A booster as text, whatever the format; an estimator as scikit-learn's are."""
    section: dict[str, Any] = {
        "code": None,
        "lgb_version": libraries.version("lightgbm"),
        "model_class": libraries.class_path(model),
    }
    if section["model_class"] == _BOOSTER:
        model.save_model(str(folder / _TEXT))
        return Written({**section, "data": _TEXT}, {"data": _TEXT}, ["lightgbm"])
    chosen, types, unsafe = sklearn.write_estimator(model, folder, options.format)
    file = sklearn.FILES[chosen]
    section |= {"data": file, "serialization_format": chosen, "skops_trusted_types": types}
    packages = ["lightgbm", "scikit-learn", "skops" if chosen == "skops" else "cloudpickle"]
    return Written(section, {"data": file}, packages, unsafe)


def dangers(folder: Path, told: MLmodel) -> Sequence[str]:
    """The pickle of an estimator."""
    section = told.section(NAME)
    return () if _is_booster(section) else sklearn.pickled(section, "data")


def load(folder: Path, told: MLmodel, *, trusted: bool) -> Any:
    """The booster or the estimator."""
    section = told.section(NAME)
    path = folders.inside(folder, section.get("data"), "data of lightgbm")
    lightgbm = libraries.load("lightgbm")
    if not _is_booster(section):
        return sklearn.read_estimator(path, section, trusted=trusted)
    try:
        return lightgbm.Booster(model_file=str(path))
    except lightgbm.basic.LightGBMError as error:
        raise BrokenModelError(
            f"{path.name} is no model of LightGBM {lightgbm.__version__}: {error}", hint="save the model again"
        ) from error


def predictor(model: Any, folder: Path, told: MLmodel) -> Predict:
    """`predict`; parameters are its keyword arguments."""
    return lambda data, params: model.predict(data, **params)


def _is_booster(section: Any) -> bool:
    # Models of mlflow before 1.25 are boosters, and do not say so.
    return section.get("model_class", _BOOSTER) == _BOOSTER
