"""The two directions of every flavor: what Tidemill writes mlflow loads, and what mlflow writes Tidemill loads."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas

from tidemill import flavors
from tidemill.flavors.saving import Extras

REQUIREMENTS = ["numpy"]


def values(predictions: Any) -> Any:
    """Predictions as one array, or as a mapping of arrays."""
    if isinstance(predictions, dict):
        return {name: np.asarray(one) for name, one in predictions.items()}
    if isinstance(predictions, pandas.DataFrame):
        return predictions.to_numpy()
    return np.asarray(predictions)


def assert_equal(one: Any, other: Any) -> None:
    """Numbers equal to the last bit or two, everything else exactly."""
    left, right = values(one), values(other)
    if isinstance(left, dict):
        assert left.keys() == right.keys()
        for name in left:
            assert_equal(left[name], right[name])
        return
    assert left.shape == right.shape
    if left.dtype.kind == "f":
        np.testing.assert_allclose(left, right, rtol=1e-6)
    else:
        assert left.tolist() == right.tolist()


def ours_there(
    model: Any,
    folder: Path,
    example: Any,
    *,
    flavor: str,
    expected: Any,
    native: Callable[[Any], Any] | None = None,
    allow_pickle: bool = False,
    **options: Any,
) -> flavors.Model:
    """Save a model here; load it here and in mlflow, in both of its ways; all predict the same. Gives ours."""
    extras = Extras(input_example=example, **options.pop("extras", {}))
    flavors.save_model(model, folder, extras=extras, **options)
    here = flavors.load_model(folder, allow_pickle=allow_pickle)
    assert here.flavor == flavor
    assert here.is_safe is not allow_pickle
    assert_equal(here.predict(example), expected)
    there = mlflow.pyfunc.load_model(str(folder))
    assert_equal(there.predict(example), expected)
    assert there.metadata.signature.to_dict() == flavors.describe(folder).told.document["signature"]
    if native is not None:
        assert_equal(native(getattr(mlflow, flavor).load_model(str(folder))), expected)
        assert_equal(native(here.native), expected)
    return here


def theirs_here(
    save: Callable[..., Any],
    model: Any,
    folder: Path,
    example: Any,
    *,
    flavor: str,
    expected: Any,
    native: Callable[[Any], Any] | None = None,
    allow_pickle: bool = False,
    **options: Any,
) -> flavors.Model:
    """Save a model with mlflow; load it there and here; both predict the same. Gives ours."""
    options.setdefault("input_example", example)
    save(model, str(folder), pip_requirements=REQUIREMENTS, **options)
    here = flavors.load_model(folder, allow_pickle=allow_pickle)
    assert here.flavor == flavor
    assert here.is_safe is not allow_pickle
    assert_equal(here.predict(example), expected)
    assert_equal(mlflow.pyfunc.load_model(str(folder)).predict(example), expected)
    if native is not None:
        assert_equal(native(here.native), expected)
    return here
