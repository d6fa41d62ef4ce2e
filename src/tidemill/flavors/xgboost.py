"""XGBoost: boosters and estimators in its own formats, UBJSON first; none of them is a pickle."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tidemill.flavors import folders, libraries
from tidemill.flavors.errors import BrokenModelError
from tidemill.flavors.flavor import Options, Predict, Written
from tidemill.flavors.mlmodel import MLmodel

NAME = "xgboost"
FORMATS = ("ubj", "json")
_CLASSES = (
    "xgboost.core.Booster",
    "xgboost.sklearn.XGBModel",
    "xgboost.sklearn.XGBClassifier",
    "xgboost.sklearn.XGBRegressor",
    "xgboost.sklearn.XGBRanker",
    "xgboost.sklearn.XGBRFClassifier",
    "xgboost.sklearn.XGBRFRegressor",
)


def detects(model: Any) -> bool:
    """A booster or an estimator."""
    return libraries.class_path(model) in _CLASSES


def save(model: Any, folder: Path, options: Options) -> Written:
    """The model in one file."""
    chosen = options.format or FORMATS[0]
    file = f"model.{chosen}"
    model.save_model(str(folder / file))
    section = {
        "code": None,
        "data": file,
        "model_class": libraries.class_path(model),
        "model_format": chosen,
        "xgb_version": libraries.version("xgboost"),
    }
    packages = ["xgboost"] if section["model_class"] == _CLASSES[0] else ["xgboost", "scikit-learn"]
    return Written(section, {"data": file}, packages)


def dangers(folder: Path, told: MLmodel) -> Sequence[str]:
    """None: its own formats are data."""
    return ()


def load(folder: Path, told: MLmodel, *, trusted: bool) -> Any:
    """The booster or the estimator."""
    section = told.section(NAME)
    path = folders.inside(folder, section.get("data"), "data of xgboost")
    # Models of mlflow before 1.20 are boosters, and do not say so.
    model_class = section.get("model_class") or _CLASSES[0]
    if model_class not in _CLASSES:
        raise BrokenModelError(f"{model_class!r} is no class of XGBoost's", hint=f"one of {', '.join(_CLASSES)}")
    xgboost = libraries.load("xgboost")
    model = getattr(xgboost, str(model_class).rpartition(".")[2])()
    try:
        model.load_model(str(path))
    except xgboost.core.XGBoostError as error:
        raise BrokenModelError(
            f"{path.name} is no model of XGBoost {xgboost.__version__}: {str(error).splitlines()[0][:200]}",
            hint="is the version installed that it was saved with?",
        ) from error
    return model


def predictor(model: Any, folder: Path, told: MLmodel) -> Predict:
    """`predict`; parameters are its keyword arguments. A booster is given a DMatrix."""
    if libraries.class_path(model) != _CLASSES[0]:
        return lambda data, params: model.predict(data, **params)
    matrix = libraries.load("xgboost").DMatrix
    return lambda data, params: model.predict(matrix(data), **params)
