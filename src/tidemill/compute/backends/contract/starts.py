"""Starting processes: each once, whoever asks for it and however often."""
# ruff: noqa: S101 - it is a test suite, and asserts

import asyncio

from tidemill.compute.backends.contract.reading import said
from tidemill.compute.backends.contract.reports import Reports
from tidemill.compute.backends.contract.suite import Suite, new_key
from tidemill.compute.backends.port import Backend, Ended, Launch

_MANY = 200


class StartContract(Suite):
    """A key is started once."""

    async def test_starting_it_again_starts_nothing(self, backend: Backend, reports: Reports) -> None:
        key = new_key()
        launch = Launch(key, "default", command=tuple(self.programs.says("once")))
        await asyncio.gather(*(backend.start([launch]) for _ in range(5)))
        await reports.ended(key)
        await backend.start([launch, launch])
        other = await self.start(backend, self.programs.exits())
        await reports.ended(other)
        assert await said(backend, key) == ["once"]
        assert len([report for report in reports.of(key) if isinstance(report, Ended)]) == 1

    async def test_starting_it_again_in_another_server_starts_nothing(self, backend: Backend, reports: Reports) -> None:
        key = new_key()
        launch = Launch(key, "default", command=tuple(self.programs.waits()))
        await backend.start([launch])
        first = await reports.running(key)
        await backend.close()
        again, heard = self.make(), Reports()
        await again.open(heard)
        await again.start([launch])
        assert (await heard.running(key)).pid == first.pid
        await self.end_all(again)

    async def test_hundreds_end_once_each(self, backend: Backend, reports: Reports) -> None:
        keys = [new_key() for _ in range(_MANY)]
        await backend.start(
            [Launch(key, "default", command=tuple(self.programs.exits(n % 5))) for n, key in enumerate(keys)]
        )
        ends = [(await reports.ended(key)).end for key in keys]
        assert [end.exit_code for end in ends] == [n % 5 for n in range(_MANY)]
        assert sum(isinstance(report, Ended) for report in reports.all) == _MANY
