"""Compaction: tail points become chunks, and late points do not make all of history be written again.

The rules, for a tail of t canonical points:

1. Points after all chunks become new chunks of 4,096 to 8,191 points. A small chunk at the end of history, or a small
   new one, is joined with its neighbour.
2. Late points go into the chunks they fall in (or the one before the gap they fall in) when those hold at most 4 t
   points together; those chunks are rewritten. Else the late points become chunks of their own, which overlap others.
3. The chunks are seen as *layers*: sequences without overlap inside, the fewest that hold them all. No key of the
   history is covered by more than 8 chunks, because when 8 layers stand, the small ones are merged together with the
   tail: the smallest, then each next one up to twice as large as what was gathered before it. So each point is
   rewritten about as often as the logarithm of the size of the series, however badly it is ordered.

Planning takes summaries; the caller loads the chunks to be rewritten, completes, and swaps them for the new ones and
the tail's rows in one transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tidemill.core.series.chunk import encode_chunk
from tidemill.core.series.merging import meets, merge
from tidemill.core.series.points import Points
from tidemill.core.series.summary import ChunkSummary

CHUNK_POINTS = 4096
MAX_LAYERS = 8

_SMALL_CHUNK_POINTS = CHUNK_POINTS // 2
_REWRITE_FACTOR = 4
_LAYER_GROWTH = 2
_MIN_PIECE_POINTS = 512


@dataclass(frozen=True, slots=True)
class CompactionPlan:
    """Positions of the chunks to replace, and of all others."""

    rewrite: tuple[int, ...]
    keep: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NewChunk:
    blob: bytes
    summary: ChunkSummary


def plan_compaction(summaries: Sequence[ChunkSummary], tail: Points) -> CompactionPlan:
    """Which chunks to load and replace when the canonical `tail` is compacted."""
    budget = _REWRITE_FACTOR * len(tail)
    rewrite = _neighbour_of_fresh(summaries, tail, budget)
    late = rewrite | _holders_of_late(summaries, tail)
    if _points_in(summaries, late) <= budget:
        rewrite = late
    layers = layers_of(summaries)
    if len(layers) >= MAX_LAYERS:
        rewrite |= _small_layers(summaries, layers, len(tail))
    keep = (position for position in range(len(summaries)) if position not in rewrite)
    return CompactionPlan(tuple(sorted(rewrite)), tuple(keep))


def complete_compaction(
    plan: CompactionPlan, summaries: Sequence[ChunkSummary], loaded: Sequence[Points], tail: Points
) -> list[NewChunk]:
    """The chunks that replace those of `plan.rewrite`, whose points are given in any order, and the tail."""
    pieces = cut(merge([*loaded, tail]), [summaries[position] for position in plan.keep])
    return [NewChunk(encode_chunk(piece), ChunkSummary.of(piece)) for piece in pieces]


def cut(points: Points, kept: Sequence[ChunkSummary] = ()) -> list[Points]:
    """Canonical points in pieces of 4,096 to 8,191 (fewer where there are no more) that avoid spanning a kept chunk."""
    bounds = [0, *_barriers(points, kept), len(points)]
    pieces: list[Points] = []
    for start, end in pairwise(bounds):
        count = max(1, (end - start) // CHUNK_POINTS)
        marks = (start + (end - start) * mark // count for mark in range(count + 1))
        pieces += [points[low:high] for low, high in pairwise(marks) if low < high]
    return pieces


def layers_of(summaries: Sequence[ChunkSummary]) -> list[list[int]]:
    """Positions of the chunks in the fewest sequences that have no overlap inside."""
    layers: list[list[int]] = []
    for position in sorted(range(len(summaries)), key=lambda position: summaries[position].first_key):
        chunk = summaries[position]
        free = (layer for layer in layers if summaries[layer[-1]].last_key < chunk.first_key)
        if (layer := next(free, None)) is None:
            layers.append([position])
        else:
            layer.append(position)
    return layers


def _neighbour_of_fresh(summaries: Sequence[ChunkSummary], tail: Points, budget: int) -> set[int]:
    """The chunk at the end of history, where it or what follows it in the tail is small."""
    if not summaries:
        return set()
    last = max(range(len(summaries)), key=lambda position: summaries[position].last_key)
    fresh = len(tail) - tail.position_after(summaries[last].last_key)
    small = min(summaries[last].count, fresh) < _SMALL_CHUNK_POINTS
    return {last} if fresh and small and summaries[last].count <= budget else set()


def _holders_of_late(summaries: Sequence[ChunkSummary], tail: Points) -> set[int]:
    """The chunks that late points fall in; for points in a gap the chunk before it, or the first of all."""
    if not summaries or tail.key(0) > max(chunk.last_key for chunk in summaries):
        return set()
    ordered = sorted(range(len(summaries)), key=lambda position: summaries[position].first_key)
    holders: set[int] = set()
    before_gap, reach = ordered[0], None
    for position in ordered:
        chunk = summaries[position]
        if meets(chunk, tail):
            holders.add(position)
        if (0 if reach is None else tail.position_after(reach)) < tail.position_of(chunk.first_key):
            holders.add(before_gap)
        if reach is None or chunk.last_key > reach:
            before_gap, reach = position, chunk.last_key
    return holders


def _small_layers(summaries: Sequence[ChunkSummary], layers: Iterable[list[int]], gathered: int) -> set[int]:
    """The layers to merge with `gathered` tail points: always the smallest one."""
    chosen: set[int] = set()
    for size, layer in sorted((_points_in(summaries, layer), layer) for layer in layers):
        if chosen and size > _LAYER_GROWTH * gathered:
            break
        chosen.update(layer)
        gathered += size
    return chosen


def _points_in(summaries: Sequence[ChunkSummary], positions: Iterable[int]) -> int:
    return sum(summaries[position].count for position in positions)


def _barriers(points: Points, kept: Sequence[ChunkSummary]) -> list[int]:
    """Where to cut so that kept chunks stay outside, as long as the pieces do not get too small; ascending."""
    gaps: set[int] = set()
    for chunk in kept:
        start = points.position_of(chunk.first_key)
        if start == points.position_after(chunk.last_key):
            gaps.add(start)
    end_of_kept = max((points.position_after(chunk.last_key) for chunk in kept), default=0)
    chosen: list[int] = []
    for gap in sorted(gaps):
        before = gap - (chosen[-1] if chosen else 0)
        if min(before, end_of_kept - gap) >= _MIN_PIECE_POINTS:
            chosen.append(gap)
    # What comes after all kept chunks stays apart, however small: later tails join it.
    return [*chosen, end_of_kept] if 0 < end_of_kept < len(points) else chosen
