"""Calls whose connection to their fork server breaks before the fork server has heard of them."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import cloudpickle  # pyright: ignore[reportMissingTypeStubs]
import pytest

from tests.compute.backends.local.calling import value_of
from tests.compute.backends.local.machine import OurOwnPython
from tidemill.compute.backends.contract import Reports, new_key
from tidemill.compute.backends.local.calls import CallRunner
from tidemill.compute.backends.local.launching import CallSettings
from tidemill.compute.backends.port import Launch
from tidemill.compute.models import Call, Outcome, ProcessKey

pytestmark = pytest.mark.anyio


class Cutter:
    """Stands at a fork server's socket, and cuts so many connections as soon as a start comes through one."""

    def __init__(self, real: Path, cuts: int) -> None:
        self._real = real
        self.cuts_left = cuts

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_unix_connection(self._real)
        ways = [
            asyncio.create_task(self._copy(reader, to_server, self._is_cut)),
            asyncio.create_task(self._copy(from_server, writer, lambda _: False)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for each in (to_server, writer):
            each.close()
        await asyncio.gather(*ways, return_exceptions=True)

    async def _copy(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, is_cut: Callable[[bytes], bool]
    ) -> None:
        while data := await reader.read(65536):
            if is_cut(data):
                return
            writer.write(data)

    def _is_cut(self, data: bytes) -> bool:
        if self.cuts_left and b'"start"' in data:
            self.cuts_left -= 1
            return True
        return False


@asynccontextmanager
async def warm_runner(folder: Path, cuts: int) -> AsyncIterator[tuple[CallRunner, Reports, Cutter]]:
    """A runner that adopts a warm fork server through a `Cutter`."""
    settings = CallSettings(folder / "calls", folder / "pools", {"PATH": os.environ["PATH"]})
    earlier, reports = CallRunner(settings, OurOwnPython()), Reports()
    await earlier.open(reports)
    kept = await start(earlier, lambda: time.sleep(60))  # a fork server with nothing to do would go with its server
    await reports.running(kept)
    await earlier.close()
    (address,) = (folder / "pools").glob("*/socket")
    address.rename(address.with_name("real"))
    place = os.open(address.parent, os.O_PATH | os.O_DIRECTORY)  # by number: the kernel takes short names only
    cutter = Cutter(Path(f"/proc/self/fd/{place}/real"), cuts)
    server = await asyncio.start_unix_server(cutter.serve, f"/proc/self/fd/{place}/socket")
    runner, reports = CallRunner(settings, OurOwnPython()), Reports()
    await runner.open(reports)
    await runner.adopt([kept])
    yield runner, reports, cutter
    await runner.stop([kept], grace_s=0)
    await reports.ended(kept)
    await runner.close()
    server.close()
    os.close(place)
    await asyncio.sleep(0.1)  # both ends of each connection see the other go


async def start(runner: CallRunner, function: Callable[[], object]) -> ProcessKey:
    key = new_key()
    await runner.start([Launch(key, "w", call=Call(function="0" * 64), function=cloudpickle.dumps(function))])
    return key


async def test_a_call_whose_start_was_lost_runs_once(tmp_path: Path) -> None:
    tracks = tmp_path / "tracks"

    def leave_a_track() -> str:
        with tracks.open("a") as file:
            file.write("x")
        return "done"

    async with warm_runner(tmp_path, cuts=2) as (runner, reports, cutter):
        key = await start(runner, leave_a_track)
        assert value_of(await reports.ended(key)) == "done"
        assert (cutter.cuts_left, tracks.read_text()) == (0, "x")


async def test_one_whose_connection_breaks_each_time_is_not_started(tmp_path: Path) -> None:
    async with warm_runner(tmp_path, cuts=1000) as (runner, reports, _):
        end = (await reports.ended(await start(runner, lambda: "never"))).end
        assert end.outcome is Outcome.NOT_STARTED
        assert "connection" in end.message
