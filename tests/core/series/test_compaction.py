"""Compaction: nothing is lost or doubled, late points stay cheap, overlap stays bounded."""

from dataclasses import dataclass, field

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.core.series.histories import canonical, columns, histories, keys
from tidemill.core.series.chunk import decode_chunk
from tidemill.core.series.compaction import (
    CHUNK_POINTS,
    MAX_LAYERS,
    NewChunk,
    complete_compaction,
    cut,
    layers_of,
    plan_compaction,
)
from tidemill.core.series.merging import merge
from tidemill.core.series.points import Point, Points


@dataclass
class Series:
    """A series that compacts each tail it is given, and counts the points that were written again."""

    chunks: list[NewChunk] = field(default_factory=list[NewChunk])
    rewritten: int = 0

    def compact(self, tail: Points) -> tuple[int, ...]:
        tail = tail.canonical()
        summaries = [chunk.summary for chunk in self.chunks]
        plan = plan_compaction(summaries, tail)
        assert sorted([*plan.rewrite, *plan.keep]) == list(range(len(self.chunks)))
        loaded = [decode_chunk(self.chunks[position].blob) for position in plan.rewrite]
        self.rewritten += sum(map(len, loaded))
        new = complete_compaction(plan, summaries, loaded, tail)
        self.chunks = [*(self.chunks[position] for position in plan.keep), *new]
        return plan.rewrite

    def points(self) -> Points:
        return merge(decode_chunk(chunk.blob) for chunk in self.chunks)

    def sizes(self) -> list[int]:
        return [chunk.summary.count for chunk in self.chunks]

    def layers(self) -> int:
        return len(layers_of([chunk.summary for chunk in self.chunks]))


@given(st.lists(histories.filter(bool), min_size=1, max_size=15))
def test_no_point_is_lost_or_doubled_and_overlap_is_bounded(tails: list[list[Point]]) -> None:
    series = Series()
    for tail in tails:
        series.compact(columns(tail))
        assert series.layers() <= MAX_LAYERS
    assert keys(series.points()) == keys(canonical([point for tail in tails for point in tail]))


def test_points_in_order_are_written_once() -> None:
    series = Series()
    for start in range(0, 10 * 5000, 5000):
        series.compact(ticks(range(start, start + 5000)))
    assert series.sizes() == [5000] * 10
    assert series.rewritten == 0


def test_a_long_tail_is_cut_into_even_chunks() -> None:
    series = Series()
    series.compact(ticks(range(30_000)))
    assert len(series.chunks) == 7
    assert all(CHUNK_POINTS <= size < 2 * CHUNK_POINTS for size in series.sizes())


def test_small_ends_of_history_are_joined() -> None:
    series = Series()
    for start in range(0, 2000, 100):
        series.compact(ticks(range(start, start + 100)))
    assert len(series.chunks) <= 8
    assert len(series.points()) == 2000


def test_the_same_batch_again_leaves_the_points_as_they_are() -> None:
    series = grown(chunks=5)
    before = series.points()
    series.compact(ticks(range(40_960, 81_920, 10)))
    assert series.points().same_as(before)
    assert sum(series.sizes()) == len(before)


def test_late_points_of_one_place_rewrite_only_that_place() -> None:
    series = grown(chunks=20)
    late = ticks(range(3 * 4096 * 10, 3 * 4096 * 10 + 4096 * 10, 10), offset=5)
    assert series.compact(late) == (3,)
    assert series.layers() == 1


def test_late_points_beside_fresh_ones_leave_fresh_chunks_apart() -> None:
    series = grown(chunks=20)
    end = 20 * 40_960
    late, fresh = ticks([*range(41_000, 41_400, 10)], offset=5), ticks(range(end, end + 40_960, 10))
    assert series.compact(merge([late, fresh])) == (1,)
    assert series.layers() == 1
    assert sorted(series.sizes()) == [4096] * 20 + [4096 + 40]


def test_late_points_of_a_gap_join_the_chunk_before_it() -> None:
    series = Series()
    series.compact(ticks(range(5000)))
    series.compact(ticks(range(100_000, 105_000)))
    assert series.compact(ticks(range(50_000, 53_000))) == (0,)
    assert (series.layers(), len(series.chunks)) == (1, 2)


def test_points_before_all_others_join_the_first_chunk() -> None:
    series = grown(chunks=3)
    assert series.compact(ticks(range(-5000, 0))) == (0,)
    assert series.layers() == 1


def test_late_points_all_over_history_become_chunks_that_overlap() -> None:
    series = grown(chunks=50)
    assert series.compact(ticks(range(0, 50 * 40_960, 500), offset=5)) == ()
    assert series.layers() == 2


def test_history_in_random_order_is_rewritten_a_few_times_at_most() -> None:
    series = Series()
    places = np.random.default_rng(7).permutation(40 * 4096).astype(np.int64)
    for start in range(0, len(places), 4096):
        series.compact(ticks(places[start : start + 4096]))
        assert series.layers() <= MAX_LAYERS
    assert len(series.points()) == len(places)
    assert series.rewritten <= 4 * len(places)


def test_a_cut_avoids_chunks_that_stay() -> None:
    series = Series()
    series.compact(ticks(range(10_000, 15_000)))
    kept = [chunk.summary for chunk in series.chunks]
    pieces = cut(ticks([*range(1000), *range(20_000, 21_000)]), kept)
    assert [len(piece) for piece in pieces] == [1000, 1000]
    assert [len(piece) for piece in cut(ticks([*range(10), *range(20_000, 21_000)]), kept)] == [10, 1000]


def grown(*, chunks: int) -> Series:
    """Chunks of 4,096 points, one every 10 ms."""
    series = Series()
    for chunk in range(chunks):
        series.compact(ticks(range(chunk * 40_960, (chunk + 1) * 40_960, 10)))
    return series


def ticks(times: "range | list[int] | np.ndarray", *, offset: int = 0) -> Points:
    numbers = np.array(times, dtype=np.int64) + offset
    return Points(numbers, numbers, np.sin(numbers))
