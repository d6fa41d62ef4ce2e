"""Fills an empty server with what the journeys look at: `python -m tests.journeys.world URI FILE` notes the ids.

It runs in a process of its own, since the client keeps state for its whole process. What is of one kind and many is
sent without a client, which is quicker; everything else goes through the unmodified one.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import mlflow
import msgspec
import pandas
from mlflow import MlflowClient
from mlflow.entities import LoggedModelOutput

from tests.journeys import facts, files, nets
from tests.journeys.wire import Wire

_AT_ONCE = 8
_STEP_MS = 500
_MINUTE_MS = 60_000
_DAY_MS = 24 * 60 * _MINUTE_MS


def fill(uri: str) -> facts.World:
    """Log everything."""
    wire, now_ms = Wire(uri), int(time.time() * 1000)
    jobs = _jobs(wire)
    mlflow.set_tracking_uri(uri)
    nightly, sweep = wire.experiment(facts.NIGHTLY), wire.experiment(facts.SWEEP)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(lambda number: _nightly_run(wire, nightly, number, now_ms), range(facts.NIGHTLY_RUNS)))
    runs = {f"mlp-{n:02}": _single_run(wire, sweep, n, now_ms) for n in range(facts.SINGLE_RUNS)}
    runs[facts.DIVERGED] = _diverged_run(wire, sweep, now_ms)
    runs |= _nested_runs(sweep)
    runs[facts.RICH], model = _rich_run(sweep)
    registered = nets.register(wire)
    wire.ended(*jobs.values())
    return facts.World(sweep=sweep, nightly=nightly, runs=runs, model=model, jobs=jobs, nets=registered)


def _jobs(wire: Wire) -> dict[str, str]:
    """Two jobs, which end while the rest is logged."""
    again = {"max_retries": 1, "backoff_initial_s": 0.1}
    work = "echo begin; sleep 5; for line in 1 2 3; do echo line $line; done"
    return {
        facts.FAILED_JOB: wire.job(facts.FAILED_JOB, sys.executable, "-c", facts.FAILED_JOB_CODE, restart=again),
        facts.DONE_JOB: wire.job(
            facts.DONE_JOB, "sh", "-c", work, variables={"EPOCHS": "3", "HF_TOKEN": "hf_not_one"}, labels={"team": "x"}
        ),
    }


def _nightly_run(wire: Wire, experiment_id: str, number: int, now_ms: int) -> None:
    start_ms = now_ms - 30 * _DAY_MS + number * _MINUTE_MS
    run_id = wire.start(experiment_id, f"night-{number:04}", start_ms)
    if number % facts.SCORED_EACH == 0:
        wire.log(run_id, [("score", number / facts.NIGHTLY_RUNS, start_ms, 0)])
    wire.end(run_id, start_ms + _MINUTE_MS // 2)


def _single_run(wire: Wire, experiment_id: str, number: int, now_ms: int) -> str:
    start_ms = now_ms - (120 - number) * _MINUTE_MS
    run_id = wire.start(experiment_id, f"mlp-{number:02}", start_ms, team="vision" if number % 2 else "text")
    params = {
        "lr": 0.0003 * 2 ** (number % 6),
        "optimizer": facts.optimizer(number),
        "batch_size": 32 << (number % 3),
        "hidden": 64 + 8 * number,
        "data": "digits-v2",
    }
    wire.log(run_id, [("epochs", 10.0, start_ms, 0)], params)
    for key, value in (("train/loss", facts.loss), ("val/acc", facts.accuracy)):
        wire.log(run_id, [(key, value(number, step), start_ms + step * _STEP_MS, step) for step in range(facts.STEPS)])
    wire.end(run_id, start_ms + facts.STEPS * _STEP_MS)
    return run_id


def _diverged_run(wire: Wire, experiment_id: str, now_ms: int) -> str:
    """A run that failed, with values that are no numbers."""
    start_ms = now_ms - 30 * _MINUTE_MS
    run_id = wire.start(experiment_id, facts.DIVERGED, start_ms)
    values: list[float | str] = [2.3, 3.1, 8.8, "Infinity", "NaN", "NaN"]
    points = [("train/loss", value, start_ms + step * _STEP_MS, step) for step, value in enumerate(values)]
    wire.log(run_id, [*points, ("val/acc", 0.1, start_ms, 0)], {"lr": "3.0"})
    wire.end(run_id, start_ms + len(values) * _STEP_MS, "FAILED")
    return run_id


def _nested_runs(experiment_id: str) -> dict[str, str]:
    """A parent with its children."""
    with mlflow.start_run(experiment_id=experiment_id, run_name=facts.PARENT) as parent:
        runs = {facts.PARENT: parent.info.run_id}
        for number in range(facts.CHILDREN):
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
        "mlflow.note.content": facts.NOTE,
        "mlflow.source.name": "train.py",
        "mlflow.source.type": "LOCAL",
        "mlflow.source.git.commit": facts.COMMIT,
        "mlflow.source.git.branch": "main",
        "mlflow.source.git.repoURL": "https://github.com/example/digits.git",
        "stage": "candidate",
    }
    start = mlflow.start_run(experiment_id=experiment_id, run_name=facts.RICH, tags=tags, log_system_metrics=True)
    with start as run, tempfile.TemporaryDirectory() as folder:
        mlflow.log_params(dict(_params()))
        frame = pandas.DataFrame({"width": [1.5, 2.5], "height": [3.0, 4.0], "label": ["seven", "one"]})
        source = "https://example.com/digits.csv"
        mlflow.log_input(mlflow.data.from_pandas(frame, source=source, targets="label", name=facts.DATA), "training")
        for step in range(0, facts.STEPS, 20):
            mlflow.log_metrics({"train/loss": facts.loss(1, step), "val/acc": facts.accuracy(1, step)}, step=step)
        files.write_files(Path(folder))
        mlflow.log_artifacts(folder)
        model = _model(MlflowClient(), experiment_id, run.info.run_id)
    return run.info.run_id, model


def _params() -> Iterator[tuple[str, str]]:
    yield from {"lr": "0.003", "optimizer": "adam", "augment": "", "layers": "[128, 64]"}.items()
    yield "prompt", "Say what you see, in one word. " * 12
    yield from ((f"dropout_{n}", str(n / 10)) for n in range(8))


def _model(client: MlflowClient, experiment_id: str, run_id: str) -> str:
    """A logged model with files, as a flavour would make one; gives its id."""
    model = client.create_logged_model(experiment_id, facts.MODEL, source_run_id=run_id, params={"depth": "2"})
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "MLmodel").write_text("flavors: {}\n")
        Path(folder, "requirements.txt").write_text("numpy==2.2\n")
        client.log_model_artifacts(model.model_id, folder)
    client.finalize_logged_model(model.model_id, "READY")
    client.log_outputs(run_id, [LoggedModelOutput(model.model_id, step=0)])
    return model.model_id


if __name__ == "__main__":
    Path(sys.argv[2]).write_bytes(msgspec.json.encode(fill(sys.argv[1])))
