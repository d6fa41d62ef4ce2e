"""Two workspaces whose clock the test sets, on each database."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest

from tidemill.core.blobs.fakes import MemoryBlobStore
from tidemill.core.database import Database, Tx, open_database
from tidemill.core.events import EventBus
from tidemill.core.identity import Scope, Subject
from tidemill.server.schema import metadata
from tidemill.tracking import (
    Artifacts,
    Batch,
    BlobCollector,
    Experiments,
    LoggedModels,
    MetricPoint,
    NewModel,
    Param,
    Retention,
    RunLog,
    Runs,
    Tag,
    change_stage_of_experiment,
    own_folder,
    parse_path,
)

Result = TypeVar("Result")

MINE = Scope(1, "mine", Subject("test"))
THEIRS = Scope(2, "theirs", Subject("test"))
TABLES = (
    "runs run_params run_tags latest_metrics metric_tail metric_chunks logged_models logged_model_params "
    "logged_model_tags artifact_files experiments experiment_tags"
).split()


def wait(work: Coroutine[Any, Any, Result]) -> Result:
    """Do a piece of work to its end."""
    return asyncio.run(work)


@dataclass
class Time:
    """A clock that moves only when it is told to."""

    now: int = 1_000_000

    def __call__(self) -> int:
        return self.now


@dataclass
class World:
    """The services under test, and quick ways to fill them."""

    database: Database
    time: Time = field(default_factory=Time)

    def __post_init__(self) -> None:
        events = EventBus()
        self.blobs = MemoryBlobStore(clock=self.time)
        self.experiments = Experiments(self.database, events, change_stage_of_experiment, self.time)
        self.runs = Runs(self.database, events, self.time)
        self.models = LoggedModels(self.database, events, self.time)
        self.artifacts = Artifacts(self.database, self.blobs, events, self.time)
        self.log = RunLog(self.database, events, lambda series: None)
        self.retention = Retention(self.database, clock=self.time)
        self.collector = BlobCollector(self.database, self.blobs)

    def experiment(self, name: str, *tags: Tag, scope: Scope = MINE) -> int:
        return wait(self.experiments.create(scope, name, None, tags))

    def run(self, experiment_id: int, files: dict[str, bytes] | None = None, scope: Scope = MINE) -> str:
        """A run with a param, a metric of three points, a tag and files."""
        made = wait(self.runs.create(scope, experiment_id, name="", user_id="", start_ms=1, tags=[Tag("a", "b")]))
        points = [MetricPoint("loss", 0.5, step, step) for step in range(3)]
        wait(self.log.log_batch(scope, made.uuid, Batch(points, [Param("rate", "1")])))
        self.put(made.artifact_uri, files or {}, scope)
        return made.uuid

    def model(self, experiment_id: int, files: dict[str, bytes] | None = None, scope: Scope = MINE) -> str:
        new = NewModel(experiment_id, "model", "", "", [Param("depth", "2")], [Tag("a", "b")])
        made = wait(self.models.create(scope, new))
        self.put(made.artifact_uri, files or {}, scope)
        return made.uuid

    def put(self, uri: str, files: dict[str, bytes], scope: Scope = MINE) -> None:
        for path, content in files.items():
            place = own_folder(uri).path.below(parse_path(path))
            wait(self.artifacts.put(scope, place, _chunks(content), limit_bytes=1000))

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        counts = {table: f"SELECT COUNT(*) FROM {table}" for table in TABLES}
        return {table: self.database.read_now(lambda tx, q=query: tx.sql(q)[0][0]) for table, query in counts.items()}

    def run_ids(self) -> set[str]:
        return {row[0] for row in self.database.read_now(lambda tx: tx.sql("SELECT uuid FROM runs"))}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs_postgres)], scope="module")
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("retention")
    is_postgres = request.param == "postgres"
    url = request.getfixturevalue("postgres_url") if is_postgres else f"sqlite:///{folder / 'tidemill.db'}"
    database = open_database(url)
    metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    database.write_now(_fill)
    yield World(database)
    database.write_now(_empty)


def _fill(tx: Tx) -> None:
    rows = [(scope.workspace_id, scope.workspace) for scope in (MINE, THEIRS)]
    tx.sql_many("INSERT INTO workspaces (id, name, description, created_ms) VALUES (?, ?, '', 0)", rows)


def _empty(tx: Tx) -> None:
    for table in ("artifact_files", "logged_models", "runs", "experiments", "workspaces"):
        tx.sql(f"DELETE FROM {table}")


async def _chunks(content: bytes) -> AsyncIterator[bytes]:
    yield content
