"""Autologging of scikit-learn: params, metrics, datasets, plots, and the runs of a grid search."""

from collections.abc import Callable, Iterator
from typing import Any

import mlflow
import pytest

pytest.importorskip("pandas")
pytest.importorskip("sklearn")

from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.tree import DecisionTreeClassifier


@pytest.fixture(autouse=True)
def experiment(uri: str, unique: Callable[[str], str]) -> Iterator[Any]:
    mlflow.set_tracking_uri(uri)
    yield mlflow.set_experiment(unique("autolog"))
    mlflow.sklearn.autolog(disable=True)
    while mlflow.active_run() is not None:
        mlflow.end_run()


def the_runs(client: Any, experiment: Any) -> list[Any]:
    return list(client.search_runs([experiment.experiment_id], order_by=["attributes.start_time ASC"]))


def test_fitting_a_model_logs_a_run_by_itself(client: Any, experiment: Any) -> None:
    mlflow.sklearn.autolog(log_models=False)
    data = load_breast_cancer(as_frame=True)
    LogisticRegression(max_iter=50, C=0.5, solver="liblinear").fit(data.data, data.target)
    [run] = the_runs(client, experiment)
    assert run.info.status == "FINISHED"
    assert (run.data.params["C"], run.data.params["solver"]) == ("0.5", "liblinear")
    assert 0.9 < run.data.metrics["training_accuracy_score"] <= 1.0
    assert run.data.tags["estimator_name"] == "LogisticRegression"
    assert run.data.tags["mlflow.autologging"] == "sklearn"
    names = {file.path for file in client.list_artifacts(run.info.run_id)}
    assert "estimator.html" in names
    assert "training_confusion_matrix.png" in names


def test_the_data_of_a_fit_is_an_input_of_its_run(client: Any, experiment: Any) -> None:
    mlflow.sklearn.autolog(log_models=False)
    data = load_diabetes(as_frame=True)
    Ridge().fit(data.data, data.target)
    [run] = the_runs(client, experiment)
    [found] = run.inputs.dataset_inputs
    assert {tag.key: tag.value for tag in found.tags} == {"mlflow.data.context": "train"}
    assert found.dataset.source_type == "code"
    assert found.dataset.digest


def test_a_fit_inside_a_run_logs_to_that_run(client: Any, experiment: Any) -> None:
    mlflow.sklearn.autolog(log_models=False, log_datasets=False)
    x, y = load_diabetes(return_X_y=True)
    x_train, x_test, y_train, y_test = train_test_split(x, y, random_state=0)
    with mlflow.start_run() as run:
        model = Ridge(alpha=0.1).fit(x_train, y_train)
        score = model.score(x_test, y_test)
        mean_absolute_error(y_test, model.predict(x_test))
    assert [found.info.run_id for found in the_runs(client, experiment)] == [run.info.run_id]
    metrics = client.get_run(run.info.run_id).data.metrics
    assert metrics["Ridge_score_x_test"] == pytest.approx(score)
    assert "mean_absolute_error_x_test" in metrics or any("mean_absolute_error" in name for name in metrics)


def test_a_grid_search_logs_a_parent_and_its_best_children(client: Any, experiment: Any) -> None:
    mlflow.sklearn.autolog(log_models=False, log_datasets=False, max_tuning_runs=3)
    x, y = load_breast_cancer(return_X_y=True)
    grid = {"max_depth": [1, 2, 3, 4], "criterion": ["gini"]}
    with mlflow.start_run() as parent:
        search = GridSearchCV(DecisionTreeClassifier(random_state=0), grid, cv=2).fit(x, y)
    top = client.get_run(parent.info.run_id)
    assert top.data.params["best_max_depth"] == str(search.best_params_["max_depth"])
    assert top.data.metrics["best_cv_score"] == pytest.approx(search.best_score_)
    children = client.search_runs(
        [experiment.experiment_id],
        f"tags.mlflow.parentRunId = '{parent.info.run_id}'",
        order_by=["metrics.mean_test_score DESC"],
    )
    assert len(children) == 3
    scores = [child.data.metrics["mean_test_score"] for child in children]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == pytest.approx(search.best_score_)
    assert all(child.info.status == "FINISHED" for child in children)
    assert all(mlflow.get_parent_run(child.info.run_id).info.run_id == parent.info.run_id for child in children)
    assert "cv_results.csv" in {file.path for file in client.list_artifacts(parent.info.run_id)}


def test_a_fitted_model_is_logged_and_predicts(
    client: Any, experiment: Any, client_version: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    if client_version < (3, 0):
        pytest.skip("logged models are known to clients from 3.0 on")
    mlflow.sklearn.autolog(log_models=True, log_input_examples=False, log_model_signatures=False)
    monkeypatch.setattr(mlflow.sklearn, "log_model", _with_named_requirements(mlflow.sklearn.log_model))
    x, y = load_diabetes(return_X_y=True)
    fitted = Ridge().fit(x, y)
    [run] = the_runs(client, experiment)
    [output] = run.outputs.model_outputs
    model = mlflow.get_logged_model(output.model_id)
    assert (str(model.status), model.source_run_id) == ("READY", run.info.run_id)
    loaded = mlflow.sklearn.load_model(f"models:/{model.model_id}")
    assert loaded.predict(x[:3]).tolist() == pytest.approx(fitted.predict(x[:3]).tolist())
    assert "training_r2_score" in {metric.key for metric in model.metrics}


def _with_named_requirements(log_model: Callable[..., Any]) -> Callable[..., Any]:
    """The client would start a process to find the requirements out, which takes longer than all other tests."""

    def log(*args: Any, **kwargs: Any) -> Any:
        return log_model(*args, **{**kwargs, "pip_requirements": ["scikit-learn"]})

    return log
