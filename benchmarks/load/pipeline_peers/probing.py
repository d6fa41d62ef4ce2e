"""What every probe does: the first result, fifty single tasks, and then it stands still to be weighed.

A line `RESULT {json}` for each figure, as common.py writes them; `IDLE` asks whoever started us to look at our memory,
and to send a line when that is done.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable


def probe(one_task: Callable[[int], int], times: int = 50) -> None:
    """Time single tasks of a tool: each must give its argument plus one."""
    check(one_task, 0)
    tell("first", 0.0)
    tell("one_task", median_of(lambda: check(one_task, 1), times), n=times)


def check(one_task: Callable[[int], int], number: int) -> None:
    given = one_task(number)
    if given != number + 1:
        raise SystemExit(f"the task gave {given!r}")


def median_of(act: Callable[[], object], times: int) -> float:
    """The median wall-clock seconds of an act."""
    taken: list[float] = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def tell(metric: str, wall_s: float, **more: object) -> None:
    print("RESULT " + json.dumps({"metric": metric, "wall_s": wall_s, **more}), flush=True)


def stand_still() -> None:
    """Wait until our memory was looked at."""
    print("IDLE", flush=True)
    sys.stdin.readline()
