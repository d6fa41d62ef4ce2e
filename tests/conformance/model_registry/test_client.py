"""What Kubeflow's unmodified client does: register, find, list and change models, versions and artifacts."""

from collections.abc import Callable
from typing import Any

import pytest
from model_registry import utils
from model_registry.exceptions import StoreError

PROPERTIES = {"accuracy": 0.9, "layers": 3, "frozen": True, "framework": "torch"}


def test_a_model_is_registered_with_its_version_and_its_artifact(registry: Any, register: Callable[..., Any]) -> None:
    made = register(
        version="v1.0",
        version_description="the first",
        owner="the team",
        metadata=PROPERTIES,
        storage_key="key",
        storage_path="path",
        service_account_name="account",
        model_source_kind="pipeline",
        model_source_id="run-1",
    )
    model = registry.get_registered_model(made.name)
    assert (model.id, model.owner, model.state.value) == (made.id, "the team", "LIVE")
    version = registry.get_model_version(made.name, "v1.0")
    assert (version.name, version.description, version.author) == ("v1.0", "the first", "somebody")
    assert (version.custom_properties, version.registered_model_id) == (PROPERTIES, made.id)
    artifact = registry.get_model_artifact(made.name, "v1.0")
    assert (artifact.uri, artifact.model_format_name, artifact.storage_key) == ("s3://bucket/model", "onnx", "key")
    assert (artifact.storage_path, artifact.service_account_name) == ("path", "account")
    assert (artifact.model_source_kind, artifact.model_source_id) == ("pipeline", "run-1")
    assert int(artifact.create_time_since_epoch) > 1_700_000_000_000


def test_a_second_version_joins_the_model_and_a_name_is_given_once(registry: Any, register: Callable[..., Any]) -> None:
    first = register(version="a")
    assert register(first.name, "b").id == first.id
    with pytest.raises(StoreError, match="already exists"):
        register(first.name, "b")
    assert [each.name for each in registry.get_model_versions(first.name)] == ["a", "b"]


def test_what_is_not_there_is_none(registry: Any, register: Callable[..., Any], unique: Callable[[str], str]) -> None:
    assert registry.get_registered_model(unique("nothing")) is None
    assert registry.get_model_version(register().name, "v9") is None


def test_models_are_changed(registry: Any, register: Callable[..., Any]) -> None:
    model = register()
    model.description, model.owner, model.custom_properties = "new", "others", {"a": "b", "n": 7}
    model.state = type(model.state)("ARCHIVED")
    registry.update(model)
    found = registry.get_registered_model(model.name)
    assert (found.description, found.owner, found.state.value) == ("new", "others", "ARCHIVED")
    assert found.custom_properties == {"a": "b", "n": 7}
    found.custom_properties = {"n": 8}
    assert registry.update(found).custom_properties == {"n": 8}


def test_versions_and_artifacts_are_changed(registry: Any, register: Callable[..., Any]) -> None:
    name = register(metadata={"a": 1}).name
    version = registry.get_model_version(name, "v1")
    version.description, version.custom_properties = "new", {"b": 1.5}
    changed = registry.update(version)
    assert (changed.description, changed.custom_properties, changed.author) == ("new", {"b": 1.5}, "somebody")
    artifact = registry.get_model_artifact(name, "v1")
    artifact.uri, artifact.model_format_version = "s3://bucket/moved", "2"
    registry.update(artifact)
    found = registry.get_model_artifact(name, "v1")
    assert (found.uri, found.model_format_version, found.id) == ("s3://bucket/moved", "2", artifact.id)


def test_pages_are_walked_in_order(registry: Any, register: Callable[..., Any]) -> None:
    name = register(version="0").name
    for number in range(1, 7):
        register(name, str(number))
    pager = registry.get_model_versions(name).page_size(2)
    assert [each.name for each in pager] == ["0", "1", "2", "3", "4", "5", "6"]
    pager = registry.get_model_versions(name).page_size(3).order_by_creation_time().descending()
    assert [each.name for each in pager] == ["6", "5", "4", "3", "2", "1", "0"]
    assert name in [each.name for each in registry.get_registered_models().order_by_update_time()]


def test_addresses_of_the_clients_own_makers_are_kept(registry: Any, register: Callable[..., Any]) -> None:
    uri = utils.s3_uri_from("models/mnist", "bucket", endpoint="http://minio:9000", region="r")
    name = register(uri=uri).name
    assert registry.get_model_artifact(name, "v1").uri == uri


def test_every_kind_of_address_is_kept(registry: Any, register: Callable[..., Any]) -> None:
    for uri in ("https://example.com/m.onnx", "oci://quay.io/org/model:1", "pvc://claim/model", "hf://org/model"):
        name = register(uri=uri).name
        assert registry.get_model_artifact(name, "v1").uri == uri
