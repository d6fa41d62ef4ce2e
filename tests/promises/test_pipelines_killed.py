"""A pipeline run survives kill -9 of its server at any moment: what finished runs no more, and all of it finishes."""

import itertools
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.plugins.server import TidemillProcess

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

KILLS = 8
ITEMS = 40
WITHIN_S = 120
ECHO = 'echo "$0" >> "$1"; sleep 0.15'


def task(component: str, *, path: str, name: str, **more: Any) -> dict[str, Any]:
    return {
        "componentRef": {"name": component},
        "taskInfo": {"name": name},
        "inputs": {"parameters": {"path": {"componentInputParameter": path}, **more.pop("parameters", {})}},
        **more,
    }


def marks(tasks: dict[str, Any], inputs: dict[str, Any]) -> dict[str, Any]:
    return {"inputDefinitions": {"parameters": inputs}, "dag": {"tasks": tasks}}


def pipeline() -> dict[str, Any]:
    """A task, a loop over many items of two tasks each, and a task behind it: each leaves a line in one file."""
    text, number = {"parameterType": "STRING"}, {"parameterType": "NUMBER_INTEGER"}
    name = "{{$.pipeline_task_name}}/{{$.inputs.parameters['item']}}"
    said = {"item": {"runtimeValue": {"constant": -1}}}
    item = {"item": {"componentInputParameter": "item"}}
    body = {
        "first": task("comp-mark", path="path", name="first", parameters=item),
        "second": task("comp-mark", path="path", name="second", parameters=item, dependentTasks=["first"]),
    }
    loop = task(
        "comp-loop",
        path="path",
        name="loop",
        dependentTasks=["before"],
        iteratorPolicy={"parallelismLimit": 3},
        parameterIterator={"items": {"raw": str(list(range(ITEMS)))}, "itemInput": "item"},
    )
    return {
        "pipelineInfo": {"name": "ordeal"},
        "schemaVersion": "2.1.0",
        "deploymentSpec": {
            "executors": {
                "exec-mark": {
                    "container": {
                        "image": "alpine",
                        "command": ["sh", "-c", ECHO, name, "{{$.inputs.parameters['path']}}"],
                    }
                }
            }
        },
        "components": {
            "comp-mark": {
                "executorLabel": "exec-mark",
                "inputDefinitions": {"parameters": {"path": text, "item": number}},
            },
            "comp-loop": marks(body, {"path": text, "item": number}),
        },
        "root": marks(
            {
                "before": task("comp-mark", path="path", name="before", parameters=said),
                "loop": loop,
                "behind": task("comp-mark", path="path", name="behind", parameters=said, dependentTasks=["loop"]),
            },
            {"path": text},
        ),
    }


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TidemillProcess]:
    with TidemillProcess(tmp_path / "data", "--pipeline-commands", "allowed") as server:
        yield server


def ask(server: TidemillProcess, run_id: str) -> dict[str, Any]:
    return httpx.get(f"{server.uri}/api/v1/pipeline-runs/{run_id}", trust_env=False, timeout=30).json()


def test_no_finished_task_runs_again_and_the_run_finishes(server: TidemillProcess, tmp_path: Path) -> None:
    lines = tmp_path / "lines"
    body = {
        "display_name": "ordeal",
        "pipeline_spec": pipeline(),
        "runtime_config": {"parameters": {"path": str(lines)}},
    }
    answer = httpx.post(f"{server.uri}/apis/v2beta1/runs", json=body, trust_env=False, timeout=30)
    assert answer.status_code == 200, answer.text
    run_id = answer.json()["run_id"]
    moments = random.Random(1)  # noqa: S311 - moments, not secrets
    seen: list[int] = []
    for _ in range(KILLS):
        time.sleep(moments.uniform(0.05, 0.6))
        server.kill9()
        seen.append(len(lines.read_text().splitlines()) if lines.exists() else 0)
        server.start()
    assert len(set(seen)) > KILLS // 2, "work was under way at the kills"
    until = time.monotonic() + WITHIN_S
    while (run := ask(server, run_id))["state"] not in ("SUCCEEDED", "FAILED"):
        assert time.monotonic() < until, run["state"]
        time.sleep(0.2)
    assert run["state"] == "SUCCEEDED", run["error"]
    counted = Counter(lines.read_text().split())
    expected = {f"{name}/{item}" for name, item in itertools.product(("first", "second"), range(ITEMS))}
    assert counted == Counter({*expected, "before/-1", "behind/-1"})
    ends = {task["path"]: task for task in run["tasks"]}
    for item in range(ITEMS):
        first, second = (ends[f"loop[{item}]/{name}"] for name in ("first", "second"))
        assert first["ended_ms"] <= second["started_ms"]
