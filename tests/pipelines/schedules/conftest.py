"""Schedules and a scheduler on each database, with a clock that stands still until it is set."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tidemill.core.database import Database, Tx, open_database
from tidemill.core.events import EventBus
from tidemill.core.identity import Scope, Subject
from tidemill.core.leases import Leases
from tidemill.pipelines import (
    Catalog,
    Listing,
    NewSchedule,
    NewVersion,
    PipelineRun,
    PipelineRuns,
    Schedule,
    Scheduler,
    Schedules,
    Spec,
    Trigger,
    Words,
)
from tidemill.server.schema import metadata
from tidemill.tracking import Experiments, change_stage_of_experiment

MINE = Scope(1, "mine", Subject("me"))
THEIRS = Scope(2, "theirs", Subject("they"))
BEGIN_MS = 1_790_000_000_000
TABLES = ("pipeline_schedules", "pipeline_runs", "pipeline_versions", "pipelines", "experiments", "leases")


def document(**parameters: str) -> dict[str, Any]:
    """A pipeline of one task whose root takes these parameters, of these types."""
    declared = {name: {"parameterType": kind} for name, kind in parameters.items()}
    return {
        "pipelineInfo": {"name": "p"},
        "schemaVersion": "2.1.0",
        "deploymentSpec": {"executors": {"exec-a": {"container": {"image": "alpine", "command": ["true"]}}}},
        "components": {"comp-a": {"executorLabel": "exec-a"}},
        "root": {
            "inputDefinitions": {"parameters": declared},
            "dag": {"tasks": {"a": {"componentRef": {"name": "comp-a"}, "taskInfo": {"name": "a"}}}},
        },
    }


@dataclass
class Clock:
    """Milliseconds since 1970, as they are set."""

    now: int = BEGIN_MS
    goes_on: bool = False
    """Whether it goes on by a millisecond whenever it is read."""

    def __call__(self) -> int:
        self.now += self.goes_on
        return self.now


class World:
    """What a test speaks to."""

    def __init__(self, database: Database) -> None:
        self.clock = Clock()
        self.database = database
        self.begun: list[str] = []
        """The runs that the engine was told of."""
        self.broken: set[str] = set()
        """Subjects of whom there is no scope."""
        self._events = EventBus()
        self.catalog = Catalog(database)
        self.experiments = Experiments(database, self._events, change_stage_of_experiment)
        self.runs = PipelineRuns(
            database, self._events, self.catalog, self.experiments, self.begun.append, clock=self.clock
        )
        self.schedules = Schedules(database, self._events, self.runs, lambda: None, clock=self.clock)
        self.scheduler = self.another_scheduler("first")

    def another_scheduler(self, holder: str) -> Scheduler:
        """A scheduler of another server."""
        return Scheduler(
            self.database,
            self._events,
            Leases(self.database, holder),
            runs=self.runs,
            catalog=self.catalog,
            scope_of=self._scope_of,
            clock=self.clock,
        )

    async def upload(self, name: str, spec: dict[str, Any]) -> str:
        """The id of a pipeline with this version, which is added where the pipeline is there."""
        new = NewVersion(Words(f"v{self.clock.now}"), Spec(spec))
        known = [each for each in (await self.catalog.list_all(MINE, Listing()))[0] if each.words.name == name]
        if not known:
            return (await self.catalog.create(MINE, Words(name), new)).uuid
        await self.catalog.add_version(MINE, known[0].uuid, new)
        return known[0].uuid

    async def schedule(self, name: str = "s", trigger: Trigger | None = None, **changes: Any) -> Schedule:
        """A schedule of every minute, on the minute of BEGIN_MS."""
        changes = {"document": document(), **changes}
        return await self.schedules.create(MINE, NewSchedule(name, trigger or Trigger(interval_s=60), **changes))

    async def look(self, after_s: float = 0) -> float:
        """Let the time pass, and the scheduler look."""
        self.clock.now += round(after_s * 1000)
        return await self.scheduler.look()

    async def begun_runs(self, schedule: Schedule | None = None) -> list[PipelineRun]:
        """Runs in the order in which they came to be."""
        found = (await self.runs.list_all(MINE, Listing(page_size=200)))[0]
        return [run for run in found if schedule is None or run.source.recurring_uuid == schedule.uuid]

    async def minutes(self, schedule: Schedule | None = None) -> list[float]:
        """For which minutes since the beginning runs began."""
        return [(run.scheduled_ms - BEGIN_MS) / 60_000 for run in await self.begun_runs(schedule)]

    def end(self, count: int = 1000) -> None:
        """Let so many of the runs end, the first that goes on first."""
        self.database.write_now(
            lambda tx: tx.sql(
                "UPDATE pipeline_runs SET state = 'SUCCEEDED' WHERE id IN "
                "(SELECT id FROM pipeline_runs WHERE state = 'PENDING' ORDER BY id LIMIT ?)",
                (count,),
            )
        )

    async def _scope_of(self, workspace_id: int, subject: str) -> Scope:
        if subject in self.broken:
            raise RuntimeError(f"there is no scope of {subject}")
        return Scope(workspace_id, "mine", Subject(subject))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs_postgres)], scope="module")
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("schedules") / "schedules.db"
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else f"sqlite:///{path}"
    database = open_database(url)
    metadata.create_all(database.engine)
    database.write_now(_fill)
    yield database
    database.close()


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    """Two empty workspaces."""
    yield World(database)
    database.write_now(_empty)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def _fill(tx: Tx) -> None:
    for scope in (MINE, THEIRS):
        tx.sql(
            "INSERT INTO workspaces (id, name, description, created_ms) VALUES (?, ?, '', 0)",
            (scope.workspace_id, scope.workspace),
        )


def _empty(tx: Tx) -> None:
    for table in TABLES:
        tx.sql(f"DELETE FROM {table}")
