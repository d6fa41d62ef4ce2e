"""A server that is killed again and again while workloads wait and run, and what became of each of them.

    python -m tests.promises.compute_ordeal --kills 20 --workloads 1000     the ordeal at its full size

Every process writes a line when it begins and one when it ends into one file, each by a single write that appends:
what the file says happened, whatever the server believes.
"""

import argparse
import itertools
import os
import random
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.plugins.server import TidemillProcess
from tidemill.sdk.client import Client
from tidemill.sdk.commands import run_command
from tidemill.sdk.messages import Details, QuotaSettings
from tidemill.sdk.options import Options
from tidemill.sdk.tasks import Task

SEED = 2026
CORES = "4"
QUOTA_CORES = 3
MOMENTS_S = (0.05, 1.2)  # after the server is ready
SETTLED_WITHIN_S = 30
_WORKS_S = 0.06
_COMMANDS = 8  # one in so many workloads is a command
_STUBBORN = 4  # so many of each sort run until they are stopped
_BATCHES = 10

NEXT = {
    "queued": {"admitted", "stopped"},
    "admitted": {"running", "stopping", "queued", "succeeded", "failed"},
    "running": {"stopping", "queued", "succeeded", "failed"},
    "stopping": {"stopped", "queued", "succeeded", "failed"},
    "succeeded": set[str](),
    "failed": set[str](),
    "stopped": set[str](),
}


class BrokenError(Exception):
    """What some of the calls raise."""


def work(side: str, failures: int) -> int:
    """Say that it begins and ends; the first so many attempts fail."""
    attempt = int(os.environ["TIDEMILL_ATTEMPT"])
    note(side, "begin")
    time.sleep(_WORKS_S)
    note(side, "end")
    if attempt <= failures:
        raise BrokenError(f"attempt {attempt}")
    return attempt


def stay(side: str) -> None:
    """Stay until it is stopped."""
    note(side, "stays")
    time.sleep(600)


def note(side: str, what: str) -> None:
    line = f"{os.environ['TIDEMILL_WORKLOAD']} {os.environ['TIDEMILL_ATTEMPT']} {what}\n"
    descriptor = os.open(side, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, line.encode())
    os.close(descriptor)


@dataclass
class Expected:
    """How a workload must end."""

    state: str
    attempts: int


@dataclass
class Ordeal:
    """What was asked for, what the file says, and what the server says at the end."""

    expected: dict[str, Expected] = field(default_factory=dict[str, Expected])
    details: dict[str, Details] = field(default_factory=dict[str, Details])
    lines: list[tuple[str, int, str]] = field(default_factory=list[tuple[str, int, str]])
    unended_at_kills: list[int] = field(default_factory=list[int])
    """How many workloads had not ended when the server was killed, by the file."""
    starts_s: list[float] = field(default_factory=list[float])
    left_processes: list[str] = field(default_factory=list[str])
    left_folders: list[str] = field(default_factory=list[str])

    def begun(self) -> Counter[tuple[str, int]]:
        return Counter((uuid, attempt) for uuid, attempt, what in self.lines if what == "begin")

    def ended(self) -> Counter[tuple[str, int]]:
        return Counter((uuid, attempt) for uuid, attempt, what in self.lines if what == "end")

    def most_at_once(self) -> int:
        """How many worked at the same time, at most."""
        steps = ({"begin": 1, "end": -1}.get(what, 0) for _, _, what in self.lines)
        return max(itertools.accumulate(steps), default=0)


def endure(server: TidemillProcess, folder: Path, *, kills: int, workloads: int) -> Ordeal:
    """Kill the server so often while so many workloads are submitted, wait, run and end; then look at all of them."""
    chance = random.Random(SEED)  # noqa: S311 - the same moments in every run
    ordeal, side = Ordeal(), folder / "side"
    side.touch()
    client = Client(data_dir=server.data_dir, patience_s=120)
    client.set_quota("default", QuotaSettings(cpu_milli=QUOTA_CORES * 1000))
    submitting = Submitting(client, str(side), workloads, ordeal)
    submitting.start()
    for number in range(kills):
        time.sleep(chance.uniform(*MOMENTS_S))
        if number == kills // 2:
            submitting.stop_the_stubborn.set()
        server.kill9()
        ordeal.unended_at_kills.append(workloads - len(_read(side, "end")))
        began = time.monotonic()
        server.start()
        ordeal.starts_s.append(time.monotonic() - began)
    submitting.join()
    wait_for_all(client, list(ordeal.expected))
    ordeal.details = {uuid: client.get(uuid) for uuid in ordeal.expected}
    client.close()
    ordeal.lines = _read(side)
    ordeal.left_folders = until_empty(lambda: _folders(server.data_dir))
    server.terminate()
    ordeal.left_processes = until_empty(lambda: [" ".join(each.cmdline()) for each in server.workers()])
    return ordeal


class Submitting(threading.Thread):
    """Submits in parts for as long as the kills go on, and stops what would stay for ever, whatever is answered."""

    def __init__(self, client: Client, side: str, workloads: int, ordeal: Ordeal) -> None:
        super().__init__(name="submitting")
        self.stop_the_stubborn = threading.Event()
        self._client = client
        self._side = side
        self._ordeal = ordeal
        self._commands = workloads // _COMMANDS
        self._calls = workloads - self._commands

    def run(self) -> None:
        stubborn = self._submit_stubborn()
        for number in range(_BATCHES):
            self._submit_calls(len(range(number, self._calls, _BATCHES)))
            self._submit_commands(len(range(number, self._commands, _BATCHES)))
        self.stop_the_stubborn.wait()
        self._client.stop(stubborn)

    def _submit_calls(self, count: int) -> None:
        """Three in four succeed at once, some at the second attempt, some never."""
        failures = [(0, 0, 0, 0, 0, 0, 1, 2)[number % 8] for number in range(count)]
        options = Options(cpu=1, retries=1)
        futures = Task(lambda: self._client, work, options).map([self._side] * count, failures, progress=False).futures
        for future, failing in zip(futures, failures, strict=True):
            state = "failed" if failing > 1 else "succeeded"
            self._ordeal.expected[future.id] = Expected(state, min(failing, 1) + 1)

    def _submit_commands(self, count: int) -> None:
        told = f'echo "$TIDEMILL_WORKLOAD $TIDEMILL_ATTEMPT %s" >> "{self._side}"'
        script = f"{told % 'begin'}; sleep {_WORKS_S}; {told % 'end'}"
        for _ in range(count):
            uuid = run_command(self._client, ["sh", "-c", script], Options(cpu=1), files=[]).id
            self._ordeal.expected[uuid] = Expected("succeeded", 1)

    def _submit_stubborn(self) -> list[str]:
        """They ask for no cores, so that the others go on."""
        staying = Task(lambda: self._client, stay, Options(cpu=0))
        found = [staying.submit(self._side).id for _ in range(_STUBBORN)]
        told = f'echo "$TIDEMILL_WORKLOAD $TIDEMILL_ATTEMPT stays" >> "{self._side}"'
        script = ["sh", "-c", f"{told}; sleep 600"]
        found += [run_command(self._client, script, Options(cpu=0), files=[]).id for _ in range(_STUBBORN)]
        for uuid in found:
            self._ordeal.expected[uuid] = Expected("stopped", 1)
        return found


def wait_for_all(client: Client, uuids: Sequence[str], within_s: float = 240) -> None:
    """Wait until all have ended. Raises AssertionError with one that has not."""
    until, left = time.monotonic() + within_s, list(uuids)
    while left:
        ended = {each.id for each in client.wait(left[:1000], timeout_s=5).ended}
        left = [uuid for uuid in left if uuid not in ended]
        if left and time.monotonic() > until:
            raise AssertionError(f"{len(left)} have not ended, such as {client.get(left[0])}")


def until_empty(look: Callable[[], list[str]]) -> list[str]:
    """What is left where it does not vanish in time."""
    until = time.monotonic() + SETTLED_WITHIN_S
    while (left := look()) and time.monotonic() < until:
        time.sleep(0.1)
    return left


def faults(ordeal: Ordeal) -> Iterator[str]:
    """Everything that is not as it must be, in words."""
    begun, ended = ordeal.begun(), ordeal.ended()
    for uuid, expected in ordeal.expected.items():
        details = ordeal.details[uuid]
        states = [moment.state for moment in details.history]
        attempts = range(1, expected.attempts + 1)
        told = f"{details.workload.name} ({uuid})"
        if details.workload.state != expected.state:
            yield f"{told} is {details.workload.state} ({details.workload.reason}), not {expected.state}"
        if details.workload.attempt > expected.attempts or (expected.state != "stopped" and not details.processes):
            yield f"{told} took {details.workload.attempt} attempts, not {expected.attempts}"
        if states[0] != "queued" or any(after not in NEXT[before] for before, after in itertools.pairwise(states)):
            yield f"{told} went a way that there is not: {states}"
        if len([state for state in states if not NEXT[state]]) != 1:
            yield f"{told} ended other than once: {states}"
        if expected.state != "stopped" and (wrong := _wrong_lines(uuid, attempts, begun, ended)):
            yield f"{told}: {wrong}"
    strange = {uuid for uuid, _, _ in ordeal.lines} - set(ordeal.expected)
    yield from (f"{uuid} ran, and nobody asked for it" for uuid in strange)
    if (most := ordeal.most_at_once()) > QUOTA_CORES:
        yield f"{most} worked at once, where the quota allows {QUOTA_CORES}"
    yield from (f"left behind: {command}" for command in ordeal.left_processes)
    yield from (f"left behind: {folder}" for folder in ordeal.left_folders)


def _wrong_lines(
    uuid: str, attempts: Sequence[int], begun: Counter[tuple[str, int]], ended: Counter[tuple[str, int]]
) -> str:
    wanted = dict.fromkeys(attempts, 1)
    began = {attempt: times for (of, attempt), times in begun.items() if of == uuid}
    done = {attempt: times for (of, attempt), times in ended.items() if of == uuid}
    return "" if began == done == wanted else f"attempts began {began} and ended {done}, where {wanted} were to"


def _read(side: Path, only: str = "") -> list[tuple[str, int, str]]:
    lines = [line.split(" ") for line in side.read_text().splitlines()]
    return [(uuid, int(attempt), what) for uuid, attempt, what in lines if only in ("", what)]


def _folders(data_dir: Path) -> list[str]:
    return [str(path) for sort in ("calls", "commands") for path in (data_dir / "compute" / sort).glob("*")]


def main() -> None:
    """The ordeal at whatever size; ends with status 1 where something is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--workloads", type=int, default=1000)
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, TidemillProcess(Path(folder, "data"), "--node-cpus", CORES) as server:
        ordeal = endure(server, Path(folder), kills=options.kills, workloads=options.workloads)
    found = list(faults(ordeal))
    print(f"{options.workloads} workloads, {options.kills} kills, {time.monotonic() - began:.0f} s")  # noqa: T201
    print("had not ended at the kills:", *ordeal.unended_at_kills)  # noqa: T201
    print("\n".join(found) or "each ended exactly once")  # noqa: T201
    raise SystemExit(1 if found else 0)


if __name__ == "__main__":
    main()
