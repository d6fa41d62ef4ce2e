"""statsmodels: results, which it writes as pickles only."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tidemill.flavors import folders, libraries, pickles
from tidemill.flavors.flavor import Options, Predict, Written
from tidemill.flavors.mlmodel import MLmodel

NAME = "statsmodels"
FORMATS = ("pickle",)
_FILE = "model.statsmodels"


def detects(model: Any) -> bool:
    """The results of a fit."""
    return libraries.is_of(model, "statsmodels") and hasattr(model, "save") and hasattr(model, "predict")


def save(model: Any, folder: Path, options: Options) -> Written:
    """The results by their own `save`; `remove_data` among the settings leaves out what they were fitted on."""
    model.save(str(folder / _FILE), remove_data=bool(options.settings.get("remove_data", False)))
    section = {"code": None, "data": _FILE, "statsmodels_version": libraries.version("statsmodels")}
    return Written(section, {"data": _FILE}, ["statsmodels"])


def dangers(folder: Path, told: MLmodel) -> Sequence[str]:
    """Always a pickle."""
    return (f"{told.section(NAME).get('data')} is a pickle",)


def load(folder: Path, told: MLmodel, *, trusted: bool) -> Any:
    """The results."""
    path = folders.inside(folder, told.section(NAME).get("data"), "data of statsmodels")
    return pickles.load(path, trusted=trusted)


def predictor(model: Any, folder: Path, told: MLmodel) -> Predict:
    """For a table with the one row `start`, `end`: the forecast between them. Else `predict` on the table."""

    def predict(data: Any, params: Mapping[str, Any]) -> Any:
        if list(getattr(data, "columns", ())) == ["start", "end"] and len(data) == 1:
            return model.predict(start=data["start"].iloc[0], end=data["end"].iloc[0], **params)
        return model.predict(data, **params)

    return predict
