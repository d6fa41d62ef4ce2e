"""The catalog on each database, beside the runs, logged models and files that its versions are made of."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest

from tidemill.core.blobs.fakes import MemoryBlobStore
from tidemill.core.database import Database, Tx, open_database
from tidemill.core.events import EventBus
from tidemill.core.identity import Scope, Subject
from tidemill.core.lineage import Direction, Edge, Kind, Thing, walk
from tidemill.registry import (
    Announcement,
    NewRegisteredModel,
    NewVersion,
    RegistryTag,
    VersionCheck,
    holders_needed,
    open_catalog,
)
from tidemill.server.schema import metadata
from tidemill.tracking import (
    Artifacts,
    Experiments,
    LoggedModels,
    NewModel,
    Retention,
    Runs,
    change_stage_of_experiment,
    own_folder,
    parse_path,
)

Result = TypeVar("Result")
MINE = Scope(1, "mine", Subject("ada"))
THEIRS = Scope(2, "theirs", Subject("bob"))


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
    """The services under test, and quick ways to fill them. `heard` are the announcements, in order."""

    database: Database
    time: Time = field(default_factory=Time)
    heard: list[Announcement] = field(default_factory=list[Announcement])
    refusal: Exception | None = None

    def __post_init__(self) -> None:
        events = EventBus()
        blobs = MemoryBlobStore(clock=self.time)
        self.catalog = open_catalog(self.database, events, [self._hear], self.time)
        self.experiments = Experiments(self.database, events, change_stage_of_experiment, self.time)
        self.runs = Runs(self.database, events, self.time)
        self.models = LoggedModels(self.database, events, self.time)
        self.artifacts = Artifacts(self.database, blobs, events, self.time)
        self.retention = Retention(self.database, [holders_needed], self.time)
        self.check = VersionCheck(self.database)
        self.experiment = wait(self.experiments.create(MINE, "experiment", None, []))

    def registered(self, name: str = "net", *tags: RegistryTag, scope: Scope = MINE) -> str:
        return wait(self.catalog.models.create(scope, NewRegisteredModel(name=name, tags=tags))).name

    def version(self, source: str = "s3://bucket/key", name: str = "net", scope: Scope = MINE, **more: Any) -> int:
        return wait(self.catalog.versions.create(scope, NewVersion(name=name, source=source, **more))).version

    def run(self, experiment: int | None = None) -> tuple[str, str]:
        """A run with a file `model/MLmodel`: its id, and where that folder lies."""
        made = wait(self.runs.create(MINE, experiment or self.experiment, name="", user_id="", start_ms=1, tags=[]))
        folder = f"{made.artifact_uri}/model"
        self._put(folder)
        return made.uuid, folder

    def logged_model(self, run: str = "") -> tuple[str, str]:
        """A logged model with a file: its id, and where its files lie."""
        made = wait(self.models.create(MINE, NewModel(self.experiment, "logged", "", run, [], [])))
        self._put(made.artifact_uri)
        return made.uuid, made.artifact_uri

    def edges(self, thing: Thing, direction: Direction) -> list[Edge]:
        return list(self.database.read_now(lambda tx: walk(tx, MINE, thing, direction)).edges)

    def thing(self, version: int, name: str = "net") -> Thing:
        found = wait(self.catalog.versions.get(MINE, name, version))
        return Thing(Kind.MODEL_VERSION, f"{found.model_id}/{version}")

    def _put(self, folder: str) -> None:
        place = own_folder(folder).path.below(parse_path("MLmodel"))
        wait(self.artifacts.put(MINE, place, _chunks(b"flavors: {}"), limit_bytes=1000))

    def _hear(self, _tx: Tx, _scope: Scope, announcement: Announcement) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.heard.append(announcement)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs_postgres)], scope="module")
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("catalog")
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
    for table in (
        *("registered_models", "lineage_edges", "idempotency_keys"),
        *("artifact_files", "logged_models", "runs", "experiments", "workspaces"),
    ):
        tx.sql(f"DELETE FROM {table}")


async def _chunks(content: bytes) -> AsyncIterator[bytes]:
    yield content
