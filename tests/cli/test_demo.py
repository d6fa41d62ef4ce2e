"""`demo` as a new user runs it: a server, real models of real data, and a way to be rid of it all."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.conftest import Answer, Cli

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

_WITHIN_S = 300
EXPERIMENTS = ("Demo: breast cancer", "Demo: diabetes", "Demo: digits")
PIPELINE = "Demo: a pipeline"


class Demo:
    """A demo that has been run once, and a look at what it left."""

    def __init__(self, cli: Cli, answer: Answer) -> None:
        self.cli = cli
        self.answer = answer
        self.uri = str(cli("status", "-o", "json").rows()["url"])
        self._http = httpx.Client(base_url=f"{self.uri}/api/2.0/mlflow", trust_env=False)

    def get(self, path: str, **query: str | int) -> Any:
        return self._http.get(path, params=query).raise_for_status().json()

    def runs(self, name: str) -> list[dict[str, Any]]:
        experiment = self.get("experiments/get-by-name", experiment_name=name)["experiment"]
        body = {"experiment_ids": [experiment["experiment_id"]], "max_results": 1000}
        return self._http.post("runs/search", json=body).raise_for_status().json()["runs"]

    def create(self, name: str) -> None:
        self._http.post("experiments/create", json={"name": name}).raise_for_status()

    def exists(self, name: str) -> bool:
        return self._http.get("experiments/get-by-name", params={"experiment_name": name}).is_success

    def close(self) -> None:
        self._http.close()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    cli = Cli(tmp_path_factory.mktemp("demo"))
    answer = cli("demo", "--port", "0", within_s=_WITHIN_S)
    demo = Demo(cli, answer.ok())
    yield demo
    demo.close()
    cli("down").ok()


def test_it_ends_with_the_best_runs_and_where_to_look_and_how_to_stop(demo: Demo) -> None:
    for name in EXPERIMENTS:
        found = re.search(rf"Best run of '{name}': .*, test_\w+ [\d.]+\n  (\S+)", demo.answer.out)
        assert found is not None
        assert found[1].startswith(f"{demo.uri}/#/experiments/")
    assert f"{demo.uri}/w/default/experiments" in demo.answer.out
    assert f"tidemill down --data-dir {demo.cli.home / '.tidemill'}" in demo.answer.out
    assert demo.answer.err.replace(f"Starting the server on {demo.cli.home}/.tidemill ...\n", "") == ""


def test_every_search_has_a_run_of_its_own_below_its_parent_for_each_candidate(demo: Demo) -> None:
    for name, least in zip(EXPERIMENTS, (3, 6, 4), strict=True):
        runs = {run["info"]["run_id"]: run for run in demo.runs(name)}
        tags = [{tag["key"]: tag["value"] for tag in run["data"]["tags"]} for run in runs.values()]
        parents = [tag["mlflow.parentRunId"] for tag in tags if "mlflow.parentRunId" in tag]
        assert len(parents) >= least
        assert set(parents) <= set(runs)


def test_the_best_model_of_each_search_is_logged(demo: Demo) -> None:
    parents = [run for name in EXPERIMENTS for run in demo.runs(name) if run.get("outputs", {}).get("model_outputs")]
    assert len(parents) == 3
    for parent in parents:
        model = parent["outputs"]["model_outputs"][0]["model_id"]
        assert demo.get(f"logged-models/{model}")["model"]["info"]["status"] == "LOGGED_MODEL_READY"


def test_a_curve_of_two_thousand_steps_is_there_with_the_machine_beside_it(demo: Demo) -> None:
    run = next(run for run in demo.runs("Demo: digits") if run["info"]["run_name"] == "neural network")
    history = demo.get("metrics/get-history", run_id=run["info"]["run_id"], metric_key="train/loss", max_results=5000)
    assert [point["step"] for point in history["metrics"]] == list(range(2000))
    keys = {metric["key"] for metric in run["data"]["metrics"]}
    assert {"val/accuracy", "learning_rate", "system/cpu_utilization_percentage"} <= keys
    assert float(next(metric["value"] for metric in run["data"]["metrics"] if metric["key"] == "test_accuracy")) > 0.95


def test_one_run_failed_and_says_why(demo: Demo) -> None:
    failed = [run for name in EXPERIMENTS for run in demo.runs(name) if run["info"]["status"] == "FAILED"]
    assert len(failed) == 1
    files = demo.get("artifacts/list", run_id=failed[0]["info"]["run_id"])["files"]
    assert [file["path"] for file in files if file["path"] == "traceback.txt"] == ["traceback.txt"]


def test_jobs_ran_and_what_came_back_is_printed(demo: Demo) -> None:
    for phrase in (
        r"A function .* s: Python 3\.\d+\.\d+ on ",
        r"100 tasks .* pi is about 3\.1",
        r"exit code 3; it said 'no more",
    ):
        assert re.search(phrase, demo.answer.out), demo.answer.out
    rows = demo.cli("job", "list", "--limit", "200", "-o", "json").rows()
    states = [row["state"] for row in rows if row["name"].startswith("demo: ")]
    assert (len(states), states.count("failed")) == (102, 1)


def test_a_pipeline_ran_and_its_best_model_is_printed(demo: Demo) -> None:
    told = re.search(r"side by side \.\.\. [\d.]+ s: (\w+) is the best, test_accuracy (0\.\d+)", demo.answer.out)
    assert told is not None
    assert told[1] in ("logistic", "forest", "boosting")
    assert float(told[2]) > 0.9
    (run,) = demo.cli("pipeline", "list", "-o", "json").rows()
    assert f"{demo.uri}/w/default/pipelines/runs/{run['id']}" in demo.answer.out
    assert run["state"].lower() == "succeeded"


def test_the_best_model_is_the_champion_and_its_lineage_is_printed(demo: Demo) -> None:
    told = re.search(r"The champion of breast-cancer, and what it came of\n  (\S+)\n((?:  .+\n)+)", demo.answer.out)
    assert told is not None
    assert told[1] == f"{demo.uri}/w/default/models/breast-cancer/versions/1"
    assert re.fullmatch(
        r"  version breast-cancer/1\n"
        r"  came of:\n"
        r"    model model \(m-\w+\), ready\n"
        r"      run best: \w+ \(Demo: a pipeline\), finished\n"
        r"        task register \(breast-cancer.*\), succeeded\n"
        r"        data tumours \(\w+\)\n",
        told[2],
    ), told[2]
    found = demo.cli("model", "show", "breast-cancer@champion", "-o", "json").rows()
    assert found["facts"]["signature"] is not None
    assert found["metrics"]["test_accuracy"] > 0.9


def test_removing_it_leaves_what_is_not_its_own(demo: Demo) -> None:
    demo.create("my own")
    demo.cli("job", "submit", "--name", "my own", "--wait", "--", "true").ok()
    removed = demo.cli("demo", "--remove").ok()
    assert re.match(r"Removed 4 experiments with \d+ runs, 1 model, and 111 jobs", removed.out)
    assert demo.cli("pipeline", "list", "-o", "json").rows() == []
    assert [name for name in (*EXPERIMENTS, PIPELINE, "my own") if demo.exists(name)] == ["my own"]
    assert [row["name"] for row in demo.cli("job", "list", "-o", "json").rows()] == ["my own"]
    assert demo.cli("demo", "--remove").ok().out.startswith("Removed 0 experiments with 0 runs, 0 models, and 0 jobs")


def test_without_the_client_it_says_how_to_install_it(tmp_path: Path) -> None:
    hidden = "import sys; sys.modules['mlflow'] = None; from tidemill.cli import main; main(['demo', '--port', '0'])"
    cli = Cli(tmp_path, command=(sys.executable, "-c", hidden))
    cli().fails("mlflow cannot be imported here", "-m pip install mlflow")
    assert not (tmp_path / ".tidemill").exists()
