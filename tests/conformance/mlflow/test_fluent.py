"""The fluent API from end to end: what a data scientist writes, against the server under test."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import mlflow
import pytest
from mlflow import MlflowClient


@pytest.fixture(autouse=True)
def experiment(uri: str, unique: Callable[[str], str]) -> Iterator[Any]:
    """A fresh active experiment; whatever run a test leaves open is ended."""
    mlflow.set_tracking_uri(uri)
    yield mlflow.set_experiment(unique("fluent"))
    while mlflow.active_run() is not None:
        mlflow.end_run()


def run_of(client: MlflowClient, run: Any) -> Any:
    return client.get_run(run.info.run_id)


# --- runs


def test_a_run_begins_and_ends_with_its_block(client: MlflowClient, experiment: Any) -> None:
    with mlflow.start_run(run_name="first", tags={"k": "v"}, description="what it is") as run:
        assert mlflow.active_run().info.run_id == run.info.run_id
        assert run_of(client, run).info.status == "RUNNING"
    found = run_of(client, run)
    assert mlflow.active_run() is None
    assert (found.info.status, found.info.run_name) == ("FINISHED", "first")
    assert found.info.experiment_id == experiment.experiment_id
    assert found.info.end_time >= found.info.start_time > 1_600_000_000_000
    assert (found.data.tags["k"], found.data.tags["mlflow.note.content"]) == ("v", "what it is")
    assert found.data.tags["mlflow.source.type"] == "LOCAL"
    assert mlflow.last_active_run().info.run_id == run.info.run_id


def test_a_run_that_raises_has_failed(client: MlflowClient) -> None:
    with pytest.raises(ZeroDivisionError), mlflow.start_run() as run:
        _ = 1 / 0
    assert run_of(client, run).info.status == "FAILED"


def test_a_run_may_be_ended_by_hand(client: MlflowClient) -> None:
    run = mlflow.start_run()
    mlflow.end_run("KILLED")
    assert run_of(client, run).info.status == "KILLED"


def test_a_run_can_be_taken_up_again(client: MlflowClient) -> None:
    with mlflow.start_run() as run:
        mlflow.log_param("a", 1)
    with mlflow.start_run(run_id=run.info.run_id):
        mlflow.log_param("b", 2)
        assert run_of(client, run).info.status == "RUNNING"
    assert run_of(client, run).data.params == {"a": "1", "b": "2"}
    assert run_of(client, run).info.status == "FINISHED"


def test_params_metrics_and_tags_are_logged(client: MlflowClient) -> None:
    with mlflow.start_run() as run:
        mlflow.log_param("lr", 0.1)
        mlflow.log_params({f"p{index}": index for index in range(120)})
        mlflow.log_metric("loss", 2.0)
        for step in range(3):
            mlflow.log_metrics({"acc": step / 2, "f1": step}, step=step)
        mlflow.set_tag("a", "1")
        mlflow.set_tags({"b": "2", "c": "3"})
        mlflow.delete_tag("b")
    data = run_of(client, run).data
    assert (len(data.params), data.params["lr"], data.params["p119"]) == (121, "0.1", "119")
    assert data.metrics == {"loss": 2.0, "acc": 1.0, "f1": 2.0}
    assert (data.tags["a"], data.tags["c"], "b" in data.tags) == ("1", "3", False)
    history = client.get_metric_history(run.info.run_id, "acc")
    assert [(point.step, point.value) for point in history] == [(0, 0.0), (1, 0.5), (2, 1.0)]


def test_odd_numbers_are_logged(client: MlflowClient) -> None:
    with mlflow.start_run() as run:
        mlflow.log_metrics({"nan": float("nan"), "inf": float("inf"), "ninf": float("-inf"), "tiny": 5e-324})
    metrics = run_of(client, run).data.metrics
    assert metrics["nan"] != metrics["nan"]
    assert metrics["inf"] >= 1.7e308
    assert metrics["ninf"] <= -1.7e308
    assert metrics["tiny"] == 5e-324


def test_a_param_cannot_change(client: MlflowClient) -> None:
    with mlflow.start_run() as run:
        mlflow.log_param("lr", 1)
        mlflow.log_param("lr", 1)
        with pytest.raises(mlflow.exceptions.MlflowException, match="Changing param values is not allowed"):
            mlflow.log_param("lr", 2)
    assert run_of(client, run).data.params == {"lr": "1"}


def test_nested_runs_know_their_parents(client: MlflowClient) -> None:
    with mlflow.start_run(run_name="parent") as parent:
        with mlflow.start_run(run_name="child", nested=True) as child, mlflow.start_run(nested=True) as grandchild:
            mlflow.log_metric("m", 1)
        assert mlflow.active_run().info.run_id == parent.info.run_id
    with mlflow.start_run(parent_run_id=child.info.run_id) as late:
        pass
    assert mlflow.get_parent_run(child.info.run_id).info.run_id == parent.info.run_id
    assert mlflow.get_parent_run(grandchild.info.run_id).info.run_id == child.info.run_id
    assert mlflow.get_parent_run(late.info.run_id).info.run_id == child.info.run_id
    assert mlflow.get_parent_run(parent.info.run_id) is None
    assert run_of(client, parent).data.metrics == {}


def test_children_are_found_by_their_parent(client: MlflowClient, experiment: Any) -> None:
    with mlflow.start_run() as parent:
        children = []
        for _ in range(3):
            with mlflow.start_run(nested=True) as child:
                children.append(child.info.run_id)
    found = client.search_runs([experiment.experiment_id], f"tags.mlflow.parentRunId = '{parent.info.run_id}'")
    assert sorted(run.info.run_id for run in found) == sorted(children)


def test_a_deleted_run_is_found_only_when_asked_for(experiment: Any) -> None:
    with mlflow.start_run() as run:
        pass
    mlflow.delete_run(run.info.run_id)
    assert mlflow.search_runs(output_format="list") == []
    deleted = mlflow.search_runs(run_view_type=mlflow.entities.ViewType.DELETED_ONLY, output_format="list")
    assert [item.info.run_id for item in deleted] == [run.info.run_id]


# --- experiments


def test_set_experiment_makes_and_finds(unique: Callable[[str], str]) -> None:
    name = unique("é / %41 #1")
    made = mlflow.set_experiment(name)
    assert mlflow.set_experiment(name).experiment_id == made.experiment_id
    assert mlflow.set_experiment(experiment_id=made.experiment_id).name == name
    assert mlflow.get_experiment_by_name(name).experiment_id == made.experiment_id
    mlflow.set_experiment_tags({"team": "x"})
    assert mlflow.get_experiment(made.experiment_id).tags["team"] == "x"
    with mlflow.start_run() as run:
        pass
    assert run.info.experiment_id == made.experiment_id


def test_a_deleted_experiment_cannot_be_set(unique: Callable[[str], str]) -> None:
    name = unique("gone")
    made = mlflow.set_experiment(name)
    mlflow.delete_experiment(made.experiment_id)
    with pytest.raises(mlflow.exceptions.MlflowException, match="deleted"):
        mlflow.set_experiment(name)


def test_experiments_are_searched(unique: Callable[[str], str]) -> None:
    name = unique("needle")
    mlflow.create_experiment(name, tags={"kind": name})
    assert [found.name for found in mlflow.search_experiments(filter_string=f"tags.kind = '{name}'")] == [name]


def test_two_threads_have_two_active_runs(client: MlflowClient, client_version: tuple[int, int]) -> None:
    ids: list[str] = []

    def work(value: int) -> None:
        with mlflow.start_run() as run:
            mlflow.log_metric("value", value)
            ids.append(run.info.run_id)

    threads = [threading.Thread(target=work, args=(value,)) for value in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(client.get_run(run_id).data.metrics["value"] for run_id in ids) == [0.0, 1.0, 2.0, 3.0]


# --- artifacts


def test_text_and_dictionaries_are_logged(client: MlflowClient) -> None:
    with mlflow.start_run() as run:
        mlflow.log_text("grüße\n", "d/hello world.txt")
        mlflow.log_dict({"a": [1, None, "é"]}, "conf/data.json")
        mlflow.log_dict({"a": 1}, "conf/data.yaml")
    base = f"runs:/{run.info.run_id}"
    assert mlflow.artifacts.load_text(f"{base}/d/hello world.txt") == "grüße\n"
    assert mlflow.artifacts.load_dict(f"{base}/conf/data.json") == {"a": [1, None, "é"]}
    assert mlflow.artifacts.load_text(f"{base}/conf/data.yaml") == "a: 1\n"
    listed = mlflow.artifacts.list_artifacts(run_id=run.info.run_id, artifact_path="conf")
    assert [file.path for file in listed] == ["conf/data.json", "conf/data.yaml"]


def test_folders_are_logged_and_downloaded(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "deep").mkdir(parents=True)
    (source / "deep" / "a.txt").write_text("a")
    (source / "b.txt").write_text("b")
    with mlflow.start_run() as run:
        mlflow.log_artifacts(str(source), artifact_path="all")
        mlflow.log_artifact(str(source / "b.txt"))
        assert mlflow.get_artifact_uri("all/b.txt").startswith("mlflow-artifacts:/")
    target = tmp_path / "target"
    target.mkdir()
    folder = Path(mlflow.artifacts.download_artifacts(f"runs:/{run.info.run_id}/all", dst_path=str(target)))
    assert (folder / "deep" / "a.txt").read_text() == "a"
    assert (folder / "b.txt").read_text() == "b"


def test_figures_are_logged(client: MlflowClient) -> None:
    figures = pytest.importorskip("matplotlib.figure")
    figure = figures.Figure()
    figure.subplots().plot([1, 2, 3])
    with mlflow.start_run() as run:
        mlflow.log_figure(figure, "plots/line.png")
        mlflow.log_figure(figure, "plots/line.svg")
    found = {file.path: file.file_size for file in client.list_artifacts(run.info.run_id, "plots")}
    assert set(found) == {"plots/line.png", "plots/line.svg"}
    local = Path(mlflow.artifacts.download_artifacts(f"runs:/{run.info.run_id}/plots/line.png"))
    assert local.read_bytes().startswith(b"\x89PNG")
    assert local.stat().st_size == found["plots/line.png"]


def test_images_are_logged_by_name_and_by_step(client: MlflowClient, client_version: tuple[int, int]) -> None:
    numpy = pytest.importorskip("numpy")
    pytest.importorskip("PIL")
    pixels = numpy.zeros((8, 8, 3), dtype=numpy.uint8)
    with mlflow.start_run() as run:
        mlflow.log_image(pixels, "one.png")
        for step in range(2):
            mlflow.log_image(pixels, key="seen", step=step)
        mlflow.flush_artifact_async_logging()
        mlflow.flush_async_logging()
    assert mlflow.artifacts.load_image(f"runs:/{run.info.run_id}/one.png").size == (8, 8)
    assert run_of(client, run).data.tags["mlflow.loggedImages"] == "True"
    names = [file.path for file in client.list_artifacts(run.info.run_id, "images")]
    assert len(names) == 4
    assert {Path(name).suffix for name in names} == {".png", ".webp"}


def test_tables_grow_and_load(client: MlflowClient) -> None:
    pytest.importorskip("pandas")
    with mlflow.start_run() as run:
        mlflow.log_table({"q": ["a", "b"], "n": [1, 2]}, "tables/eval.json")
        mlflow.log_table({"q": ["c"], "n": [3]}, "tables/eval.json")
    tag = json.loads(run_of(client, run).data.tags["mlflow.loggedArtifacts"])
    assert tag == [{"path": "tables/eval.json", "type": "table"}]
    table = mlflow.load_table("tables/eval.json", run_ids=[run.info.run_id], extra_columns=["run_id"])
    assert table["q"].tolist() == ["a", "b", "c"]
    assert table["n"].tolist() == [1, 2, 3]
    assert set(table["run_id"]) == {run.info.run_id}


# --- datasets


def test_a_frame_is_an_input_of_a_run(client: MlflowClient) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"x": [1.0, 2.0], "y": [0, 1]})
    dataset = mlflow.data.from_pandas(frame, source="https://example.org/iris.csv", name="iris", targets="y")
    with mlflow.start_run() as run:
        mlflow.log_input(dataset, context="training", tags={"split": "a"})
        mlflow.log_input(dataset, context="training", tags={"split": "a"})
    [found] = run_of(client, run).inputs.dataset_inputs
    assert (found.dataset.name, found.dataset.digest) == ("iris", dataset.digest)
    assert json.loads(found.dataset.profile) == {"num_rows": 2, "num_elements": 4}
    assert "mlflow_colspec" in json.loads(found.dataset.schema)
    assert {tag.key: tag.value for tag in found.tags} == {"mlflow.data.context": "training", "split": "a"}
    assert mlflow.data.get_source(found).to_dict() == {"url": "https://example.org/iris.csv"}


def test_runs_are_found_by_their_dataset(client: MlflowClient, experiment: Any) -> None:
    pandas = pytest.importorskip("pandas")
    dataset = mlflow.data.from_pandas(pandas.DataFrame({"x": [1.0]}), source="https://example.org/a", name="needle")
    with mlflow.start_run() as run:
        mlflow.log_input(dataset, context="eval")
    with mlflow.start_run():
        pass
    for text in ("dataset.name = 'needle'", "dataset.context = 'eval'", f"dataset.digest = '{dataset.digest}'"):
        found = client.search_runs([experiment.experiment_id], text)
        assert [item.info.run_id for item in found] == [run.info.run_id]


# --- search


def test_runs_become_a_frame(experiment: Any) -> None:
    pandas = pytest.importorskip("pandas")
    for value in (0.5, 0.9, 0.7):
        with mlflow.start_run(run_name=f"r{value}"):
            mlflow.log_metric("acc", value)
            mlflow.log_param("value", value)
            if value > 0.6:
                mlflow.set_tag("good", "yes")
    frame = mlflow.search_runs(order_by=["metrics.acc DESC"])
    assert frame["tags.mlflow.runName"].tolist() == ["r0.9", "r0.7", "r0.5"]
    assert frame["metrics.acc"].tolist() == [0.9, 0.7, 0.5]
    assert frame["params.value"].tolist() == ["0.9", "0.7", "0.5"]
    assert frame["status"].tolist() == ["FINISHED"] * 3
    assert pandas.isna(frame["tags.good"].iloc[2])
    assert frame["start_time"].dt.tz is not None
    filtered = mlflow.search_runs(filter_string="metrics.acc > 0.6 and tags.good = 'yes'", max_results=1)
    assert len(filtered) == 1


def test_runs_of_several_experiments_are_found_by_name(experiment: Any, unique: Callable[[str], str]) -> None:
    other = unique("second")
    with mlflow.start_run():
        pass
    mlflow.set_experiment(other)
    with mlflow.start_run():
        pass
    found = mlflow.search_runs(experiment_names=[experiment.name, other], output_format="list")
    assert len({run.info.experiment_id for run in found}) == 2


def test_a_search_without_hits_is_empty(experiment: Any) -> None:
    assert mlflow.search_runs(filter_string="metrics.none > 1", output_format="list") == []


# --- asynchronous logging


def test_asynchronous_logging_loses_nothing(client: MlflowClient) -> None:
    with mlflow.start_run() as run:
        operations = [mlflow.log_metric("loss", float(step), step=step, synchronous=False) for step in range(50)]
        mlflow.log_params({"a": 1, "b": 2}, synchronous=False).wait()
        mlflow.set_tags({"t": "1"}, synchronous=False).wait()
        mlflow.log_metrics({"x": 1.0, "y": 2.0}, step=1, synchronous=False)
        for operation in operations:
            operation.wait()
        mlflow.flush_async_logging()
    data = run_of(client, run).data
    assert [point.step for point in client.get_metric_history(run.info.run_id, "loss")] == list(range(50))
    assert (data.params, data.tags["t"], data.metrics["y"]) == ({"a": "1", "b": "2"}, "1", 2.0)


def test_asynchronous_logging_can_be_the_rule(client: MlflowClient) -> None:
    mlflow.config.enable_async_logging()
    try:
        with mlflow.start_run() as run:
            for step in range(20):
                mlflow.log_metric("loss", float(step), step=step)
            mlflow.log_param("p", 1)
            mlflow.flush_async_logging()
    finally:
        mlflow.config.enable_async_logging(False)
    assert len(client.get_metric_history(run.info.run_id, "loss")) == 20
    assert run_of(client, run).data.params == {"p": "1"}


# --- system metrics


def test_system_metrics_are_logged(client: MlflowClient) -> None:
    pytest.importorskip("psutil")
    mlflow.set_system_metrics_sampling_interval(0.2)
    mlflow.set_system_metrics_samples_before_logging(1)
    try:
        with mlflow.start_run(log_system_metrics=True) as run:
            deadline = time.monotonic() + 20
            while "system/cpu_utilization_percentage" not in run_of(client, run).data.metrics:
                assert time.monotonic() < deadline, "no system metric came"
                time.sleep(0.1)
    finally:
        mlflow.set_system_metrics_sampling_interval(None)
        mlflow.set_system_metrics_samples_before_logging(None)
    assert client.get_metric_history(run.info.run_id, "system/cpu_utilization_percentage")


# --- logged models by the fluent API


@pytest.fixture
def models(client_version: tuple[int, int]) -> None:
    if client_version < (3, 0):
        pytest.skip("logged models are known to clients from 3.0 on")


@pytest.mark.usefixtures("models")
def test_a_model_is_made_measured_and_found(experiment: Any) -> None:
    pytest.importorskip("pandas")
    with mlflow.start_run() as run:
        made = mlflow.initialize_logged_model("agent", params={"temperature": "0"}, tags={"k": "v"}, model_type="agent")
        mlflow.log_metric("acc", 0.9, model_id=made.model_id)
        mlflow.finalize_logged_model(made.model_id, "READY")
    found = mlflow.search_logged_models(
        experiment_ids=[experiment.experiment_id],
        filter_string="name = 'agent' AND metrics.acc > 0.5 AND params.temperature = '0'",
        output_format="list",
    )
    assert [model.model_id for model in found] == [made.model_id]
    [model] = found
    assert (str(model.status), model.source_run_id) == ("READY", run.info.run_id)
    assert [(metric.key, metric.value) for metric in model.metrics] == [("acc", 0.9)]
    frame = mlflow.search_logged_models([experiment.experiment_id], order_by=[{"field_name": "metrics.acc"}])
    assert frame["name"].tolist() == ["agent"]
    assert mlflow.last_logged_model().model_id == made.model_id


@pytest.mark.usefixtures("models")
def test_a_model_measured_on_a_dataset_is_found_by_it(experiment: Any) -> None:
    pandas = pytest.importorskip("pandas")
    dataset = mlflow.data.from_pandas(pandas.DataFrame({"x": [1.0]}), source="https://example.org/a", name="held out")
    with mlflow.start_run():
        for name, value in (("good", 0.9), ("bad", 0.1)):
            model = mlflow.create_external_model(name=name)
            mlflow.log_metric("acc", value, model_id=model.model_id, dataset=dataset)
    found = mlflow.search_logged_models(
        experiment_ids=[experiment.experiment_id],
        filter_string="metrics.acc > 0.5",
        datasets=[{"dataset_name": "held out", "dataset_digest": dataset.digest}],
        output_format="list",
    )
    assert [model.name for model in found] == ["good"]


@pytest.mark.usefixtures("models")
def test_an_active_model_collects_what_is_logged(experiment: Any) -> None:
    pytest.importorskip("numpy")
    with mlflow.set_active_model(name="active") as active:
        assert mlflow.get_active_model_id() == active.model_id
        mlflow.log_model_params({"k": "v"})
        with mlflow.start_run():
            mlflow.log_metric("acc", 1.0, model_id=active.model_id)
    found = mlflow.get_logged_model(active.model_id)
    assert (found.name, found.params) == ("active", {"k": "v"})
    assert [metric.key for metric in found.metrics] == ["acc"]


@pytest.mark.usefixtures("models")
def test_tags_of_a_model_are_set_and_deleted() -> None:
    made = mlflow.initialize_logged_model("tagged", tags={"a": "1"})
    mlflow.set_logged_model_tags(made.model_id, {"mine": "1"})
    assert mlflow.get_logged_model(made.model_id).tags["mine"] == "1"
    mlflow.delete_logged_model_tag(made.model_id, "mine")
    assert "mine" not in mlflow.get_logged_model(made.model_id).tags
