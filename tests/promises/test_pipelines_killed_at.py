"""A pipeline's server killed at points at which it makes something last: no finished task runs again, all finish.

What a server does between two syncs of its database is one step: killed anywhere in it, the next finds what the last
sync left. So a kill at the first sync after a run was asked for, at the fifth, and so on to its end, is a kill at
points of every kind: before its plan is stored, between a plan and its workloads, before and after each task's end.
"""

import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from scripts import programs
from tests.plugins.server import TidemillProcess

pytestmark = [pytest.mark.slow, pytest.mark.needs_strace, pytest.mark.timeout(240)]

WITHIN_S = 60
LEAST_KILLS = 2
MOST_KILLS = 40
EVERY = 4  # each takes some seconds; 1 is the whole enumeration
ECHO = 'echo "$0" >> "$1"'


def pipeline() -> dict[str, Any]:
    """Three tasks, two of them side by side and one behind both; each leaves a line in one file."""
    text = {"parameterType": "STRING"}
    path = {"path": {"componentInputParameter": "path"}}
    command = ["sh", "-c", ECHO, "{{$.pipeline_task_name}}", "{{$.inputs.parameters['path']}}"]

    def task(name: str, *after: str) -> dict[str, Any]:
        known = {"taskInfo": {"name": name}, "componentRef": {"name": "comp-mark"}, "inputs": {"parameters": path}}
        return {**known, "dependentTasks": list(after)}

    return {
        "pipelineInfo": {"name": "points"},
        "schemaVersion": "2.1.0",
        "deploymentSpec": {"executors": {"exec-mark": {"container": {"image": "alpine", "command": command}}}},
        "components": {"comp-mark": {"executorLabel": "exec-mark", "inputDefinitions": {"parameters": {"path": text}}}},
        "root": {
            "inputDefinitions": {"parameters": {"path": text}},
            "dag": {"tasks": {"a": task("a"), "b": task("b"), "c": task("c", "a", "b")}},
        },
    }


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TidemillProcess]:
    with TidemillProcess(tmp_path / "data", "--pipeline-commands", "allowed") as server:
        yield server


class KilledAt:
    """A server that is killed when it syncs for so many times more."""

    def __init__(self, server: TidemillProcess, sync: int, log: Path) -> None:
        strace = programs.find_strace()
        assert strace is not None
        kill = f"inject=fdatasync,fsync:signal=SIGKILL:when={sync}"
        command = [str(strace), "-f", "-p", str(server.pid), "-e", "trace=fdatasync,fsync", "-e", kill, "-o", str(log)]
        self._strace = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        assert self._strace.stderr is not None
        assert "attached" in self._strace.stderr.readline()

    def end(self) -> None:
        """Let go of the server, if it still lives."""
        self._strace.kill()
        self._strace.communicate()


def ask(server: TidemillProcess, path: Path, key: str) -> str:
    """Begin the run: asked again under the same key, it is the same run."""
    body = {
        "display_name": "points",
        "pipeline_spec": pipeline(),
        "runtime_config": {"parameters": {"path": str(path)}},
    }
    headers = {"Idempotency-Key": key}
    answer = httpx.post(
        f"{server.uri}/apis/v2beta1/runs", json=body, headers=headers, trust_env=False, timeout=WITHIN_S
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["run_id"]


def finish(server: TidemillProcess, path: Path, key: str) -> dict[str, Any]:
    run_id = ask(server, path, key)
    until = time.monotonic() + WITHIN_S
    while True:
        address = f"{server.uri}/api/v1/pipeline-runs/{run_id}"
        run = httpx.get(address, trust_env=False, timeout=WITHIN_S).json()
        if run["state"] in ("SUCCEEDED", "FAILED", "CANCELED"):
            return run
        assert time.monotonic() < until, run
        time.sleep(0.02)


def test_killed_at_any_sync_no_finished_task_runs_again_and_all_finish(server: TidemillProcess, tmp_path: Path) -> None:
    finish(server, tmp_path / "warm", "warm")
    kills = 0
    while killed_amid_a_run(server, 1 + kills * EVERY, tmp_path):
        kills += 1
        assert kills < MOST_KILLS, "the run syncs without end"
    assert kills >= LEAST_KILLS, "the server was killed amid the run"


def killed_amid_a_run(server: TidemillProcess, sync: int, folder: Path) -> bool:
    """Take a run to its end, with a kill at this sync; False where it ended before it came to that."""
    lines, key = folder / f"lines-{sync}", f"run-{sync}"
    killed_at = KilledAt(server, sync, folder / "strace")
    try:
        finish(server, lines, key)
        was_killed = False
    except httpx.TransportError:
        was_killed = True
    finally:
        killed_at.end()
    if was_killed:
        server.restart()
    run = finish(server, lines, key)
    assert run["state"] == "SUCCEEDED", (sync, run["error"])
    assert Counter(lines.read_text().split()) == Counter("abc"), sync
    ends = {task["path"]: task for task in run["tasks"]}
    assert max(ends[each]["ended_ms"] for each in "ab") <= ends["c"]["started_ms"]
    return was_killed
