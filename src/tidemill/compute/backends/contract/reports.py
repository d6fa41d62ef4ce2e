"""A reporter that tests wait for."""

import asyncio
from typing import TypeVar

from tidemill.compute.backends.contract.reading import PATIENCE_S
from tidemill.compute.backends.port import Ended, Report, Running, Unknown
from tidemill.compute.models import ProcessKey

Kind = TypeVar("Kind", bound=Report)


class Reports:
    """A reporter that keeps all it is told, in order, and lets a test wait for some of it."""

    def __init__(self) -> None:
        self.all: list[Report] = []
        self._news = asyncio.Event()

    def __call__(self, report: Report) -> None:
        self.all.append(report)
        self._news.set()

    def of(self, key: ProcessKey) -> list[Report]:
        """What was told of a process so far."""
        return [report for report in self.all if report.key == key]

    async def first(self, key: ProcessKey) -> Report:
        """The first word about a process, whatever it is."""
        return await self._first(key, (Running, Ended, Unknown))

    async def running(self, key: ProcessKey) -> Running:
        return await self._first(key, (Running,))

    async def ended(self, key: ProcessKey) -> Ended:
        return await self._first(key, (Ended,))

    async def unknown(self, key: ProcessKey) -> Unknown:
        return await self._first(key, (Unknown,))

    async def _first(self, key: ProcessKey, kinds: tuple[type[Kind], ...]) -> Kind:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                self._news.clear()
                for report in self.of(key):
                    if isinstance(report, kinds):
                        return report
                await self._news.wait()
