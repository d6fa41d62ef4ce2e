"""Going on without a server: adopted, unknown, orphaned and lost processes."""
# ruff: noqa: S101 - it is a test suite, and asserts

from tidemill.compute.backends.contract.reading import PATIENCE_S, said, until_forgotten, until_said
from tidemill.compute.backends.contract.reports import Reports
from tidemill.compute.backends.contract.suite import Suite, new_key
from tidemill.compute.backends.port import Backend, Ended, Launch
from tidemill.compute.models import Outcome


class AdoptionContract(Suite):
    """Processes go on while no server runs, and the next one learns what became of them."""

    async def test_what_runs_is_adopted_by_the_next(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.says_goodbye())
        first = await reports.running(key)
        await until_said(backend, key, "ready")
        await backend.close()
        following, heard = self.make(), Reports()
        await following.open(heard)
        await following.adopt([key])
        assert await heard.running(key) == first
        await following.stop([key], grace_s=PATIENCE_S)
        end = (await heard.ended(key)).end
        assert (end.outcome, await said(following, key)) == (Outcome.STOPPED, ["ready", "goodbye"])
        await self.end_all(following)

    async def test_what_a_killed_server_ran_is_adopted_by_the_next(self, backend: Backend, reports: Reports) -> None:
        keys = [new_key() for _ in range(3)]
        commands = (self.programs.waits(), self.programs.exits(3), self.programs.says_goodbye())
        await self.start_and_die(
            [Launch(key, "default", command=tuple(each)) for key, each in zip(keys, commands, strict=True)]
        )
        await backend.adopt(keys)
        assert (await reports.ended(keys[1])).end.exit_code == 3
        await reports.running(keys[0])
        await until_said(backend, keys[2], "ready")
        await backend.stop([keys[0], keys[2]], grace_s=PATIENCE_S)
        assert [(await reports.ended(key)).end.outcome for key in keys] == [
            Outcome.STOPPED,
            Outcome.FAILED,
            Outcome.STOPPED,
        ]

    async def test_what_ended_meanwhile_is_told_until_it_is_forgotten(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.exits(9))
        ended = await reports.ended(key)
        await backend.close()
        following, heard = self.make(), Reports()
        await following.open(heard)
        for _ in range(2):
            heard.all.clear()
            await following.adopt([key])
            assert await heard.ended(key) == ended
        await following.forget([key])
        await following.adopt([key])
        await heard.unknown(key)
        await following.close()

    async def test_what_was_never_started_is_unknown(self, backend: Backend, reports: Reports) -> None:
        key = new_key()
        await backend.adopt([key])
        await reports.unknown(key)

    async def test_what_nobody_asks_for_is_ended(self, backend: Backend, reports: Reports) -> None:
        kept, orphan = [await self.start(backend, self.programs.waits()) for _ in range(2)]
        for key in (kept, orphan):
            await until_said(backend, key, "ready")
        await backend.close()
        following, heard = self.make(), Reports()
        await following.open(heard)
        await following.adopt([kept])
        await heard.running(kept)
        await until_forgotten(following, orphan)
        assert [report for report in heard.of(kept) if isinstance(report, Ended)] == []
        await self.end_all(following)

    async def test_one_whose_watcher_is_killed_is_lost(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.waits())
        running = await reports.running(key)
        await self.lose(backend, key)
        ended = await reports.ended(key)
        assert (ended.end.outcome, ended.started_ms) == (Outcome.LOST, running.started_ms)

    async def test_one_that_is_lost_while_nobody_looks_is_lost(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.waits())
        await reports.running(key)
        await backend.close()
        await self.lose(backend, key)
        following, heard = self.make(), Reports()
        await following.open(heard)
        await following.adopt([key])
        assert (await heard.ended(key)).end.outcome is Outcome.LOST
        await self.end_all(following)
