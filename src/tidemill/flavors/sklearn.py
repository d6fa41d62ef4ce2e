"""scikit-learn: as skops where every type of the model is known to be safe, else as a pickle."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tidemill.flavors import folders, libraries, pickles, skops_files
from tidemill.flavors.errors import BrokenModelError
from tidemill.flavors.flavor import Options, Predict, Written
from tidemill.flavors.mlmodel import MLmodel

NAME = "sklearn"
FORMATS = ("skops", "cloudpickle", "pickle")
FILES = {"skops": "model.skops", "cloudpickle": "model.pkl", "pickle": "model.pkl"}
_PREDICTING = ("predict", "predict_proba", "predict_log_proba", "predict_joint_log_proba", "score", "transform")


def detects(model: Any) -> bool:
    """An estimator, or a pipeline of them."""
    return libraries.is_of(model, "sklearn") and hasattr(model, "get_params")


def save(model: Any, folder: Path, options: Options) -> Written:
    """The estimator in one file; `predict_fn` among the settings is the method that predicts."""
    chosen, types, unsafe = write_estimator(model, folder, options.format)
    section = {
        "code": None,
        "pickled_model": FILES[chosen],
        "serialization_format": chosen,
        "sklearn_version": libraries.version("scikit-learn"),
        "skops_trusted_types": types,
    }
    predict = str(options.settings.get("predict_fn", "predict"))
    packages = ["scikit-learn", "skops" if chosen == "skops" else "cloudpickle"]
    pyfunc = {"model_path": FILES[chosen], "predict_fn": predict}
    return Written(section, pyfunc, packages, unsafe, hasattr(model, predict))


def write_estimator(model: Any, folder: Path, asked: str | None) -> tuple[str, Sequence[str] | None, str]:
    """Write anything with scikit-learn's interface: the format, the types that skops must trust, why it is a pickle."""
    why = ""
    if asked in (None, "skops"):
        try:
            return "skops", list(skops_files.save(model, folder / FILES["skops"])) or None, ""
        except skops_files.NotSafeError as error:
            if asked == "skops":
                raise BrokenModelError(
                    f"the model cannot be written as skops: {error}", hint='format="cloudpickle" writes a pickle'
                ) from error
            why = str(error)
    chosen = asked or "cloudpickle"
    pickles.dump(model, folder / FILES[chosen], plain=chosen == "pickle")
    return chosen, None, why


def dangers(folder: Path, told: MLmodel) -> Sequence[str]:
    """A pickle, unless it says that it is skops."""
    return pickled(told.section(NAME), "pickled_model")


def pickled(section: Mapping[str, Any], key: str) -> Sequence[str]:
    """The danger of a file that may be skops or a pickle."""
    return () if section.get("serialization_format") == "skops" else (f"{section.get(key)} is a pickle",)


def load(folder: Path, told: MLmodel, *, trusted: bool) -> Any:
    """The estimator."""
    section = told.section(NAME)
    return read_estimator(
        folders.inside(folder, section.get("pickled_model"), "pickled_model"), section, trusted=trusted
    )


def read_estimator(path: Path, section: Mapping[str, Any], *, trusted: bool) -> Any:
    """What `write_estimator` wrote."""
    if section.get("serialization_format") == "skops":
        return skops_files.load(path, trusted=trusted)
    return pickles.load(path, trusted=trusted)


def predictor(model: Any, folder: Path, told: MLmodel) -> Predict:
    """The method that was chosen when it was saved; parameters are its keyword arguments."""
    name = str(told.pyfunc.get("predict_fn") or "predict")
    if name not in _PREDICTING or not hasattr(model, name):
        raise BrokenModelError(f"the model has no method {name} that predicts", hint=f"one of {', '.join(_PREDICTING)}")
    method = getattr(model, name)
    return lambda data, params: method(data, **params)
