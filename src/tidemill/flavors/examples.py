"""Input examples: what a model was given once, stored beside it as `input_example.json`, and as a request that serves.

Forms, as MLflow 3 writes them: a table (`dataframe`, split orient), an array (`ndarray`, as `{"inputs": ...}`), a
sparse matrix (`sparse_matrix_csr` and `_csc`), anything that JSON has (`json_object`). With parameters the file is
`{"inputs": ..., "params": ...}`.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np

from tidemill.flavors import folders, libraries, payloads
from tidemill.flavors.errors import BrokenModelError, ModelError
from tidemill.flavors.mlmodel import MLmodel
from tidemill.flavors.plain import plain
from tidemill.flavors.schema import Signature, Tensor, is_tensors

FILE = "input_example.json"
SERVING_FILE = "serving_input_example.json"
MOST_BYTES = 64 << 20


def write(folder: Path, data: Any, params: Mapping[str, Any] | None) -> dict[str, Any]:
    """Write an example, and give what the MLmodel says of it. Raises ModelError for what JSON cannot tell."""
    info: dict[str, Any] = {"artifact_path": FILE, "serving_input_path": SERVING_FILE}
    serving: dict[str, Any]
    if libraries.is_of(data, "pandas"):
        frame = data.to_frame() if type(data).__name__ == "Series" else data
        stored = _split(frame)
        serving = {"dataframe_split": stored}
        info |= {"type": "dataframe", "pandas_orient": "split"}
    elif isinstance(data, np.ndarray):
        serving = stored = {"inputs": plain(data)}
        info["type"] = "ndarray"
    elif libraries.is_of(data, "scipy"):
        stored = {name: plain(getattr(data, name)) for name in ("data", "indices", "indptr")}
        stored["shape"] = list(data.shape)
        serving = {"inputs": plain(data)}
        info["type"] = f"sparse_matrix_{data.format}"
    elif isinstance(data, dict) and data and _are_arrays(cast("dict[str, Any]", data)):
        serving = stored = {"inputs": plain(data)}
        info |= {"type": "ndarray", "format": "tf-serving"}
    else:
        stored = plain(data)
        serving = {"inputs": stored}
        info["type"] = "json_object"
    if params is not None:
        given = plain(params)
        stored = {"inputs": stored["inputs"] if info["type"] == "ndarray" else stored, "params": given}
        serving = {**serving, "params": given}
        info["params"] = "true"
    (folder / FILE).write_text(_text(stored, None), encoding="utf-8")
    (folder / SERVING_FILE).write_text(_text(serving, 2), encoding="utf-8")
    return info


def read(folder: Path, model: MLmodel) -> tuple[Any, dict[str, Any] | None]:
    """An example and its parameters. Raises BrokenModelError where it is not there or not what the MLmodel says."""
    info = model.example
    if info is None:
        raise BrokenModelError("the model has no input example", hint="save it with input_example=")
    path = folders.inside(folder, info.get("artifact_path"), "artifact_path of the input example")
    if path.stat().st_size > MOST_BYTES:
        raise BrokenModelError(f"{path.name} is larger than {MOST_BYTES >> 20} MiB", hint="an example is a few rows")
    try:
        stored = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise BrokenModelError(f"{path.name} is no JSON: {error}", hint="save the model again") from error
    params: dict[str, Any] | None = None
    kind = str(info.get("type"))
    if info.get("params") and isinstance(stored, dict) and "params" in stored:
        told = cast("dict[str, Any]", stored)
        params = told["params"]
        stored = {"inputs": told.get("inputs")} if kind == "ndarray" else told.get("inputs")
    try:
        return _restored(kind, stored, model.signature), params
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BrokenModelError(f"{path.name} is no {kind}: {error!r}", hint="save the model again") from error


def split(told: Any) -> tuple[Any, dict[str, Any] | None]:
    """An example as it was given: a pair is data with its parameters."""
    if isinstance(told, tuple):
        pair = cast("tuple[Any, ...]", told)
        if len(pair) != 2 or not isinstance(pair[1], dict):
            raise ModelError("an input example that is a tuple is (data, params)", hint="give a list, or an array")
        return pair[0], cast("dict[str, Any]", pair[1])
    return told, None


def _restored(kind: str, stored: Any, signature: Signature | None) -> Any:
    schema = signature.inputs if signature else None
    if kind == "dataframe":
        split: Any = cast("Any", stored) if isinstance(stored, dict) else {"data": stored}
        return payloads.of_request({"dataframe_split": split}, schema)[0]
    if kind == "ndarray":
        inputs: Any = cast("Any", stored)["inputs"] if isinstance(stored, dict) else stored
        tensors = cast("tuple[Tensor, ...]", schema) if schema and is_tensors(schema) else ()
        if isinstance(inputs, dict):
            named = {one.name: one.dtype for one in tensors}
            return {name: np.array(one, dtype=named.get(name)) for name, one in cast("dict[str, Any]", inputs).items()}
        return np.array(inputs, dtype=tensors[0].dtype if tensors else None)
    if kind.startswith("sparse_matrix"):
        made = libraries.load("scipy.sparse", "scipy")
        matrix = made.csc_matrix if kind.endswith("csc") else made.csr_matrix
        return matrix((stored["data"], stored["indices"], stored["indptr"]), shape=stored["shape"])
    return stored


def _split(frame: Any) -> dict[str, Any]:
    split = {
        "columns": [plain(name) for name in frame.columns],
        "data": plain(frame.to_numpy(dtype=object)),
    }
    numbered = type(frame.index).__name__ == "RangeIndex"
    return split if numbered else {"index": plain(frame.index.to_numpy()), **split}


def _are_arrays(data: Mapping[str, Any]) -> bool:
    return all(isinstance(value, np.ndarray) for value in data.values())


def _text(content: Any, indent: int | None) -> str:
    try:
        return json.dumps(content, indent=indent, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ModelError(
            f"the input example is nothing that JSON can tell: {error}", hint="give a table or an array"
        ) from error
