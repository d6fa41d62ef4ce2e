"""What a version may be made of: places in other stores, runs, logged models, and other versions, which are copied."""

import json
from collections.abc import Callable
from typing import Any

import pytest

RELATIVE = "an absolute path must be provided without relative path references present"
UNKNOWN_MODEL = "m-" + "0" * 32


@pytest.fixture
def model(http: Any, experiment_id: str, run_id: str) -> dict[str, Any]:
    """A logged model of the fresh run."""
    body = {"experiment_id": experiment_id, "name": "logged", "source_run_id": run_id}
    return http.post("logged-models", body).ok()["model"]["info"]


def location(http: Any, name: str, version: str) -> str:
    return str(http.get("model-versions/get-download-uri", {"name": name, "version": version}).ok()["artifact_uri"])


# --- sources in other stores


@pytest.mark.parametrize(
    "source",
    [
        *("s3://bucket/key", "s3:/bucket/key", "s3://b/a//k", "S3://b/k", "gs://b/k", "wasbs://c@a/p", "abfs://c@a/p"),
        *("dbfs:/x", "foo://x/y", "s3://b/k?x=..", "s3://b/k#../x"),
    ],
)
def test_a_place_in_another_store_is_taken(http: Any, name: str, add: Callable[..., Any], source: str) -> None:
    assert add(source)["source"] == source
    assert location(http, name, "1") == source


@pytest.mark.parametrize("scheme", ["http", "https", "ftp", "sftp", "hdfs", "viewfs", "abfss", "r2", "b2", "HTTPS"])
def test_a_source_that_names_a_host_is_refused(create: Callable[..., Any], scheme: str) -> None:
    lower = scheme.lower()
    create(f"{scheme}://host/path").is_invalid(f"'source' cannot use the '{lower}' scheme", "addresses a host")


@pytest.mark.parametrize(
    "source",
    [
        *("s3://b/../k", "s3://b/a/./k", "s3://b/a%2f..%2fk", "s3://b/%252e%252e/k", "s3://b", "s3://b/", "gs://b"),
        *("dbfs:/../x", "C:\\x", "runs:/", "mlflow-artifacts:/", "mlflow-artifacts:x", "mlflow-artifacts:/../x"),
        "mlflow-artifacts:/0/%2e%2e/x",
    ],
)
def test_a_source_must_be_an_absolute_path_that_goes_only_down(create: Callable[..., Any], source: str) -> None:
    create(source).is_invalid(f"Invalid model version source: '{source}'.", RELATIVE)


@pytest.mark.parametrize("source", ["/etc/passwd", "file:///etc", "file:/etc", "dummy", "./x", "~/x"])
def test_a_path_of_the_servers_machine_is_refused(create: Callable[..., Any], run_id: str, source: str) -> None:
    create(source).is_invalid("To use a local path as a model version source, the run_id request parameter")
    create(source, run_id=run_id).is_invalid("contained within the artifact directory of the run")


def test_a_path_in_a_runs_own_folder_is_taken(
    http: Any, create: Callable[..., Any], unique: Callable[[str], str]
) -> None:
    body = {"name": unique("local"), "artifact_location": "/srv/of-the-client"}
    experiment = http.post("experiments/create", body).ok()["experiment_id"]
    run = http.post("runs/create", {"experiment_id": experiment}).ok()["run"]["info"]
    folder = f"/srv/of-the-client/{run['run_id']}/artifacts"
    for source in (folder, f"{folder}/m", f"file://{folder}/m", f"file:{folder}/m"):
        create(source, run_id=run["run_id"]).ok()
    for source in (f"{folder}x/m", f"{folder}/../m", "/srv/of-the-client"):
        create(source, run_id=run["run_id"]).is_invalid("To use a local path as a model version source")


# --- sources in this server


def test_a_version_is_made_of_its_runs_artifacts(
    http: Any, name: str, add: Callable[..., Any], run_id: str, root: str
) -> None:
    for source in (root, f"{root}/m", f"{root}/m/", f"runs:/{run_id}/m", f"runs:/{run_id}"):
        version = add(source, run_id=run_id)
        assert (version["source"], version["run_id"]) == (source, run_id)
        assert location(http, name, version["version"]) == source


def test_artifacts_of_another_run_are_refused(
    create: Callable[..., Any], new_run: Callable[..., str], run_id: str, root: str
) -> None:
    other = new_run()
    contained = "The run_id request parameter must identify the resource that contains the source."
    for source in (f"{root}/m", f"runs:/{run_id}/m"):
        create(source).is_invalid(contained)
        create(source, run_id=other).is_invalid(contained)
        create(source, run_id="nope").is_invalid(contained)
    create(f"{root}x", run_id=run_id).is_invalid(contained)
    create("mlflow-artifacts:/0/x", run_id=run_id).is_invalid(contained)
    create(f"{root}/../m", run_id=run_id).is_invalid(RELATIVE)
    create(f"mlflow-artifacts://host{root.partition(':')[2]}", run_id=run_id).is_invalid("addresses a host")


def test_the_artifacts_of_a_deleted_run_can_be_registered(
    http: Any, add: Callable[..., Any], run_id: str, root: str
) -> None:
    http.post("runs/delete", {"run_id": run_id}).ok()
    assert add(f"{root}/m", run_id=run_id)["run_id"] == run_id


def test_a_version_is_made_of_a_logged_model(
    http: Any, name: str, add: Callable[..., Any], model: dict[str, Any], run_id: str
) -> None:
    model_id = model["model_id"]
    for source in (f"models:/{model_id}", model["artifact_uri"], f"{model['artifact_uri']}/sub"):
        version = add(source, model_id=model_id)
        assert (version["source"], version["run_id"]) == (source, run_id)
    assert location(http, name, "1") == model["artifact_uri"]
    assert location(http, name, "3") == f"{model['artifact_uri']}/sub"


def test_a_logged_model_says_which_versions_were_made_of_it(
    http: Any, name: str, add: Callable[..., Any], model: dict[str, Any]
) -> None:
    for _ in range(2):
        add(f"models:/{model['model_id']}", model_id=model["model_id"])
    info = http.get(f"logged-models/{model['model_id']}").ok()["model"]["info"]
    tag = next(tag["value"] for tag in info["tags"] if tag["key"] == "mlflow.modelVersions")
    assert json.loads(tag) == [{"name": name, "version": 1}, {"name": name, "version": 2}]


def test_a_logged_model_must_be_named_and_contain_the_source(
    create: Callable[..., Any], model: dict[str, Any], root: str, run_id: str
) -> None:
    contained = "The model_id request parameter must identify the resource that contains the source."
    model_id = model["model_id"]
    create(f"models:/{model_id}").is_invalid(contained)
    create("models:/").is_invalid(contained)
    create("models:/a/b/c").is_invalid(contained)
    create(f"{root}/m", run_id=run_id, model_id=model_id).is_invalid(contained)
    create(f"runs:/{run_id}/m", run_id=run_id, model_id=model_id).is_invalid(contained)
    create(model["artifact_uri"], run_id=run_id).is_invalid("The run_id request parameter must identify")
    create("s3://b/k", model_id=UNKNOWN_MODEL).is_missing(f"Logged model with ID '{UNKNOWN_MODEL}' not found.")


def test_a_run_may_be_named_beside_a_logged_model(
    add: Callable[..., Any], model: dict[str, Any], new_run: Callable[..., str]
) -> None:
    other = new_run()
    version = add(f"models:/{model['model_id']}", model_id=model["model_id"], run_id=other)
    assert version["run_id"] == other


@pytest.mark.better_than_mlflow
def test_a_deleted_logged_model_is_missing(http: Any, create: Callable[..., Any], model: dict[str, Any]) -> None:
    http.delete(f"logged-models/{model['model_id']}").ok()
    create(f"models:/{model['model_id']}", model_id=model["model_id"]).is_missing("Logged model with ID")


# --- copies


def test_a_copy_has_the_run_and_the_files_of_the_original(
    http: Any, name: str, add: Callable[..., Any], run_id: str, root: str
) -> None:
    add(f"{root}/m", run_id=run_id, description="of the original", tags=[{"key": "k", "value": "v"}])
    copy = add(f"models:/{name}/1")
    assert (copy["source"], copy["run_id"], copy["description"]) == (f"models:/{name}/1", run_id, "")
    assert "tags" not in copy
    again = add(f"models:/{name}/2")
    http.delete("model-versions/delete", {"name": name, "version": "1"}).ok()
    assert location(http, name, copy["version"]) == location(http, name, again["version"]) == f"{root}/m"


def test_an_original_is_named_by_number_alias_stage_or_as_the_latest(
    http: Any, name: str, add: Callable[..., Any]
) -> None:
    add("s3://b/first")
    add("s3://b/second")
    http.post("registered-models/alias", {"name": name, "alias": "champion", "version": "1"}).ok()
    http.post("model-versions/transition-stage", {"name": name, "version": "1", "stage": "Staging"}).ok()
    for named in ("/1", "/01", "@champion", "/Staging", "/staging"):
        assert add(f"models:/{name}{named}")["source"] == f"models:/{name}/1"
    newest = add(f"models:/{name}/latest")
    assert newest["source"] == f"models:/{name}/{int(newest['version']) - 1}"


def test_a_copy_of_nothing_is_refused(name: str, create: Callable[..., Any], run_id: str) -> None:
    create(f"models:/{name}/7").is_missing(f"Model Version (name={name}, version=7) not found")
    create("models:/nope/1").is_missing("Registered Model with name=nope not found")
    create(f"models:/{name}@nope").is_invalid("Registered model alias nope not found.")
    create(f"models://profile@databricks/{name}/1").is_invalid("must use the active model registry")


def test_a_copy_is_of_the_originals_run_and_no_other(name: str, create: Callable[..., Any], run_id: str) -> None:
    create().ok()
    message = "The run_id and model_id request parameters must match the referenced model version."
    create(f"models:/{name}/1", run_id=run_id).is_invalid(message)


@pytest.mark.better_than_mlflow
def test_a_stage_without_versions_is_told_as_a_mistake(name: str, create: Callable[..., Any]) -> None:
    create(f"models:/{name}/Production").is_invalid(
        f"No versions of model with name '{name}' and stage 'Production' found"
    )


@pytest.mark.better_than_mlflow
def test_a_copy_may_name_the_logged_model_of_the_original(
    name: str, add: Callable[..., Any], model: dict[str, Any]
) -> None:
    add(f"models:/{model['model_id']}", model_id=model["model_id"])
    assert add(f"models:/{name}/1", model_id=model["model_id"])["source"] == f"models:/{name}/1"
