"""The tail codec: every point comes back, no damaged byte goes unseen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.series.histories import columns, histories, lists, points, regular_histories
from tidemill.core.series.order import INT64_MAX, INT64_MIN
from tidemill.core.series.points import Point
from tidemill.core.series.tail import decode_tail, decode_tails, encode_tail
from tidemill.kit.errors import DamagedError, InvalidError


def encoded(history: list[Point]) -> bytes:
    return encode_tail(*lists(history))


@given((histories | regular_histories).filter(bool))
def test_points_come_back_in_their_order_and_bit_for_bit(history: list[Point]) -> None:
    found, wanted = decode_tail(encoded(history)), columns(history)
    assert found.same_as(wanted)
    assert found.values.tobytes() == wanted.values.tobytes()


@given(st.lists((histories | st.lists(points, min_size=1, max_size=1)).filter(bool), max_size=8))
def test_many_blobs_decode_to_all_their_points(tails: list[list[Point]]) -> None:
    found = decode_tails(map(encoded, tails))
    wanted = columns([point for tail in tails for point in tail])
    assert found.canonical().same_as(wanted.canonical())
    assert len(found) == len(wanted)


@given((histories | regular_histories).filter(bool), st.data())
def test_a_changed_byte_is_damage(history: list[Point], data: st.DataObject) -> None:
    blob = bytearray(encoded(history))
    blob[data.draw(st.integers(0, len(blob) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(DamagedError):
        decode_tail(bytes(blob))


@given(st.lists(points, min_size=1, max_size=6), st.data())
def test_a_changed_byte_among_single_points_is_damage(history: list[Point], data: st.DataObject) -> None:
    blobs = [bytearray(encoded([point])) for point in history]
    blob = data.draw(st.sampled_from(blobs))
    blob[data.draw(st.integers(0, len(blob) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(DamagedError):
        decode_tails(map(bytes, blobs))


@given((histories | regular_histories).filter(bool), st.data())
def test_a_blob_cut_short_or_too_long_is_damage(history: list[Point], data: st.DataObject) -> None:
    blob = encoded(history)
    with pytest.raises(DamagedError):
        decode_tail(blob[: data.draw(st.integers(0, len(blob) - 1))])
    with pytest.raises(DamagedError):
        decode_tail(blob + b"\0")


@pytest.mark.parametrize("beyond", [INT64_MAX + 1, INT64_MIN - 1])
@pytest.mark.parametrize("before", [[], [0], [INT64_MAX - 1, INT64_MAX], [INT64_MIN + 1, INT64_MIN], [5, 5, 7]])
def test_integers_beyond_64_bits_are_refused(before: list[int], beyond: int) -> None:
    numbers = [*before, beyond]
    fine = [0] * len(numbers)
    with pytest.raises(InvalidError, match="64-bit"):
        encode_tail(numbers, fine, [0.5] * len(numbers))
    with pytest.raises(InvalidError, match="64-bit"):
        encode_tail(fine, numbers, [0.5] * len(numbers))


def test_no_points_and_uneven_columns_are_refused() -> None:
    with pytest.raises(InvalidError):
        encode_tail([], [], [])
    with pytest.raises(InvalidError):
        encode_tail([1, 2], [1, 2], [0.5])


def test_regular_steps_of_one_batch_cost_little_more_than_the_values() -> None:
    assert len(encode_tail(list(range(50)), [1760000000000] * 50, [0.5] * 50)) <= 8 * 50 + 34


def test_irregular_steps_and_times_near_each_other_cost_four_bytes_each() -> None:
    steps = [place + place // 7 for place in range(50)]
    times = [1760000000000 + step * 100 + step * step % 9 for step in steps]
    assert len(encode_tail(steps, times, [0.5] * 50)) <= 16 * 50 + 34
