"""`/api/v1/home`: what needs attention, what runs, what was used last, and how the machine fares."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import psutil

from tidemill.core.identity import Permission, Scope
from tidemill.core.search import Entity, OrderKey
from tidemill.core.web import Nothing, Route
from tidemill.kit.clock import Clock, now_ms
from tidemill.tracking.experiments.models import View
from tidemill.tracking.overview.models import Listing
from tidemill.tracking.overview.service import Overviews
from tidemill.tracking.routes.messages import ExperimentRow, RunRow, experiment_row, run_rows
from tidemill.tracking.runs.models import RunStatus
from tidemill.tracking.search.service import RunSearch, Table

_SHOWN = 10
_RECENT = 8
_WEEK_MS = 7 * 24 * 3600 * 1000
_NEWEST = (OrderKey(Entity.ATTRIBUTE, "start_time", descending=True),)


class RunTotals(msgspec.Struct):
    total: int
    running: int
    scheduled: int
    finished: int
    failed: int
    killed: int


class Machine(msgspec.Struct):
    """The machine that the server runs on, and the disk that its data directory lies on."""

    cpu_percent: float
    cpu_count: int
    memory_used_bytes: int
    memory_total_bytes: int
    disk_used_bytes: int
    disk_free_bytes: int


class Home(msgspec.Struct):
    experiments: int
    runs: RunTotals
    attention: list[RunRow]
    running: list[RunRow]
    recent: list[ExperimentRow]
    machine: Machine


class HomeApi:
    """The first thing that a user sees."""

    def __init__(self, overviews: Overviews, search: RunSearch, data_dir: Path, clock: Clock = now_ms) -> None:
        self._overviews = overviews
        self._search = search
        self._data_dir = data_dir
        self._clock = clock
        psutil.cpu_percent()  # the first reading only sets the point that the next one counts from

    def routes(self) -> Sequence[Route]:
        return [
            Route(
                method="GET",
                path="/api/v1/home",
                permission=Permission.VIEW,
                message=Nothing,
                handler=self.home,
                answer=Home,
                summary="What needs attention, what runs, what was used last.",
            )
        ]

    async def home(self, scope: Scope, message: Nothing) -> Home:
        since = self._clock() - _WEEK_MS
        failed = await self._runs(scope, f"attributes.status = 'FAILED' AND attributes.start_time > {since}")
        running = await self._runs(scope, "attributes.status = 'RUNNING'")
        experiments, recent = await self._overviews.experiments(scope, Listing(limit=_RECENT), with_best=True)
        counts = await self._overviews.run_counts(scope)
        return Home(
            experiments,
            RunTotals(sum(counts.values()), *(counts.get(status, 0) for status in _STATUSES)),
            failed,
            running,
            [experiment_row(summary) for summary in recent],
            self._machine(),
        )

    async def _runs(self, scope: Scope, filter_text: str) -> list[RunRow]:
        table = Table(
            experiment_ids=None, filter=filter_text, order_by=_NEWEST, view=View.ACTIVE_ONLY, offset=0, limit=_SHOWN
        )
        found = await self._search.table(scope, table)
        return run_rows(found)

    def _machine(self) -> Machine:
        memory: Any = psutil.virtual_memory()
        disk = shutil.disk_usage(self._data_dir)
        return Machine(
            psutil.cpu_percent(),
            psutil.cpu_count() or 1,
            memory.total - memory.available,
            memory.total,
            disk.used,
            disk.free,
        )


_STATUSES = (RunStatus.RUNNING, RunStatus.SCHEDULED, RunStatus.FINISHED, RunStatus.FAILED, RunStatus.KILLED)
