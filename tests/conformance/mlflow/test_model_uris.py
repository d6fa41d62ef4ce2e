"""Registering at log time and afterwards, and loading by every kind of ``models:/`` address."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import mlflow
import pytest

pytest.importorskip("pandas")
pytest.importorskip("sklearn")

from sklearn.linear_model import LinearRegression

REQUIREMENTS = ["scikit-learn"]  # named, so that the client does not start a process to find them out
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")  # stages are deprecated in the client


@pytest.fixture(autouse=True)
def experiment(uri: str, unique: Callable[[str], str]) -> Iterator[Any]:
    mlflow.set_tracking_uri(uri)
    yield mlflow.set_experiment(unique("registry"))
    while mlflow.active_run() is not None:
        mlflow.end_run()


@pytest.fixture
def name(unique: Callable[[str], str]) -> str:
    return unique("line")


def log_line(slope: float = 2.0, **options: Any) -> Any:
    """Fit a line through the origin and log it, by the argument that every client knows."""
    fitted = LinearRegression().fit([[0.0], [1.0]], [0.0, slope])
    with mlflow.start_run():
        return mlflow.sklearn.log_model(fitted, "model", pip_requirements=REQUIREMENTS, **options)


def slope_of(address: str) -> float:
    return round(float(mlflow.pyfunc.load_model(address).predict([[1.0]])[0]), 6)


def test_a_model_is_registered_as_it_is_logged(client: Any, name: str) -> None:
    info = log_line(registered_model_name=name)
    version = client.get_model_version(name, "1")
    assert (version.status, version.run_id) == ("READY", info.run_id)
    assert slope_of(f"models:/{name}/1") == 2.0
    log_line(3.0, registered_model_name=name)
    assert slope_of(f"models:/{name}/2") == slope_of(f"models:/{name}/latest") == 3.0


def test_a_model_is_registered_by_the_address_it_was_given(client: Any, name: str) -> None:
    info = log_line()
    by_address = mlflow.register_model(info.model_uri, name, tags={"k": "v"})
    by_run = mlflow.register_model(f"runs:/{info.run_id}/model", name)
    assert (by_address.version, by_run.version) in (("1", "2"), (1, 2))
    assert client.get_model_version(name, "1").tags == {"k": "v"}
    assert {client.get_model_version(name, number).run_id for number in ("1", "2")} == {info.run_id}
    assert slope_of(f"models:/{name}/1") == slope_of(f"models:/{name}/2") == 2.0


def test_a_version_is_loaded_by_alias_and_by_stage(client: Any, name: str) -> None:
    log_line(2.0, registered_model_name=name)
    log_line(3.0, registered_model_name=name)
    client.set_registered_model_alias(name, "champion", "1")
    client.transition_model_version_stage(name, "2", "Production")
    assert slope_of(f"models:/{name}@champion") == 2.0
    assert slope_of(f"models:/{name}/Production") == slope_of(f"models:/{name}/production") == 3.0
    client.set_registered_model_alias(name, "champion", "2")
    assert slope_of(f"models:/{name}@champion") == 3.0


def test_a_renamed_model_is_loaded_by_its_new_name(client: Any, name: str) -> None:
    log_line(registered_model_name=name)
    client.set_registered_model_alias(name, "champion", "1")
    client.rename_registered_model(name, f"{name}-new")
    assert slope_of(f"models:/{name}-new@champion") == 2.0


def test_a_copy_is_loaded_when_the_original_is_gone(client: Any, name: str) -> None:
    log_line(registered_model_name=name)
    copy = client.copy_model_version(f"models:/{name}/1", f"{name}-production")
    registered = mlflow.register_model(f"models:/{name}/1", f"{name}-again")
    assert (copy.source, registered.source) == (f"models:/{name}/1", f"models:/{name}/1")
    client.delete_registered_model(name)
    assert slope_of(f"models:/{name}-production/1") == slope_of(f"models:/{name}-again/1") == 2.0


def test_the_files_of_a_version_are_listed_and_downloaded(name: str, tmp_path: Path) -> None:
    log_line(registered_model_name=name)
    listed = {Path(file.path).name for file in mlflow.artifacts.list_artifacts(f"models:/{name}/1")}
    assert {"MLmodel", "requirements.txt"} <= listed
    folder = Path(mlflow.artifacts.download_artifacts(f"models:/{name}/1", dst_path=str(tmp_path)))
    assert {path.name for path in folder.iterdir()} >= listed
    assert "sklearn" in mlflow.models.get_model_info(f"models:/{name}/1").flavors


def test_a_version_that_is_not_there_says_so(name: str) -> None:
    log_line(registered_model_name=name)
    for address, reason in (
        (f"models:/{name}/7", "version=7"),
        (f"models:/{name}@nope", "Registered model alias nope not found"),
        (f"models:/{name}/Staging", "No versions of model with name"),
        ("models:/nope/1", "nope"),
    ):
        with pytest.raises(mlflow.exceptions.MlflowException, match=reason):
            mlflow.pyfunc.load_model(address)


def test_versions_are_found_by_their_run(client: Any, name: str) -> None:
    info = log_line(registered_model_name=name)
    found = client.search_model_versions(f"run_id = '{info.run_id}'")
    assert [(version.name, version.version) for version in found] == [(name, "1")]


def test_a_logged_model_knows_its_versions(client_version: tuple[int, int], name: str) -> None:
    if client_version < (3, 0):
        pytest.skip("logged models are known to clients from 3.0 on")
    info = log_line(registered_model_name=name)
    assert f'"name": "{name}"' in mlflow.get_logged_model(info.model_id).tags["mlflow.modelVersions"]
    assert slope_of(f"models:/{info.model_id}") == 2.0
