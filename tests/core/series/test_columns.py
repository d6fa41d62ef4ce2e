"""Columns of a chunk: what a body of the wrong form, length or count does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidemill.core.series import columns
from tidemill.core.series.order import INT64_MAX, INT64_MIN
from tidemill.kit.errors import DamagedError

_INT64 = st.integers(INT64_MIN, INT64_MAX)


@given(st.lists(_INT64, min_size=1, max_size=30))
def test_integers_of_any_spread_come_back(numbers: list[int]) -> None:
    form, body = columns.encode_ints(np.array(numbers, dtype=np.int64))
    assert columns.decode_ints(form, memoryview(body), len(numbers)).tolist() == numbers


@given(_INT64, st.integers(-(2**70), 2**70), st.integers(1, 50))
def test_a_progression_costs_sixteen_bytes_even_where_it_wraps(first: int, stride: int, count: int) -> None:
    numbers = np.array([(first + i * stride - INT64_MIN) % 2**64 + INT64_MIN for i in range(count)], dtype=np.int64)
    form, body = columns.encode_ints(numbers)
    assert (form, len(body)) == (columns.RAMP, 16)
    assert np.array_equal(columns.decode_ints(form, memoryview(body), count), numbers)


@pytest.mark.parametrize("spread", [1, 255, 256, 65_535, 65_536, 2**32 - 1, 2**32, 2**63 - 1])
def test_deltas_come_back_at_each_width(spread: int) -> None:
    numbers = np.array([0, spread, 0, spread - 1, spread], dtype=np.int64)
    form, body = columns.encode_ints(numbers)
    assert np.array_equal(columns.decode_ints(form, memoryview(body), 5), numbers)


@given(st.lists(st.floats(), min_size=1, max_size=30) | st.lists(st.floats(width=32), min_size=1, max_size=30))
def test_values_come_back_bit_for_bit(values: list[float]) -> None:
    column = np.array(values, dtype=np.float64)
    form, body = columns.encode_floats(column)
    assert columns.decode_floats(form, memoryview(body), len(values)).tobytes() == column.tobytes()


def test_payloads_of_nan_come_back() -> None:
    column = np.array([0x7FF8000000000001, 0xFFF800000000BEEF, 0x7FF0000000000001], dtype=np.uint64).view(np.float64)
    form, body = columns.encode_floats(column)
    assert columns.decode_floats(form, memoryview(body), 3).tobytes() == column.tobytes()


@pytest.mark.parametrize("form", [8, 9, 100, 255])
def test_an_unknown_form_is_damage(form: int) -> None:
    with pytest.raises(DamagedError, match="unknown form"):
        columns.decode_ints(form, memoryview(bytes(16)), 2)
    with pytest.raises(DamagedError, match="unknown form"):
        columns.decode_floats(form, memoryview(bytes(16)), 2)


@pytest.mark.parametrize("count", [1, 3, 5, 8192])
@pytest.mark.parametrize("cut", [0, 1])
def test_a_body_for_another_count_is_damage(count: int, cut: int) -> None:
    ints, floats = np.array([0, 5, 1, 9], dtype=np.int64), np.array([0.1, 5.5, 1, 9])
    form, body = columns.encode_ints(ints)
    with pytest.raises(DamagedError):
        columns.decode_ints(form, memoryview(body[: len(body) - cut]), count)
    form, body = columns.encode_floats(floats)
    with pytest.raises(DamagedError):
        columns.decode_floats(form, memoryview(body[: len(body) - cut]), count)


def test_bytes_that_are_no_frame_or_follow_one_are_damage() -> None:
    form, body = columns.encode_floats(np.array([0.1, 5.5, 1, 9]))
    for wrong in (b"", b"no frame at all", body + b"x", body + body):
        with pytest.raises(DamagedError):
            columns.decode_floats(form, memoryview(wrong), 4)


@pytest.mark.parametrize("length", [0, 7, 15, 17])
def test_short_bodies_of_constants_and_progressions_are_damage(length: int) -> None:
    with pytest.raises(DamagedError, match="wrong length"):
        columns.decode_ints(columns.RAMP, memoryview(bytes(length)), 4)
    with pytest.raises(DamagedError, match="wrong length"):
        columns.decode_floats(columns.CONSTANT, memoryview(bytes(length)), 4)
