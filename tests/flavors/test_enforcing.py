"""Data made to fit a signature, or refused with the column and the reason."""

import datetime
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tidemill.flavors import InputError
from tidemill.flavors.enforcing import enforce, enforce_params
from tidemill.flavors.schema import Anything, Array, Column, Map, Object, Parameter, Property, Scalar, Tensor

LONG, DOUBLE, STRING, FLOAT, INTEGER = (Scalar(name) for name in ("long", "double", "string", "float", "integer"))
MIXED = (
    Column(LONG, "l"),
    Column(DOUBLE, "d"),
    Column(STRING, "s", required=False),
    Column(Scalar("boolean"), "b", required=False),
    Column(Scalar("datetime"), "t", required=False),
    Column(Scalar("binary"), "y", required=False),
)
NESTED = (
    Column(Object({"p": Property(STRING, required=False), "q": Property(Array(LONG))}), "o"),
    Column(Map(DOUBLE), "m", required=False),
    Column(Anything(), "any", required=False),
)


def rows(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"l": [1], "d": [1.5], **columns})


class TestColumns:
    def test_come_in_the_order_of_the_signature_and_others_are_dropped(self) -> None:
        made = enforce(pd.DataFrame({"z": [0], "d": [1.5], "l": [1]}), MIXED)
        assert list(made.columns) == ["l", "d"]

    @pytest.mark.parametrize(
        "data",
        [
            {"l": 1, "d": 1.5},
            {"l": [1], "d": [1.5]},
            {"l": np.array([1]), "d": np.array([1.5])},
            [{"l": 1, "d": 1.5}],
        ],
    )
    def test_are_made_of_mappings_and_lists(self, data: Any) -> None:
        pd.testing.assert_frame_equal(enforce(data, MIXED), rows())

    @pytest.mark.parametrize("data", [["a", "b"], np.array(["a", "b"]), pd.Series(["a", "b"])])
    def test_without_a_name_take_a_list(self, data: Any) -> None:
        assert enforce(data, (Column(STRING),))[0].tolist() == ["a", "b"]

    def test_without_names_go_by_their_place(self) -> None:
        schema = (Column(DOUBLE), Column(DOUBLE))
        made = enforce(pd.DataFrame({"q": [1.0], "r": [2.0], "z": [3.0]}), schema)
        assert list(made.columns) == ["q", "r"]
        with pytest.raises(InputError, match="takes 2 columns, and got 1"):
            enforce(pd.DataFrame({"q": [1.0]}), schema)

    @pytest.mark.parametrize(
        ("values", "schema", "dtype"),
        [
            (np.array([1], "int32"), LONG, "int64"),
            (np.array([1], "int64"), INTEGER, "int32"),
            (np.array([1], "uint64"), LONG, "int64"),
            (np.array([1], "int64"), DOUBLE, "float64"),
            (np.array([1.5], "float32"), DOUBLE, "float64"),
            (np.array([3], "int64"), FLOAT, "float32"),
        ],
    )
    def test_of_numbers_are_converted_where_nothing_is_lost(self, values: Any, schema: Scalar, dtype: str) -> None:
        made = enforce(pd.DataFrame({"x": values}), (Column(schema, "x"),))
        assert str(made["x"].dtype) == dtype
        assert made["x"].tolist() == values.tolist()

    @pytest.mark.parametrize(
        ("values", "schema", "phrase"),
        [
            ([1.0], LONG, "column x is float64, and the model takes int64"),
            ([1.0, None], LONG, "rows without a value"),
            (["1"], LONG, "and the model takes int64"),
            ([True], LONG, "column x is bool"),
            ([2**40], INTEGER, "some of its numbers do not fit"),
            ([2**53 + 1], DOUBLE, "some of its numbers do not fit"),
            ([2**24 + 1], FLOAT, "some of its numbers do not fit"),
            ([1.5], FLOAT, "column x is float64, and the model takes float32"),
            ([1], STRING, "and the model takes string"),
            ([1], Scalar("boolean"), "and the model takes boolean"),
            (["2026-01-01"], Scalar("datetime"), "and the model takes datetime"),
            (["aa"], Scalar("binary"), "and the model takes binary"),
        ],
    )
    def test_that_do_not_fit_are_refused(self, values: Any, schema: Scalar, phrase: str) -> None:
        with pytest.raises(InputError, match=phrase) as refused:
            enforce(pd.DataFrame({"x": values}), (Column(schema, "x"),))
        assert refused.value.hint

    def test_of_other_kinds_pass(self) -> None:
        given = rows(s=["x"], b=[True], t=pd.to_datetime(["2026-01-01"]), y=[b"a"])
        pd.testing.assert_frame_equal(enforce(given, MIXED), given)
        days = enforce(rows(t=[datetime.date(2026, 1, 1)]), MIXED)
        assert days["t"].tolist() == [datetime.date(2026, 1, 1)]

    def test_that_may_be_empty_may(self) -> None:
        assert enforce(rows(s=[None], b=[None], t=[None]), MIXED)["s"].isna().all()
        optional = (Column(LONG, "x", required=False),)
        assert enforce(pd.DataFrame({"x": [1, None]}), optional)["x"].isna().tolist() == [False, True]

    def test_that_are_missing_are_named(self) -> None:
        with pytest.raises(InputError, match=r"input 'd' is missing; it got 'z' besides") as refused:
            enforce(pd.DataFrame({"l": [1], "z": [1]}), MIXED)
        assert "l: long, d: double, s: string?" in str(refused.value.hint)

    @pytest.mark.parametrize("data", [None, {"l": [1, 2], "d": [1.0]}])
    def test_of_nothing_and_of_two_lengths_are_refused(self, data: Any) -> None:
        with pytest.raises(InputError):
            enforce(data, MIXED)

    def test_of_one_name_twice_are_refused(self) -> None:
        with pytest.raises(InputError, match="the same name"):
            enforce(pd.DataFrame([[1, 1]], columns=["l", "l"]), MIXED)


class TestNested:
    def test_values_pass(self) -> None:
        data = {"o": {"q": [1], "p": "x"}, "m": {"k": 1}, "any": {"z": [1, "a"]}}
        made = enforce(data, NESTED)
        assert made.to_dict(orient="records") == [{"o": {"q": [1], "p": "x"}, "m": {"k": 1.0}, "any": {"z": [1, "a"]}}]
        assert enforce({"o": {"q": np.array([1, 2])}}, NESTED)["o"].tolist() == [{"q": [1, 2]}]

    @pytest.mark.parametrize(
        ("data", "phrase"),
        [
            ({"o": {"p": "x"}}, "column o lacks 'q'"),
            ({"o": {"q": None}}, "column o lacks 'q'"),
            ({"o": {"q": [1], "zz": 1}}, "column o has 'zz', which the model does not know"),
            ({"o": {"q": ["a"]}}, r"column o\.q\[0\] is 'a'"),
            ({"o": {"q": 1}}, r"column o\.q is 1 \(int\), and no list"),
            ({"o": {"q": [1]}, "m": {"k": "a"}}, r"column m\.k is 'a'"),
            ({"o": {"q": [1]}, "m": 3}, "column m is 3"),
            ({"o": None}, "column o has a row without a value"),
        ],
    )
    def test_values_that_do_not_fit_are_told_by_their_place(self, data: Any, phrase: str) -> None:
        with pytest.raises(InputError, match=phrase):
            enforce(data, NESTED)

    def test_a_list_a_row(self) -> None:
        assert enforce([[1, 2], [3]], (Column(Array(LONG)),))[0].tolist() == [[1, 2], [3]]


class TestTensors:
    one: Sequence[Tensor] = (Tensor("float32", (-1, 2)),)
    named: Sequence[Tensor] = (Tensor("float32", (-1, 2), "a"), Tensor("int64", (-1,), "b"))

    def test_pass(self) -> None:
        given = np.ones((3, 2), "float32")
        assert enforce(given, tuple(self.one)) is given
        assert enforce(pd.DataFrame(given), tuple(self.one)).dtype == "float32"
        assert enforce([[1, 2.5]], tuple(self.one)).tolist() == [[1, 2.5]]
        both = {"a": given, "b": np.ones(3, "int64"), "c": 1}
        assert list(enforce(both, tuple(self.named))) == ["a", "b"]
        framed = enforce(pd.DataFrame({"a": [np.ones(2, "float32")], "b": [1]}), tuple(self.named))
        assert framed["a"].shape == (1, 2)

    @pytest.mark.parametrize(
        ("data", "phrase"),
        [
            (np.ones((3, 2)), "the input is float64, and the model takes float32"),
            (np.ones((3, 3), "float32"), r"has the shape \(3, 3\)"),
            (np.ones(3, "float32"), r"has the shape \(3,\)"),
            ([[1], [1, 2]], "is no array of float32"),
            (object(), "is object, and no array"),
        ],
    )
    def test_that_do_not_fit_are_refused(self, data: Any, phrase: str) -> None:
        with pytest.raises(InputError, match=phrase):
            enforce(data, tuple(self.one))

    def test_that_are_missing_are_named(self) -> None:
        with pytest.raises(InputError, match="inputs 'b' are missing"):
            enforce({"a": np.ones((3, 2), "float32")}, tuple(self.named))
        with pytest.raises(InputError, match="takes named tensors"):
            enforce(np.ones((3, 2), "float32"), tuple(self.named))


class TestParams:
    declared = (
        Parameter("i", LONG, 1),
        Parameter("f", DOUBLE, 0.5),
        Parameter("l", LONG, [1], (-1,)),
        Parameter("t", Scalar("datetime"), "2026-01-01"),
    )

    def test_have_defaults(self) -> None:
        when = datetime.datetime(2026, 1, 1)  # noqa: DTZ001 - as the signature has it
        assert enforce_params(None, self.declared) == {"i": 1, "f": 0.5, "l": [1], "t": when}
        assert enforce_params({"i": np.int32(3), "f": 1, "l": np.array([2])}, self.declared)["l"] == [2]
        assert enforce_params(None, None) == {}

    @pytest.mark.parametrize(
        ("given", "phrase"),
        [
            ({"zz": 1}, "no parameter 'zz'"),
            ({"i": 1.5}, "the parameter i is 1.5"),
            ({"i": "1"}, "the parameter i is '1'"),
            ({"l": 1}, "and no list"),
            ({"l": [1.5]}, "the parameter l is 1.5"),
            ({"t": "x"}, "and no time"),
            ([1], "params are list"),
        ],
    )
    def test_that_do_not_fit_are_refused(self, given: Any, phrase: str) -> None:
        with pytest.raises(InputError, match=phrase):
            enforce_params(given, self.declared)
