"""Rules are kept in the transaction of a promotion, whoever asks: MLflow's own client meets them too."""

import getpass
from typing import Any

import pytest
from mlflow.exceptions import MlflowException

from tests.registry.world import MLFLOW, World, model_files

RULE = {"aliases": ["champion"], "stages": ["Production"]}


@pytest.fixture
def name(world: World) -> str:
    return world.name("guarded")


def ruled(world: World, name: str, **rule: Any) -> None:
    """Put a rule on a model that has a version."""
    world.version(name, metrics={"accuracy": 0.8})
    world.ask("PUT", f"/models/{name}/rule", {**RULE, **rule})


def green(world: World, name: str, version: int = 1) -> dict[str, bool]:
    """Which checks of a version are green."""
    checks = world.ask("GET", f"/models/{name}/versions/{version}/checks")["checks"]
    return {check["requirement"]: check["is_green"] for check in checks}


def test_the_client_of_mlflow_is_refused_with_what_is_red(world: World, name: str) -> None:
    ruled(world, name, required=["signature", "metrics.accuracy >= 0.9", "check.latency"])
    with pytest.raises(MlflowException, match=r"accuracy is 0\.8.*nobody has reported it yet") as refused:
        world.client.set_registered_model_alias(name, "champion", "1")
    assert "signature" not in str(refused.value)
    with pytest.raises(MlflowException, match="the stage Production"):
        world.to_stage(name, "1", "Production")
    assert world.client.get_registered_model(name).aliases == {}
    assert world.client.get_model_version(name, "1").current_stage == "None"


def test_it_is_allowed_once_all_is_green(world: World, name: str) -> None:
    ruled(world, name, required=["check.latency", "tags.reviewed = yes", "description"])
    world.ask("PUT", f"/models/{name}/versions/1/checks/latency", {"outcome": "green", "message": "12 ms"})
    world.client.set_model_version_tag(name, "1", "reviewed", "yes")
    assert green(world, name) == {"check.latency": True, "tags.reviewed = yes": True, "description": False}
    assert world.call("POST", f"/models/{name}/versions/1/promote", {"alias": "champion"}).status_code == 409
    world.ask("PUT", f"/models/{name}/card", {"card": "# What it is for"})
    world.client.set_registered_model_alias(name, "champion", "1")
    assert world.client.get_model_version_by_alias(name, "champion").version == "1"


def test_what_the_rule_does_not_name_is_free(world: World, name: str) -> None:
    ruled(world, name, required=["check.never"])
    world.client.set_registered_model_alias(name, "shadow", "1")
    world.to_stage(name, "1", "Staging")


def test_a_check_that_turns_red_keeps_what_was_given(world: World, name: str) -> None:
    ruled(world, name, required=["check.drift"])
    path = f"/models/{name}/versions/1/checks/drift"
    world.ask("PUT", path, {"outcome": "green"})
    world.client.set_registered_model_alias(name, "champion", "1")
    world.ask("PUT", path, {"outcome": "red", "message": "it drifts", "link": "https://ci.example/9"})
    detail = world.ask("GET", f"/models/{name}/versions/1")
    assert detail["version"]["aliases"] == ["champion"]
    assert detail["checks"][0]["link"] == "https://ci.example/9"


@pytest.mark.parametrize("required", ["safe_format", "signature", "input_example"])
def test_what_the_files_must_be_is_read_from_the_files(world: World, name: str, required: str) -> None:
    bad = {
        "MLmodel": model_files(signature=None, saved_input_example_info=None)["MLmodel"],
        "model.pkl": b"cos\nsystem",
    }
    world.registered(name, world.logged_model(world.run(), bad))
    world.version(name)
    world.ask("PUT", f"/models/{name}/rule", {**RULE, "required": [required]})
    with pytest.raises(MlflowException, match=required):
        world.client.set_registered_model_alias(name, "champion", "1")
    world.client.set_registered_model_alias(name, "champion", "2")


def test_files_that_change_are_judged_as_they_are_now(world: World, name: str) -> None:
    model = world.logged_model(world.run())
    world.registered(name, model)
    world.ask("PUT", f"/models/{name}/rule", {**RULE, "required": ["signature"]})
    assert green(world, name) == {"signature": True}
    where = f"/api/2.0/mlflow-artifacts/artifacts/{world.experiment}/models/{model}/artifacts/MLmodel"
    assert world.http.put(where, content=model_files(signature=None)["MLmodel"]).is_success
    with pytest.raises(MlflowException, match="no signature"):
        world.client.set_registered_model_alias(name, "champion", "1")


def test_only_those_whom_the_rule_names_may_promote(world: World, name: str) -> None:
    ruled(world, name, promoters=["ada", "grace"])
    with pytest.raises(MlflowException, match="'ada' and 'grace'"):
        world.client.set_registered_model_alias(name, "champion", "1")
    answer = world.call("POST", f"/models/{name}/versions/1/promote", {"stage": "production"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
    world.ask("PUT", f"/models/{name}/rule", {**RULE, "promoters": ["ada", getpass.getuser()]})
    world.client.set_registered_model_alias(name, "champion", "1")
    world.ask("PUT", f"/models/{name}/rule", {**RULE, "promoters": ["ada"]})
    with pytest.raises(MlflowException, match="give or take the alias 'champion'"):
        world.client.delete_registered_model_alias(name, "champion")


def test_what_is_in_use_is_not_deleted_and_says_by_whom(world: World, name: str) -> None:
    ruled(world, name)
    world.version(name)
    world.client.set_registered_model_alias(name, "champion", "1")
    world.to_stage(name, "2", "Production")
    assert world.ask("GET", f"/models/{name}/versions/1")["used_by"] == ["the alias 'champion'"]
    with pytest.raises(MlflowException, match="version 1 has the alias 'champion'"):
        world.client.delete_model_version(name, "1")
    refusal = world.call("DELETE", f"/models/{name}").json()["error"]
    assert refusal["code"] == "conflict"
    assert "version 1 has the alias 'champion'" in refusal["message"]
    assert "version 2 has the stage Production" in refusal["message"]
    assert "remove the rule" in refusal["hint"]
    world.ask("DELETE", f"/models/{name}/rule")
    world.ask("DELETE", f"/models/{name}")
    assert world.call("GET", f"/models/{name}").status_code == 404


def test_a_rule_can_be_asked_for_changed_and_removed(world: World, name: str) -> None:
    ruled(world, name, required=["signature"])
    kept = world.ask("GET", f"/models/{name}/rule")
    assert kept["rule"] == {**RULE, "promoters": [], "required": ["signature"]}
    assert kept["updated_by"] == getpass.getuser()
    assert world.ask("GET", f"/models/{name}")["model"]["is_guarded"] is True
    renamed = world.name("renamed")
    world.client.rename_registered_model(name, renamed)
    assert world.ask("GET", f"/models/{renamed}/rule")["rule"] == kept["rule"]
    world.ask("DELETE", f"/models/{renamed}/rule")
    assert world.call("GET", f"/models/{renamed}/rule").status_code == 404
    assert world.call("DELETE", f"/models/{renamed}/rule").status_code == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("rule", {}),
        ("rule", {"aliases": ["champion"], "required": ["accuracy"]}),
        ("rule", {"aliases": "champion"}),
        ("versions/1/checks/latency", {"outcome": "amber"}),
        ("versions/1/checks/latency", {"outcome": "green", "link": "javascript:alert(1)"}),
        ("versions/1/checks/latency", {"outcome": "green", "message": "x" * 3000}),
        ("versions/1/checks/ latency", {"outcome": "green"}),
    ],
)
def test_bad_rules_and_reports_are_refused(world: World, path: str, body: dict[str, Any]) -> None:
    name = world.name("bad")
    world.version(name)
    answer = world.call("PUT", f"/models/{name}/{path}", body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["message"]


def test_checks_and_rules_of_what_is_not_there_are_not_found(world: World) -> None:
    name = world.name("missing")
    assert world.call("PUT", f"/models/{name}/rule", RULE).status_code == 404
    assert world.call("PUT", f"/models/{name}/versions/1/checks/x", {"outcome": "green"}).status_code == 404
    assert world.call("GET", f"/models/{name}/versions/1/checks").status_code == 404


def test_a_prompt_has_rules_too(world: World) -> None:
    name = world.name("prompt")
    tags = [{"key": "mlflow.prompt.is_prompt", "value": "true"}]
    world.ask("POST", f"{MLFLOW}/registered-models/create", {"name": name, "tags": tags})
    version = {"name": name, "source": "dummy-source", "tags": [*tags, {"key": "mlflow.prompt.text", "value": "Hi"}]}
    world.ask("POST", f"{MLFLOW}/model-versions/create", version)
    world.ask("PUT", f"/models/{name}/rule", {"aliases": ["live"], "required": ["check.review"]})
    with pytest.raises(MlflowException, match=r"check\.review"):
        world.client.set_prompt_alias(name, "live", 1)
    world.ask("PUT", f"/models/{name}/versions/1/checks/review", {"outcome": "green"})
    world.client.set_prompt_alias(name, "live", 1)
