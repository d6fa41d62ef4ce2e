"""What tasks of pipelines made is read back by `fsck`, and freed by `gc` with the run that made it."""

import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.conftest import Cli, Kept
from tests.plugins.server import TidemillProcess

WITHIN_S = 30
_MADE = "{{$.outputs.artifacts['made'].path}}"


def _package(content: str) -> dict[str, Any]:
    """A pipeline whose task leaves a folder with a file, and passes it on as the pipeline's own output."""
    made = {"artifacts": {"made": {"artifactType": {"schemaTitle": "system.Dataset", "schemaVersion": "0.0.1"}}}}
    code = f'mkdir -p "$0" && printf %s "{content}" > "$0/rows.csv"'
    container = {"image": "alpine", "command": ["sh", "-c", code, _MADE]}
    passed = {"artifactSelectors": [{"producerSubtask": "make", "outputArtifactKey": "made"}]}
    return {
        "pipelineInfo": {"name": "content"},
        "schemaVersion": "2.1.0",
        "deploymentSpec": {"executors": {"exec-make": {"container": container}}},
        "components": {"comp-make": {"executorLabel": "exec-make", "outputDefinitions": made}},
        "root": {
            "outputDefinitions": made,
            "dag": {
                "outputs": {"artifacts": {"made": passed}},
                "tasks": {"make": {"taskInfo": {"name": "make"}, "componentRef": {"name": "comp-make"}}},
            },
        },
    }


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    folder = tmp_path_factory.mktemp("content") / "data"
    with TidemillProcess(folder, "--pipeline-commands", "allowed") as server, closing(Kept(server)) as kept:
        yield kept


def ended(kept: Kept, content: str) -> str:
    """A run that has made something."""
    with httpx.Client(base_url=kept.server.uri, trust_env=False, timeout=WITHIN_S) as http:
        body = {"display_name": "made", "pipeline_spec": _package(content)}
        answer = http.post("/apis/v2beta1/runs", json=body)
        assert answer.is_success, answer.text
        run = answer.json()["run_id"]
        until_s = time.monotonic() + WITHIN_S
        while (state := http.get(f"/apis/v2beta1/runs/{run}").json()["state"]) not in ("SUCCEEDED", "FAILED"):
            assert time.monotonic() < until_s, state
            time.sleep(0.05)
        assert state == "SUCCEEDED"
    return str(run)


def blob_of(kept: Kept, content: str) -> Path:
    return kept.blob(hashlib.sha256(content.encode()).hexdigest())


@pytest.mark.parametrize(("problem", "now"), [("damaged", b"other bytes"), ("missing", None)])
def test_a_file_that_is_not_whole_is_named_by_its_run_and_task(
    cli: Cli, kept: Kept, problem: str, now: bytes | None
) -> None:
    run = ended(kept, f"rows that are {problem}")
    blob = blob_of(kept, f"rows that are {problem}")
    before = blob.read_bytes()
    blob.unlink() if now is None else blob.write_bytes(now)
    answer = cli("fsck", "--data-dir", kept.data_dir, "-o", "json")
    blob.write_bytes(before)
    assert answer.status == 1
    named = [each for each in json.loads(answer.out) if each["part"] == "pipeline run"]
    assert [(each["problem"], each["workspace"], each["owner"], each["path"]) for each in named] == [
        (problem, "default", run, "make/made/rows.csv")
    ]
    assert not [each for each in json.loads(answer.out) if "Nothing points to it" in each["detail"]]
    assert "all is whole" in cli("fsck", "--data-dir", kept.data_dir).ok().err


def test_runs_that_ended_long_ago_go_with_what_they_made(cli: Cli, kept: Kept) -> None:
    run = ended(kept, "rows to free")
    gc = ("gc", "--data-dir", kept.data_dir, "--age", "0s", "--workloads-older-than", "0s", "-o", "json")
    spared = {row["what"]: row["count"] for row in cli(*gc, "--pipeline-runs-older-than", "1h", "--yes").ok().rows()}
    assert spared["pipeline runs"] == 0
    assert blob_of(kept, "rows to free").exists()
    expected = cli(*gc, "--pipeline-runs-older-than", "0s", "--dry-run").ok().rows()
    assert httpx.get(f"{kept.server.uri}/apis/v2beta1/runs/{run}", trust_env=False).is_success
    freed = cli(*gc, "--pipeline-runs-older-than", "0s", "--yes").ok().rows()
    for what in ("pipeline runs", "blobs"):
        (then,), (now,) = ([row for row in rows if row["what"] == what] for rows in (expected, freed))
        assert (then["count"], then["bytes"]) == (now["count"], now["bytes"])
        assert now["count"] > 0
    assert not blob_of(kept, "rows to free").exists()
    assert httpx.get(f"{kept.server.uri}/apis/v2beta1/runs/{run}", trust_env=False).status_code == 404
