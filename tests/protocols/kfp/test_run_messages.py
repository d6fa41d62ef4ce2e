"""Runs and their tasks on Kubeflow's wire."""

from typing import Any

import msgspec
import pytest

from tidemill.core.identity import Scope, Subject
from tidemill.pipelines import Moment, PipelineRun, RunState, Source, TaskRecord
from tidemill.protocols.kfp.run_messages import WireRun
from tidemill.protocols.kfp.task_messages import Board, Boards

SCOPE = Scope(1, "team a", Subject("me"), base_url="http://h:5000")


def run_of(**changes: Any) -> PipelineRun:
    given: dict[str, Any] = {
        "id": 1,
        "uuid": "r",
        "display_name": "run",
        "description": "",
        "experiment_id": 0,
        "source": Source("p", "v"),
        "state": RunState.RUNNING,
        "error": "",
        "archived": False,
        "uses_cache": None,
        "parameters": {"n": 2, "x": 2.0, "nothing": None},
        "pipeline_root": "",
        "service_account": "",
        "owner": "me",
        "created_ms": 0,
        "scheduled_ms": 0,
        "finished_ms": None,
        "history": [Moment("PENDING", 0), Moment("RUNNING", 1500)],
        "tracking_run": "",
        "document": {"pipelineInfo": {"name": "p"}},
    }
    return PipelineRun(**{**given, **changes})


def task(path: str, parent: str = "", **changes: Any) -> TaskRecord:
    given: dict[str, Any] = {
        "uuid": f"id-{path}",
        "path": path,
        "name": path.rpartition("/")[2],
        "display_name": "",
        "parent": parent,
        "kind": "executor",
        "state": "running",
        "attempt": 0,
        "created_ms": 0,
        "started_ms": None,
        "ended_ms": None,
        "error": "",
        "workload": "",
        "inputs": {},
        "outputs": {},
    }
    return TaskRecord(**{**given, **changes})


def shown(run: PipelineRun, *tasks: TaskRecord) -> Any:
    board = Board()
    board.take(run, tasks)
    return encoded(run, board)


def encoded(run: PipelineRun, board: Board) -> Any:
    return msgspec.json.decode(msgspec.json.encode(WireRun.of(SCOPE, run, board.details())))


def test_a_run_that_goes_on_says_what_is_known_and_leaves_out_the_rest() -> None:
    told = shown(run_of())
    assert told["pipeline_version_reference"] == {"pipeline_id": "p", "pipeline_version_id": "v"}
    assert told["runtime_config"] == {"parameters": {"n": 2, "x": 2.0, "nothing": None}}
    assert (told["state"], told["storage_state"], told["experiment_id"]) == ("RUNNING", "AVAILABLE", "0")
    assert told["state_history"][1] == {"update_time": "1970-01-01T00:00:01.500Z", "state": "RUNNING"}
    assert not {"finished_at", "error", "service_account"} & told.keys()


def test_a_run_that_failed_says_why_and_since_when() -> None:
    told = shown(run_of(state=RunState.FAILED, error="no more memory", finished_ms=2000, archived=True))
    assert told["error"] == {"code": 2, "message": "no more memory"}
    assert (told["finished_at"], told["storage_state"]) == ("1970-01-01T00:00:02Z", "ARCHIVED")


def test_a_listed_run_has_neither_spec_nor_tasks() -> None:
    told = msgspec.json.decode(msgspec.json.encode(WireRun.of(SCOPE, run_of(document=None, source=Source()))))
    assert not {"pipeline_spec", "run_details", "pipeline_version_reference"} & told.keys()


def test_a_run_that_is_tracked_says_where() -> None:
    told = shown(run_of(tracking_run="t1", experiment_id=7))["plugins_output"]["mlflow"]
    assert told == {
        "state": "PLUGIN_SUCCEEDED",
        "entries": {
            "experiment_id": {"value": "7"},
            "root_run_id": {"value": "t1"},
            "run_url": {"value": "http://h:5000/w/team%20a/experiments/7/runs/t1", "render_type": "URL"},
        },
    }
    assert "plugins_output" not in shown(run_of())


def test_tasks_know_their_parent_and_children_by_id() -> None:
    tasks = task("loop", kind="loop"), task("loop[0]", "loop", kind="dag"), task("loop[0]/fit", "loop[0]", workload="w")
    told = shown(run_of(), *tasks)
    loop, iteration, fit = told["run_details"]["task_details"]
    assert loop["child_tasks"] == [{"task_id": "id-loop[0]"}]
    assert iteration["child_tasks"] == [{"task_id": "id-loop[0]/fit", "pod_name": "w"}]
    assert (iteration["parent_task_id"], fit["parent_task_id"]) == ("id-loop", "id-loop[0]")
    assert (fit["display_name"], fit["pod_name"], fit["executor_detail"]) == ("fit", "w", {"main_job": "w"})
    assert "parent_task_id" not in loop


@pytest.mark.parametrize(
    ("state", "wanted"),
    [
        ("ready", "PENDING"),
        ("running", "RUNNING"),
        ("succeeded", "SUCCEEDED"),
        ("cached", "SKIPPED"),
        ("skipped", "SKIPPED"),
        ("upstream_failed", "SKIPPED"),
        ("failed", "FAILED"),
        ("canceled", "CANCELED"),
        ("unheard of", "RUNTIME_STATE_UNSPECIFIED"),
    ],
)
def test_a_task_is_in_one_of_kubeflows_states(state: str, wanted: str) -> None:
    (told,) = shown(run_of(), task("t", state=state))["run_details"]["task_details"]
    assert told["state"] == wanted


def test_a_task_tells_its_way_and_its_artifacts() -> None:
    artifact = {"name": "m", "uri": "mlflow-artifacts:/0/r/m", "type": "system.Model", "metadata": {}}
    ended = task(
        "t",
        state="failed",
        started_ms=1000,
        ended_ms=2000,
        error="broke",
        outputs={"parameters": {"x": 1}, "artifacts": {"model": [artifact]}},
    )
    (told,) = shown(run_of(), ended)["run_details"]["task_details"]
    assert [moment["state"] for moment in told["state_history"]] == ["PENDING", "RUNNING", "FAILED"]
    assert told["state_history"][2]["error"]["message"] == told["error"]["message"] == "broke"
    assert told["outputs"] == {"model": {"artifact_ids": ["mlflow-artifacts:/0/r/m"]}}


def test_a_board_that_takes_what_changed_tells_the_same_as_one_made_anew() -> None:
    loop, first = task("loop", kind="loop"), task("loop[0]", "loop")
    second = task("loop[1]", "loop", workload="w1")
    begun, ended = task("loop[0]", "loop", workload="w0"), task("loop[0]", "loop", workload="w0", state="succeeded")
    board = Board()
    for revision, changed in enumerate([[loop, first], [begun, second], [ended], []], start=1):
        board.take(run_of(revision=revision), changed)
    run = run_of(revision=4)
    assert board.revision == 4
    assert encoded(run, board) == shown(run, loop, ended, second)


def test_what_an_older_look_found_does_not_come_back() -> None:
    board = Board()
    board.take(run_of(revision=2), [task("t", state="succeeded")])
    board.take(run_of(revision=1), [task("t", state="running")])
    (told,) = encoded(run_of(), board)["run_details"]["task_details"]
    assert told["state"] == "SUCCEEDED"


def test_boards_of_runs_asked_for_long_ago_leave_and_huge_ones_are_not_kept() -> None:
    def board(size: int) -> Board:
        made = Board()
        made.take(run_of(revision=1), [task(f"t{number}") for number in range(size)])
        return made

    boards = Boards()
    for run in ("a", "b", "c"):
        boards.keep(run, board(9_000))
    assert [boards.of(run).revision for run in ("a", "b", "c")] == [0, 1, 1]
    boards.keep("huge", board(20_001))
    assert [boards.of(run).revision for run in ("b", "c", "huge")] == [1, 1, 0]
