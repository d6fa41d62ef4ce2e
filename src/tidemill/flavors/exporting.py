"""Models as ONNX, by each framework's own converter, and proven on the model's own input example.

scikit-learn goes through skl2onnx, XGBoost and LightGBM through onnxmltools, PyTorch through torch.onnx, CatBoost
through itself.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from tidemill.flavors import examples, libraries
from tidemill.flavors.errors import ModelError
from tidemill.flavors.loading import Model

TOLERANCE = 1e-3
"""How far a prediction may be from the original's, relative to it, or absolute below one: ONNX reckons in 32 bits."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A converted model, and how far its predictions are from the original's at most."""

    model: Any
    """A ModelProto."""
    example: Any
    """What it was proven on: an array of 32-bit floats."""
    largest_difference: float
    rows: int


def to_onnx(model: Model) -> Exported:
    """Convert a loaded model. Raises ModelError where no converter knows it, or where its predictions differ."""
    if model.flavor not in _CONVERTERS:
        raise ModelError(
            f"the flavor {model.flavor} cannot be converted to ONNX", hint=f"these can: {', '.join(_CONVERTERS)}"
        )
    data, params = examples.read(model.folder, model.told)
    example = _floats(data)
    expected = model.predict(data, params)
    try:
        converted = _CONVERTERS[model.flavor](model.native, example)
    except ModelError:
        raise
    except Exception as error:  # whatever a converter meets in a model
        raise ModelError(
            f"it cannot be converted: {type(error).__name__}: {' '.join(str(error).split())[:300]}",
            hint="the converter does not know a part of it",
        ) from error
    found = _asked(converted, example)
    difference = min((_difference(expected, one) for one in found.values()), default=float("inf"))
    if difference > TOLERANCE:
        raise ModelError(
            f"the converted model predicts something else: {difference:g} off, on the model's own example",
            hint=f"at most {TOLERANCE:g} is taken for the same; ONNX reckons with 32-bit floats",
        )
    return Exported(converted, example, difference, len(example))


def _floats(data: Any) -> Any:
    array = data.to_numpy() if libraries.is_of(data, "pandas") else np.asarray(data)
    if array.dtype.kind not in "iufbO" or array.ndim < 2:
        raise ModelError(
            "only models of rows of numbers are converted", hint="its input example is no table of numbers"
        )
    try:
        return array.astype("float32")
    except (TypeError, ValueError) as error:
        raise ModelError(f"its input example is not of numbers alone: {error}", hint="encode texts first") from error


def _of_sklearn(model: Any, example: Any) -> Any:
    skl2onnx = libraries.load("skl2onnx")
    try:
        return skl2onnx.to_onnx(model, example[:1], options={"zipmap": False})
    except NameError:  # a regressor has no such option
        return skl2onnx.to_onnx(model, example[:1])


def _of_xgboost(model: Any, example: Any) -> Any:
    booster = model if type(model).__name__ == "Booster" else model.get_booster()
    booster.feature_names = None  # the converter knows columns by number
    convert = libraries.load("onnxmltools.convert", "onnxmltools").convert_xgboost
    return convert(model, initial_types=_types(example))


def _of_lightgbm(model: Any, example: Any) -> Any:
    convert = libraries.load("onnxmltools.convert", "onnxmltools").convert_lightgbm
    return convert(model, initial_types=_types(example), zipmap=False)


def _types(example: Any) -> list[tuple[str, Any]]:
    types = libraries.load("onnxmltools.convert.common.data_types", "onnxmltools")
    return [("input", types.FloatTensorType([None, example.shape[1]]))]


def _of_catboost(model: Any, example: Any) -> Any:
    with tempfile.TemporaryDirectory() as made:
        path = Path(made, "model.onnx")
        model.save_model(str(path), format="onnx")
        return libraries.load("onnx").load(str(path))


def _of_torch(model: Any, example: Any) -> Any:
    torch = libraries.load("torch")
    libraries.load("onnxscript")
    tensor = torch.from_numpy(example)
    batch = torch.cat([tensor, tensor]) if len(tensor) == 1 else tensor
    module = model.eval() if type(model).__name__ != "GraphModule" else model
    program = torch.onnx.export(
        module, (batch,), dynamo=True, dynamic_shapes=({0: torch.export.Dim.AUTO},), verbose=False
    )
    return program.model_proto


_CONVERTERS: dict[str, Callable[[Any, Any], Any]] = {
    "sklearn": _of_sklearn,
    "xgboost": _of_xgboost,
    "lightgbm": _of_lightgbm,
    "catboost": _of_catboost,
    "pytorch": _of_torch,
}


def _asked(converted: Any, example: Any) -> dict[str, Any]:
    runtime = libraries.load("onnxruntime")
    session = runtime.InferenceSession(converted.SerializeToString(), providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_outputs()]
    given = {session.get_inputs()[0].name: example}
    return dict(zip(names, session.run(names, given), strict=True))


def _difference(expected: Any, found: Any) -> float:
    """How far apart the two are at most; infinity where they are not comparable."""
    if not isinstance(found, np.ndarray):
        return float("inf")
    left = np.asarray(expected.to_numpy() if libraries.is_of(expected, "pandas") else expected).squeeze()
    right = cast("np.ndarray[Any, Any]", found).squeeze()
    if right.ndim == left.ndim + 1 and right.shape[-1] == 2:
        right = right[..., 1]  # of two classes, the second's probability
    if left.shape != right.shape:
        return float("inf")
    if left.dtype.kind not in "iufb" or right.dtype.kind not in "iufb":
        return 0.0 if [str(one) for one in left.ravel()] == [str(one) for one in right.ravel()] else float("inf")
    off = np.abs(left.astype(float) - right.astype(float)) / np.maximum(1, np.abs(left.astype(float)))
    return float(off.max()) if off.size else 0.0
