"""Servers of one database and one bucket are one service: any of them answers, and the others live on."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.plugins.postgres import PostgresServer
from tests.plugins.server import TidemillProcess, on_postgres

pytestmark = [pytest.mark.needs_postgres, pytest.mark.slow]
_POINTS = 200


class Side:
    """One of the servers, and a client that speaks to it alone."""

    def __init__(self, server: TidemillProcess) -> None:
        self.server = server
        self.http = httpx.Client(base_url=server.uri, trust_env=False, timeout=30)

    def post(self, path: str, **body: Any) -> Any:
        answer = self.http.post(f"/api/2.0/mlflow/{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def get(self, path: str, **query: str | int) -> Any:
        answer = self.http.get(f"/api/2.0/mlflow/{path}", params=query)
        assert answer.is_success, answer.text
        return answer.json()

    def run(self) -> str:
        return str(self.post("runs/create", experiment_id="0", start_time=1)["run"]["info"]["run_id"])

    def log(self, run_id: str, step: int) -> None:
        self.post("runs/log-metric", run_id=run_id, key="height", value=step / 2, timestamp=step, step=step)

    def steps(self, run_id: str) -> list[int]:
        history = self.get("metrics/get-history", run_id=run_id, metric_key="height")
        return [int(point.get("step", 0)) for point in history.get("metrics", [])]


@pytest.fixture
def sides(tmp_path: Path, postgres: PostgresServer, s3_endpoint: str) -> Iterator[tuple[Side, Side]]:
    """Two servers that were started at the same instant on an empty database."""
    with ExitStack() as stack:
        flags = stack.enter_context(on_postgres(postgres, s3_endpoint))
        servers = [TidemillProcess(tmp_path / name, *flags) for name in ("left", "right")]
        for server in servers:
            stack.callback(server.end)
        # Open as long as the servers live: one dies with the thread that started it.
        pool = stack.enter_context(ThreadPoolExecutor(2))
        list(pool.map(TidemillProcess.start, servers))
        left, right = (Side(server) for server in servers)
        stack.callback(left.http.close)
        stack.callback(right.http.close)
        yield left, right


def test_what_one_acknowledged_the_other_sees(sides: tuple[Side, Side]) -> None:
    left, right = sides
    run_id = left.run()
    for step in range(10):
        (left if step % 2 else right).log(run_id, step)
    assert left.steps(run_id) == right.steps(run_id) == list(range(10))
    path = f"/api/2.0/mlflow-artifacts/artifacts/0/{run_id}/artifacts/note.txt"
    assert left.http.put(path, content=b"high water").is_success
    assert right.http.get(path).content == b"high water"


def test_both_write_one_series_at_once_and_every_point_is_there(sides: tuple[Side, Side]) -> None:
    run_id = sides[0].run()

    def write(side: Side, first: int) -> None:
        for step in range(first, _POINTS, 2):
            side.log(run_id, step)

    threads = [threading.Thread(target=write, args=(side, number)) for number, side in enumerate(sides)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sides[0].steps(run_id) == sides[1].steps(run_id) == list(range(_POINTS))


def test_a_page_at_one_hears_of_a_change_at_the_other(sides: tuple[Side, Side]) -> None:
    left, right = sides
    heard = threading.Event()
    run_id = left.run()

    def listen() -> None:
        with right.http.stream("GET", "/api/v1/events") as stream:
            for line in stream.iter_lines():
                if run_id in line:
                    heard.set()
                    return

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    deadline = time.monotonic() + 20
    while not heard.wait(0.5) and time.monotonic() < deadline:  # the first ones may be told before anybody listens
        left.log(run_id, int(time.monotonic() * 1000))
    assert heard.is_set()


def test_a_schedule_begins_one_run_for_each_time_whichever_of_them_is_killed(sides: tuple[Side, Side]) -> None:
    left, right = sides
    executors = {"exec-tick": {"container": {"image": "alpine", "command": ["true"]}}}
    spec = {
        "pipelineInfo": {"name": "tick"},
        "schemaVersion": "2.1.0",
        "deploymentSpec": {"executors": executors},
        "components": {"comp-tick": {"executorLabel": "exec-tick"}},
        "root": {"dag": {"tasks": {"tick": {"taskInfo": {"name": "tick"}, "componentRef": {"name": "comp-tick"}}}}},
    }
    trigger = {"cron_schedule": {"cron": "* * * * * *"}}
    body = {"display_name": "tick", "pipeline_spec": spec, "trigger": trigger, "max_concurrency": "1000"}
    schedule = right.http.post("/apis/v2beta1/recurringruns", json=body).json()["recurring_run_id"]

    def due_after(at_ms: float) -> list[int]:
        """Its times, in order, when there is one after that instant."""
        deadline = time.monotonic() + 40  # the lease of one that was killed ends by itself
        while True:
            times = right.http.get(f"/api/v1/pipeline-schedules/{schedule}?limit=1000").json()["times"]
            if times and times[0]["due_ms"] > at_ms:
                assert all(each["run_id"] for each in times)
                return sorted(each["due_ms"] for each in times)
            assert time.monotonic() < deadline
            time.sleep(0.1)

    due_after(time.time() * 1000 + 1000)
    left.server.kill9()
    due = due_after(time.time() * 1000 + 1000)
    assert {later - earlier for earlier, later in pairwise(due)} == {1000}
    runs = right.http.get(f"/api/v1/pipeline-runs?schedule_id={schedule}&limit=200").json()
    assert sorted(run["scheduled_ms"] for run in runs["runs"])[: len(due)] == due


def test_one_that_is_killed_takes_nothing_with_it(sides: tuple[Side, Side]) -> None:
    left, right = sides
    run_id = left.run()
    left.log(run_id, 0)
    left.server.kill9()
    right.log(run_id, 1)
    assert right.steps(run_id) == [0, 1]
    assert right.http.get("/readyz").is_success
    left.server.start()
    again = Side(left.server)
    assert again.steps(run_id) == [0, 1]
    again.http.close()
