"""How far processes say that they are: gathered in memory, and written for all of them together.

It is told several times a second by many, and worth no transaction of its own: what one says within a second is
written once, the last of it. What is lost with the server, the backend tells again when it is asked to adopt.
"""

import asyncio
from collections.abc import Mapping
from functools import partial

import structlog

from tidemill.compute.backends.port import Progressed
from tidemill.compute.models import ProcessKey, Progress
from tidemill.compute.store import SqlComputeStore
from tidemill.core.database import Database, Tx
from tidemill.core.events import Event, EventBus

WRITTEN_EVERY_S = 1.0
_GATHERED_S = 0.1
"""A task that is shorter is spared the writing."""
_log = structlog.get_logger(__name__)


class ProgressBoard:
    """Keeps the last that each process told until it is written."""

    def __init__(self, database: Database, events: EventBus) -> None:
        self._database = database
        self._events = events
        self._told: dict[ProcessKey, Progress] = {}
        self._is_awake = asyncio.Event()

    def take(self, report: Progressed) -> None:
        """A process told how far it is."""
        self._told[report.key] = report.progress
        self._is_awake.set()

    def ended(self, key: ProcessKey) -> None:
        """A process has ended: how far it was comes with its end."""
        self._told.pop(key, None)

    async def run(self) -> None:
        """Write what is told, until cancelled."""
        while True:
            await self._is_awake.wait()
            await asyncio.sleep(_GATHERED_S)
            self._is_awake.clear()
            if self._told:
                await self._write()
                await asyncio.sleep(WRITTEN_EVERY_S - _GATHERED_S)

    async def _write(self) -> None:
        told, self._told = self._told, {}
        try:
            await self._database.write(partial(_note, told=told, events=self._events))
        except Exception:  # noqa: BLE001 - the database is away, or full: it is written later
            _log.warning("how far processes are could not be written yet", processes=len(told), exc_info=True)
            self._told = told | self._told
            self._is_awake.set()


def _note(tx: Tx, told: Mapping[ProcessKey, Progress], events: EventBus) -> None:
    store = SqlComputeStore(tx)
    store.take_turn()  # a step that ends one of them must not meet this half way
    for uuid, workspace_id in store.note_progress(told).items():
        tx.after_commit.append(partial(events.publish, Event("progress", workspace_id, workload_id=uuid)))
