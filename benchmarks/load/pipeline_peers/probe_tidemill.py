"""Tidemill, through its public SDK and a server: argv: its address, and how many tasks the throughput is of."""

import sys
import time

import tidemill as tm
from probing import median_of, probe, stand_still, tell

address, many = sys.argv[1], int(sys.argv[2])
tm.connect(address)


def inc(x):
    return x + 1


def chain() -> None:
    """Ten tasks, each of which is given what the one before gave: as the peers' own scripts have it."""
    given = 0
    for _ in range(10):
        given = tm.submit(inc, given).result()
    if given != 10:
        raise SystemExit(f"the chain gave {given!r}")


def fan(metric: str, **asked: str) -> None:
    began = time.perf_counter()
    given = list(tm.task(**asked)(inc).map(range(many), progress=False))
    took = time.perf_counter() - began
    if given != [number + 1 for number in range(many)]:
        raise SystemExit("the tasks gave something else")
    tell(metric, took, n=many, tasks_per_s=round(many / took, 1))


probe(lambda x: tm.submit(inc, x).result())
tell("chain", median_of(chain, 5), n=10)
for _ in range(3):
    fan("fan")
    fan("small_fan", cpu="100m")
tell("command", median_of(lambda: tm.run([sys.executable, "-c", "pass"]).result(), 20), n=20)
stand_still()
