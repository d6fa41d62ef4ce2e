"""What compute is for, in three calls of Tidemill's own client: a function, many functions, a command.

    python examples/quickstart/jobs.py --uri http://127.0.0.1:5000

`tidemill demo` runs this script after the training.
"""

import argparse
import platform
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import tidemill as tm

_LABELS = {"tidemill.demo": "jobs"}
"""What `tidemill demo --remove` knows them by."""
_TASKS = 100
_POINTS = 20_000
_COMMAND = "for step in 1 2 3; do echo step $step; done; echo 'no more steps' >&2; exit 3"


def main() -> None:
    """Run all three, and print what came back."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--uri", default=None, help="the server's address; else the one that runs here")
    tm.connect(parser.parse_args().uri)

    with timed("A function in a process of its own") as told:
        told.append(tm.submit(where, name="demo: where am I", labels=_LABELS).result())
    with timed(f"{_TASKS} tasks by .map, for {_TASKS * _POINTS:,} points") as told:
        hits = sum(count_hits.map(range(_TASKS)))
        told.append(f"pi is about {4 * hits / (_TASKS * _POINTS):.4f}")
    with timed("A command that fails, with its log") as told:
        command = tm.run(["sh", "-c", _COMMAND], name="demo: three steps", labels=_LABELS)
        error = command.exception()
        said = [line.text for line in command.logs() if line.stream == "stderr"]
        told.append(f"{error}; it said {said[-1]!r}")
    print(f"\nJobs of the demo\n  {command.url.rpartition('/')[0]}")


def where() -> str:
    """Said by the process that runs it."""
    return f"Python {platform.python_version()} on {platform.node()}"


@tm.task(name="demo: pi", labels=_LABELS)
def count_hits(seed: int) -> int:
    """How many random points of a square lie in its quarter circle."""
    numbers = random.Random(seed)
    return sum(numbers.random() ** 2 + numbers.random() ** 2 < 1 for _ in range(_POINTS))


@contextmanager
def timed(title: str) -> Iterator[list[str]]:
    """Print a title, how long the block took, and what it told."""
    print(f"{title} ...", end=" ", flush=True)
    began, told = time.monotonic(), list[str]()
    yield told
    print(f"{time.monotonic() - began:.2f} s: {'; '.join(told)}", flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("interrupted")
