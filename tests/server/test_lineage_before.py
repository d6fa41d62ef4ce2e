"""An older database gets the lineage of what it holds: the edges that the code would have written then."""

import asyncio
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from alembic.command import downgrade
from alembic.config import Config
from sqlalchemy import text

from tidemill.core.database import Database, open_database
from tidemill.core.events import EventBus
from tidemill.core.identity import Scope, Subject
from tidemill.server.migrating import migrate
from tidemill.server.schema import metadata
from tidemill.tracking import (
    Batch,
    Experiments,
    InputDataset,
    LoggedModels,
    MetricPoint,
    ModelUse,
    NewModel,
    RunInputs,
    RunLog,
    Runs,
    Tag,
    change_stage_of_experiment,
)

Result = TypeVar("Result")
SCOPE = Scope(1, "default", Subject("test"))
BEFORE = "0013"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs_postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path / 'old.db'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    opened = open_database(str(url))
    migrate(opened)
    yield opened
    with opened.engine.begin() as connection:
        metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
    opened.close()


def test_the_edges_of_an_older_database_are_those_of_a_new_one(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("INSERT INTO workspaces (id, name, created_ms) VALUES (1, 'default', 0)"))
    asyncio.run(_fill(database))
    written = _edges(database)
    with database.engine.begin() as connection:
        connection.execute(text("DELETE FROM lineage_edges"))
    with database.engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", "tidemill.server:migrations")
        config.attributes["connection"] = connection
        downgrade(config, BEFORE)
        connection.commit()
    assert migrate(database)
    assert _edges(database) == written
    assert {(source, target) for source, _, target, _ in written} == {
        ("commit", "run"),
        ("dataset", "run"),
        ("logged_model", "run"),
        ("pipeline_task", "run"),
        ("run", "logged_model"),
    }


async def _fill(database: Database) -> None:
    """A trained and measured model of a pipeline's task, and tags that lead nowhere."""
    events = EventBus()
    experiments = Experiments(database, events, change_stage_of_experiment)
    runs, models = Runs(database, events), LoggedModels(database, events)
    log, inputs = RunLog(database, events, lambda _: None), RunInputs(database, events)
    experiment = await experiments.create(SCOPE, "old", "file:///nowhere", [])

    def begin(**tags: str) -> Coroutine[Any, Any, Any]:
        given = [Tag(key.replace("__", "."), value) for key, value in tags.items()]
        return runs.create(SCOPE, experiment, name="", user_id="", start_ms=7, tags=given)

    task = {"tidemill__pipelineRun": "5d1c", "tidemill__pipelineTask": "train/fit"}
    trained = await begin(mlflow__source__git__commit="9FCEB02D0AE5", **task)
    measured, strange = await begin(), await begin(mlflow__source__git__commit="main", tidemill__pipelineRun="5d1c")
    model = await models.create(SCOPE, NewModel(experiment, "net", "", trained.uuid, [], []))
    given = await models.create(SCOPE, NewModel(experiment, "net", "", "", [], []))
    iris = InputDataset("iris", "4f2a", "local", "{}", None, None, [])
    await inputs.log_inputs(SCOPE, trained.uuid, [iris], [])
    await inputs.log_inputs(SCOPE, strange.uuid, [iris], [ModelUse(model.uuid, 0)])
    await inputs.log_outputs(SCOPE, strange.uuid, [ModelUse(given.uuid, 0)])
    for run in (trained, measured):
        await log.log_batch(SCOPE, run.uuid, Batch(metrics=[MetricPoint("accuracy", 0.9, 1, model_id=model.uuid)]))


def _edges(database: Database) -> set[tuple[str, str, str, str]]:
    query = text("SELECT source_kind, source_id, target_kind, target_id FROM lineage_edges")
    with database.engine.connect() as connection:
        return {tuple(row) for row in connection.execute(query)}
