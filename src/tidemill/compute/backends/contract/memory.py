"""Memory: its limit, and what is measured of it."""
# ruff: noqa: S101 - it is a test suite, and asserts

from tidemill.compute.backends.contract.reading import until_said
from tidemill.compute.backends.contract.reports import Reports
from tidemill.compute.backends.contract.suite import Suite
from tidemill.compute.backends.port import Backend
from tidemill.compute.models import Outcome, Resources

_MEMORY = 64 << 20


class MemoryContract(Suite):
    """What holds besides where a backend limits and measures memory itself."""

    async def test_over_its_memory_it_is_out_of_memory(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(
            backend, self.programs.takes_memory(8 * _MEMORY), resources=Resources(1000, memory_bytes=_MEMORY)
        )
        end = (await reports.ended(key)).end
        assert (end.outcome, str(_MEMORY) in end.message) == (Outcome.OUT_OF_MEMORY, True)

    async def test_its_end_tells_what_it_used(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.takes_memory(_MEMORY), grace_s=0.0, timeout_s=2.0)
        end = (await reports.ended(key)).end
        assert (end.peak_memory_bytes or 0) >= _MEMORY
        assert (end.cpu_ms or 0) > 0

    async def test_what_uses_memory_is_seen_while_it_runs(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.takes_memory(_MEMORY))
        await until_said(backend, key, "full")
        (sample,) = await backend.usage([key])
        assert (sample.memory_bytes or 0) >= _MEMORY
        assert (sample.cpu_ms or 0) > 0
