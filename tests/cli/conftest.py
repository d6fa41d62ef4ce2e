"""The command as a user's shell runs it, and what a small server keeps, to be looked after."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from tests.plugins.server import TidemillProcess

COMMAND = (sys.executable, "-m", "tidemill")


@dataclass(frozen=True)
class Answer:
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str

    def ok(self) -> "Answer":
        assert self.status == 0, self.err or self.out
        return self

    def fails(self, *phrases: str, status: int = 1) -> None:
        """Assert a refusal: one line of what, one hint, no traceback, and each phrase in one of the two."""
        assert self.status == status, f"ended with {self.status}: {self.out}{self.err}"
        lines = [line for line in self.err.splitlines() if not line.startswith("Starting the server")]
        assert [line.split(":")[0] for line in lines] == ["error", "hint"], self.err
        for phrase in phrases:
            assert phrase in self.err, f"{phrase!r} is not in {self.err!r}"

    def rows(self) -> Any:
        """What `-o json` printed."""
        return msgspec.json.decode(self.ok().out)


@dataclass(frozen=True)
class Cli:
    """Runs commands in an empty home."""

    home: Path
    command: Sequence[str] = COMMAND

    def environment(self, **more: str) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("TIDEMILL_")}
        return {**ours, "HOME": str(self.home), **more}

    def __call__(self, *words: str | Path, env: Mapping[str, str] | None = None, within_s: float = 60) -> Answer:
        done = subprocess.run(
            [*self.command, *words],
            cwd=self.home,
            env=self.environment(**(env or {})),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=within_s,
        )
        return Answer(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def cli(tmp_path: Path) -> Iterator[Cli]:
    """Commands of a user whose home is empty; a server that they start there is stopped."""
    cli = Cli(tmp_path)
    yield cli
    for note in tmp_path.rglob("server.json"):
        cli("down", "--data-dir", note.parent)


class Kept:
    """A server of a test module's own, and quick ways to give it something to keep."""

    def __init__(self, server: TidemillProcess) -> None:
        self.server = server
        self.data_dir = server.data_dir
        self._http = httpx.Client(base_url=server.uri, trust_env=False, timeout=30)

    def close(self) -> None:
        self._http.close()

    def post(self, path: str, **body: Any) -> Any:
        answer = self._http.post(f"/api/2.0/mlflow/{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def experiment(self, name: str, **tags: str) -> str:
        listed = [{"key": key, "value": value} for key, value in tags.items()]
        return str(self.post("experiments/create", name=name, tags=listed)["experiment_id"])

    def run(self, experiment_id: str, **files: str) -> str:
        """A run with a metric of 20 points and text files: names as keywords, two underscores for a dot."""
        made = self.post("runs/create", experiment_id=experiment_id, start_time=1)["run"]["info"]
        points = [{"key": "loss", "value": step / 7, "timestamp": step, "step": step} for step in range(20)]
        self.post("runs/log-batch", run_id=made["run_id"], metrics=points)
        for name, content in files.items():
            path = f"{experiment_id}/{made['run_id']}/artifacts/{name.replace('__', '.')}"
            stored = self._http.put(f"/api/2.0/mlflow-artifacts/artifacts/{path}", content=content.encode())
            assert stored.is_success, stored.text
        return str(made["run_id"])

    def version(self, name: str, experiment_id: str, run_id: str, path: str = "") -> str:
        """A version of a new model, made of what a run left, or is said to have left, at a path; its source."""
        self.post("registered-models/create", name=name)
        source = f"mlflow-artifacts:/{experiment_id}/{run_id}/artifacts{f'/{path}' if path else ''}"
        self.post("model-versions/create", name=name, source=source, run_id=run_id)
        return source

    def unregister(self, name: str) -> None:
        """Delete a registered model with its versions."""
        path = "/api/2.0/mlflow/registered-models/delete"
        self._http.request("DELETE", path, json={"name": name}).raise_for_status()

    def runs_to_its_end(self, *command: str) -> str:
        """A workload that has ended, and whose log is kept."""
        spec = {"command": command, "resources": {"cpu_milli": 100}}
        job = str(self._http.post("/api/v1/workloads", json={"spec": spec}).json()["id"])
        while (process := self._process(job)) is None or process["log_bytes"] is None:
            time.sleep(0.02)
        return job

    def log(self, job: str) -> list[str]:
        """The lines of a workload's log; none where there is no such workload."""
        answer = self._http.get(f"/api/v1/workloads/{job}/logs?limit=10000").json()
        return [line["text"] for line in answer.get("lines", [])]

    def _process(self, job: str) -> Any:
        processes = self._http.get(f"/api/v1/workloads/{job}").json()["processes"]
        return processes[0] if processes else None

    def blob(self, digest: str) -> Path:
        """The file that holds a blob."""
        return self.data_dir / "artifacts" / digest[:2] / digest


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """A running server that only this module's tests change."""
    with TidemillProcess(tmp_path_factory.mktemp("kept") / "data") as server, closing(Kept(server)) as kept:
        yield kept
