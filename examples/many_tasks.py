"""Compute from Python: `tidemill up -d`, then `python examples/many_tasks.py`.

A search over settings, each tried in a process of its own, as many at once as the machine has room for. The server is
the one that TIDEMILL_URI names, else the one that runs on this machine.
"""

import math
import random

import tidemill as tm


@tm.task(cpu="500m", retries=1)
def distance(rate: float, seed: int) -> float:
    """How far from the valley's floor a descent with this rate ends."""
    x, y = random.Random(seed).uniform(-2, 2), 2.0
    for _ in range(2000):
        x, y = x - rate * (x - 1), y - 10 * rate * y
        if not math.isfinite(x + y) or abs(y) > 1e6:
            raise ArithmeticError(f"rate {rate} leaves the valley")
    return math.hypot(x - 1, y)


rates = [0.001, 0.01, 0.1, 0.3]
tries = distance.map(rates, range(len(rates)))
for rate, future in zip(rates, tries.futures, strict=True):
    error = future.exception()  # of that process, with its traceback
    print(f"rate {rate:<5}  {error or f'ends {future.result():.2g} away'}")

command = tm.run(["python", "-c", "print('hello')"], name="hello")
command.result()
print("a command said:", ", ".join(line.text for line in command.logs()))
print("all of it:", command.url.rpartition("/")[0])
