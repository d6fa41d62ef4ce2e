"""Prompts, which clients from 3.0 on keep as registered models whose versions are texts."""

from collections.abc import Callable
from typing import Any

import mlflow
import pytest


@pytest.fixture(autouse=True)
def genai(uri: str, client_version: tuple[int, int]) -> Any:
    """The client's prompt functions; skipped where the client has none."""
    if client_version < (3, 0):
        pytest.skip("prompts are known to clients from 3.0 on")
    module = pytest.importorskip("mlflow.genai")
    mlflow.set_tracking_uri(uri)
    if not hasattr(module, "register_prompt"):
        pytest.skip("this client has no prompts")
    return module


@pytest.fixture
def name(unique: Callable[[str], str]) -> str:
    return unique("prompt")


def test_a_prompt_is_registered_and_loaded(genai: Any, name: str) -> None:
    made = genai.register_prompt(name, "Hello {{who}}", commit_message="first", tags={"team": "a"})
    assert (made.name, made.version) == (name, 1)
    for loaded in (
        genai.load_prompt(name),
        genai.load_prompt(name, version=1),
        genai.load_prompt(f"prompts:/{name}/1"),
    ):
        assert loaded.template == "Hello {{who}}"
        assert loaded.format(who="you") == "Hello you"
        assert (loaded.commit_message, loaded.tags["team"]) == ("first", "a")


def test_a_prompt_has_versions(genai: Any, client: Any, name: str) -> None:
    genai.register_prompt(name, "one")
    genai.register_prompt(name, [{"role": "user", "content": "two {{x}}"}])
    genai.register_prompt(name, "three", response_format={"type": "object"})
    assert genai.load_prompt(name, version=2).template == [{"role": "user", "content": "two {{x}}"}]
    assert genai.load_prompt(f"prompts:/{name}@latest").template == "three"
    assert genai.load_prompt(name, version=3).response_format == {"type": "object"}
    assert [version.version for version in client.search_prompt_versions(name)] == [3, 2, 1]
    assert genai.load_prompt(name, version=9, allow_missing=True) is None


def test_an_alias_leads_to_a_version_of_a_prompt(genai: Any, name: str) -> None:
    genai.register_prompt(name, "one")
    genai.register_prompt(name, "two")
    genai.set_prompt_alias(name, "production", 1)
    assert genai.load_prompt(f"prompts:/{name}@production").template == "one"
    genai.delete_prompt_alias(name, "production")
    with pytest.raises(mlflow.exceptions.MlflowException, match="production"):
        genai.load_prompt(f"prompts:/{name}@production", cache_ttl_seconds=0)


def test_prompts_are_searched_apart_from_models(genai: Any, client: Any, name: str) -> None:
    genai.register_prompt(name, "one", tags={"team": name})
    client.create_registered_model(f"{name}-model")
    assert [found.name for found in genai.search_prompts(filter_string=f"name LIKE '{name}%'")] == [name]
    assert [found.name for found in genai.search_prompts(filter_string=f"tags.team = '{name}'")] == [name]
    assert [found.name for found in client.search_registered_models(f"name LIKE '{name}%'")] == [f"{name}-model"]
    assert list(client.search_model_versions(f"name = '{name}'")) == []


def test_tags_of_prompts_and_of_their_versions(genai: Any, client: Any, name: str) -> None:
    genai.register_prompt(name, "one")
    client.set_prompt_tag(name, "k", "v")
    assert client.get_prompt(name).tags["k"] == "v"
    client.delete_prompt_tag(name, "k")
    assert "k" not in client.get_prompt(name).tags
    client.set_prompt_version_tag(name, "1", "k", "v")
    assert client.get_prompt_version(name, "1").tags["k"] == "v"
    client.delete_prompt_version_tag(name, "1", "k")
    assert "k" not in client.get_prompt_version(name, "1").tags


def test_prompts_and_their_versions_are_deleted(genai: Any, client: Any, name: str) -> None:
    genai.register_prompt(name, "one")
    genai.register_prompt(name, "two")
    client.delete_prompt_version(name, "1")
    assert [version.version for version in client.search_prompt_versions(name)] == [2]
    client.delete_prompt_version(name, "2")
    client.delete_prompt(name)
    assert client.get_prompt(name) is None


def test_a_name_is_a_models_or_a_prompts(genai: Any, client: Any, name: str, refused: Callable[..., Any]) -> None:
    client.create_prompt(name)
    assert "Prompt (name=" in refused(client.create_prompt, name).message
    taken = refused(client.create_registered_model, name)
    assert taken.error_code == "RESOURCE_ALREADY_EXISTS"
    assert "is already taken by a prompt" in taken.message
    client.create_registered_model(f"{name}-model")
    assert "exists with the same name" in refused(genai.register_prompt, f"{name}-model", "x").message


def test_the_source_of_a_prompts_version_is_a_placeholder(http: Any, name: str) -> None:
    prompt = [{"key": "mlflow.prompt.is_prompt", "value": "true"}]
    http.post("registered-models/create", {"name": name, "tags": prompt}).ok()
    for source in ("dummy-source", "prompt-template"):
        http.post("model-versions/create", {"name": name, "source": source, "tags": prompt}).ok()
    for source in ("dummy", "s3://bucket/key", "mlflow-artifacts:/x", "/etc/passwd"):
        answer = http.post("model-versions/create", {"name": name, "source": source, "tags": prompt})
        answer.is_invalid(f"Invalid prompt source: '{source}'. Prompt sources must use an MLflow placeholder.")


def test_a_run_says_which_prompts_it_used(genai: Any, client: Any, name: str, experiment_id: str) -> None:
    genai.register_prompt(name, "one")
    with mlflow.start_run(experiment_id=experiment_id) as run:
        genai.load_prompt(name, version=1, cache_ttl_seconds=0)
    linked = client.get_run(run.info.run_id).data.tags["mlflow.linkedPrompts"]
    assert name in linked
