"""ONNX: the model's graph, asked through onnxruntime."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np

from tidemill.flavors import folders, libraries
from tidemill.flavors.errors import BrokenModelError, InputError
from tidemill.flavors.flavor import Options, Predict, Written
from tidemill.flavors.mlmodel import MLmodel

NAME = "onnx"
FORMATS = ("onnx",)
_FILE = "model.onnx"
_EXTERNAL_AFTER_BYTES = 1 << 30
_PROVIDERS = ("CUDAExecutionProvider", "CPUExecutionProvider")
_DTYPES = {
    "tensor(float)": "float32",
    "tensor(double)": "float64",
    "tensor(float16)": "float16",
    "tensor(int64)": "int64",
    "tensor(int32)": "int32",
    "tensor(int8)": "int8",
    "tensor(uint8)": "uint8",
    "tensor(bool)": "bool",
    "tensor(string)": "object",
}


def detects(model: Any) -> bool:
    """A ModelProto."""
    return type(model).__name__ == "ModelProto" and libraries.is_of(model, "onnx")


def save(model: Any, folder: Path, options: Options) -> Written:
    """The graph in one file; weights over a gibibyte, which one message cannot hold, in a second."""
    onnx = libraries.load("onnx")
    external = model.ByteSize() > _EXTERNAL_AFTER_BYTES
    onnx.save_model(model, str(folder / _FILE), save_as_external_data=external)
    onnx.checker.check_model(str(folder / _FILE))
    providers = list(options.settings.get("providers") or _PROVIDERS)
    section = {
        "code": None,
        "data": _FILE,
        "onnx_session_options": None,
        "onnx_version": libraries.version("onnx"),
        "providers": providers,
    }
    return Written(section, {"data": _FILE}, ["onnx", "onnxruntime"])


def dangers(folder: Path, told: MLmodel) -> Sequence[str]:
    """None: a graph of known operators."""
    return ()


def load(folder: Path, told: MLmodel, *, trusted: bool) -> Any:
    """The ModelProto, checked."""
    path = _path(folder, told)
    onnx = libraries.load("onnx")
    try:
        model = onnx.load(str(path))
        onnx.checker.check_model(model)
    except Exception as error:  # protobuf's and the checker's own kinds
        raise BrokenModelError(
            f"{path.name} is no ONNX model: {' '.join(str(error).split())[:300]}", hint="save the model again"
        ) from error
    return model


def predictor(model: Any, folder: Path, told: MLmodel) -> Predict:
    """Named outputs as a mapping of arrays; for a DataFrame, a DataFrame where they are columns."""
    session = session_of(_path(folder, told), told)
    inputs = session.get_inputs()
    outputs = [one.name for one in session.get_outputs()]

    def predict(data: Any, params: Mapping[str, Any]) -> Any:
        found = session.run(outputs, _feeds(data, inputs))
        named = dict(zip(outputs, found, strict=True))
        if type(data).__name__ != "DataFrame":
            return named
        pandas = libraries.load("pandas")
        return pandas.DataFrame.from_dict({name: _as_column(value) for name, value in named.items()})

    return predict


def session_of(path: Path, told: MLmodel) -> Any:
    """A session of onnxruntime on the providers that the model names and that are here; CPU at the least."""
    runtime = libraries.load("onnxruntime")
    wanted = told.section(NAME).get("providers") or _PROVIDERS
    here = runtime.get_available_providers()
    providers = [one for one in wanted if one in here] or ["CPUExecutionProvider"]
    try:
        return runtime.InferenceSession(str(path), providers=providers)
    except Exception as error:  # onnxruntime's own kinds
        raise BrokenModelError(
            f"onnxruntime cannot load {path.name}: {' '.join(str(error).split())[:300]}",
            hint="a newer onnxruntime knows newer operators",
        ) from error


def _path(folder: Path, told: MLmodel) -> Path:
    return folders.inside(folder, told.section(NAME).get("data"), "data of onnx")


def _feeds(data: Any, inputs: Sequence[Any]) -> dict[str, Any]:
    names = [one.name for one in inputs]
    if isinstance(data, dict):
        given = cast("dict[str, Any]", data)
        if missing := [name for name in names if name not in given]:
            raise InputError(
                f"the model's inputs {', '.join(missing)} are missing", hint=f"it takes: {', '.join(names)}"
            )
        return {one.name: _array(given[one.name], one.type) for one in inputs}
    if len(names) == 1:
        return {names[0]: _array(data, inputs[0].type)}
    if libraries.is_of(data, "pandas") and all(name in data.columns for name in names):
        return {one.name: _array(data[[one.name]], one.type) for one in inputs}
    raise InputError(f"the model has {len(names)} inputs", hint=f"give a mapping with {', '.join(names)}")


def _array(data: Any, kind: str) -> Any:
    """An array in the type that an input has: numbers as the graph holds them."""
    array = data.to_numpy() if libraries.is_of(data, "pandas") else np.asarray(data)
    dtype = _DTYPES.get(kind)
    return array if dtype is None or str(array.dtype) == dtype else array.astype(dtype)


def _as_column(value: Any) -> Any:
    """An output of one number, or one mapping, a row as a column; one of several a row as lists."""
    if not isinstance(value, np.ndarray):
        return value
    array = cast("np.ndarray[Any, Any]", value)
    flat = array.reshape(-1) if array.ndim == 1 or array.shape[1:] == (1,) else array
    return flat if flat.ndim == 1 else flat.tolist()
