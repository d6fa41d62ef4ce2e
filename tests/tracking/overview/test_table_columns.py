"""A table asks for the keys that it shows, and finds keys by name: over the wire, however many keys runs have."""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

import pytest

from tests.journeys.wire import Wire
from tests.plugins.server import TidemillProcess

MANY = 2_300
LIMIT = 1_000

Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def wire(tidemill_server: TidemillProcess) -> Iterator[Wire]:
    wire = Wire(tidemill_server.uri)
    yield wire
    wire.close()


@pytest.fixture(scope="module")
def experiment_id(wire: Wire) -> str:
    """Runs `a` and `b` with very many metrics, `b` a child of `a`, and a deleted run `c`."""
    experiment_id = wire.experiment("wide")
    parent = _log(wire, wire.start(experiment_id, "a", 1_000), lr="0.1", device="cpu")
    child = wire.start(experiment_id, "b", 2_000, team="red", **{"mlflow.parentRunId": parent})
    _log(wire, child, lr="0.2", device="cpu")
    deleted = wire.start(experiment_id, "c", 3_000)
    wire.log(deleted, [("m0001", 5.0, 0, 0), ("gone", 1.0, 0, 0)], {"lr": "0.3"})
    wire.post("runs/delete", {"run_id": deleted})
    return experiment_id


@pytest.fixture(scope="module")
def ask(wire: Wire, experiment_id: str) -> Ask:
    return lambda **asked: wire.call("POST", "/api/v1/runs/search", {"experiment_ids": [experiment_id], **asked})


def test_a_table_gets_the_keys_that_it_names_and_what_every_row_says(ask: Ask) -> None:
    columns = {"metrics": ["m0007", "no such"], "params": ["lr"], "tags": ["team"]}
    child, parent = ask(columns=columns)["runs"]
    assert list(child["metrics"]) == ["m0007"]
    assert child["params"] == {"lr": "0.2"}
    assert child["tags"]["team"] == "red"
    assert child["parent_run_id"] == parent["run_id"]
    assert parent["children_total"] == 1


def test_names_alone_are_asked_for_by_no_keys(ask: Ask) -> None:
    child, parent = ask(columns={})["runs"]
    assert (child["name"], parent["name"]) == ("b", "a")
    assert child["metrics"] == child["params"] == {}


def test_without_columns_a_row_has_everything(ask: Ask) -> None:
    assert len(ask(limit=1)["runs"][0]["metrics"]) == MANY


def test_the_top_of_the_tree_has_a_total_of_its_own(ask: Ask) -> None:
    found = ask(columns={}, roots=True)
    assert found["total"] == 1
    assert [run["name"] for run in found["runs"]] == ["a"]


@pytest.mark.parametrize("columns", [{"metrics": ["k"] * 501}, {"metrics": "m"}, {"params": [7]}, []])
def test_columns_that_cannot_be_are_refused(ask: Ask, columns: object) -> None:
    answer = ask(columns=columns)
    assert answer["status"] == HTTPStatus.BAD_REQUEST
    assert answer["error"]["message"]


def test_a_key_that_no_database_holds_is_no_runs_key(ask: Ask) -> None:
    assert ask(columns={"metrics": ["m\0"], "params": ["\0"]})["runs"][0]["metrics"] == {}


def test_keys_are_bounded_and_say_of_how_many(wire: Wire, experiment_id: str) -> None:
    fields = _fields(wire, experiment_id)
    assert len(fields["metrics"]) == LIMIT
    assert (fields["totals"]["metrics"], fields["totals"]["params"]) == (MANY, 2)
    assert fields["nested"] is True
    assert {param["key"]: param["varies"] for param in fields["params"]} == {"device": False, "lr": True}


def test_keys_are_found_by_any_words_of_their_names(wire: Wire, experiment_id: str) -> None:
    found = _fields(wire, experiment_id, "?search=22+M22")["metrics"]
    assert [field["key"] for field in found] == [f"m{number}" for number in range(2200, 2300)]


def test_keys_count_the_runs_of_the_view(wire: Wire, experiment_id: str) -> None:
    def counts(view: str) -> dict[str, int]:
        fields = _fields(wire, experiment_id, f"?search=m0001&view={view}")
        return {field["key"]: field["runs"] for field in fields["metrics"]}

    assert (counts("active"), counts("all"), counts("deleted")) == ({"m0001": 2}, {"m0001": 3}, {"m0001": 1})
    assert _fields(wire, experiment_id, "?search=gone")["metrics"] == []


@pytest.mark.parametrize("limit", ["-1", "1001"])
def test_no_list_of_keys_is_endless(wire: Wire, experiment_id: str, limit: str) -> None:
    assert _fields(wire, experiment_id, f"?limit={limit}")["status"] == HTTPStatus.BAD_REQUEST


def _fields(wire: Wire, experiment_id: str, query: str = "") -> dict[str, Any]:
    return wire.call("GET", f"/api/v1/experiments/{experiment_id}/fields{query}", {})


def _log(wire: Wire, run_id: str, **params: str) -> str:
    wire.log(run_id, params=params)
    keys = [f"m{number:04}" for number in range(MANY)]
    for start in range(0, MANY, 1000):
        wire.log(run_id, [(key, 1.0, 0, 0) for key in keys[start : start + 1000]])
    return run_id
