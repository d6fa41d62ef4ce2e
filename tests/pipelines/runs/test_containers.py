"""Container components in containers of their images, through a real containerd: what is handed in and out."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.compute.backends.local.containerd import IMAGE, running_containerd
from tests.plugins.requirements import require
from tests.plugins.server import TidemillProcess

pytestmark = pytest.mark.slow
WITHIN_S = 30
TEXT: Mapping[str, Any] = {"parameterType": "STRING"}
FILE: Mapping[str, Any] = {"artifactType": {"schemaTitle": "system.Dataset", "schemaVersion": "0.0.1"}}


@pytest.fixture(scope="module")
def variables() -> Iterator[dict[str, str]]:
    require("containerd")
    folder = Path("/run") / f"tidemill-steps-{os.getpid()}"  # a socket's path must be short
    folder.mkdir()
    with running_containerd(folder, os.environ["PATH"]) as variables:
        yield variables
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, variables: dict[str, str]) -> Iterator[TidemillProcess]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CONTAINERD_ADDRESS", "CONTAINERD_NAMESPACE"):
            patch.setenv(name, variables[name])
        with TidemillProcess(tmp_path_factory.mktemp("containers") / "data") as server:
            yield server


def task(name: str, component: str, *, after: str = "", **inputs: Any) -> dict[str, Any]:
    given = {key: {"runtimeValue": {"constant": value}} for key, value in inputs.get("parameters", {}).items()}
    return {
        "taskInfo": {"name": name},
        "componentRef": {"name": f"comp-{component}"},
        "inputs": {"parameters": given, "artifacts": inputs.get("artifacts", {})},
        **({"dependentTasks": [after]} if after else {}),
    }


def pipeline(tasks: dict[str, Any], **executors: Any) -> dict[str, Any]:
    """Each executor is `(inputs and outputs of its component, its container)`."""
    return {
        "pipelineInfo": {"name": "contained"},
        "schemaVersion": "2.1.0",
        "deploymentSpec": {
            "executors": {
                f"exec-{name}": {"container": {"image": IMAGE, **container}}
                for name, (_, container) in executors.items()
            }
        },
        "components": {
            f"comp-{name}": {"executorLabel": f"exec-{name}", **interface} for name, (interface, _) in executors.items()
        },
        "root": {"dag": {"tasks": tasks}},
    }


def begin(server: TidemillProcess, document: dict[str, Any]) -> str:
    body = {"display_name": "contained", "pipeline_spec": document}
    answer = httpx.post(f"{server.uri}/apis/v2beta1/runs", json=body, trust_env=False, timeout=WITHIN_S)
    assert answer.status_code == 200, answer.text
    return answer.json()["run_id"]


def look(server: TidemillProcess, run_id: str) -> dict[str, Any]:
    return httpx.get(f"{server.uri}/api/v1/pipeline-runs/{run_id}", trust_env=False, timeout=WITHIN_S).json()


def ended(server: TidemillProcess, run_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A run that has ended, and its tasks by path."""
    until = time.monotonic() + WITHIN_S
    while (run := look(server, run_id))["state"] not in ("SUCCEEDED", "FAILED", "CANCELED"):
        assert time.monotonic() < until, run
        time.sleep(0.05)
    return run, {each["path"]: each for each in run["tasks"]}


def containers(variables: dict[str, str]) -> str:
    told = subprocess.run(["ctr", "containers", "list"], env=variables, capture_output=True, text=True, check=True)
    return told.stdout


MADE: tuple[dict[str, Any], dict[str, Any]] = (
    {
        "inputDefinitions": {"parameters": {"text": TEXT}},
        "outputDefinitions": {"parameters": {"said": TEXT}, "artifacts": {"data": FILE}},
    },
    {
        "command": ["sh", "-ec", 'echo "$0" > "$1"; echo "$MODE from $FROM_IMAGE" > "$2"'],
        "args": [
            "{{$.inputs.parameters['text']}}",
            "{{$.outputs.artifacts['data'].path}}",
            "{{$.outputs.parameters['said'].output_file}}",
        ],
        "env": [{"name": "MODE", "value": "fast {{$.pipeline_task_name}}"}],
    },
)
READ: tuple[dict[str, Any], dict[str, Any]] = (
    {"inputDefinitions": {"artifacts": {"data": FILE}}, "outputDefinitions": {"parameters": {"content": TEXT}}},
    {
        "command": ["sh", "-ec", 'cat "$0" > "$1"'],
        "args": ["{{$.inputs.artifacts['data'].path}}", "{{$.outputs.parameters['content'].output_file}}"],
    },
)


def test_what_one_makes_another_reads(server: TidemillProcess) -> None:
    data = {"data": {"taskOutputArtifact": {"producerTask": "make", "outputArtifactKey": "data"}}}
    tasks = {
        "make": task("make", "make", parameters={"text": "a 'text'"}),
        "read": task("read", "read", artifacts=data),
    }
    run, by_path = ended(server, begin(server, pipeline(tasks, make=MADE, read=READ)))
    assert run["state"] == "SUCCEEDED", run["error"]
    assert by_path["make"]["outputs"]["parameters"] == {"said": "fast make from yes\n"}
    assert by_path["read"]["outputs"]["parameters"] == {"content": "a 'text'\n"}
    assert {each["how"] for path, each in by_path.items() if path} == {"container"}


def test_its_exit_code_is_that_of_the_task(server: TidemillProcess, variables: dict[str, str]) -> None:
    failing = ({}, {"command": ["sh", "-c", "echo broken >&2; exit 7"]})
    run, by_path = ended(server, begin(server, pipeline({"fail": task("fail", "fail")}, fail=failing)))
    assert (run["state"], "exit code 7" in by_path["fail"]["error"]) == ("FAILED", True), run
    log = httpx.get(
        f"{server.uri}/api/v1/workloads/{by_path['fail']['workload']}/logs/file", trust_env=False, timeout=WITHIN_S
    )
    assert "broken" in log.text
    assert by_path["fail"]["id"] not in containers(variables)


def test_an_image_that_cannot_be_had_is_said(server: TidemillProcess) -> None:
    absent = ({}, {"image": "localhost:1/none/such:1", "command": ["sh"]})
    run, by_path = ended(server, begin(server, pipeline({"fail": task("fail", "fail")}, fail=absent)))
    assert (run["state"], "could not run its image" in by_path["fail"]["error"]) == ("FAILED", True), run


def test_volumes_and_the_workspace_are_mounted(server: TidemillProcess) -> None:
    writes = ({}, {"command": ["sh", "-ec", "echo shared > {{$.workspace_path}}/file; echo scratch > /scratch/file"]})
    reads = (
        {"outputDefinitions": {"parameters": {"content": TEXT}}},
        {
            "command": ["sh", "-ec", "cat {{$.workspace_path}}/file > $0"],
            "args": ["{{$.outputs.parameters['content'].output_file}}"],
        },
    )
    tasks = {"write": task("write", "write"), "read": task("read", "read", after="write")}
    scratch = {"emptyDirMounts": [{"volumeName": "s", "mountPath": "/scratch"}]}
    kubernetes = {
        "deploymentSpec": {"executors": {"exec-write": scratch}},
        "pipelineConfig": {"workspace": {"size": "1Gi"}},
    }
    document = {
        "pipeline_spec": pipeline(tasks, write=writes, read=reads),
        "platform_spec": {"platforms": {"kubernetes": kubernetes}},
    }
    run, by_path = ended(server, begin(server, document))
    assert run["state"] == "SUCCEEDED", run["error"]
    assert by_path["read"]["outputs"]["parameters"] == {"content": "shared\n"}


def test_one_that_is_cancelled_is_gone(server: TidemillProcess, variables: dict[str, str]) -> None:
    sleeps = ({}, {"command": ["sh", "-c", "trap 'exit 0' TERM; echo ready; while :; do sleep 0.1; done"]})
    run_id = begin(server, pipeline({"sleep": task("sleep", "sleep")}, sleep=sleeps))
    until = time.monotonic() + WITHIN_S
    name = ""
    while not name or name not in containers(variables):
        assert time.monotonic() < until, look(server, run_id)
        name = next((each["id"] for each in look(server, run_id)["tasks"] if each["path"] == "sleep"), "")
        time.sleep(0.1)
    address = f"{server.uri}/apis/v2beta1/runs/{run_id}:terminate"
    answer = httpx.post(address, json={}, trust_env=False, timeout=WITHIN_S)
    assert answer.status_code == 200, answer.text
    run, by_path = ended(server, run_id)
    assert (run["state"], by_path["sleep"]["state"]) == ("CANCELED", "canceled")
    assert name not in containers(variables)
