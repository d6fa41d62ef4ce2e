"""Merging and paging: whatever the chunks, a reader sees one canonical history."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.core.series.histories import Stored, canonical, columns, histories, keys, points, stored_series
from tidemill.core.series.chunk import encode_chunk
from tidemill.core.series.merging import Page, complete_page, merge, overlap_groups, plan_page
from tidemill.core.series.order import OrderKey, value_rank
from tidemill.core.series.points import NO_POINTS, Point, Points


@given(st.lists(histories, max_size=6))
def test_merged_parts_are_the_canonical_history(parts: list[list[Point]]) -> None:
    wanted = canonical([point for part in parts for point in part])
    assert keys(merge(map(columns, parts))) == keys(wanted)


@given(stored_series(histories), st.integers(1, 12))
def test_pages_one_after_another_are_the_whole_history(given_: tuple[list[Point], Stored], limit: int) -> None:
    history, stored = given_
    found: list[Point] = []
    after = None
    while True:
        page = read_page(stored, after, limit)
        found += page.points
        after = page.next_after
        if after is None:
            break
        assert len(page.points) == limit
    assert keys(found) == keys(canonical(history))


@given(stored_series(histories), points, st.integers(1, 12))
def test_a_page_starts_after_any_cursor(given_: tuple[list[Point], Stored], cursor: Point, limit: int) -> None:
    history, stored = given_
    page = read_page(stored, OrderKey(cursor.timestamp, cursor.step, value_rank(cursor.value)), limit)
    [cursor_key] = keys([cursor])
    rest = [key for key in keys(canonical(history)) if key > cursor_key]
    assert keys(page.points) == rest[:limit]
    assert (page.next_after is None) == (len(rest) <= limit)


def test_a_page_that_ends_with_the_history_has_no_next() -> None:
    stored = long_series(chunks=3)
    assert read_page(stored, None, 299).next_after is not None
    assert read_page(stored, None, 300).next_after is None


def test_a_page_of_a_long_history_loads_only_its_chunks() -> None:
    stored = long_series(chunks=50)
    first = plan_page(stored.summaries, None, 250)
    assert first.load == (0, 1, 2)
    cursor = read_page(stored, None, 250).next_after
    assert plan_page(stored.summaries, cursor, 250).load == (2, 3, 4, 5)
    last = columns([Point(4999, 4999, 0.5)]).key(0)
    assert plan_page(stored.summaries, last, 250).load == ()


def test_a_page_after_the_last_chunk_reads_the_tail_alone() -> None:
    stored = long_series(chunks=3)
    stored.tail = columns([Point(900, 900, 1.0), Point(901, 901, 2.0)])
    page = read_page(stored, columns([Point(299, 299, 0.5)]).key(0), 1)
    assert keys(page.points) == [(900, 900, 1.0, False)]
    assert page.next_after == OrderKey(900, 900, value_rank(1.0))


@given(stored_series(histories))
def test_chunks_that_stand_alone_share_no_stretch_of_history(given_: tuple[list[Point], Stored]) -> None:
    _, stored = given_
    summaries = stored.summaries
    alone, meeting = overlap_groups(summaries, stored.tail)
    assert sorted([*alone, *meeting]) == list(range(len(summaries)))
    for position in alone:
        first, last = summaries[position].first_key, summaries[position].last_key
        others = [chunk for other, chunk in enumerate(summaries) if other != position]
        assert all(chunk.last_key < first or last < chunk.first_key for chunk in others)
        assert not any(first <= stored.tail.key(place) <= last for place in range(len(stored.tail)))


def read_page(stored: Stored, after: OrderKey | None, limit: int) -> Page:
    plan = plan_page(stored.summaries, after, limit)
    return complete_page(plan, stored.load(plan.load), stored.tail)


def long_series(*, chunks: int) -> Stored:
    """Chunks of 100 points, a step a millisecond."""
    steps = np.arange(100 * chunks, dtype=np.int64)
    whole = Points(steps, steps, np.full(len(steps), 0.5))
    return Stored([encode_chunk(whole[start : start + 100]) for start in range(0, len(whole), 100)], NO_POINTS)
