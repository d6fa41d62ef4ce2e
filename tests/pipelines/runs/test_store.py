"""What is asked of the tables of runs, on each database."""

from collections.abc import Iterator

import pytest

from tidemill.core.database import Database, Tx, open_database
from tidemill.core.identity import Scope, Subject
from tidemill.pipelines.plan.models import Instance, Kind, State
from tidemill.pipelines.runs import store
from tidemill.pipelines.runs.models import PipelineRun, RunState
from tidemill.pipelines.runs.store import TaskRow
from tidemill.server.schema import metadata

MINE, THEIRS = Scope(1, "mine", Subject("me")), Scope(2, "theirs", Subject("they"))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs_postgres)], scope="module")
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("runs") / "runs.db"
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else f"sqlite:///{path}"
    database = open_database(url)
    metadata.create_all(database.engine)
    database.write_now(_fill)
    yield database
    database.close()


def _fill(tx: Tx) -> None:
    for scope in (MINE, THEIRS):
        tx.sql(
            "INSERT INTO workspaces (id, name, description, created_ms) VALUES (?, ?, '', 0)",
            (scope.workspace_id, scope.workspace),
        )


def add(tx: Tx, uuid: str, state: RunState, created_ms: int, scope: Scope = MINE, **values: str) -> PipelineRun:
    """A run of the pipeline `p`, unless the values say another."""
    texts = ("description", "error", "pipeline_root", "service_account", "owner", "tracking_run", "recurring_uuid")
    row = {
        "workspace_id": scope.workspace_id,
        "uuid": uuid,
        "display_name": uuid,
        "experiment_id": 0,
        "pipeline_uuid": "",
        "version_uuid": "",
        "state": state,
        "archived": False,
        "parameters": "{}",
        "created_ms": created_ms,
        "scheduled_ms": created_ms,
        "history": "[]",
        "document": "{}",
        "pipeline_name": "p",
        **dict.fromkeys(texts, ""),
        **values,
    }
    store.add(tx, row)
    run = store.by_uuid(tx, scope, uuid)
    assert run is not None
    return run


def row(path: str, state: State = State.SUCCEEDED) -> TaskRow:
    return TaskRow(f"task of {path}"[:36], Instance(path, Kind.EXECUTOR, state, "", path), "w", 0)


def test_only_tasks_that_changed_after_a_revision_are_given(database: Database) -> None:
    def unit(tx: Tx) -> list[list[str]]:
        run = add(tx, "revised", RunState.RUNNING, 0)
        store.put_tasks(tx, run.id, [row("a", State.RUNNING), row("b")], 1)
        store.put_tasks(tx, run.id, [row("c"), row("a")], 2)
        return [[task.instance.path for task in store.tasks(tx, run.id, since)] for since in (0, 1, 2)]

    assert database.write_now(unit) == [["a", "b", "c"], ["a", "c"], []]


def test_a_task_is_found_by_its_path(database: Database) -> None:
    def unit(tx: Tx) -> tuple[TaskRow | None, TaskRow | None]:
        run = add(tx, "pathed", RunState.RUNNING, 0)
        store.put_tasks(tx, run.id, [row("loop[0]/fit")], 1)
        return store.task(tx, run.id, "loop[0]/fit"), store.task(tx, run.id, "loop")

    found, missing = database.write_now(unit)
    assert found is not None
    assert found.instance.path == "loop[0]/fit"
    assert missing is None


def test_the_last_green_run_is_of_the_same_pipeline_and_began_before(database: Database) -> None:
    def unit(tx: Tx) -> list[str | None]:
        first = add(tx, "first", RunState.SUCCEEDED, 10, pipeline_name="q")
        add(tx, "second", RunState.SUCCEEDED, 20, pipeline_name="q")
        add(tx, "broken", RunState.FAILED, 30, pipeline_name="q")
        add(tx, "other", RunState.SUCCEEDED, 40, pipeline_name="r")
        add(tx, "foreign", RunState.SUCCEEDED, 45, THEIRS, pipeline_name="q")
        run = add(tx, "this", RunState.FAILED, 50, pipeline_name="q")
        add(tx, "later", RunState.SUCCEEDED, 60, pipeline_name="q")
        uploaded = add(tx, "uploaded", RunState.FAILED, 70, pipeline_name="q", pipeline_uuid="u")
        nameless = add(tx, "nameless", RunState.FAILED, 80, pipeline_name="")
        return [store.last_green(tx, MINE, each) for each in (run, first, uploaded, nameless)]

    assert database.write_now(unit) == ["second", None, None, None]
