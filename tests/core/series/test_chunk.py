"""The chunk codec: every point comes back, columns open alone, damage is seen, sizes are what was promised."""

from struct import pack_into
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.series.histories import columns, histories, regular_histories
from tidemill.core.series.chunk import MAX_POINTS, Chunk, decode_chunk, encode_chunk
from tidemill.core.series.points import NO_POINTS, Point, Points
from tidemill.kit.errors import DamagedError, InvalidError

chunk_points = (histories | regular_histories).filter(bool).map(lambda history: columns(history).canonical())


@given(chunk_points)
def test_points_come_back_bit_for_bit(points: Points) -> None:
    found = decode_chunk(encode_chunk(points))
    assert found.same_as(points)
    assert found.values.tobytes() == points.values.tobytes()


@given(chunk_points, st.data())
def test_columns_and_positions_open_alone(points: Points, data: st.DataObject) -> None:
    chunk = Chunk.parse(encode_chunk(points))
    positions = np.array(data.draw(st.lists(st.integers(0, len(points) - 1))), dtype=np.intp)
    assert chunk.count == len(points)
    assert np.array_equal(chunk.steps(), points.steps)
    assert np.array_equal(chunk.timestamps(), points.timestamps)
    assert np.array_equal(chunk.values(), points.values, equal_nan=True)
    assert chunk.take(positions).same_as(points.take(positions))


@given(chunk_points, st.data())
def test_a_changed_byte_is_damage(points: Points, data: st.DataObject) -> None:
    blob = bytearray(encode_chunk(points))
    blob[data.draw(st.integers(0, len(blob) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(DamagedError):
        decode_chunk(bytes(blob))


@given(chunk_points, st.data())
def test_a_blob_cut_short_or_too_long_is_damage(points: Points, data: st.DataObject) -> None:
    blob = encode_chunk(points)
    with pytest.raises(DamagedError):
        decode_chunk(blob[: data.draw(st.integers(0, len(blob) - 1))])
    with pytest.raises(DamagedError):
        decode_chunk(blob + b"\0")


def test_a_damaged_column_does_not_hide_the_others() -> None:
    points = _regular(np.sin(np.arange(4096)))
    blob = bytearray(encode_chunk(points))
    blob[-1] ^= 1
    chunk = Chunk.parse(bytes(blob))
    assert np.array_equal(chunk.steps(), points.steps)
    with pytest.raises(DamagedError, match="checksum"):
        chunk.values()


@pytest.mark.parametrize("count", [0, 3, 5, MAX_POINTS + 1, 2**32 - 1])
def test_a_wrong_count_under_a_right_checksum_is_damage(count: int) -> None:
    points = columns([Point(0, 0, 0.1), Point(5, 1, 0.2), Point(6, 9, 0.4), Point(8, 20, 7.0)])
    blob = bytearray(encode_chunk(points))
    pack_into("<I", blob, 4, count)
    pack_into("<I", blob, 44, crc32(blob[:44]))
    with pytest.raises(DamagedError):
        decode_chunk(bytes(blob))


def test_points_that_no_chunk_can_hold_are_refused() -> None:
    with pytest.raises(InvalidError, match="1 to 8192"):
        encode_chunk(NO_POINTS)
    with pytest.raises(InvalidError, match="1 to 8192"):
        encode_chunk(_regular(np.zeros(MAX_POINTS + 1)))
    with pytest.raises(InvalidError, match="history order"):
        encode_chunk(columns([Point(1, 1, 1.0), Point(1, 1, 1.0)]))


class TestBytesPerPoint:
    """Of a chunk of 4,096 points with regular steps and times."""

    def test_full_entropy_values_cost_at_most_7_2(self) -> None:
        numbers = np.random.default_rng(1).integers(0, 1_000_003, 4096)
        assert _bytes_per_point(numbers / 1_000_003) <= 7.2

    def test_values_that_were_float32_cost_at_most_4_6(self) -> None:
        walk = np.random.default_rng(1).normal(size=4096).cumsum()
        assert _bytes_per_point(walk.astype(np.float32).astype(np.float64)) <= 4.6

    def test_a_constant_costs_nearly_nothing(self) -> None:
        assert _bytes_per_point(np.full(4096, np.nan)) <= 0.05

    def test_whole_numbers_cost_at_most_3(self) -> None:
        assert _bytes_per_point(np.random.default_rng(1).integers(0, 10_000, 4096).astype(np.float64)) <= 3.0


def _bytes_per_point(values: np.ndarray) -> float:
    return len(encode_chunk(_regular(values))) / len(values)


def _regular(values: np.ndarray) -> Points:
    steps = np.arange(len(values), dtype=np.int64)
    return Points(steps, 1_760_000_000_000 + 100 * steps, values)
