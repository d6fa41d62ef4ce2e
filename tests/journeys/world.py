"""The data that the journeys walk through: `python -m tests.journeys.world URI FILE` logs it and notes its ids.

It runs in a process of its own, since the client keeps state for its whole process. What is of one kind and many is
sent as bare HTTP, which is quicker; everything else goes through the unmodified client.
"""

import json
import math
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import mlflow
import msgspec
import pandas
from mlflow import MlflowClient

from tests.journeys import files

STEPS = 1_000
SWEEP = "digit-sweep"
NIGHTLY = "nightly-checks"
"""Runs of the sweep: 24 single ones, one that failed, and a parent with its four children."""
SWEEP_RUNS = 30
SINGLE_RUNS = 24
CHILDREN = 4
NIGHTLY_RUNS = 3_000
NIGHTLY_SCORED = 300
"""`mlp-07` reaches the highest accuracy and then overfits; `mlp-12` ends with the highest."""
BEST_EVER, BEST_EVER_ACC = "mlp-07", 0.9871
BEST_LAST = "mlp-12"
BEST_STEP = 613
"""One step of one run whose loss leaps: it must stay in sight however the points are gathered."""
SPIKE_RUN, SPIKE_STEP, SPIKE = "mlp-03", 777, 9.5
RICH = "mlp-full"
COMMIT = "4f2d1c9be07a8e35d6c1b2a3948576fedcba0123"
NOTE = "Tried **wider** layers. See [the plan](https://example.com/plan)."

_AT_ONCE = 8
_TIMEOUT_S = 60
_STEP_MS = 500


class World(msgspec.Struct, frozen=True):
    """The ids of what there is."""

    sweep: str
    nightly: str
    runs: dict[str, str]
    model: str


class _Wire:
    """MLflow's REST API with no client around it: a connection for each thread."""

    def __init__(self, uri: str) -> None:
        self._host = uri.removeprefix("http://")
        self._threads = threading.local()

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        connection = self._connection()
        connection.request("POST", f"/api/2.0/mlflow/{path}", json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status == HTTPStatus.OK, text
        return json.loads(text)

    def _connection(self) -> HTTPConnection:
        if not hasattr(self._threads, "connection"):
            self._threads.connection = HTTPConnection(self._host, timeout=_TIMEOUT_S)
        return self._threads.connection

    def start(self, experiment_id: str, name: str, start_ms: int, **fields: Any) -> str:
        body = {"experiment_id": experiment_id, "run_name": name, "start_time": start_ms, "user_id": "ada", **fields}
        return self.post("runs/create", body)["run"]["info"]["run_id"]

    def end(self, run_id: str, end_ms: int, status: str = "FINISHED") -> None:
        self.post("runs/update", {"run_id": run_id, "status": status, "end_time": end_ms})


def fill(uri: str) -> World:
    """Log everything to an empty server."""
    wire, now_ms = _Wire(uri), int(time.time() * 1000)
    nightly = wire.post("experiments/create", {"name": NIGHTLY})["experiment_id"]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(lambda number: _nightly_run(wire, nightly, number, now_ms), range(NIGHTLY_RUNS)))
    sweep = wire.post("experiments/create", {"name": SWEEP})["experiment_id"]
    runs = {f"mlp-{n:02}": _sweep_run(wire, sweep, n, now_ms) for n in range(SINGLE_RUNS - 1)}
    runs["mlp-diverged"] = _diverged_run(wire, sweep, now_ms)
    mlflow.set_tracking_uri(uri)
    runs |= _nested_runs(sweep)
    runs[RICH], model = _rich_run(sweep)
    return World(sweep=sweep, nightly=nightly, runs=runs, model=model)


def accuracy(number: int, step: int) -> float:
    """val/acc of a run of the sweep."""
    if number == 7 and step == BEST_STEP:
        return BEST_EVER_ACC
    top = 0.86 + 0.004 * number if number != 7 else 0.985
    top = 0.972 if number == 12 else min(top, 0.94) if number != 7 else top
    overfits = 0.12 * max(0, step - BEST_STEP) / STEPS if number % 3 == 1 else 0.0
    return round(top * (1 - math.exp(-(step + 5) / (60 + 4 * number))) - overfits, 6)


def loss(number: int, step: int) -> float:
    """train/loss of a run of the sweep."""
    if (f"mlp-{number:02}", step) == (SPIKE_RUN, SPIKE_STEP):
        return SPIKE
    return round(2.3 * math.exp(-step / (80 + 10 * number)) + 0.02 + 0.01 * math.sin(step / 7 + number), 6)


def _nightly_run(wire: _Wire, experiment_id: str, number: int, now_ms: int) -> None:
    start_ms = now_ms - 30 * 86_400_000 + number * 60_000
    run_id = wire.start(experiment_id, f"night-{number:04}", start_ms)
    if number % (NIGHTLY_RUNS // NIGHTLY_SCORED) == 0:
        score = {"key": "score", "value": number / NIGHTLY_RUNS, "timestamp": start_ms, "step": 0}
        wire.post("runs/log-batch", {"run_id": run_id, "metrics": [score]})
    wire.end(run_id, start_ms + 30_000)


def _sweep_run(wire: _Wire, experiment_id: str, number: int, now_ms: int) -> str:
    start_ms = now_ms - 7_200_000 + number * 60_000
    tags = [{"key": "team", "value": "vision" if number % 2 else "text"}]
    run_id = wire.start(experiment_id, f"mlp-{number:02}", start_ms, tags=tags)
    params = {
        "lr": 0.0003 * 2 ** (number % 6),
        "optimizer": ("adam", "sgd", "adamw")[number % 3],
        "batch_size": 32 << (number % 3),
        "hidden": 64 + 8 * number,
        "data": "digits-v2",
    }
    wire.post("runs/log-batch", {"run_id": run_id, "params": [{"key": k, "value": str(v)} for k, v in params.items()]})
    for key, value in (("train/loss", loss), ("val/acc", accuracy)):
        points = [(key, value(number, step), start_ms + step * _STEP_MS, step) for step in range(STEPS)]
        _log(wire, run_id, points)
    _log(wire, run_id, [("epochs", 10.0, start_ms + STEPS * _STEP_MS, 0)])
    wire.end(run_id, start_ms + STEPS * _STEP_MS)
    return run_id


def _diverged_run(wire: _Wire, experiment_id: str, now_ms: int) -> str:
    """A run that failed, with values that are no numbers."""
    start_ms = now_ms - 1_800_000
    run_id = wire.start(experiment_id, "mlp-diverged", start_ms)
    wire.post("runs/log-batch", {"run_id": run_id, "params": [{"key": "lr", "value": "3.0"}]})
    odd: list[float | str] = [2.3, 41.0, 9e12, "Infinity", "NaN", "NaN"]
    _log(wire, run_id, [("train/loss", value, start_ms + step * 1000, step) for step, value in enumerate(odd)])
    _log(wire, run_id, [("val/acc", 0.1, start_ms, 0)])
    wire.end(run_id, start_ms + 6_000, "FAILED")
    return run_id


def _log(wire: _Wire, run_id: str, points: list[tuple[str, float | str, int, int]]) -> None:
    metrics = [dict(zip(("key", "value", "timestamp", "step"), point, strict=True)) for point in points]
    wire.post("runs/log-batch", {"run_id": run_id, "metrics": metrics})


def _nested_runs(experiment_id: str) -> dict[str, str]:
    """A parent with its children."""
    runs: dict[str, str] = {}
    with mlflow.start_run(experiment_id=experiment_id, run_name="grid") as parent:
        runs["grid"] = parent.info.run_id
        for number in range(CHILDREN):
            with mlflow.start_run(experiment_id=experiment_id, run_name=f"grid-{number}", nested=True) as child:
                mlflow.log_param("lr", 10.0**-number)
                mlflow.log_metric("val/acc", 0.7 + number / 100)
                runs[f"grid-{number}"] = child.info.run_id
    return runs


def _rich_run(experiment_id: str) -> tuple[str, str]:
    """A run that has one of everything; gives its id and its model's."""
    mlflow.set_system_metrics_sampling_interval(0.1)
    mlflow.set_system_metrics_samples_before_logging(1)
    tags = {
        "mlflow.note.content": NOTE,
        "mlflow.source.name": "train.py",
        "mlflow.source.type": "LOCAL",
        "mlflow.source.git.commit": COMMIT,
        "mlflow.source.git.branch": "main",
        "mlflow.source.git.repoURL": "https://github.com/example/digits.git",
        "stage": "candidate",
    }
    start = mlflow.start_run(experiment_id=experiment_id, run_name=RICH, tags=tags, log_system_metrics=True)
    with start as run, tempfile.TemporaryDirectory() as folder:
        for key, value in _many_params():
            mlflow.log_param(key, value)
        frame = pandas.DataFrame({"width": [1.5, 2.5], "height": [3, 4], "label": ["seven", "one"]})
        data = mlflow.data.from_pandas(frame, name="digits", source="https://example.com/digits.csv", targets="label")
        mlflow.log_input(data, context="training")
        for step in range(0, STEPS, 20):
            mlflow.log_metrics({"train/loss": loss(1, step), "val/acc": accuracy(1, step)}, step=step)
        files.write_files(Path(folder))
        mlflow.log_artifacts(folder)
        model = _model(MlflowClient(), experiment_id, run.info.run_id)
    return run.info.run_id, model


def _many_params() -> Iterator[tuple[str, str]]:
    yield from {"lr": "0.003", "optimizer": "adam", "augment": "", "layers": "[128, 64]"}.items()
    yield "prompt", "Say what you see, in one word. " * 12
    yield from ((f"dropout_{n}", str(n / 10)) for n in range(8))


def _model(client: MlflowClient, experiment_id: str, run_id: str) -> str:
    """A logged model with a file, as a flavour would make one."""
    model = client.create_logged_model(experiment_id, name="digit-reader", source_run_id=run_id, params={"depth": "2"})
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "MLmodel").write_text("flavors: {}\n")
        Path(folder, "requirements.txt").write_text("numpy==2.2\n")
        client.log_model_artifacts(model.model_id, folder)
    client.finalize_logged_model(model.model_id, "READY")
    client.log_outputs(run_id, [mlflow.entities.LoggedModelOutput(model.model_id, step=0)])
    return model.model_id


if __name__ == "__main__":
    Path(sys.argv[2]).write_bytes(msgspec.json.encode(fill(sys.argv[1])))
