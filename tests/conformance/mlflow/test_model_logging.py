"""Models saved with ``log_model`` and loaded again, in every way a client can name them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import mlflow
import pytest

pytest.importorskip("pandas")
pytest.importorskip("sklearn")

from sklearn.linear_model import LinearRegression

REQUIREMENTS = ["scikit-learn"]  # named, so that the client does not start a process to find them out
X, Y = [[0.0], [1.0], [2.0]], [0.0, 2.0, 4.0]


@pytest.fixture(autouse=True)
def experiment(uri: str, unique: Callable[[str], str]) -> Iterator[Any]:
    mlflow.set_tracking_uri(uri)
    yield mlflow.set_experiment(unique("models"))
    while mlflow.active_run() is not None:
        mlflow.end_run()


@pytest.fixture
def newer(client_version: tuple[int, int]) -> None:
    if client_version < (3, 0):
        pytest.skip("logged models are known to clients from 3.0 on")


def log_line(name: str = "model", **options: Any) -> Any:
    """Fit a line of slope 2 and log it, by the argument that every client knows."""
    fitted = LinearRegression().fit(X, Y)
    return mlflow.sklearn.log_model(fitted, name, pip_requirements=REQUIREMENTS, **options)


def predicts_a_line(model: Any) -> bool:
    return abs(float(model.predict([[5.0]])[0]) - 10.0) < 1e-6


def test_a_model_loads_by_the_address_it_was_given() -> None:
    with mlflow.start_run():
        info = log_line()
    assert predicts_a_line(mlflow.pyfunc.load_model(info.model_uri))
    assert predicts_a_line(mlflow.sklearn.load_model(info.model_uri))


def test_a_model_loads_by_its_run() -> None:
    with mlflow.start_run() as run:
        log_line("sub")
    assert predicts_a_line(mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/sub"))


def test_a_model_loads_while_its_run_is_active() -> None:
    with mlflow.start_run() as run:
        log_line()
        assert predicts_a_line(mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model"))


def test_the_parts_of_a_model_are_downloaded(tmp_path: Path) -> None:
    with mlflow.start_run() as run:
        log_line(input_example=X)
    folder = Path(mlflow.artifacts.download_artifacts(f"runs:/{run.info.run_id}/model", dst_path=str(tmp_path)))
    names = {path.name for path in folder.iterdir()}
    assert {"MLmodel", "requirements.txt", "conda.yaml", "python_env.yaml", "input_example.json"} <= names
    info = mlflow.models.get_model_info(f"runs:/{run.info.run_id}/model")
    assert info.run_id == run.info.run_id
    assert "sklearn" in info.flavors


def test_a_model_that_is_not_there_says_so() -> None:
    with mlflow.start_run() as run:
        pass
    with pytest.raises(Exception, match=r"(?i)no such|not found|404|does not exist|could not find|failed to download"):
        mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/none")


@pytest.mark.usefixtures("newer")
def test_a_logged_model_belongs_to_its_run_and_experiment(client: Any, experiment: Any) -> None:
    with mlflow.start_run() as run:
        info = log_line("line", params={"slope": "2"}, tags={"team": "x"}, model_type="regressor", step=3)
    assert info.model_uri == f"models:/{info.model_id}"
    model = mlflow.get_logged_model(info.model_id)
    assert (model.name, str(model.status), model.model_type) == ("line", "READY", "regressor")
    assert (model.source_run_id, model.experiment_id) == (run.info.run_id, experiment.experiment_id)
    assert model.params == {"slope": "2"}
    assert model.tags["team"] == "x"
    assert model.artifact_location.endswith(f"/models/{info.model_id}/artifacts")
    [output] = client.get_run(run.info.run_id).outputs.model_outputs
    assert (output.model_id, output.step) == (info.model_id, 3)


@pytest.mark.usefixtures("newer")
def test_the_files_of_a_logged_model_are_listed(client: Any) -> None:
    with mlflow.start_run():
        info = log_line()
    names = [file.path for file in client.list_logged_model_artifacts(info.model_id)]
    assert "MLmodel" in names
    assert names == sorted(names)
    assert not [file for file in client.list_logged_model_artifacts(info.model_id) if file.file_size == 0]


@pytest.mark.usefixtures("newer")
def test_metrics_after_the_model_belong_to_it() -> None:
    with mlflow.start_run():
        info = log_line()
        mlflow.log_metric("rmse", 0.5)
    assert [(item.key, item.value) for item in mlflow.get_logged_model(info.model_id).metrics] == [("rmse", 0.5)]


@pytest.mark.usefixtures("newer")
def test_params_of_the_run_are_copied_to_its_models() -> None:
    with mlflow.start_run():
        mlflow.log_param("lr", 0.1)
        info = log_line()
    assert mlflow.get_logged_model(info.model_id).params == {"lr": "0.1"}


@pytest.mark.usefixtures("newer")
def test_a_model_may_be_logged_without_a_run() -> None:
    info = log_line()
    assert mlflow.active_run() is None
    model = mlflow.get_logged_model(info.model_id)
    assert not model.source_run_id
    assert predicts_a_line(mlflow.pyfunc.load_model(f"models:/{info.model_id}"))


@pytest.mark.usefixtures("newer")
def test_models_of_a_run_are_kept_apart_by_step(experiment: Any) -> None:
    with mlflow.start_run() as run:
        ids = [log_line(f"step-{step}", step=step).model_id for step in range(3)]
        for step, model_id in enumerate(ids):
            mlflow.log_metric("acc", step / 10, step=step, model_id=model_id)
    best = mlflow.search_logged_models(
        [experiment.experiment_id],
        filter_string=f"source_run_id = '{run.info.run_id}'",
        order_by=[{"field_name": "metrics.acc", "ascending": False}],
        max_results=1,
        output_format="list",
    )
    assert [model.model_id for model in best] == [ids[2]]
    assert predicts_a_line(mlflow.pyfunc.load_model(f"models:/{best[0].model_id}"))


@pytest.mark.usefixtures("newer")
def test_a_model_that_cannot_be_saved_is_marked_so(experiment: Any) -> None:
    class Broken(mlflow.pyfunc.PythonModel):
        def predict(self, context: Any, model_input: list[str]) -> list[str]:
            return model_input

        def __getstate__(self) -> Any:
            msg = "cannot be saved"
            raise RuntimeError(msg)

    with pytest.raises(mlflow.exceptions.MlflowException, match="serialize"), mlflow.start_run():
        mlflow.pyfunc.log_model(name="broken", python_model=Broken(), pip_requirements=[])
    [model] = mlflow.search_logged_models([experiment.experiment_id], output_format="list")
    assert str(model.status) == "FAILED"


def test_the_older_client_leaves_a_history(client: Any, client_version: tuple[int, int]) -> None:
    if client_version >= (3, 0):
        pytest.skip("newer clients keep logged models instead")
    with mlflow.start_run() as run:
        log_line()
    assert "mlflow.log-model.history" in client.get_run(run.info.run_id).data.tags
    assert "model/MLmodel" in [file.path for file in client.list_artifacts(run.info.run_id, "model")]
