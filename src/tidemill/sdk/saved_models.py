"""`tm.save_model`, `tm.load_model` and `tm.log_model`: models in MLflow's format, in a folder or at the server."""

import os
import tempfile
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypedDict, Unpack

from tidemill import flavors
from tidemill.flavors import MLmodel, Model, Signature, infer_signature
from tidemill.sdk.fluent import shared_client
from tidemill.sdk.model_logging import ModelLog
from tidemill.sdk.models import Models, is_address

__all__ = ["infer_signature", "load_model", "log_model", "save_model"]


class ModelWords(TypedDict, total=False):
    """What may go along with a model; the names are MLflow's."""

    flavor: str | None
    """One of `tidemill.flavors.table.FLAVORS`; else what the object is of."""
    format: str | None
    """One of the flavor's; else the safest that holds the model."""
    signature: Signature | None
    """Else inferred from the example, and from what the model predicts for it."""
    input_example: Any
    """Data, or a pair of data and parameters."""
    pip_requirements: Sequence[str] | None
    extra_pip_requirements: Sequence[str]
    code_paths: Sequence[str | Path]
    metadata: Mapping[str, Any] | None
    settings: Mapping[str, Any]
    """What a flavor alone knows: predict_fn of scikit-learn, artifacts and model_config of plain Python."""


def save_model(model: Any, path: str | Path, **words: Unpack[ModelWords]) -> MLmodel:
    """Write a model into a new folder, as the mlflow client would. Raises ModelError."""
    return _save(model, path, words, {})


def load_model(model: str | Path, *, allow_pickle: bool = False, check: bool = True) -> Model:
    """Load the model of a folder, or of an address (models:/NAME@ALIAS, models:/m-ID, runs:/RUN/PATH), for `predict`.

    `allow_pickle` lets pickles and code of its author be loaded. Without `check` neither digests nor installed packages
    are looked at. Raises ModelError's kinds; for an address also what the server says.
    """
    told = os.fspath(model)
    if not is_address(told):
        return flavors.load_model(Path(told).expanduser(), allow_pickle=allow_pickle, check=check)
    fetched = tempfile.TemporaryDirectory(prefix="tidemill-model-")
    folder = Models(shared_client()).fetch(told, Path(fetched.name))
    loaded = flavors.load_model(folder, allow_pickle=allow_pickle, check=check)
    weakref.finalize(loaded, fetched.cleanup)  # its files may be read for as long as it is used
    return loaded


def log_model(
    model: Any, name: str = "model", *, experiment: str = "Default", run_id: str = "", **words: Unpack[ModelWords]
) -> str:
    """Log a model to an experiment, or to a run of one, and give its address, models:/m-ID.

    Raises ModelError, and NotFoundError where there is no such experiment or run.
    """
    log = ModelLog(shared_client())
    place = log.of_run(run_id) if run_id else log.of_experiment(experiment)
    with tempfile.TemporaryDirectory(prefix="tidemill-model-") as made, log.begin(name, place) as logged:
        fields = {"model_id": logged.model_id, "artifact_path": logged.artifact_uri}
        folder = Path(made, "model")
        _save(model, folder, words, fields | ({"run_id": run_id} if run_id else {}))
        log.upload(logged, folder)
    return f"models:/{logged.model_id}"


def _save(model: Any, path: str | Path, words: ModelWords, fields: Mapping[str, Any]) -> MLmodel:
    extras = {name: value for name, value in words.items() if name not in ("flavor", "format")}
    return flavors.save_model(
        model,
        path,
        flavor=words.get("flavor"),
        format=words.get("format"),
        extras=flavors.Extras(**extras, fields=fields),  # pyright: ignore[reportArgumentType] - names are the same
    )
