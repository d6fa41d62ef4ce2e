"""A schedule survives kill -9 of its server at any moment: each of its times has exactly one run."""

import random
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.plugins.server import TidemillProcess

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

KILLS = 6
WITHIN_S = 60


def pipeline() -> dict[str, Any]:
    return {
        "pipelineInfo": {"name": "tick"},
        "schemaVersion": "2.1.0",
        "deploymentSpec": {"executors": {"exec-tick": {"container": {"image": "alpine", "command": ["true"]}}}},
        "components": {"comp-tick": {"executorLabel": "exec-tick"}},
        "root": {"dag": {"tasks": {"tick": {"taskInfo": {"name": "tick"}, "componentRef": {"name": "comp-tick"}}}}},
    }


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TidemillProcess]:
    with TidemillProcess(tmp_path / "data", "--pipeline-commands", "allowed") as server:
        yield server


def call(server: TidemillProcess, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = httpx.request(method, f"{server.uri}{path}", json=body, trust_env=False, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_each_time_has_exactly_one_run(server: TidemillProcess) -> None:
    asked = {
        "display_name": "tick",
        "pipeline_spec": pipeline(),
        "trigger": {"cron_schedule": {"cron": "* * * * * *"}},
        "max_concurrency": "1000",
    }
    schedule = call(server, "POST", "/apis/v2beta1/recurringruns", asked)["recurring_run_id"]
    moments = random.Random(4)  # noqa: S311 - moments, not secrets
    for _ in range(KILLS):
        # Around the whole second, when a run is being begun, rather than between two.
        time.sleep((1.0 - time.time() % 1.0 + moments.uniform(-0.02, 0.05)) % 1.0 + moments.choice((0, 1)))
        server.kill9()
        server.start()
    now_ms = time.time() * 1000
    path, until = f"/api/v1/pipeline-schedules/{schedule}", time.monotonic() + WITHIN_S
    while (shown := call(server, "GET", path))["times"][0]["due_ms"] < now_ms:
        assert time.monotonic() < until, "what was missed is caught up"
        time.sleep(0.1)
    call(server, "POST", f"/apis/v2beta1/recurringruns/{schedule}:disable", {})
    shown = call(server, "GET", f"{path}?limit=1000")
    due = sorted(each["due_ms"] for each in shown["times"])
    assert len(due) > KILLS
    assert {later - earlier for earlier, later in pairwise(due)} == {1000}, "no time is left out, none comes twice"
    assert shown["count"] == len(due)
    runs = call(server, "GET", f"/api/v1/pipeline-runs?schedule_id={schedule}&limit=200")
    assert runs["total"] == len(runs["runs"]), "all fit on a page"
    assert sorted(run["scheduled_ms"] for run in runs["runs"]) == due
    assert {run["id"] for run in runs["runs"]} == {each["run_id"] for each in shown["times"]}
