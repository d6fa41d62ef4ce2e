"""Writing a model: its flavor's files, its example, its code, what it needs, and the MLmodel that says it all."""

import platform
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from tidemill.flavors import code, examples, folders, mlmodel, requirements, table
from tidemill.flavors.enforcing import enforce, enforce_params
from tidemill.flavors.errors import InputError, ModelError, SignatureError
from tidemill.flavors.flavor import Flavor, Options, Written
from tidemill.flavors.inferring import infer_signature
from tidemill.flavors.mlmodel import PYFUNC, MLmodel
from tidemill.flavors.schema import Signature
from tidemill.kit.clock import now_ms


class UnsafeFormatWarning(UserWarning):
    """A model was written as a pickle, since no safe format holds it."""


@dataclass(frozen=True, slots=True)
class Extras:
    """What may go along with a model."""

    signature: Signature | None = None
    input_example: Any = None
    """Data, or a pair of data and parameters."""
    pip_requirements: Sequence[str] | None = None
    """All that it needs; None: what its flavor needs, as it is installed here."""
    extra_pip_requirements: Sequence[str] = ()
    code_paths: Sequence[str | Path] = ()
    metadata: Mapping[str, Any] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What the flavor alone knows."""
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Further fields of the MLmodel: run_id, model_id, artifact_path."""


def save_model(
    model: Any, path: str | Path, *, flavor: str | None = None, format: str | None = None, extras: Extras | None = None
) -> MLmodel:
    """Write a model into a new folder, whole or not at all.

    `flavor` is one of `table.FLAVORS`, else what the object is of. `format` is one of the flavor's, else the safest
    that holds the model. Raises ModelError, for a folder with something in it too.
    """
    target, told = Path(path), extras or Extras()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ModelError(f"{target} is there already", hint="remove it, or name another folder")
    chosen = table.of_object(model) if flavor is None else table.flavor(flavor)
    if format is not None and format not in chosen.FORMATS:
        raise ModelError(
            f"the flavor {chosen.NAME} has no format {format!r}", hint=f"it has: {', '.join(chosen.FORMATS)}"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".saving-", dir=target.parent) as made:
        folder = Path(made, "model")
        folder.mkdir()
        written, document = _write(chosen, model, folder, format, told)
        if target.exists():
            target.rmdir()
        shutil.move(folder, target)
    if written.unsafe:
        warnings.warn(
            UnsafeFormatWarning(
                f"{target} is written as a pickle, which loads with allow_pickle=True only: {written.unsafe}"
            ),
            stacklevel=2,
        )
    return document


def _write(chosen: Flavor, model: Any, folder: Path, format: str | None, told: Extras) -> tuple[Written, MLmodel]:
    example, params = examples.split(told.input_example)
    code_folder = code.copy(folder, told.code_paths)
    settings = {**told.settings, "code_paths": bool(told.code_paths)}
    written = chosen.save(model, folder, Options(format, example, settings))
    info = None if example is None else examples.write(folder, example, params)
    document = _document(chosen, written, folder, code_folder, told)
    if info is not None:
        document = document.with_fields(saved_input_example_info=info)
    document = _with_signature(document, chosen, model, folder, told)
    document = document.with_fields(model_size_bytes=folders.size_of(folder))
    requirements.write(folder, _requirements(written, told))
    mlmodel.write(document, folder)
    folders.write_checksums(folder)
    return written, document


def _document(chosen: Flavor, written: Written, folder: Path, code_folder: str | None, told: Extras) -> MLmodel:
    flavors: dict[str, Any] = {}
    if chosen.NAME != PYFUNC:
        flavors[chosen.NAME] = {**written.section, "code": code_folder}
    if written.has_predict:
        flavors[PYFUNC] = {
            "loader_module": f"mlflow.{chosen.NAME}",
            **written.pyfunc,
            "env": dict(requirements.ENV),
            "python_version": platform.python_version(),
        }
        if code_folder or chosen.NAME == PYFUNC:
            flavors[PYFUNC]["code"] = code_folder
    fields: dict[str, Any] = {
        "flavors": flavors,
        "mlflow_version": mlmodel.FORMAT,
        "tidemill_version": metadata.version("tidemill"),
        "model_id": None,
        "model_uuid": uuid.uuid4().hex,
        "prompts": None,
        "utc_time_created": datetime.fromtimestamp(now_ms() / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S.%f"),
        **told.fields,
    }
    if told.metadata:
        fields["metadata"] = dict(told.metadata)
    return MLmodel(fields)


def _with_signature(document: MLmodel, chosen: Flavor, model: Any, folder: Path, told: Extras) -> MLmodel:
    signature = told.signature
    example, params = examples.split(told.input_example)
    if signature is None and example is not None and PYFUNC in document.flavors:
        inputs = infer_signature(example, None, params)
        predict = chosen.predictor(model, folder, document)
        try:
            outputs = predict(example, enforce_params(params, inputs.params))
        except Exception as error:
            raise SignatureError(
                f"the model cannot predict its own input example: {type(error).__name__}: {error}",
                hint="give an example as the model takes it, or a signature",
            ) from error
        signature = infer_signature(example, outputs, params)
    elif signature is not None and signature.inputs is not None and example is not None:
        try:
            enforce(example, signature.inputs)
        except InputError as error:
            raise SignatureError(f"the input example does not fit the signature: {error}", hint=error.hint) from error
    if signature is None:
        return document
    return document.with_fields(
        signature=signature.to_json(), is_signature_from_type_hint=False, type_hint_from_example=False
    )


def _requirements(written: Written, told: Extras) -> list[str]:
    lines = requirements.pinned(written.packages) if told.pip_requirements is None else list(told.pip_requirements)
    return list(dict.fromkeys([*lines, *told.extra_pip_requirements]))
