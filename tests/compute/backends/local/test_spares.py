"""Forks made ahead: a call that takes one is a process like any other, and nobody sees them but the machine."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from tests.compute.backends.local.calling import Calls
from tidemill.runtime.spares import UNUSED_S

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks into /proc")]


async def surroundings(calls: Calls, count: int) -> list[tuple[int, int, str, str | None, int]]:
    """What so many calls at once find themselves in: pid, session, folder, a variable and a random number."""

    def look() -> tuple[int, int, str, str | None, int]:
        import random  # noqa: PLC0415 - in the call's own process

        return os.getpid(), os.getsid(0), os.getcwd(), os.environ.get("MINE"), random.getrandbits(64)

    keys = [await calls.start(look, variables={"MINE": str(number)}) for number in range(count)]
    return [await calls.value_of(key) for key in keys]


async def waiting(calls: Calls) -> set[int]:
    """The spares, as soon as there is one."""
    (server,) = calls.fork_servers()
    async with asyncio.timeout(10):
        while not (found := children_of(server)):  # noqa: ASYNC110 - the kernel tells nobody
            await asyncio.sleep(0.01)
    return found


async def gone(pids: set[int]) -> None:
    """Return when none of these is there any more."""
    async with asyncio.timeout(10):
        while any(os.path.exists(f"/proc/{pid}") for pid in pids):  # noqa: ASYNC110, ASYNC240 - the kernel tells nobody
            await asyncio.sleep(0.01)


def children_of(pid: int) -> set[int]:
    """The pids of its children."""
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


async def test_a_call_runs_in_a_fork_that_was_made_before_it(calls: Calls) -> None:
    await calls.value("builtins:abs", -1)
    spares = await waiting(calls)
    assert await calls.value("os:getpid") in spares


async def test_each_has_a_process_and_surroundings_of_its_own(calls: Calls) -> None:
    await calls.value("builtins:abs", -1)
    await waiting(calls)
    found = await surroundings(calls, 20)
    assert [mine for _, _, _, mine, _ in found] == [str(number) for number in range(20)]
    assert all(pid == session for pid, session, *_ in found)
    for column in (0, 2, 4):
        assert len({each[column] for each in found}) == len(found)


async def test_what_one_call_does_to_itself_the_next_does_not_see(calls: Calls) -> None:
    def spoil() -> None:
        import sys  # noqa: PLC0415 - in the call's own process

        os.environ["HOME"] = "spoiled"
        sys.path.clear()
        os.chdir("/")

    home = await calls.value("os:getenv", "HOME")
    for _ in range(3):
        await calls.run(spoil)
    assert await calls.value("os:getenv", "HOME") == home != "spoiled"


async def test_one_that_was_killed_is_passed_over(calls: Calls) -> None:
    for _ in range(3):
        await calls.value("builtins:abs", -1)
        killed = await waiting(calls)
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        await gone(killed)
        assert await calls.value("builtins:abs", -2) == 2


async def test_a_call_that_no_pipe_takes_at_once_runs_all_the_same(calls: Calls) -> None:
    await calls.value("builtins:abs", -1)
    await waiting(calls)
    assert await calls.value("builtins:len", "x" * 200_000) == 200_000


async def test_they_go_when_nobody_calls(calls: Calls) -> None:
    await calls.value("builtins:abs", -1)
    await waiting(calls)
    (server,) = calls.fork_servers()
    async with asyncio.timeout(2 * UNUSED_S + 5):
        while children_of(server):  # noqa: ASYNC110 - the kernel tells nobody
            await asyncio.sleep(0.1)
    assert await calls.value("builtins:abs", -2) == 2


async def test_they_end_with_their_fork_server(calls: Calls) -> None:
    await calls.value("builtins:abs", -1)
    spares = await waiting(calls)
    for server in calls.fork_servers():
        os.kill(server, signal.SIGKILL)
    await gone(spares)
