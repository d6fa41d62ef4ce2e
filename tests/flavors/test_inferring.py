"""What is inferred from examples is what mlflow infers, to the letter."""

import datetime
from typing import Any

import mlflow.models
import numpy as np
import pandas as pd
import pytest
import scipy.sparse

from tidemill.flavors import SignatureError, infer_signature

DTYPES = (
    "bool int8 uint8 int16 uint16 int32 uint32 int64 uint64 float16 float32 float64 object str datetime64[ns]".split()
)
WHEN = datetime.datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001 - as users give it


def frame(values: Any, **options: Any) -> pd.DataFrame:
    return pd.DataFrame({"x": values}, **options)


EXAMPLES: dict[str, Any] = {
    **{f"a column of {dtype}": frame(np.array([1, 0]).astype(dtype)) for dtype in DTYPES},
    **{f"an array of {dtype}": np.array([[1, 0]]).astype(dtype) for dtype in [*DTYPES, "<U3", "S3"]},
    "a column with a gap": frame([1.0, None]),
    "texts with a gap": frame(["a", None]),
    "gaps only": frame([None, None]),
    "lists": frame([[1, 2], [3]]),
    "lists with a gap": frame([[1, None], [3]]),
    "mappings": frame([{"a": 1}, {"a": 2, "b": "s"}]),
    "lists of mappings": frame([[{"a": 1}], [{"b": 2.0}]]),
    "values of two kinds": frame([1, "a"]),
    "bytes": frame([b"a"]),
    "days": frame([datetime.date(2026, 1, 1)]),
    "times of a zone": frame(pd.to_datetime(["2026-01-01"]).tz_localize("UTC")),
    "a category": frame(pd.Categorical(["a", "b"])),
    "whole numbers with a gap": frame(pd.array([1, None], dtype="Int64")),
    "truth with a gap": frame(pd.array([True, None], dtype="boolean")),
    "empty lists": frame([[]]),
    "complex numbers": frame(np.array([1j])),
    "columns without names": pd.DataFrame([[1, 2]]),
    "a series": pd.Series([1, 2], name="s"),
    "a series without a name": pd.Series([1, 2]),
    "one number of NumPy": np.array(3.0),
    "a sparse matrix": scipy.sparse.csr_matrix(np.eye(2)),
    "named arrays": {"a": np.ones((2, 3)), "b": np.ones((2,), dtype="int32")},
    "a mapping": {"a": 1, "b": "x", "c": 1.5, "d": True, "e": b"x", "f": WHEN},
    "a mapping of lists": {"a": [1, 2], "b": ["x"]},
    "a mapping of mappings": {"a": {"b": [{"c": 1}, {"d": 2}]}},
    "a mapping with numbers of NumPy": {"a": np.float32(1), "b": np.int64(1), "c": np.int32(1), "d": np.bool_(1)},
    "a mapping with a narrow number of NumPy": {"a": np.int8(1)},
    "a mapping with gaps": {"a": None, "b": [None, 1], "c": [None]},
    "a mapping of empty things": {"a": [], "b": {}},
    "a mapping by numbers": {1: 2},
    "a list of texts": ["a"],
    "a list of texts with a gap": ["a", None],
    "a list of numbers": [1, 2],
    "a list of truth": [True],
    "a list of rows": [{"a": 1}, {"a": 2, "b": "x"}],
    "a list of rows that differ": [{"a": 1}, {"a": "x"}],
    "a list of lists": [[1, 2], [3]],
    "a list of two kinds": [1, "a"],
    "a list of whole and other numbers": [1, 2.5],
    "an empty list": [],
    "a list of arrays": [np.ones(2), np.ones(2)],
    "a tuple": (1, 2),
    "a text": "a",
    "a whole number": 1,
    "a number": 1.5,
    "some bytes": b"a",
    "a time": WHEN,
    "a day": datetime.date(2026, 1, 1),
    "a time of NumPy": np.datetime64("2026"),
}
PARAMS: dict[str, Any] = {
    "single values": {"a": 1, "b": 2.5, "c": "s", "d": True},
    "times": {"a": WHEN, "b": datetime.date(2026, 1, 1)},
    "lists": {"a": [1, 2], "b": ["x"]},
    "numbers of NumPy": {"a": np.float32(1), "b": np.array([1, 2])},
    "a mapping": {"a": {"x": 1, "y": ["a"]}},
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", EXAMPLES)
def test_inputs(name: str) -> None:
    theirs = mlflow.models.infer_signature(EXAMPLES[name]).to_dict()
    assert infer_signature(EXAMPLES[name]).to_json() == theirs


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", PARAMS)
def test_params(name: str) -> None:
    theirs = mlflow.models.infer_signature(None, params=PARAMS[name]).to_dict()
    assert infer_signature(params=PARAMS[name]).to_json() == theirs


@pytest.mark.parametrize("value", [b"x", None, [[1]], [1, "a"], np.ones((2, 2)), [{"a": 1}], []])
def test_a_parameter_without_a_type_is_refused(value: Any) -> None:
    with pytest.raises(SignatureError, match="the parameter p has the value") as refused:
        infer_signature(params={"p": value})
    assert refused.value.hint


def test_nothing_is_refused() -> None:
    with pytest.raises(SignatureError, match="nothing is given"):
        infer_signature()
