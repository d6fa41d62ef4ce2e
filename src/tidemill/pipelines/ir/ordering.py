"""Tasks in an order in which each comes behind those that it waits for; where there is none, the circle by name."""

from collections import deque
from collections.abc import Mapping, Sequence

from tidemill.pipelines.ir.problems import problem


def followers(upstream: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
    """Who waits for whom, the other way round."""
    found: dict[str, list[str]] = {name: [] for name in upstream}
    for name, before in upstream.items():
        for each in before:
            found[each].append(name)
    return found


def in_order(upstream: Mapping[str, Sequence[str]], behind: Mapping[str, Sequence[str]], place: str) -> Sequence[str]:
    """All names, each behind its upstream; InvalidError that names the circle where they wait for each other."""
    waits_for = {name: len(before) for name, before in upstream.items()}
    ready = deque(name for name, count in waits_for.items() if not count)
    order: list[str] = []
    while ready:
        name = ready.popleft()
        order.append(name)
        for each in behind[name]:
            waits_for[each] -= 1
            if not waits_for[each]:
                ready.append(each)
    if len(order) < len(upstream):
        circle = " → ".join(_circle(upstream, set(upstream) - set(order)))
        raise problem(place, f"the tasks wait for each other: {circle}")
    return order


def _circle(upstream: Mapping[str, Sequence[str]], left: set[str]) -> Sequence[str]:
    """Of those that never became ready each waits for another of them: going back from any ends in a circle."""
    seen: dict[str, int] = {}
    walk: list[str] = []
    name = min(left)
    while name not in seen:
        seen[name] = len(walk)
        walk.append(name)
        name = next(each for each in upstream[name] if each in left)
    return [name, *reversed(walk[seen[name] :])]
