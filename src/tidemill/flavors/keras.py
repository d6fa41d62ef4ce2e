"""Keras 3: as `.keras`, read in its safe mode, which makes no function of the author's."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tidemill.flavors import folders, libraries
from tidemill.flavors.errors import BrokenModelError, UnsafeModelError
from tidemill.flavors.flavor import Options, Predict, Written
from tidemill.flavors.mlmodel import MLmodel

NAME = "keras"
FORMATS = ("keras",)
_FOLDER, _FILE = "data", "model.keras"


def detects(model: Any) -> bool:
    """A model."""
    return libraries.is_of(model, "keras") and hasattr(model, "get_config") and hasattr(model, "predict")


def save(model: Any, folder: Path, options: Options) -> Written:
    """The model in one file."""
    keras = libraries.load("keras")
    data = folder / _FOLDER
    data.mkdir()
    (data / "keras_module.txt").write_text("keras", encoding="utf-8")
    model.save(str(data / _FILE))
    backend = keras.backend.backend()
    section = {
        "data": _FOLDER,
        "keras_backend": backend,
        "keras_version": libraries.version("keras"),
        "save_exported_model": False,
    }
    return Written(section, packages=["keras", str(backend)])


def dangers(folder: Path, told: MLmodel) -> Sequence[str]:
    """None for a `.keras` file. An exported model is TensorFlow's, and only mlflow loads it."""
    exported = bool(told.section(NAME).get("save_exported_model"))
    return ("it is an exported model of TensorFlow, which may read files",) if exported else ()


def load(folder: Path, told: MLmodel, *, trusted: bool) -> Any:
    """The model. Raises UnsafeModelError for one with a Lambda layer that is not trusted."""
    section = told.section(NAME)
    data = folders.inside(folder, section.get("data"), "data of keras")
    path = data if data.is_file() else folders.inside(folder, f"{section['data']}/{_FILE}", "data of keras")
    keras = libraries.load("keras")
    try:
        return keras.saving.load_model(str(path), safe_mode=not trusted)
    except Exception as error:  # whatever Keras meets in a file
        text = " ".join(str(error).split())
        if "safe_mode" in text or "unsafe" in text.lower():
            raise UnsafeModelError(
                f"{path.name} has a function of its author in it (a Lambda layer)",
                hint="load it with allow_pickle=True (--allow-pickle) if you trust where it comes from",
            ) from error
        raise BrokenModelError(
            f"Keras {keras.__version__} cannot read {path.name}: {text[:300]}",
            hint="is its backend installed, and does KERAS_BACKEND name it?",
        ) from error


def predictor(model: Any, folder: Path, told: MLmodel) -> Predict:
    """`predict`, without a progress bar; parameters are its keyword arguments."""

    def predict(data: Any, params: Mapping[str, Any]) -> Any:
        array = data.to_numpy() if libraries.is_of(data, "pandas") else data
        return model.predict(array, **{"verbose": 0, **params})

    return predict
