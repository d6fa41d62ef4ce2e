"""Tidemill, through its public SDK and a server: argv: its address, and how many tasks the throughput is of."""

import sys
import time

import tidemill as tm
from probing import median_of, probe, stand_still, tell

address, many = sys.argv[1], int(sys.argv[2])
tm.connect(address)


def inc(x):
    return x + 1


def fan() -> None:
    began = time.perf_counter()
    given = list(tm.task(inc).map(range(many), progress=False))
    took = time.perf_counter() - began
    if given != [number + 1 for number in range(many)]:
        raise SystemExit("the tasks gave something else")
    tell("fan", took, n=many, tasks_per_s=round(many / took, 1))


probe(lambda x: tm.submit(inc, x).result())
for _ in range(3):
    fan()
tell("command", median_of(lambda: tm.run([sys.executable, "-c", "pass"]).result(), 20), n=20)
stand_still()
