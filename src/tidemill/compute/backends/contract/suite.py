"""What the contracts have in common: what a backend's author gives, and what their tests start with."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest

from tidemill.compute.backends.contract.programs import Programs
from tidemill.compute.backends.contract.reports import Reports
from tidemill.compute.backends.port import Backend, Launch
from tidemill.compute.models import ProcessKey
from tidemill.kit.ids import random_hex


class Suite:
    """The setting of every contract: `make`, `start_and_die` and `lose` are for the backend's author to give."""

    pytestmark = pytest.mark.anyio
    programs = Programs()

    def make(self) -> Backend:
        """Another instance on the same nodes; called with the loop running."""
        raise NotImplementedError("give the backend to test")

    async def start_and_die(self, launches: Sequence[Launch]) -> None:
        """Start these in a server of its own, which is killed without a word once all of them run or have ended."""
        raise NotImplementedError("say how a server of this backend can be killed")

    async def lose(self, backend: Backend, key: ProcessKey) -> None:
        """Kill what watches over a running process, as a failing machine would."""
        raise NotImplementedError("say how a process of this backend can be lost")

    @pytest.fixture
    def anyio_backend(self) -> str:
        return "asyncio"

    @pytest.fixture
    def reports(self) -> Reports:
        return Reports()

    @pytest.fixture
    async def backend(self, reports: Reports) -> AsyncIterator[Backend]:
        backend = self.make()
        await backend.open(reports)
        yield backend
        await self.end_all(backend)

    async def end_all(self, backend: Backend) -> None:
        """Leave nothing running: what nobody asks for is ended."""
        await backend.adopt([])
        await backend.close()

    async def start(self, backend: Backend, command: Sequence[str], **more: object) -> ProcessKey:
        key = new_key()
        await backend.start([replace(Launch(key, "default", command=tuple(command)), **more)])  # pyright: ignore[reportArgumentType]
        return key


def new_key(rank: int = 0) -> ProcessKey:
    """The key of a process that nobody has heard of."""
    return ProcessKey(random_hex(), 1, rank)
