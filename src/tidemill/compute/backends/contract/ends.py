"""How processes end, and what is told of it."""
# ruff: noqa: S101 - it is a test suite, and asserts

import pytest

from tidemill.compute.backends.contract.reports import Reports
from tidemill.compute.backends.contract.suite import Suite
from tidemill.compute.backends.port import Backend, Ended, Running
from tidemill.compute.models import Outcome

_SIGKILL, _SIGUSR1 = 9, 10


class EndContract(Suite):
    """Every end is told once, by its outcome, exit code and signal."""

    async def test_one_that_succeeds_runs_and_ends(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.says("hello"))
        ended = await reports.ended(key)
        assert (ended.end.outcome, ended.end.exit_code, ended.end.signal) == (Outcome.SUCCEEDED, 0, None)
        assert ended.started_ms is not None
        assert ended.started_ms <= ended.end.at_ms
        assert [type(report) for report in reports.of(key)] in ([Running, Ended], [Ended])

    @pytest.mark.parametrize("code", [1, 7, 255])
    async def test_one_that_fails_tells_its_exit_code(self, backend: Backend, reports: Reports, code: int) -> None:
        end = (await reports.ended(await self.start(backend, self.programs.exits(code)))).end
        assert (end.outcome, end.exit_code, end.signal) == (Outcome.FAILED, code, None)

    @pytest.mark.parametrize("signal", [_SIGKILL, _SIGUSR1])
    async def test_one_that_a_signal_ends_tells_the_signal(
        self, backend: Backend, reports: Reports, signal: int
    ) -> None:
        end = (await reports.ended(await self.start(backend, self.programs.kills_itself(signal)))).end
        assert (end.outcome, end.exit_code, end.signal) == (Outcome.KILLED, None, signal)

    async def test_a_command_that_cannot_be_had_is_not_started(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.is_not_there())
        ended = await reports.ended(key)
        assert ended.end.outcome is Outcome.NOT_STARTED
        assert ended.started_ms is None
        assert "no-such-program" in ended.end.message
        assert reports.of(key) == [ended]

    async def test_one_that_runs_for_too_long_has_timed_out(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.waits(), timeout_s=0.2, grace_s=20.0)
        assert (await reports.ended(key)).end.outcome is Outcome.TIMED_OUT

    async def test_one_that_does_not_heed_its_timeout_is_killed(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.is_stubborn(), timeout_s=0.2, grace_s=0.1)
        end = (await reports.ended(key)).end
        assert (end.outcome, end.signal) == (Outcome.TIMED_OUT, _SIGKILL)
