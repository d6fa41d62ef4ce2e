"""Logs: complete, and to be read at any time."""
# ruff: noqa: S101 - it is a test suite, and asserts

from tidemill.compute.backends.contract.programs import LINE_BYTES
from tidemill.compute.backends.contract.reading import PATIENCE_S, lines_of, log_of, said, until_said
from tidemill.compute.backends.contract.reports import Reports
from tidemill.compute.backends.contract.suite import Suite, new_key
from tidemill.compute.backends.port import Backend
from tidemill.compute.models import Outcome

_POURED_LINES = 100_000


class LogContract(Suite):
    """What a process prints is kept until it is forgotten."""

    async def test_its_log_can_be_read_while_it_runs_and_after(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.says_goodbye())
        await until_said(backend, key, "ready")
        before = await log_of(backend, key)
        await backend.stop([key], grace_s=PATIENCE_S)
        ended = await reports.ended(key)
        after = await log_of(backend, key)
        assert after.startswith(before)
        assert after.endswith(b" o goodbye\n")
        assert await log_of(backend, key, start=5) == after[5:]
        assert await log_of(backend, key, start=len(after) + 5) == b""
        assert await backend.log_size(key) == len(after)
        assert all(line.at_ms <= ended.end.at_ms for line in await lines_of(backend, key))

    async def test_a_large_log_is_complete_when_it_has_ended(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.pours(_POURED_LINES))
        assert (await reports.ended(key)).end.outcome is Outcome.SUCCEEDED
        assert await said(backend, key) == [f"{number:0{LINE_BYTES - 1}}" for number in range(_POURED_LINES)]

    async def test_a_secret_that_it_prints_is_masked(self, backend: Backend, reports: Reports) -> None:
        command = self.programs.shows("TOKEN", "PLAIN")
        given = {"TOKEN": "hunter2", "PLAIN": "hunter"}
        key = await self.start(backend, command, variables=given, masked=(given["TOKEN"],))
        await reports.ended(key)
        assert await said(backend, key) == ["***", "hunter"]

    async def test_the_log_of_what_is_unknown_or_forgotten_is_empty(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.says("something"))
        await reports.ended(key)
        await backend.forget([key])
        assert await log_of(backend, key) == b""
        assert await log_of(backend, new_key()) == b""
        assert await backend.log_size(key) == await backend.log_size(new_key()) == 0
