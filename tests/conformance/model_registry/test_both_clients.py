"""One registry: what one client makes, the other sees."""

from collections.abc import Callable
from typing import Any


def test_what_kubeflows_client_makes_mlflows_sees(
    register: Callable[..., Any], mlflow_client: Any, registry: Any
) -> None:
    name = register(version="v1.0", version_description="the first", metadata={"accuracy": 0.9, "ok": True}).name
    assert mlflow_client.get_registered_model(name).name == name
    version = mlflow_client.get_model_version(name, "1")
    assert (version.source, version.status, version.description) == ("s3://bucket/model", "READY", "the first")
    assert version.tags == {"accuracy": "0.9", "ok": "true"}
    mlflow_client.set_registered_model_alias(name, "champion", "1")
    assert mlflow_client.get_model_version_by_alias(name, "champion").version == "1"
    assert registry.get_model_version(name, "v1.0").name == "v1.0"
    mlflow_client.delete_model_version(name, "1")
    assert registry.get_model_version(name, "v1.0") is None


def test_what_mlflows_client_makes_kubeflows_sees(
    registry: Any, mlflow_client: Any, unique: Callable[[str], str]
) -> None:
    name = unique("model")
    mlflow_client.create_registered_model(name, tags={"team": "a"}, description="words")
    mlflow_client.create_model_version(name, "s3://bucket/x", tags={"k": "v"}, description="of it")
    model = registry.get_registered_model(name)
    assert (model.description, model.custom_properties) == ("words", {"team": "a"})
    version = registry.get_model_version(name, "1")
    assert (version.description, version.custom_properties) == ("of it", {"k": "v"})
    assert registry.get_model_artifact(name, "1").uri == "s3://bucket/x"
    mlflow_client.rename_registered_model(name, f"{name}-b")
    assert registry.get_registered_model(f"{name}-b").id == model.id
    mlflow_client.delete_registered_model(f"{name}-b")
    assert registry.get_registered_model(f"{name}-b") is None


def test_a_version_without_an_artifact_is_pending(wire: Any, mlflow_client: Any, unique: Callable[[str], str]) -> None:
    name = unique("model")
    model = wire.ok("POST", "registered_models", {"name": name})
    version = wire.ok("POST", "model_versions", {"name": "x", "registeredModelId": model["id"]})
    assert mlflow_client.get_model_version(name, "1").status == "PENDING_REGISTRATION"
    path = f"model_versions/{version['id']}/artifacts"
    wire.ok("POST", path, {"artifactType": "doc-artifact", "name": "paper", "uri": "s3://b/paper.pdf"})
    assert mlflow_client.get_model_version(name, "1").status == "PENDING_REGISTRATION"
    artifact = wire.ok("POST", path, {"artifactType": "model-artifact", "name": "m", "uri": "s3://b/m"})
    found = mlflow_client.get_model_version(name, "1")
    assert (found.status, found.source) == ("READY", "s3://b/m")
    wire.ok("PATCH", f"model_artifacts/{artifact['id']}", {"uri": "s3://b/other"})
    assert mlflow_client.get_model_version(name, "1").source == "s3://b/m", "what a version is of never changes"


def test_an_address_that_mlflows_clients_are_not_sent_to_is_the_artifacts_alone(
    register: Callable[..., Any], mlflow_client: Any
) -> None:
    name = register(uri="https://example.com/model.onnx").name
    version = mlflow_client.get_model_version(name, "1")
    assert (version.status, version.source) == ("READY", "")


def test_prompts_are_no_models(registry: Any, wire: Any, unique: Callable[[str], str]) -> None:
    name = unique("prompt")
    prompt = {"name": name, "tags": [{"key": "mlflow.prompt.is_prompt", "value": "true"}]}
    wire.ok("POST", "/api/2.0/mlflow/registered-models/create", prompt)
    assert registry.get_registered_model(name) is None
    assert wire.ok("GET", "registered_models", filterQuery=f"name='{name}'")["items"] == []
    assert "already" in wire.refused(409, "POST", "registered_models", {"name": name})
