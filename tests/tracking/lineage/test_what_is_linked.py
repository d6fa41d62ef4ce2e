"""What tracking remembers of where runs and logged models come from, in the transaction that makes them."""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from typing import Any, TypeVar

import pytest

from tidemill.core.database import Database, Tx, open_database
from tidemill.core.events import EventBus
from tidemill.core.identity import Scope, Subject
from tidemill.core.lineage import Direction, Edge, Kind, Thing, walk
from tidemill.kit.errors import InvalidError
from tidemill.server.schema import metadata
from tidemill.tracking import (
    Batch,
    Experiments,
    InputDataset,
    LoggedModels,
    MetricPoint,
    ModelUse,
    NewModel,
    Param,
    RunInputs,
    RunLog,
    Runs,
    Tag,
    change_stage_of_experiment,
)

Result = TypeVar("Result")
SCOPE = Scope(1, "default", Subject("test"))
COMMIT = "9fceb02d0ae598e95dc970b74767f19372d61af8"
GIT = "mlflow.source.git.commit"


def wait(work: Coroutine[Any, Any, Result]) -> Result:
    """Do a piece of work to its end."""
    return asyncio.run(work)


class World:
    """The services that link, over one database, and an experiment."""

    def __init__(self, database: Database) -> None:
        events = EventBus()
        self._database = database
        self.runs, self.log = Runs(database, events), RunLog(database, events, lambda _: None)
        self.inputs, self.models = RunInputs(database, events), LoggedModels(database, events)
        experiments = Experiments(database, events, change_stage_of_experiment)
        self.experiment = wait(experiments.create(SCOPE, "lineage", "file:///nowhere", []))

    def run(self, **tags: str) -> str:
        """A run with these tags; two underscores are a dot."""
        given = [Tag(key.replace("__", "."), value) for key, value in tags.items()]
        run = wait(self.runs.create(SCOPE, self.experiment, name="", user_id="", start_ms=1, tags=given))
        return run.uuid

    def model(self, run: str) -> str:
        """A logged model of a run."""
        return wait(self.models.create(SCOPE, NewModel(self.experiment, "net", "", run, [], []))).uuid

    def sources(self, kind: Kind, id_: str) -> Sequence[Thing]:
        """What a thing directly came of."""

        def unit(tx: Tx) -> Sequence[Thing]:
            return [edge.source for edge in walk(tx, SCOPE, Thing(kind, id_), Direction.UP, depth=1).edges]

        return wait(self._database.read(unit))

    def targets(self, kind: Kind, id_: str) -> Sequence[Thing]:
        """What directly came of a thing."""

        def unit(tx: Tx) -> Sequence[Edge]:
            return walk(tx, SCOPE, Thing(kind, id_), Direction.DOWN, depth=1).edges

        return [edge.target for edge in wait(self._database.read(unit))]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs_postgres)])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("lineage")
    url = f"sqlite:///{folder / 'test.db'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    database = open_database(str(url))
    metadata.create_all(database.engine)
    with database.engine.begin() as connection:
        row = {"id": 1, "name": "default", "description": "", "created_ms": 0}
        connection.execute(metadata.tables["workspaces"].insert(), row)
    yield World(database)
    metadata.drop_all(database.engine)
    database.close()


def test_a_run_comes_of_the_commit_that_it_is_tagged_with(world: World) -> None:
    run = world.run(mlflow__source__git__commit=COMMIT.upper())
    assert world.sources(Kind.RUN, run) == [Thing(Kind.COMMIT, COMMIT)]


def test_a_commit_that_is_said_later_counts_too(world: World) -> None:
    run, other = world.run(), world.run()
    wait(world.runs.set_tag(SCOPE, run, Tag(GIT, COMMIT)))
    wait(world.log.log_batch(SCOPE, other, Batch(tags=[Tag(GIT, COMMIT)])))
    assert world.sources(Kind.RUN, run) == world.sources(Kind.RUN, other) == [Thing(Kind.COMMIT, COMMIT)]


@pytest.mark.parametrize("text", ["", "main", "not a commit", "9" * 5000, "9fceb02; drop"])
def test_what_is_no_commit_leads_nowhere(world: World, text: str) -> None:
    run = world.run(mlflow__source__git__commit=text)
    assert world.sources(Kind.RUN, run) == []


def test_a_run_of_a_pipeline_task_comes_of_the_task(world: World) -> None:
    run = world.run(tidemill__pipelineRun="5d1c", tidemill__pipelineTask="train/for-loop-1[3]/fit")
    assert world.sources(Kind.RUN, run) == [Thing(Kind.PIPELINE_TASK, "5d1c/train/for-loop-1[3]/fit")]


def test_the_run_of_a_whole_pipeline_comes_of_no_task(world: World) -> None:
    assert world.sources(Kind.RUN, world.run(tidemill__pipelineRun="5d1c")) == []


def test_a_run_comes_of_the_datasets_and_models_that_it_took(world: World) -> None:
    run, model = world.run(), world.model("")
    iris = InputDataset("iris", "4f2a", "local", "{}", None, None, [])
    wait(world.inputs.log_inputs(SCOPE, run, [iris], [ModelUse(model, 0)]))
    assert set(world.sources(Kind.RUN, run)) == {Thing(Kind.DATASET, "iris@4f2a"), Thing(Kind.LOGGED_MODEL, model)}


def test_a_logged_model_comes_of_the_run_that_logged_it(world: World) -> None:
    run = world.run()
    assert world.sources(Kind.LOGGED_MODEL, world.model(run)) == [Thing(Kind.RUN, run)]
    assert world.sources(Kind.LOGGED_MODEL, world.model("")) == []


def test_a_logged_model_comes_of_the_run_that_gave_it(world: World) -> None:
    run, model = world.run(), world.model("")
    wait(world.inputs.log_outputs(SCOPE, run, [ModelUse(model, 3)]))
    assert world.sources(Kind.LOGGED_MODEL, model) == [Thing(Kind.RUN, run)]


def test_a_run_that_measures_a_model_of_another_comes_of_it_and_its_own_run_does_not(world: World) -> None:
    trained, evaluated = world.run(), world.run()
    model = world.model(trained)
    for run in (trained, evaluated):
        wait(world.log.log_batch(SCOPE, run, Batch(metrics=[MetricPoint("accuracy", 0.9, 1, model_id=model)])))
    assert world.targets(Kind.LOGGED_MODEL, model) == [Thing(Kind.RUN, evaluated)]


def test_what_is_refused_leaves_no_edge(world: World) -> None:
    run = world.run()
    wait(world.runs.log_param(SCOPE, run, Param("depth", "3")))
    refused = Batch(params=[Param("depth", "4")], tags=[Tag(GIT, COMMIT)])
    with pytest.raises(InvalidError):
        wait(world.log.log_batch(SCOPE, run, refused))
    assert world.sources(Kind.RUN, run) == []
