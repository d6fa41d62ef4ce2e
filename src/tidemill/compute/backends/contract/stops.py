"""Stopping processes: the word, the grace and the kill."""
# ruff: noqa: S101 - it is a test suite, and asserts

import pytest

from tidemill.compute.backends.contract.reading import PATIENCE_S, said, until_said
from tidemill.compute.backends.contract.reports import Reports
from tidemill.compute.backends.contract.suite import Suite, new_key
from tidemill.compute.backends.port import Backend, Ended
from tidemill.compute.models import Outcome

_SIGKILL = 9


class StopContract(Suite):
    """A process may heed the word, and is killed after the grace."""

    async def test_one_that_is_stopped_may_say_goodbye(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.says_goodbye())
        await until_said(backend, key, "ready")
        await backend.stop([key], grace_s=PATIENCE_S)
        end = (await reports.ended(key)).end
        assert (end.outcome, end.exit_code) == (Outcome.STOPPED, 0)
        assert await said(backend, key) == ["ready", "goodbye"]

    @pytest.mark.parametrize("grace_s", [0.0, 0.2])
    async def test_one_that_does_not_heed_is_killed(self, backend: Backend, reports: Reports, grace_s: float) -> None:
        key = await self.start(backend, self.programs.is_stubborn())
        await until_said(backend, key, "ready")
        await backend.stop([key], grace_s=grace_s)
        end = (await reports.ended(key)).end
        assert (end.outcome, end.signal) == (Outcome.STOPPED, _SIGKILL)

    async def test_a_second_stop_may_shorten_the_grace(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.is_stubborn())
        await until_said(backend, key, "ready")
        await backend.stop([key], grace_s=10 * PATIENCE_S)
        await backend.stop([key], grace_s=0.0)
        assert (await reports.ended(key)).end.outcome is Outcome.STOPPED

    async def test_one_that_is_stopped_before_it_began_has_stopped(self, backend: Backend, reports: Reports) -> None:
        keys = [await self.start(backend, self.programs.waits()) for _ in range(5)]
        await backend.stop(keys, grace_s=0.0)
        assert {(await reports.ended(key)).end.outcome for key in keys} == {Outcome.STOPPED}

    async def test_stopping_and_forgetting_what_is_gone_does_nothing(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.exits())
        await reports.ended(key)
        for keys in ([key], [new_key()], []):
            await backend.stop(keys, grace_s=1.0)
            await backend.forget(keys)
            await backend.forget(keys)
        assert len([report for report in reports.all if isinstance(report, Ended)]) == 1
