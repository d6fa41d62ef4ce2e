"""Reading a history: which chunks are needed, and how they and the tail become one canonical sequence.

A series is a set of chunks plus a tail. Each chunk is canonical in itself, but chunks may overlap in history order and
the same point may stand in several of them and in the tail; a reader merges. Planning takes summaries only, so that
a caller loads what it needs, once, between a plan and its completion. Every plan here and in `compaction`,
`sampling` and `bins` takes all summaries of a series, in any order, and names chunks by their positions in them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tidemill.core.series.order import OrderKey
from tidemill.core.series.points import Points
from tidemill.core.series.summary import ChunkSummary


def merge(parts: Iterable[Points]) -> Points:
    """Chunks and tails, in any order and overlapping at will, as one canonical sequence."""
    ordered = sorted((part for part in parts if len(part)), key=_first_key)
    return Points.concatenate(ordered).canonical()


@dataclass(frozen=True, slots=True)
class PagePlan:
    """What one page of a history needs."""

    load: tuple[int, ...]
    after: OrderKey | None
    limit: int
    all_loaded: bool


@dataclass(frozen=True, slots=True)
class Page:
    """`points` are canonical; `next_after` is the cursor of the next page, None on the last one."""

    points: Points
    next_after: OrderKey | None


def plan_page(summaries: Sequence[ChunkSummary], after: OrderKey | None, limit: int) -> PagePlan:
    """The chunks that are sure to hold the next `limit` >= 1 points after a cursor (None: from the start).

    Chunks may repeat each other's points, so only chunks that lie apart count towards the page. A series without
    overlap loads ceil(limit / chunk size) chunks and the one that the cursor stands in.
    """
    ahead = [i for i, chunk in enumerate(summaries) if after is None or chunk.last_key > after]
    horizon = _horizon([summaries[i] for i in ahead], after, limit)
    load = tuple(i for i in ahead if horizon is None or summaries[i].first_key <= horizon)
    return PagePlan(load, after, limit, len(load) == len(ahead))


def complete_page(plan: PagePlan, loaded: Sequence[Points], tail: Points) -> Page:
    """The page, from the points of the chunks in `plan.load` and of the whole tail, in any order."""
    points = merge([*loaded, tail])
    if plan.after is not None:
        points = points[points.position_after(plan.after) :]
    page = points[: plan.limit]
    more = len(points) > plan.limit or not plan.all_loaded
    return Page(page, page.key(-1) if more and len(page) else None)


def overlap_groups(summaries: Sequence[ChunkSummary], tail: Points) -> tuple[list[int], list[int]]:
    """Positions of the chunks that stand alone in history order, and of those that meet another chunk or the tail.

    No point of a chunk that stands alone is repeated elsewhere, so its summary may be added to others. The tail is
    canonical.
    """
    alone: list[int] = []
    meeting: list[int] = []
    tail_start = tail.key(0) if len(tail) else None
    for group in _connected(summaries):
        first = summaries[group[0]]
        # Most tails begin after all chunks, which one comparison tells.
        clear = tail_start is None or first.last_key < tail_start or not meets(first, tail)
        (alone if clear and len(group) == 1 else meeting).extend(group)
    return sorted(alone), sorted(meeting)


def meets(chunk: ChunkSummary, points: Points) -> bool:
    """Whether any of the canonical points stands within the chunk's span of history."""
    return points.position_of(chunk.first_key) < points.position_after(chunk.last_key)


def _first_key(part: Points) -> OrderKey:
    return part.key(0)


def _horizon(ahead: Sequence[ChunkSummary], after: OrderKey | None, limit: int) -> OrderKey | None:
    """A key up to which the chunks ahead hold at least `limit` distinct points after the cursor; None: all of them."""
    reached = after
    distinct = 0
    for chunk in sorted(ahead, key=lambda chunk: chunk.last_key):
        if reached is None or chunk.first_key > reached:
            distinct += chunk.count
            reached = chunk.last_key
            if distinct >= limit:
                return reached
    return None


def _connected(summaries: Sequence[ChunkSummary]) -> list[list[int]]:
    """Positions grouped so that chunks which overlap, even through others, are in one group."""
    groups: list[list[int]] = []
    reach: OrderKey | None = None
    for position in sorted(range(len(summaries)), key=lambda position: summaries[position].first_key):
        chunk = summaries[position]
        if reach is None or chunk.first_key > reach:
            groups.append([position])
            reach = chunk.last_key
        else:
            groups[-1].append(position)
            reach = max(reach, chunk.last_key)
    return groups
