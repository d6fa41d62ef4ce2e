"""A server that starts launches, says so when all of them run or have ended, and waits to be killed."""

import asyncio
import pickle
import sys
from pathlib import Path

from tests.compute.backends.local.machine import calling_backend, local_backend
from tidemill.compute.backends.contract import Reports


async def main(folder: Path, sort: str) -> None:
    launches, cgroup = pickle.load(sys.stdin.buffer)  # noqa: S301 - of the test that started it
    make = calling_backend if sort == "calls" else local_backend
    backend, reports = make(folder, cgroup), Reports()
    await backend.open(reports)
    await backend.start(launches)
    for launch in launches:
        await reports.first(launch.key)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


asyncio.run(main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "commands"))
