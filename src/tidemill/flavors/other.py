"""Whatever flavor we do not know, loaded by the mlflow that is installed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tidemill.flavors import libraries, pickles
from tidemill.flavors.errors import BrokenModelError, ModelError, UnsafeModelError
from tidemill.flavors.flavor import Options, Predict, Written
from tidemill.flavors.mlmodel import PYFUNC, MLmodel

NAME = "mlflow"
FORMATS: Sequence[str] = ()


def detects(model: Any) -> bool:
    """Nothing: only stored models come here."""
    return False


def save(model: Any, folder: Path, options: Options) -> Written:
    """Refused: mlflow's client writes these."""
    raise ModelError("only the mlflow client writes this flavor", hint="mlflow.FLAVOR.save_model(model, path)")


def dangers(folder: Path, told: MLmodel) -> Sequence[str]:
    """We cannot know."""
    names = [name for name in told.flavors if name != PYFUNC] or [told.loader]
    return (f"the flavor {', '.join(names)} is loaded by mlflow, which may unpickle",)


def load(folder: Path, told: MLmodel, *, trusted: bool) -> Any:
    """MLflow's own PyFuncModel. Raises UnsafeModelError, MissingPackageError, BrokenModelError."""
    if not told.loader.startswith("mlflow."):
        raise BrokenModelError(
            f"no flavor of the model is known: {', '.join(told.flavors) or 'it has none'}",
            hint="save it with python_function, or a flavor that `tidemill model validate` lists",
        )
    if not trusted:
        raise UnsafeModelError("; ".join(dangers(folder, told)), hint=pickles.HINT)
    pyfunc = libraries.load("mlflow.pyfunc", "mlflow")
    try:
        return pyfunc.load_model(str(folder))
    except ImportError as error:
        raise BrokenModelError(f"mlflow cannot load it: {error}", hint=f"`pip install {error.name}`") from error
    except Exception as error:
        raise BrokenModelError(
            f"mlflow cannot load it: {type(error).__name__}: {' '.join(str(error).split())[:300]}",
            hint="is mlflow installed in the version that saved it?",
        ) from error


def predictor(model: Any, folder: Path, told: MLmodel) -> Predict:
    """Its own `predict`."""
    return lambda data, params: model.predict(data, params=dict(params) or None)
