"""Requests for predictions as MLflow's servers take them, and input examples."""

import datetime
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.sparse

from tidemill.flavors import BrokenModelError, InputError, MLmodel, ModelError, examples, infer_signature, payloads
from tidemill.flavors.enforcing import enforce
from tidemill.flavors.plain import plain
from tidemill.flavors.schema import Array, Column, Object, Property, Scalar, Tensor

MIXED = (
    Column(Scalar("integer"), "i"),
    Column(Scalar("float"), "f"),
    Column(Scalar("datetime"), "t", required=False),
    Column(Scalar("binary"), "y", required=False),
)


@pytest.mark.parametrize(
    "request_",
    [
        {"dataframe_split": {"columns": ["i", "f", "t", "y"], "data": [[1, 2, "2026-01-02T03:04:05", "YWI="]]}},
        {"dataframe_records": [{"i": 1, "f": 2, "t": "2026-01-02T03:04:05", "y": "YWI="}]},
        {"inputs": [{"i": 1, "f": 2, "t": "2026-01-02T03:04:05", "y": "YWI="}]},
        {"inputs": {"i": 1, "f": 2, "t": "2026-01-02T03:04:05", "y": "YWI="}},
        {"inputs": {"i": [1], "f": [2], "t": ["2026-01-02T03:04:05"], "y": ["YWI="]}},
        {"instances": [{"i": 1, "f": 2, "t": "2026-01-02T03:04:05", "y": "YWI="}]},
    ],
)
def test_every_form_gives_the_types_of_the_signature(request_: dict[str, Any]) -> None:
    data, params = payloads.parse(json.dumps({**request_, "params": {"n": 1}}), MIXED)
    assert params == {"n": 1}
    frame = enforce(data, MIXED)
    assert [str(frame[name].dtype) for name in ("i", "f")] == ["int32", "float32"]
    assert pd.Timestamp(frame["t"][0]) == pd.Timestamp("2026-01-02T03:04:05")
    assert frame["y"][0] == b"ab"


def test_tensors_are_arrays_of_their_dtype() -> None:
    one = (Tensor("float32", (-1, 2)),)
    for form in ("inputs", "instances"):
        data, _ = payloads.parse(json.dumps({form: [[1, 2]]}), one)
        assert (data.dtype, data.tolist()) == (np.dtype("float32"), [[1.0, 2.0]])
    two = (Tensor("float32", (-1, 2), "a"), Tensor("int64", (-1,), "b"))
    for told in ({"inputs": {"a": [[1, 2]], "b": [3]}}, {"instances": [{"a": [1, 2], "b": 3}]}):
        data, _ = payloads.parse(json.dumps(told), two)
        assert {name: (one.dtype.name, one.tolist()) for name, one in data.items()} == {
            "a": ("float32", [[1.0, 2.0]]),
            "b": ("int64", [3]),
        }


def test_nested_values_and_lists_of_texts() -> None:
    schema = (Column(Object({"when": Property(Array(Scalar("datetime")))}), "o"),)
    data, _ = payloads.parse('{"inputs": [{"o": {"when": ["2026-01-01"]}}]}', schema)
    assert enforce(data, schema)["o"].tolist() == [{"when": [datetime.datetime(2026, 1, 1)]}]  # noqa: DTZ001
    texts = (Column(Scalar("string")),)
    assert enforce(payloads.parse('{"inputs": ["a", "b"]}', texts)[0], texts)[0].tolist() == ["a", "b"]
    assert enforce(payloads.parse('{"inputs": "a"}', texts)[0], texts)[0].tolist() == ["a"]


def test_without_a_signature_lists_of_numbers_are_arrays() -> None:
    assert payloads.parse('{"inputs": [[1, 2]]}', None)[0].tolist() == [[1, 2]]
    assert payloads.parse('{"inputs": ["a"]}', None)[0] == ["a"]
    assert payloads.parse('{"inputs": {"a": [1.5]}}', None)[0]["a"].dtype == "float64"
    assert payloads.parse('{"inputs": [[1], [1, 2]]}', None)[0] == [[1], [1, 2]]


@pytest.mark.parametrize(
    ("content", "phrase"),
    [
        ("[", "is no JSON"),
        ("[1]", "is list, and no object"),
        ("{}", "the request has nothing"),
        ('{"inputs": 1, "instances": 1}', "'instances', 'inputs'"),
        ('{"inputs": 1, "more": 1}', "'more'"),
        ('{"inputs": 1, "params": 3}', "params of the request"),
        ('{"dataframe_split": []}', "has no data"),
        ('{"dataframe_split": {"columns": ["a"], "data": [[1, 2]]}}', "is no table"),
        ('{"dataframe_records": [1]}', "no list of objects"),
        ('{"instances": [{"i": 1}, {"f": 2}]}', "different names"),
        ('{"dataframe_records": [{"i": 1, "f": "x"}]}', "column f is not of numbers"),
        ('{"dataframe_records": [{"i": 1, "f": 1, "t": "soon"}]}', "t is 'soon', and no time"),
        ('{"dataframe_records": [{"i": 1, "f": 1, "y": "??"}]}', "no base64"),
    ],
)
def test_what_is_no_request_is_refused(content: str, phrase: str) -> None:
    with pytest.raises(InputError, match=phrase) as refused:
        payloads.parse(content, MIXED)
    assert refused.value.hint


def test_predictions_are_told_in_json() -> None:
    assert payloads.answer(np.array([1.5, np.nan])) == '{"predictions": [1.5, null]}'
    assert payloads.answer(pd.DataFrame({"a": [1], "b": ["x"]})) == '{"predictions": [{"a": 1, "b": "x"}]}'
    assert plain({"a": np.ones((1, 2), "int32"), 3: (b"ab", pd.Timestamp("2026-01-01"), pd.NaT)}) == {
        "a": [[1, 1]],
        "3": ["YWI=", "2026-01-01T00:00:00", None],
    }
    assert plain(scipy.sparse.csr_matrix(np.eye(2))) == [[1.0, 0.0], [0.0, 1.0]]
    assert plain(pd.Series([np.int64(1), None], dtype=object)) == [1, None]


EXAMPLES: dict[str, Any] = {
    "a table": pd.DataFrame({"a": [1.5, None], "b": ["x", None]}),
    "a table with an index": pd.DataFrame({"a": [1]}, index=["row"]),
    "times": pd.DataFrame({"t": pd.to_datetime(["2026-01-01T01:02:03"])}),
    "an array": np.ones((2, 3), "float32"),
    "named arrays": {"a": np.ones((2, 1)), "b": np.zeros(2, "int32")},
    "a mapping": {"a": [1], "b": {"c": "x"}},
    "a list": ["a", "b"],
    "a text": "a",
    "a sparse matrix": scipy.sparse.csc_matrix(np.eye(3)),
}


@pytest.mark.parametrize("params", [None, {"n": 1}])
@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_are_read_as_they_were_written(name: str, params: dict[str, Any] | None, tmp_path: Path) -> None:
    given = EXAMPLES[name]
    info = examples.write(tmp_path, given, params)
    signature = infer_signature(given, params=params)
    model = MLmodel({"flavors": {}, "saved_input_example_info": info, "signature": signature.to_json()})
    found, told = examples.read(tmp_path, model)
    assert told == params
    if isinstance(given, pd.DataFrame):
        pd.testing.assert_frame_equal(found, given, check_dtype=False, check_index_type=False)
    elif scipy.sparse.issparse(given):
        assert type(found) is type(given)
        assert (found != given).nnz == 0
    else:
        assert plain(found) == plain(given)
        assert type(found) is type(given)
    # What serves is a request: it gives the same data again, one text as a list of one.
    served, _ = payloads.parse((tmp_path / "serving_input_example.json").read_bytes(), signature.inputs)
    assert plain(served) == ([given] if isinstance(given, str) else plain(given))


def test_an_example_that_mlflow_wrote_is_read(tmp_path: Path) -> None:
    (tmp_path / "input_example.json").write_text('{"columns": ["a"], "data": [[1.5]]}')
    info = {"artifact_path": "input_example.json", "pandas_orient": "split", "type": "dataframe"}
    found, _ = examples.read(tmp_path, MLmodel({"flavors": {}, "saved_input_example_info": info}))
    assert found.to_dict(orient="list") == {"a": [1.5]}


@pytest.mark.parametrize(
    ("info", "content", "phrase"),
    [
        (None, "", "has no input example"),
        ({"artifact_path": "../x.json"}, "", "leads out of the model's folder"),
        ({"artifact_path": "none.json"}, "", "is not in"),
        ({"artifact_path": "x.json", "type": "ndarray"}, "[", "is no JSON"),
        ({"artifact_path": "x.json", "type": "ndarray"}, '{"a": 1}', "is no ndarray"),
        ({"artifact_path": "x.json", "type": "sparse_matrix_csr"}, "{}", "is no sparse_matrix_csr"),
    ],
)
def test_what_is_no_example_is_refused(info: Any, content: str, phrase: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(content)
    with pytest.raises(BrokenModelError, match=phrase):
        examples.read(tmp_path, MLmodel({"flavors": {}, "saved_input_example_info": info}))


def test_a_pair_is_data_with_its_parameters() -> None:
    assert examples.split(("a", {"n": 1})) == ("a", {"n": 1})
    with pytest.raises(ModelError, match="is a tuple"):
        examples.split((1, 2, 3))
