"""Registered models: create, get, rename, update, delete, tags, aliases, and the latest version of each stage."""

from collections.abc import Callable
from typing import Any

import pytest

RESERVED = ["latest", "Latest", "v1", "V12"]
NO_ALIASES = ["a b", "a/b", "a:b", "a@b", "a.b"]


@pytest.fixture
def name(http: Any, unique: Callable[[str], str]) -> str:
    """A fresh registered model without versions."""
    created = unique("registered")
    http.post("registered-models/create", {"name": created}).ok()
    return created


@pytest.fixture
def new_version(http: Any) -> Callable[[str], str]:
    """A maker of versions of a model: its name in, the number out."""

    def make(name: str) -> str:
        body = {"name": name, "source": "s3://bucket/key"}
        return str(http.post("model-versions/create", body).ok()["model_version"]["version"])

    return make


def fetch(http: Any, name: str) -> dict[str, Any]:
    return http.get("registered-models/get", {"name": name}).ok()["registered_model"]


def pairs(model: dict[str, Any]) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in model.get("tags", [])}


def aliases(model: dict[str, Any]) -> dict[str, str]:
    return {each["alias"]: each["version"] for each in model.get("aliases", [])}


# --- create and get


def test_a_new_model_has_every_field_a_client_reads(http: Any, unique: Callable[[str], str]) -> None:
    body = {
        "name": unique("whole"),
        "description": "what it is",
        "tags": [{"key": "team", "value": "a"}, {"key": "area", "value": ""}],
    }
    model = http.post("registered-models/create", body).ok()["registered_model"]
    assert (model["name"], model["description"]) == (body["name"], "what it is")
    assert pairs(model) == {"team": "a", "area": ""}
    assert isinstance(model["creation_timestamp"], int)
    assert model["creation_timestamp"] == model["last_updated_timestamp"]
    assert pairs(fetch(http, body["name"])) == pairs(model)
    assert "latest_versions" not in model
    assert "aliases" not in model


def test_what_was_not_said_of_a_model_is_left_out(http: Any, name: str) -> None:
    assert set(fetch(http, name)) == {"name", "creation_timestamp", "last_updated_timestamp"}


def test_a_name_is_given_once(http: Any, name: str) -> None:
    taken = http.post("registered-models/create", {"name": name})
    taken.fails(400, "RESOURCE_ALREADY_EXISTS", f"Registered Model (name={name}) already exists.")


@pytest.mark.parametrize("wrong", ["a/b", "a:b"])
def test_a_name_with_a_slash_or_colon_is_refused(http: Any, wrong: str) -> None:
    answer = http.post("registered-models/create", {"name": wrong})
    answer.is_invalid(f"Invalid model name '{wrong}'. Names cannot contain '/' or ':'.")


@pytest.mark.parametrize("wrong", [".", ".."])
def test_a_name_that_means_a_folder_is_refused(http: Any, wrong: str) -> None:
    answer = http.post("registered-models/create", {"name": wrong})
    answer.is_invalid("must not resolve to other names", f"would resolve to '{wrong}'")


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": None}], ids=["absent", "empty", "null"])
def test_a_model_needs_a_name(http: Any, body: dict[str, Any]) -> None:
    http.post("registered-models/create", body).is_invalid("Missing value for required parameter 'name'")


def test_a_name_must_be_text(http: Any) -> None:
    http.post("registered-models/create", {"name": 5}).is_invalid("Invalid value 5 for parameter 'name' supplied")


@pytest.mark.parametrize("odd", ["a.b", "a%b", " sp ", "é模型", "a'b", 'a"b', "a?b#c", "x" * 500])
def test_other_names_are_kept_as_given(http: Any, unique: Callable[[str], str], odd: str) -> None:
    full = f"{unique('odd')}{odd}"
    assert http.post("registered-models/create", {"name": full}).ok()["registered_model"]["name"] == full
    assert fetch(http, full)["name"] == full


@pytest.mark.better_than_mlflow
def test_a_name_of_thousands_of_characters_is_refused(http: Any) -> None:
    http.post("registered-models/create", {"name": "x" * 1001}).is_invalid("'name' exceeds the maximum length")


def test_of_a_tag_twice_the_last_counts(http: Any, unique: Callable[[str], str]) -> None:
    twice = [{"key": "k", "value": "1"}, {"key": "k", "value": "2"}]
    model = http.post("registered-models/create", {"name": unique("twice"), "tags": twice}).ok()["registered_model"]
    assert pairs(model) == {"k": "2"}


def test_an_unknown_model_is_missing_everywhere(http: Any) -> None:
    message = "Registered Model with name=nope not found"
    http.get("registered-models/get", {"name": "nope"}).is_missing(message)
    http.get("registered-models/get-latest-versions", {"name": "nope"}).is_missing(message)
    http.post("registered-models/rename", {"name": "nope", "new_name": "q"}).is_missing(message)
    http.patch("registered-models/update", {"name": "nope", "description": "x"}).is_missing(message)
    http.delete("registered-models/delete", {"name": "nope"}).is_missing(message)
    http.post("registered-models/set-tag", {"name": "nope", "key": "k", "value": "v"}).is_missing(message)
    http.delete("registered-models/delete-tag", {"name": "nope", "key": "k"}).is_missing(message)
    http.get("registered-models/alias", {"name": "nope", "alias": "a"}).is_missing(message)
    http.delete("registered-models/alias", {"name": "nope", "alias": "a"}).is_missing(message)
    http.post("model-versions/create", {"name": "nope", "source": "s3://b/k"}).is_missing(message)


def test_the_page_and_the_client_see_the_same_model(http: Any, name: str) -> None:
    ajax = http.get("/ajax-api/2.0/mlflow/registered-models/get", {"name": name}).ok()["registered_model"]
    assert ajax == fetch(http, name)


# --- change


def test_update_changes_the_description_and_the_time(http: Any, name: str) -> None:
    before = fetch(http, name)
    body = {"name": name, "description": "new"}
    after = http.patch("registered-models/update", body).ok()["registered_model"]
    assert after["description"] == "new"
    assert after["creation_timestamp"] == before["creation_timestamp"]
    assert after["last_updated_timestamp"] >= before["last_updated_timestamp"]
    assert "description" not in http.patch("registered-models/update", {"name": name}).ok()["registered_model"]


def test_a_renamed_model_keeps_versions_tags_and_aliases(
    http: Any, name: str, new_version: Callable[[str], str]
) -> None:
    new_version(name)
    http.post("registered-models/set-tag", {"name": name, "key": "k", "value": "v"}).ok()
    http.post("registered-models/alias", {"name": name, "alias": "best", "version": "1"}).ok()
    other = f"{name}-renamed"
    model = http.post("registered-models/rename", {"name": name, "new_name": other}).ok()["registered_model"]
    assert (model["name"], pairs(model), aliases(model)) == (other, {"k": "v"}, {"best": "1"})
    assert [version["name"] for version in model["latest_versions"]] == [other]
    found = http.get("registered-models/alias", {"name": other, "alias": "best"}).ok()["model_version"]
    assert (found["name"], found["version"]) == (other, "1")
    assert found["last_updated_timestamp"] == model["last_updated_timestamp"]
    http.get("registered-models/get", {"name": name}).is_missing()


def test_a_model_may_be_renamed_to_its_own_name_only_if_taken(
    http: Any, name: str, unique: Callable[[str], str]
) -> None:
    http.post("registered-models/rename", {"name": name, "new_name": name}).ok()
    other = unique("other")
    http.post("registered-models/create", {"name": other}).ok()
    taken = http.post("registered-models/rename", {"name": name, "new_name": other})
    taken.fails(400, "RESOURCE_ALREADY_EXISTS", f"Registered Model (name={other}) already exists.")
    http.post("registered-models/rename", {"name": name}).is_invalid("required parameter 'new_name'")
    http.post("registered-models/rename", {"name": name, "new_name": "a/b"}).is_invalid("Invalid model name 'a/b'")


def test_a_deleted_model_is_gone_and_its_name_is_free(http: Any, name: str, new_version: Callable[[str], str]) -> None:
    new_version(name)
    new_version(name)
    assert http.delete("registered-models/delete", {"name": name}).ok() == {}
    http.delete("registered-models/delete", {"name": name}).is_missing()
    http.get("model-versions/get", {"name": name, "version": "1"}).is_missing()
    http.post("registered-models/create", {"name": name}).ok()
    assert new_version(name) == "1"


# --- tags


def test_tags_are_set_overwritten_and_deleted(http: Any, name: str) -> None:
    for key, value in (("k", "1"), ("k", "2"), ("empty", ""), ("a/b: c.d-e_f", "odd")):
        assert http.post("registered-models/set-tag", {"name": name, "key": key, "value": value}).ok() == {}
    http.post("registered-models/set-tag", {"name": name, "key": "valueless"}).ok()
    assert pairs(fetch(http, name)) == {"k": "2", "empty": "", "a/b: c.d-e_f": "odd", "valueless": ""}
    assert http.delete("registered-models/delete-tag", {"name": name, "key": "k"}).ok() == {}
    assert http.delete("registered-models/delete-tag", {"name": name, "key": "k"}).ok() == {}
    assert "k" not in pairs(fetch(http, name))


def test_tags_do_not_touch_the_time_of_the_last_update(http: Any, name: str) -> None:
    before = fetch(http, name)["last_updated_timestamp"]
    http.post("registered-models/set-tag", {"name": name, "key": "k", "value": "v"}).ok()
    http.delete("registered-models/delete-tag", {"name": name, "key": "k"}).ok()
    assert fetch(http, name)["last_updated_timestamp"] == before


@pytest.mark.parametrize("key", ["a/../b", "../x", "/a", "a//b", "./a"])
def test_keys_that_are_paths_to_elsewhere_are_refused(http: Any, name: str, key: str) -> None:
    body = {"name": name, "key": key, "value": "v"}
    http.post("registered-models/set-tag", body).is_invalid("must not resolve to other names")


def test_keys_and_values_of_tags_have_limits(http: Any, name: str) -> None:
    longest = {"name": name, "key": "k" * 250, "value": "v" * 100_000}
    http.post("registered-models/set-tag", longest).ok()
    key = http.post("registered-models/set-tag", {**longest, "key": "k" * 251})
    key.is_invalid("'key' exceeds the maximum length of 250 characters")
    value = http.post("registered-models/set-tag", {**longest, "value": "v" * 100_001})
    value.is_invalid("'value' exceeds the maximum length of 100000 characters")
    signs = http.post("registered-models/set-tag", {**longest, "key": "a=b"})
    signs.is_invalid("Names may only contain alphanumerics")
    http.post("registered-models/set-tag", {**longest, "key": ""}).is_invalid("required parameter 'key'")


def test_bad_tags_of_a_new_model_leave_nothing_behind(http: Any, unique: Callable[[str], str]) -> None:
    name = unique("nothing")
    for tag in ({"value": "v"}, {"key": "../x", "value": "v"}, {"key": "k", "value": "v" * 100_001}):
        http.post("registered-models/create", {"name": name, "tags": [tag]}).is_invalid()
    http.get("registered-models/get", {"name": name}).is_missing()


# --- aliases


def test_an_alias_leads_to_one_version_at_a_time(http: Any, name: str, new_version: Callable[[str], str]) -> None:
    first, second = new_version(name), new_version(name)
    for version in (first, second):
        body = {"name": name, "alias": "champion", "version": version}
        assert http.post("registered-models/alias", body).ok() == {}
        found = http.get("registered-models/alias", {"name": name, "alias": "champion"}).ok()["model_version"]
        assert (found["version"], found["aliases"]) == (version, ["champion"])
    assert aliases(fetch(http, name)) == {"champion": second}
    assert "aliases" not in http.get("model-versions/get", {"name": name, "version": first}).ok()["model_version"]


def test_a_version_may_have_many_aliases_and_case_tells_them_apart(
    http: Any, name: str, new_version: Callable[[str], str]
) -> None:
    number = new_version(name)
    for alias in ("b", "a", "B", "1", "é", "_x-y", "Production"):
        http.post("registered-models/alias", {"name": name, "alias": alias, "version": number}).ok()
    found = http.get("model-versions/get", {"name": name, "version": number}).ok()["model_version"]
    assert found["aliases"] == sorted(found["aliases"])
    assert set(found["aliases"]) == {"b", "a", "B", "1", "é", "_x-y", "Production"}


def test_aliases_do_not_touch_the_time_of_the_last_update(
    http: Any, name: str, new_version: Callable[[str], str]
) -> None:
    number = new_version(name)
    before = fetch(http, name)["last_updated_timestamp"]
    http.post("registered-models/alias", {"name": name, "alias": "a", "version": number}).ok()
    http.delete("registered-models/alias", {"name": name, "alias": "a"}).ok()
    assert fetch(http, name)["last_updated_timestamp"] == before


def test_a_deleted_alias_leads_nowhere(http: Any, name: str, new_version: Callable[[str], str]) -> None:
    http.post("registered-models/alias", {"name": name, "alias": "a", "version": new_version(name)}).ok()
    for _ in range(2):
        assert http.delete("registered-models/alias", {"name": name, "alias": "a"}).ok() == {}
    missing = http.get("registered-models/alias", {"name": name, "alias": "a"})
    missing.is_invalid("Registered model alias a not found.")


def test_aliases_go_with_their_version(http: Any, name: str, new_version: Callable[[str], str]) -> None:
    kept, gone = new_version(name), new_version(name)
    http.post("registered-models/alias", {"name": name, "alias": "kept", "version": kept}).ok()
    http.post("registered-models/alias", {"name": name, "alias": "gone", "version": gone}).ok()
    http.delete("model-versions/delete", {"name": name, "version": gone}).ok()
    assert aliases(fetch(http, name)) == {"kept": kept}


def test_latest_is_an_alias_of_the_newest_version(http: Any, name: str, new_version: Callable[[str], str]) -> None:
    none = http.get("registered-models/alias", {"name": name, "alias": "latest"})
    none.is_missing(f"Latest version not found for model {name}.")
    new_version(name)
    newest = new_version(name)
    found = http.get("registered-models/alias", {"name": name, "alias": "latest"}).ok()["model_version"]
    assert found["version"] == newest


@pytest.mark.parametrize("alias", RESERVED)
def test_reserved_aliases_are_refused(http: Any, name: str, new_version: Callable[[str], str], alias: str) -> None:
    body = {"name": name, "alias": alias, "version": new_version(name)}
    http.post("registered-models/alias", body).is_invalid("is reserved.")


@pytest.mark.parametrize("alias", NO_ALIASES)
def test_aliases_are_words(http: Any, name: str, new_version: Callable[[str], str], alias: str) -> None:
    message = f"Invalid alias name: '{alias}'. Names may only contain alphanumerics, underscores (_), and dashes (-)."
    http.post("registered-models/alias", {"name": name, "alias": alias, "version": new_version(name)}).is_invalid(
        message
    )
    http.get("registered-models/alias", {"name": name, "alias": alias}).is_invalid(message)
    http.delete("registered-models/alias", {"name": name, "alias": alias}).is_invalid(message)


def test_an_alias_needs_a_version_that_is_there(http: Any, name: str) -> None:
    body = {"name": name, "alias": "a"}
    http.post("registered-models/alias", body).is_invalid("required parameter 'version'")
    unknown = http.post("registered-models/alias", {**body, "version": "7"})
    unknown.is_missing(f"Model Version (name={name}, version=7) not found")
    words = http.post("registered-models/alias", {**body, "version": "x"})
    words.is_invalid("Parameter 'version' must be an integer, got 'x'.")
    long = http.post("registered-models/alias", {"name": name, "alias": "x" * 256, "version": "1"})
    long.is_invalid("'Registered model alias name' exceeds the maximum length of 255 characters")


# --- the latest of each stage


def test_the_latest_version_of_each_stage(http: Any, name: str, new_version: Callable[[str], str]) -> None:
    for stage in ("Staging", "Staging", "Production", "None", "Archived"):
        body = {"name": name, "version": new_version(name), "stage": stage, "archive_existing_versions": False}
        http.post("model-versions/transition-stage", body).ok()
    expected = {"Staging": "2", "Production": "3", "None": "4", "Archived": "5"}
    everything = {"name": name}
    for answer in (
        http.get("registered-models/get-latest-versions", everything),
        http.post("registered-models/get-latest-versions", everything),
        http.post("registered-models/get-latest-versions", {**everything, "stages": []}),
    ):
        found = answer.ok()["model_versions"]
        assert {version["current_stage"]: version["version"] for version in found} == expected
    listed = fetch(http, name)["latest_versions"]
    assert {version["current_stage"]: version["version"] for version in listed} == expected


def test_the_latest_version_of_some_stages(http: Any, name: str, new_version: Callable[[str], str]) -> None:
    new_version(name)
    body = {"name": name, "version": new_version(name), "stage": "Production", "archive_existing_versions": False}
    http.post("model-versions/transition-stage", body).ok()
    path = "registered-models/get-latest-versions"
    for stages, versions in (("production", ["2"]), (["None", "PRODUCTION"], ["1", "2"]), ("Staging", [])):
        found = http.get(path, {"name": name, "stages": stages}).ok().get("model_versions", [])
        assert [version["version"] for version in found] == versions
    wrong = http.post(path, {"name": name, "stages": ["bogus"]})
    wrong.is_invalid("Invalid Model Version stage: bogus. Value must be one of None, Staging, Production, Archived.")


# --- through the client


def test_the_client_reads_a_model_whole(client: Any, unique: Callable[[str], str]) -> None:
    name = unique("client")
    client.create_registered_model(name, tags={"a": "b"}, description="words")
    client.create_model_version(name, "s3://bucket/key")
    client.set_registered_model_alias(name, "champion", "1")
    client.set_registered_model_tag(name, "c", "d")
    client.delete_registered_model_tag(name, "a")
    client.update_registered_model(name, "other words")
    model = client.get_registered_model(name)
    assert (model.name, model.description, model.tags, dict(model.aliases)) == (
        name,
        "other words",
        {"c": "d"},
        {"champion": "1"},
    )
    assert [version.version for version in model.latest_versions] == ["1"]
    assert client.get_model_version_by_alias(name, "champion").version == "1"
    client.delete_registered_model_alias(name, "champion")
    assert dict(client.get_registered_model(name).aliases) == {}
    client.delete_registered_model(name)


def test_the_client_hears_why_it_was_refused(client: Any, name: str, refused: Callable[..., Any]) -> None:
    taken = refused(client.create_registered_model, name)
    assert taken.error_code == "RESOURCE_ALREADY_EXISTS"
    assert refused(client.get_registered_model, "nope").error_code == "RESOURCE_DOES_NOT_EXIST"
    assert refused(client.set_registered_model_alias, name, "v1", "1").error_code == "INVALID_PARAMETER_VALUE"
