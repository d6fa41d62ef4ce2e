"""The flavors, one line each, in the order in which an object is offered to them.

A framework that builds on another comes before it: XGBoost's and LightGBM's estimators are scikit-learn's too.
"""

import importlib
from collections.abc import Iterator
from typing import Any, cast

from tidemill.flavors.errors import ModelError
from tidemill.flavors.flavor import Flavor
from tidemill.flavors.mlmodel import PYFUNC, MLmodel

FLAVORS = {
    "onnx": "tidemill.flavors.onnx",
    "xgboost": "tidemill.flavors.xgboost",
    "lightgbm": "tidemill.flavors.lightgbm",
    "catboost": "tidemill.flavors.catboost",
    "statsmodels": "tidemill.flavors.statsmodels",
    "keras": "tidemill.flavors.keras",
    "transformers": "tidemill.flavors.transformers",
    "sentence_transformers": "tidemill.flavors.sentence_transformers",
    "pytorch": "tidemill.flavors.pytorch",
    "torch_state_dict": "tidemill.flavors.torch_state_dict",
    "sklearn": "tidemill.flavors.sklearn",
    PYFUNC: "tidemill.flavors.pyfunc",
}
"""Name in the MLmodel → module."""
OTHER = "tidemill.flavors.other"
"""What only the installed mlflow can load."""


def flavor(name: str) -> Flavor:
    """A flavor by its name in the MLmodel. Raises ModelError for one that is not in the table."""
    if name not in FLAVORS:
        raise ModelError(f"there is no flavor {name!r}", hint=f"there are: {', '.join(FLAVORS)}")
    return _module(FLAVORS[name])


def of_object(model: Any) -> Flavor:
    """The flavor that an object is of. Raises ModelError for one of none."""
    for candidate in _all():
        if candidate.detects(model):
            return candidate
    raise ModelError(
        f"no flavor knows an object of {type(model).__module__}.{type(model).__qualname__}",
        hint="wrap it into a class with predict(model_input), or save it with the mlflow client",
    )


def of_stored(told: MLmodel) -> Flavor:
    """The flavor that loads a stored model: the one that its `loader_module` names, or the first that we know."""
    if told.loader == f"mlflow.{PYFUNC}" or told.loader.startswith("mlflow.pyfunc."):
        return _module(FLAVORS[PYFUNC])
    by_loader = told.loader.removeprefix("mlflow.")
    if by_loader in FLAVORS and by_loader in told.flavors:
        return _module(FLAVORS[by_loader])
    for name in told.flavors:
        if name in FLAVORS and (name != PYFUNC or not told.loader.startswith("mlflow.")):
            return _module(FLAVORS[name])
    return _module(OTHER)


def _all() -> Iterator[Flavor]:
    return (_module(path) for path in FLAVORS.values())


def _module(path: str) -> Flavor:
    return cast("Flavor", importlib.import_module(path))
