"""P4: a repeated call does no harm. Points are one, and creating calls with an Idempotency-Key create once."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest

from tests.plugins.server import TidemillProcess
from tests.promises.clients import API, FILES, KINDS, Ledger, judge, kind_of, send
from tests.promises.table import Place, make_place
from tests.promises.wire import Connection, Headers

API3 = "/api/3.0/mlflow"
AT_ONCE = 8


class Creation(NamedTuple):
    """A call that creates something of this name, and where its answer says what."""

    path: str
    body: Callable[[str], dict[str, str]]
    answer: Sequence[str]


CREATIONS = {
    "experiment": Creation(f"{API}/experiments/create", lambda name: {"name": name}, ("experiment_id",)),
    "run": Creation(f"{API}/runs/create", lambda name: {"run_name": name}, ("run", "info", "run_id")),
    "logged model": Creation(f"{API}/logged-models", lambda name: {"name": name}, ("model", "info", "model_id")),
    "dataset": Creation(f"{API3}/datasets/create", lambda name: {"name": name}, ("dataset", "dataset_id")),
}


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TidemillProcess]:
    """A server that a test may kill."""
    with TidemillProcess(tmp_path_factory.mktemp("own") / "data") as server:
        yield server


@pytest.fixture
def connection(server: TidemillProcess) -> Iterator[Connection]:
    connection = Connection(server.uri)
    yield connection
    connection.close()


def test_every_kind_of_write_sent_twice_is_stored_once(
    server: TidemillProcess, connection: Connection, place: Place
) -> None:
    ledger = Ledger(f"twice-{place.run_id}", place.run_id, place.experiment_id, repeats=True)
    for number in range(1, 4 * len(KINDS)):
        for _ in range(2):
            answer = send(connection, ledger, number)
            assert answer.status == 200, f"{kind_of(number)}: {answer.body!r}"
        ledger.sent.append(number)
        ledger.acknowledged.add(number)
    verdict = judge(server.uri, ledger)
    assert (verdict.lost, verdict.duplicated, verdict.torn) == ([], [], [])


def test_a_point_within_one_batch_and_across_many_is_one(connection: Connection, place: Place) -> None:
    point = {"key": "same", "value": "NaN", "timestamp": 5, "step": 5}
    body = {"run_id": place.run_id, "metrics": [point, point, {**point, "value": 1}]}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda _: call_once(connection.host, f"{API}/runs/log-batch", body), range(AT_ONCE)))
    query = f"run_id={place.run_id}&metric_key=same"
    history = connection.call("GET", f"{API}/metrics/get-history?{query}").ok()["metrics"]
    assert sorted(str(point["value"]) for point in history) == ["1.0", "NaN"]


def test_inputs_outputs_and_model_metrics_sent_twice_are_there_once(connection: Connection, place: Place) -> None:
    dataset = {"name": "d", "digest": "1", "source_type": "local", "source": "{}"}
    inputs = {"run_id": place.run_id, "datasets": [{"dataset": dataset, "tags": []}], "models": []}
    outputs = {"run_id": place.run_id, "models": [{"model_id": place.model_id, "step": 1}]}
    point = {"key": "accuracy", "value": 0.5, "timestamp": 1, "step": 1, "model_id": place.model_id}
    measured = {"run_id": place.run_id, "metrics": [{**point, "dataset_name": "d", "dataset_digest": "1"}]}
    for _ in range(2):
        connection.call("POST", f"{API}/runs/log-inputs", inputs).ok()
        connection.call("POST", f"{API}/runs/outputs", outputs).ok()
        connection.call("POST", f"{API}/runs/log-batch", measured).ok()
    run = connection.call("GET", f"{API}/runs/get?run_id={place.run_id}").ok()["run"]
    model = connection.call("GET", f"{API}/logged-models/{place.model_id}").ok()["model"]
    assert len(run["inputs"]["dataset_inputs"]) == 1
    assert len(run["outputs"]["model_outputs"]) == 1
    assert len(model["data"]["metrics"]) == 1


def test_an_upload_in_parts_may_be_finished_twice(connection: Connection, place: Place) -> None:
    parts = "/api/2.0/mlflow-artifacts/mpu"
    path = f"{place.experiment_id}/{place.run_id}/artifacts/parts.bin"
    begun = connection.call("POST", f"{parts}/create/{path}", {"path": "parts.bin", "num_parts": 2})
    if begun.status == 501:
        return  # the store takes no parts, and clients send such files whole
    upload = begun.ok()["upload_id"]
    etags: list[dict[str, Any]] = []
    for number in (1, 2):
        part = f"{parts}/parts/{quote(upload)}/{number}"
        sent = [connection.call("PUT", part, bytes([number]) * 6_000_000) for _ in range(2)]
        assert [answer.status for answer in sent] == [200, 200]
        etags.append({"part_number": number, "etag": sent[-1].headers["ETag"]})
    for _ in range(2):
        folder = path.rpartition("/")[0]
        body = {"path": "parts.bin", "upload_id": upload, "parts": etags}
        connection.call("POST", f"{parts}/complete/{folder}", body).ok()
    assert connection.call("GET", f"{FILES}/{path}").body == b"\1" * 6_000_000 + b"\2" * 6_000_000


@pytest.mark.parametrize("kind", CREATIONS)
def test_a_creating_call_with_a_key_creates_once_however_many_come_at_once(
    connection: Connection, place: Place, kind: str
) -> None:
    key = f"at-once-{kind}-{place.run_id}"
    with ThreadPoolExecutor(AT_ONCE) as pool:
        made = list(pool.map(lambda _: create(connection.host, CREATIONS[kind], place, key), range(AT_ONCE)))
    assert len(set(made)) == 1
    assert create(connection.host, CREATIONS[kind], place, key) == made[0]


@pytest.mark.parametrize("kind", CREATIONS)
def test_another_key_or_none_creates_another(connection: Connection, place: Place, kind: str) -> None:
    keys = [f"one-{kind}-{place.run_id}", f"other-{kind}-{place.run_id}", None, None]
    made = [create(connection.host, CREATIONS[kind], place, key, f"{number}") for number, key in enumerate(keys)]
    assert len(set(made)) == len(keys)


def test_a_key_is_good_for_one_kind_of_thing(connection: Connection, place: Place) -> None:
    key = f"kinds-{place.run_id}"
    create(connection.host, CREATIONS["run"], place, key)
    creation = CREATIONS["experiment"]
    answer = connection.call("POST", creation.path, {"name": key}, [("Idempotency-Key", key)])
    assert answer.status == 400
    assert "was used for runs/create" in answer.json["message"]


def test_a_refused_creation_keeps_no_key(connection: Connection, place: Place) -> None:
    headers = [("Idempotency-Key", f"refused-{place.run_id}")]
    path = f"{API}/runs/create"
    assert connection.call("POST", path, {"experiment_id": "999999"}, headers).status == 404
    connection.call("POST", path, {"experiment_id": place.experiment_id}, headers).ok()


@pytest.mark.parametrize("kind", CREATIONS)
def test_a_key_is_remembered_by_a_server_that_was_killed_and_started_again(
    own_server: TidemillProcess, kind: str
) -> None:
    place = make_place(own_server.uri)
    made = create(host_of(own_server), CREATIONS[kind], place, f"restart-{kind}")
    own_server.kill9()
    own_server.start()
    assert create(host_of(own_server), CREATIONS[kind], place, f"restart-{kind}") == made


def host_of(server: TidemillProcess) -> str:
    return server.uri.removeprefix("http://")


def create(host: str, creation: Creation, place: Place, key: str | None, name: str = "once") -> str:
    """Create something on a connection of its own; returns its id."""
    body = {"experiment_id": place.experiment_id, **creation.body(f"{name}-{key}")}
    answer = call_once(host, creation.path, body, [("Idempotency-Key", key)] if key else [])
    for part in creation.answer:
        answer = answer[part]
    return str(answer)


def call_once(host: str, path: str, body: Any, headers: Headers = ()) -> Any:
    """A call that must succeed, on a connection of its own."""
    connection = Connection(f"http://{host}")
    answer = connection.call("POST", path, body, headers)
    connection.close()
    return answer.ok()
