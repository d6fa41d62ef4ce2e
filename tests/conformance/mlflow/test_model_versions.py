"""Versions: create, get, update, delete, tags, stages, files. What they are made of: test_version_sources.py."""

from collections.abc import Callable
from typing import Any

import pytest


def fetch(http: Any, name: str, version: str) -> dict[str, Any]:
    return http.get("model-versions/get", {"name": name, "version": version}).ok()["model_version"]


def pairs(version: dict[str, Any]) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in version.get("tags", [])}


# --- create and get


def test_a_new_version_has_every_field_a_client_reads(
    http: Any, name: str, add: Callable[..., Any], run_id: str
) -> None:
    version = add(
        "s3://bucket/key",
        run_id=run_id,
        run_link="http://somewhere/run",
        description="words",
        tags=[{"key": "a", "value": "1"}, {"key": "b", "value": ""}],
    )
    assert isinstance(version["creation_timestamp"], int)
    assert version["creation_timestamp"] == version["last_updated_timestamp"]
    assert pairs(version) == {"a": "1", "b": ""}
    expected = {
        "name": name,
        "version": "1",
        "current_stage": "None",
        "description": "words",
        "source": "s3://bucket/key",
        "run_id": run_id,
        "run_link": "http://somewhere/run",
        "status": "READY",
    }
    assert {key: version[key] for key in expected} == expected
    assert fetch(http, name, "1") == version


def test_unset_texts_of_a_version_are_empty_and_lists_are_left_out(add: Callable[..., Any]) -> None:
    version = add()
    assert (version["description"], version["run_id"], version["run_link"]) == ("", "", "")
    assert "tags" not in version
    assert "aliases" not in version


def test_versions_are_numbered_and_a_number_is_not_given_twice(http: Any, name: str, add: Callable[..., Any]) -> None:
    assert [add()["version"] for _ in range(3)] == ["1", "2", "3"]
    http.delete("model-versions/delete", {"name": name, "version": "3"}).ok()
    assert add()["version"] == "4"


def test_a_new_version_moves_its_models_time(http: Any, name: str, add: Callable[..., Any]) -> None:
    created = add()["creation_timestamp"]
    model = http.get("registered-models/get", {"name": name}).ok()["registered_model"]
    assert model["last_updated_timestamp"] == created


@pytest.mark.parametrize("version", ["01", " 1"])
def test_a_version_is_a_number_however_it_is_written(
    http: Any, name: str, add: Callable[..., Any], version: str
) -> None:
    add()
    assert fetch(http, name, version)["version"] == "1"


@pytest.mark.parametrize("version", ["abc", "1.0", "latest"])
def test_what_is_no_number_is_no_version(http: Any, name: str, version: str) -> None:
    message = f"Parameter 'version' must be an integer, got '{version}'."
    which = {"name": name, "version": version}
    http.get("model-versions/get", which).is_invalid(message)
    http.get("model-versions/get-download-uri", which).is_invalid(message)
    http.patch("model-versions/update", {**which, "description": "x"}).is_invalid(message)
    http.delete("model-versions/delete", which).is_invalid(message)
    http.post("model-versions/set-tag", {**which, "key": "k", "value": "v"}).is_invalid(message)
    http.delete("model-versions/delete-tag", {**which, "key": "k"}).is_invalid(message)
    http.post("model-versions/transition-stage", {**which, "stage": "Staging"}).is_invalid(message)


@pytest.mark.parametrize("version", ["7", "0", "-1"])
def test_an_unknown_version_is_missing_everywhere(http: Any, name: str, version: str) -> None:
    which = {"name": name, "version": version}
    message = f"Model Version (name={name}, version="
    http.get("model-versions/get", which).is_missing(message)
    http.get("model-versions/get-download-uri", which).is_missing(message)
    http.patch("model-versions/update", {**which, "description": "x"}).is_missing(message)
    http.delete("model-versions/delete", which).is_missing(message)
    http.post("model-versions/set-tag", {**which, "key": "k", "value": "v"}).is_missing(message)
    http.delete("model-versions/delete-tag", {**which, "key": "k"}).is_missing(message)
    http.post("model-versions/transition-stage", {**which, "stage": "Staging"}).is_missing(message)


@pytest.mark.better_than_mlflow
def test_a_number_beyond_all_versions_is_missing(http: Any, name: str) -> None:
    http.get("model-versions/get", {"name": name, "version": "9" * 20}).is_missing("Model Version (name=")


def test_a_version_of_an_unknown_model_is_a_missing_version(http: Any) -> None:
    answer = http.get("model-versions/get", {"name": "nope", "version": "1"})
    answer.is_missing("Model Version (name=nope, version=1) not found")


def test_a_version_needs_a_model_and_a_source(http: Any, name: str, create: Callable[..., Any]) -> None:
    http.post("model-versions/create", {"source": "s3://b/k"}).is_invalid("required parameter 'name'")
    http.post("model-versions/create", {"name": name}).is_invalid("required parameter 'source'")
    create("").is_invalid("required parameter 'source'")
    create(5).is_invalid("Invalid value 5 for parameter 'source' supplied")
    http.post("model-versions/create", {"name": "a/b", "source": "s3://b/k"}).is_invalid("Invalid model name 'a/b'")


# --- change


def test_update_changes_the_description_and_the_versions_time_only(
    http: Any, name: str, add: Callable[..., Any]
) -> None:
    before = add()
    body = {"name": name, "version": "1", "description": "new"}
    after = http.patch("model-versions/update", body).ok()["model_version"]
    assert after["description"] == "new"
    assert after["last_updated_timestamp"] >= before["last_updated_timestamp"]
    model = http.get("registered-models/get", {"name": name}).ok()["registered_model"]
    assert model["last_updated_timestamp"] == before["last_updated_timestamp"]


def test_a_version_in_a_body_is_text(http: Any, name: str, add: Callable[..., Any]) -> None:
    add()
    answer = http.patch("model-versions/update", {"name": name, "version": 1, "description": "x"})
    answer.is_invalid("Invalid value 1 for parameter 'version' supplied")


def test_a_deleted_version_is_gone(http: Any, name: str, add: Callable[..., Any]) -> None:
    add()
    add()
    assert http.delete("model-versions/delete", {"name": name, "version": "1"}).ok() == {}
    http.delete("model-versions/delete", {"name": name, "version": "1"}).is_missing()
    model = http.get("registered-models/get", {"name": name}).ok()["registered_model"]
    assert [version["version"] for version in model["latest_versions"]] == ["2"]


def test_tags_of_a_version(http: Any, name: str, add: Callable[..., Any]) -> None:
    add(tags=[{"key": "k", "value": "1"}, {"key": "k", "value": "2"}])
    which = {"name": name, "version": "1"}
    assert pairs(fetch(http, name, "1")) == {"k": "2"}
    http.post("model-versions/set-tag", {**which, "key": "k", "value": "3"}).ok()
    http.post("model-versions/set-tag", {**which, "key": "q"}).ok()
    assert pairs(fetch(http, name, "1")) == {"k": "3", "q": ""}
    for _ in range(2):
        assert http.delete("model-versions/delete-tag", {**which, "key": "k"}).ok() == {}
    assert pairs(fetch(http, name, "1")) == {"q": ""}
    long = http.post("model-versions/set-tag", {**which, "key": "k" * 251, "value": "v"})
    long.is_invalid("'key' exceeds the maximum length of 250 characters")
    much = http.post("model-versions/set-tag", {**which, "key": "k", "value": "v" * 100_001})
    much.is_invalid("'value' exceeds the maximum length of 100000 characters")


def test_bad_tags_of_a_new_version_take_no_number(add: Callable[..., Any], create: Callable[..., Any]) -> None:
    create(tags=[{"key": "a=b", "value": "1"}]).is_invalid("Names may only contain alphanumerics")
    create(tags=[{"value": "1"}]).is_invalid("must not resolve to other names")
    assert add()["version"] == "1"


# --- stages


def test_a_version_goes_to_a_stage_in_any_case(http: Any, name: str, add: Callable[..., Any]) -> None:
    add()
    which = {"name": name, "version": "1"}
    for said in ("production", "STAGING", "Archived", "none"):
        body = {**which, "stage": said, "archive_existing_versions": False}
        moved = http.post("model-versions/transition-stage", body).ok()["model_version"]
        assert moved["current_stage"] == said.capitalize()
        assert fetch(http, name, "1") == moved
    model = http.get("registered-models/get", {"name": name}).ok()["registered_model"]
    assert model["last_updated_timestamp"] == moved["last_updated_timestamp"]


def test_a_version_takes_the_place_of_those_in_its_stage(http: Any, name: str, add: Callable[..., Any]) -> None:
    for _ in range(4):
        add()
    for version in ("1", "2"):
        body = {"name": name, "version": version, "stage": "Production", "archive_existing_versions": False}
        http.post("model-versions/transition-stage", body).ok()
    body = {"name": name, "version": "3", "stage": "production", "archive_existing_versions": True}
    moved = http.post("model-versions/transition-stage", body).ok()["model_version"]
    stages = {number: fetch(http, name, number)["current_stage"] for number in ("1", "2", "3", "4")}
    assert stages == {"1": "Archived", "2": "Archived", "3": "Production", "4": "None"}
    assert fetch(http, name, "1")["last_updated_timestamp"] == moved["last_updated_timestamp"]


def test_a_version_that_is_there_already_stays(http: Any, name: str, add: Callable[..., Any]) -> None:
    add()
    body = {"name": name, "version": "1", "stage": "Production", "archive_existing_versions": True}
    for _ in range(2):
        assert http.post("model-versions/transition-stage", body).ok()["model_version"]["current_stage"] == "Production"


def test_a_stage_must_be_one_of_four(http: Any, name: str, add: Callable[..., Any]) -> None:
    add()
    body = {"name": name, "version": "1", "archive_existing_versions": False}
    wrong = http.post("model-versions/transition-stage", {**body, "stage": "bogus"})
    wrong.is_invalid("Invalid Model Version stage: bogus. Value must be one of None, Staging, Production, Archived.")
    http.post("model-versions/transition-stage", body).is_invalid("required parameter 'stage'")


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize("stage", ["Archived", "none"])
def test_nothing_is_archived_for_a_stage_that_is_not_active(
    http: Any, name: str, add: Callable[..., Any], stage: str
) -> None:
    add()
    body = {"name": name, "version": "1", "stage": stage, "archive_existing_versions": True}
    answer = http.post("model-versions/transition-stage", body)
    answer.is_invalid(f"because '{stage}' is not an Active stage. Valid stages are ['Staging', 'Production']")


# --- files


def test_a_file_of_a_version_is_served(http: Any, name: str, add: Callable[..., Any], run_id: str, root: str) -> None:
    path = root.partition(":")[2].strip("/")
    sent = http.send("PUT", f"/api/2.0/mlflow-artifacts/artifacts/{path}/m/MLmodel", data=b"flavors: {}")
    assert sent.status == 200
    add(f"{root}/m", run_id=run_id)
    which = {"name": name, "version": "1"}
    file = http.get("/model-versions/get-artifact", {**which, "path": "MLmodel"})
    assert (file.status, file.text) == (200, "flavors: {}")
    assert "attachment" in file.headers["Content-Disposition"]
    http.get("/model-versions/get-artifact", {**which, "path": "none"}).is_missing()
    http.get("/model-versions/get-artifact", {**which, "path": "../m/MLmodel"}).is_invalid("Invalid path")
    http.get("/model-versions/get-artifact", {**which, "path": "/MLmodel"}).is_invalid("Invalid path")
    http.get("/model-versions/get-artifact", {"version": "1", "path": "MLmodel"}).is_invalid(
        "required parameter 'name'"
    )
    unknown = http.get("/model-versions/get-artifact", {**which, "version": "7", "path": "MLmodel"})
    unknown.is_missing(f"Model Version (name={name}, version=7) not found")


@pytest.mark.better_than_mlflow
def test_a_file_of_a_version_elsewhere_is_not_fetched(http: Any, name: str, add: Callable[..., Any]) -> None:
    add("s3://bucket/key")
    which = {"name": name, "version": "1"}
    http.get("/model-versions/get-artifact", {**which, "path": "MLmodel"}).is_invalid("outside this server")
    http.get("/model-versions/get-artifact", which).is_invalid("required parameter 'path'")
    http.get("/model-versions/get-artifact", {"name": name, "path": "x"}).is_invalid("required parameter 'version'")


# --- through the client


@pytest.mark.filterwarnings("ignore::FutureWarning")  # stages are deprecated in the client
def test_the_client_leads_a_version_through_its_life(client: Any, name: str, run_id: str) -> None:
    version = client.create_model_version(name, "s3://bucket/key", run_id=run_id, tags={"a": "b"}, description="words")
    assert (version.version, version.status, version.run_id) == ("1", "READY", run_id)
    assert client.update_model_version(name, "1", "other words").description == "other words"
    client.set_model_version_tag(name, "1", "c", "d")
    client.delete_model_version_tag(name, "1", "a")
    client.transition_model_version_stage(name, "1", "production", archive_existing_versions=True)
    client.set_model_version_tag(name, key="by", value="stage", stage="Production")
    found = client.get_model_version(name, "1")
    assert (found.current_stage, found.tags) == ("Production", {"c": "d", "by": "stage"})
    assert client.get_model_version_download_uri(name, "1") == "s3://bucket/key"
    assert client.get_model_version_stages(name, "1") == ["None", "Staging", "Production", "Archived"]
    assert [each.version for each in client.get_latest_versions(name, ["Production"])] == ["1"]
    copy = client.copy_model_version(f"models:/{name}/1", f"{name}-copy")
    assert (copy.name, copy.version, copy.source, copy.run_id) == (f"{name}-copy", "1", f"models:/{name}/1", run_id)
    client.delete_model_version(name, "1")


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_the_client_hears_why_it_was_refused(client: Any, name: str, refused: Callable[..., Any]) -> None:
    assert refused(client.get_model_version, name, "7").error_code == "RESOURCE_DOES_NOT_EXIST"
    assert refused(client.create_model_version, name, "/etc").error_code == "INVALID_PARAMETER_VALUE"
    assert refused(client.transition_model_version_stage, name, "1", "nowhere").error_code == "INVALID_PARAMETER_VALUE"
