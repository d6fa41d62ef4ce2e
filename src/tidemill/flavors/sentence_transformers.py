"""sentence-transformers: the folder that it writes itself, with safetensors; nothing is fetched from a hub."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tidemill.flavors import folders, libraries, pickles
from tidemill.flavors.errors import BrokenModelError, UnsafeModelError
from tidemill.flavors.flavor import Options, Predict, Written
from tidemill.flavors.mlmodel import MLmodel

NAME = "sentence_transformers"
FORMATS = ("safetensors",)
_FOLDER = "model.sentence_transformer"


def detects(model: Any) -> bool:
    """A SentenceTransformer."""
    return any(cls.__name__ == "SentenceTransformer" for cls in type(model).__mro__)


def save(model: Any, folder: Path, options: Options) -> Written:
    """The model in a folder of its own form."""
    model.save(str(folder / _FOLDER), safe_serialization=True)
    inner = getattr(model[0], "auto_model", None)
    section = {
        "code": None,
        "pipeline_model_type": type(inner).__name__ if inner is not None else None,
        "sentence_transformers_version": libraries.version("sentence-transformers"),
        "source_model_name": "",
    }
    return Written(section, {"data": _FOLDER}, ["sentence-transformers", "transformers", "torch"])


def dangers(folder: Path, told: MLmodel) -> Sequence[str]:
    """Weights that are pickles, told by the names of their files."""
    place = folder / _FOLDER
    pickled = sorted(path.name for path in place.glob("**/pytorch_model.bin"))
    return (f"{_FOLDER}/{pickled[0]} is a pickle",) if pickled else ()


def load(folder: Path, told: MLmodel, *, trusted: bool) -> Any:
    """The model, on the CPU."""
    told.section(NAME)
    place = folders.inside(folder, told.pyfunc.get("data", _FOLDER), "data of sentence_transformers")
    if not trusted:
        _check_modules(place)
    library = libraries.load("sentence_transformers", "sentence-transformers")
    try:
        return library.SentenceTransformer(str(place), device="cpu", trust_remote_code=False, local_files_only=True)
    except Exception as error:  # whatever it meets in a folder
        raise BrokenModelError(
            f"sentence-transformers cannot load {place.name}: {' '.join(str(error).split())[:300]}",
            hint="is the version installed that it was saved with?",
        ) from error


def _check_modules(place: Path) -> None:
    """Raises UnsafeModelError where a module of the model is of a class of its author's: it is imported by its name."""
    try:
        told = json.loads((place / "modules.json").read_bytes())
        types = [str(one["type"]) for one in told]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BrokenModelError(f"modules.json of the model cannot be read: {error!r}", hint="save it again") from error
    if unknown := [one for one in types if not re.fullmatch(r"sentence_transformers(\.\w+)+", one)]:
        raise UnsafeModelError(f"the model is made of {unknown[0]!r}, a class of its author", hint=pickles.HINT)


def predictor(model: Any, folder: Path, told: MLmodel) -> Predict:
    """Texts in, one row of numbers a text out; parameters are those of `encode`."""

    def predict(data: Any, params: Mapping[str, Any]) -> Any:
        texts = data
        if libraries.is_of(data, "pandas"):
            texts = (data.iloc[:, 0] if hasattr(data, "columns") else data).tolist()
        alone = isinstance(texts, str)
        return model.encode([texts] if alone else list(texts), show_progress_bar=False, **params)

    return predict
