"""What the page of models asks: lists, one model, one version with its surroundings, two side by side."""

from typing import Any

import pytest

from tests.registry.world import COMMIT, World, model_files


@pytest.fixture
def name(world: World) -> str:
    return world.name("seen")


def listed(world: World, **query: Any) -> list[str]:
    """The names that a list shows."""
    words = "&".join(f"{key}={value}" for key, value in query.items())
    return [model["name"] for model in world.ask("GET", f"/models?{words}")["models"]]


def test_a_list_tells_of_versions_stages_and_aliases(world: World, name: str) -> None:
    for _ in range(3):
        world.version(name)
    world.to_stage(name, "2", "Production")
    world.client.set_registered_model_alias(name, "champion", "2")
    world.client.set_registered_model_tag(name, "team", "risk")
    page = world.ask("GET", f"/models?search={name}")
    (row,) = page["models"]
    assert page["total"] == 1
    assert (row["kind"], row["version_count"], row["latest_version"]) == ("model", 3, 3)
    assert (row["stages"], row["aliases"], row["tags"]) == ({"Production": 1}, {"champion": 2}, {"team": "risk"})
    assert row["is_guarded"] is False
    (latest,) = world.ask("GET", f"/models/{name}/versions?limit=1")["versions"]
    assert row["latest_ms"] == latest["created_ms"]


def test_the_history_of_a_model_tells_of_all_its_versions(world: World, name: str) -> None:
    for _ in range(2):
        world.version(name)
    assert world.ask("GET", f"/models/{name}/history")["history"] == []
    world.client.set_registered_model_alias(name, "champion", "1")
    world.client.set_registered_model_alias(name, "champion", "2")
    world.to_stage(name, "1", "Archived")
    told = world.ask("GET", f"/models/{name}/history")["history"]
    assert [(line["turn"], line["version"], line["before"], line["after"]) for line in told] == [
        ("stage", 1, "None", "Archived"),
        ("alias", 2, "1", "2"),
        ("alias", 1, "", "1"),
    ]
    assert world.ask("GET", f"/models/{name}/history?limit=1")["history"] == told[:1]
    assert world.call("GET", "/models/nobody/history").status_code == 404


def test_a_list_is_searched_filtered_sorted_and_paged(world: World) -> None:
    word = world.name("word")
    names = [f"{word}-{letter}" for letter in "abc"]
    for name in names:
        world.version(name)
    world.version(names[1])
    world.client.set_registered_model_tag(names[0], "team", "risk")
    world.client.set_registered_model_alias(names[2], "champion", "1")
    world.client.update_registered_model(names[1], description=f"about {word} and 100%")
    assert listed(world, search=word, sort="name", descending="false") == names
    assert listed(world, search=word, sort="versions")[0] == names[1]
    assert listed(world, search=word, sort="name", descending="false", limit=1, offset=2) == names[2:]
    assert listed(world, search=f"{word} 100%25") == [names[1]]
    assert listed(world, search=word, tag="team=risk") == listed(world, search=word, tag="team") == [names[0]]
    assert listed(world, search=word, tag="team=other") == []
    assert listed(world, search=word, alias="champion") == [names[2]]
    assert listed(world, search=word, stage="Production") == []
    assert listed(world, search=word, kind="prompt") == []


@pytest.mark.parametrize("query", ["limit=0", "limit=5000", "offset=-1", "sort=size", "kind=thing"])
def test_a_list_that_cannot_be_is_refused(world: World, query: str) -> None:
    assert world.call("GET", f"/models?{query}").status_code == 400


def test_a_version_is_shown_with_its_files_run_and_model(world: World, name: str) -> None:
    run = world.run(metrics={"accuracy": 0.9, "loss": 0.2})
    model = world.logged_model(run, params={"depth": "3"})
    detail = world.registered(name, model, description="first", tags={"task": "churn"})
    version, facts = detail["version"], detail["facts"]
    assert (version["version"], version["run_id"], version["logged_model_id"]) == (1, run, model)
    assert (version["description"], version["tags"]) == ("first", {"task": "churn"})
    assert detail["run"]["id"] == run
    assert detail["run"]["is_deleted"] is False
    assert (detail["params"], detail["metrics"]) == ({"depth": "3"}, {"accuracy": 0.9, "loss": 0.2})
    assert detail["logged_model"]["name"] == "net"
    assert (facts["problem"], facts["format"], facts["input_example"]) == ("", "safe", "input_example.json")
    assert facts["flavors"][1] == {"name": "sklearn", "version": "1.9.1"}
    assert facts["signature"]["inputs"][0]["name"] == "length"
    assert facts["requirements"] == ["scikit-learn==1.9.1", "skops>=0.16"]
    assert facts["file_count"] == 4
    assert facts["size"] == sum(file["size"] for file in facts["files"])


def test_a_metric_that_measures_the_model_itself_comes_first(world: World, name: str) -> None:
    run = world.run(metrics={"accuracy": 0.9, "loss": 0.2})
    model = world.logged_model(run)
    evaluation = world.run()
    world.client.log_metric(evaluation, "accuracy", 0.7, model_id=model)
    world.client.log_metric(evaluation, "broken", float("nan"), model_id=model)
    assert world.registered(name, model)["metrics"] == {"accuracy": 0.7, "broken": None, "loss": 0.2}


def test_files_that_lie_elsewhere_or_are_no_model_say_so(world: World, name: str) -> None:
    elsewhere = world.registered(name, "s3://bucket/model")
    assert "outside this server" in elsewhere["facts"]["problem"]
    empty = world.registered(name, world.logged_model(world.run(), {}))
    assert "not in the artifact store" in empty["facts"]["problem"]
    broken = world.registered(name, world.logged_model(world.run(), {"MLmodel": b"flavors: ["}))
    assert "no YAML" in broken["facts"]["problem"]
    large = world.registered(name, world.logged_model(world.run(), {"MLmodel": b"#" * (2 << 20)}))
    assert "larger than" in large["facts"]["problem"]


def test_files_of_a_run_are_found_by_the_name_of_its_model_or_by_their_path(world: World, name: str) -> None:
    run = world.run()
    model = world.logged_model(run, name="net")
    world.ask("POST", "/api/2.0/mlflow/runs/outputs", {"run_id": run, "models": [{"model_id": model, "step": 0}]})
    by_name = world.registered(name, f"runs:/{run}/net")
    assert by_name["version"]["logged_model_id"] == model
    for path, content in model_files().items():
        where = f"/api/2.0/mlflow-artifacts/artifacts/{world.experiment}/{run}/artifacts/old/{path}"
        assert world.http.put(where, content=content).is_success
    by_path = world.registered(name, f"runs:/{run}/old")
    assert (by_path["version"]["run_id"], by_path["version"]["logged_model_id"]) == (run, "")
    assert by_path["facts"]["format"] == "safe"


def test_registering_makes_the_model_and_refuses_what_is_not_there(world: World, name: str) -> None:
    assert world.call("POST", f"/models/{name}/versions", {"source": "m-0000"}).status_code == 404
    assert world.call("POST", f"/models/{name}/versions", {"source": "runs:/0000/model"}).status_code == 404
    assert world.call("GET", f"/models/{name}").status_code == 404
    model = world.logged_model(world.run())
    assert world.registered(name, model)["version"]["version"] == 1
    assert world.registered(name, f"models:/{model}")["version"]["version"] == 2
    copied = world.registered(world.name("copy"), f"models:/{name}/1")
    assert copied["facts"]["format"] == "safe"


def test_cards_are_set_and_shown(world: World, name: str) -> None:
    world.version(name)
    assert world.ask("PUT", f"/models/{name}/card", {"card": "# All of them"})["card"] == "# All of them"
    assert world.ask("PUT", f"/models/{name}/versions/1/card", {"card": "# This one"})["card"] == "# This one"
    assert world.ask("GET", f"/models/{name}")["card"] == "# All of them"
    assert world.call("PUT", f"/models/{name}/card", {"card": "x" * 1_000_001}).status_code == 400
    assert world.call("PUT", f"/models/{name}/versions/9/card", {"card": "x"}).status_code == 404


def test_the_history_of_a_version_is_told(world: World, name: str) -> None:
    world.version(name)
    world.client.set_registered_model_alias(name, "champion", "1")
    world.to_stage(name, "1", "Staging")
    history = world.ask("GET", f"/models/{name}/versions/1")["history"]
    assert [(line["turn"], line["alias"], line["before"], line["after"]) for line in history] == [
        ("stage", "", "None", "Staging"),
        ("alias", "champion", "", "1"),
    ]
    assert all(line["by"] for line in history)


def test_versions_are_paged_from_the_newest(world: World, name: str) -> None:
    model = world.logged_model(world.run())
    for _ in range(5):
        world.registered(name, model)
    page = world.ask("GET", f"/models/{name}/versions?limit=2&offset=1")
    assert (page["total"], [version["version"] for version in page["versions"]]) == (5, [4, 3])
    assert world.call("GET", f"/models/{world.name('none')}/versions").status_code == 404


def test_a_version_is_promoted_to_one_thing_at_a_time(world: World, name: str) -> None:
    world.version(name)
    path = f"/models/{name}/versions/1/promote"
    assert world.ask("POST", path, {"alias": "champion"})["version"]["aliases"] == ["champion"]
    assert world.ask("POST", path, {"stage": "production"})["version"]["stage"] == "Production"
    assert world.call("POST", path, {}).status_code == 400
    assert world.call("POST", path, {"alias": "a", "stage": "Staging"}).status_code == 400
    assert world.call("POST", path, {"stage": "Live"}).status_code == 400
    world.ask("DELETE", f"/models/{name}/aliases/champion")
    assert world.ask("GET", f"/models/{name}")["model"]["aliases"] == {}


def test_two_versions_side_by_side(world: World, name: str) -> None:
    first = world.logged_model(world.run(metrics={"accuracy": 0.8}), params={"depth": "3", "seed": "1"})
    files = {**model_files(signature=None), "requirements.txt": b"scikit-learn==1.8\nnumpy\n"}
    second = world.logged_model(world.run(metrics={"accuracy": 0.9}), files, params={"depth": "5", "seed": "1"})
    world.registered(name, first)
    world.registered(name, second, tags={"reviewed": "yes"})
    found = world.ask("GET", f"/models/{name}/versions/1/compare?against=2")

    def rows(part: str) -> dict[str, tuple[Any, Any, bool]]:
        key = "path" if part == "files" else "key"
        return {row[key]: (row["left"], row["right"], row["is_same"]) for row in found[part]}

    assert rows("params") == {"depth": ("3", "5", False), "seed": ("1", "1", True)}
    assert rows("metrics") == {"accuracy": ("0.8", "0.9", False)}
    assert rows("tags") == {"reviewed": (None, "yes", False)}
    assert rows("inputs") == {"length": ("double", None, False)}
    assert rows("requirements")["scikit-learn"] == ("==1.9.1", "==1.8", False)
    assert rows("requirements")["numpy"] == (None, "", False)
    assert rows("files")["model.skops"][2] is True
    assert rows("files")["MLmodel"][2] is False
    assert world.call("GET", f"/models/{name}/versions/1/compare?against=9").status_code == 404
    assert world.call("GET", f"/models/{name}/versions/1/compare").status_code == 400


def test_lineage_goes_both_ways_with_names_and_pages(world: World, name: str) -> None:
    run = world.run(tags={"mlflow.source.git.commit": COMMIT})
    dataset = {"name": name, "digest": "4f2a", "source_type": "local", "source": "{}"}
    world.ask("POST", "/api/2.0/mlflow/runs/log-inputs", {"run_id": run, "datasets": [{"dataset": dataset}]})
    model = world.logged_model(run)
    world.registered(name, model)
    copy = world.name("copy")
    world.registered(copy, f"models:/{name}/1")
    evaluation = world.run()
    world.client.log_metric(evaluation, "accuracy", 0.7, model_id=model)

    graph = world.ask("GET", f"/models/{name}/versions/1")["lineage"]
    nodes = {node["kind"] + str(node["depth"]): node for node in graph["nodes"]}
    assert {key: node["title"] for key, node in nodes.items() if key != "run-2"} == {
        "model_version0": name,
        "logged_model-1": "net",
        "dataset-3": name,
        "commit-3": COMMIT[:12],
        "model_version1": copy,
        "run0": nodes["run0"]["title"],
    }
    assert nodes["run-2"]["page"] == f"experiments/{world.experiment}/runs/{run}"
    assert nodes["run0"]["id"] == evaluation
    assert nodes["model_version1"]["page"] == f"models/{copy}/versions/1"
    assert graph["is_whole"] is True
    assert {"source": f"run:{run}", "target": f"logged_model:{model}"} in graph["edges"]

    down = world.ask("GET", f"/lineage/dataset/{name}@4f2a?direction=down")
    assert [node["kind"] for node in down["nodes"]] == [
        "dataset",
        "run",
        "logged_model",
        "model_version",
        "run",
        "model_version",
    ]
    assert world.ask("GET", f"/lineage/commit/{COMMIT}?direction=up")["edges"] == []


def test_lineage_keeps_what_is_gone_and_says_so(world: World, name: str) -> None:
    model = world.logged_model(world.run())
    world.registered(name, model)
    copy = world.name("copy")
    world.registered(copy, f"models:/{name}/1")
    world.ask("DELETE", f"/models/{name}")
    graph = world.ask("GET", f"/models/{copy}/versions/1/lineage?direction=up")
    gone = next(node for node in graph["nodes"] if node["depth"] == -1)
    assert (gone["kind"], gone["exists"], gone["page"]) == ("model_version", False, "")
    assert any(node["kind"] == "run" and node["exists"] for node in graph["nodes"])


def test_lineage_of_a_kind_that_there_is_not_is_refused_and_of_an_unknown_thing_is_itself(world: World) -> None:
    assert world.call("GET", "/lineage/planet/earth").status_code == 400
    assert world.call("GET", "/lineage/run/x?direction=sideways").status_code == 400
    graph = world.ask("GET", "/lineage/run/nobody")
    assert (graph["edges"], [node["exists"] for node in graph["nodes"]]) == ([], [False])


def test_the_lineage_of_a_pipeline_task_that_is_gone_leads_to_its_run(world: World) -> None:
    tags = {"tidemill.pipelineRun": "5d1c", "tidemill.pipelineTask": "train/loop[3]/fit"}
    run = world.run(tags=tags)
    graph = world.ask("GET", "/lineage/pipeline_task/5d1c/train/loop%5B3%5D/fit?direction=down")
    assert [(node["id"], node["exists"]) for node in graph["nodes"]] == [("5d1c/train/loop[3]/fit", False), (run, True)]


def test_names_that_a_url_must_quote_are_found(world: World) -> None:
    name = f"ein Modell ä+{world.name('x')}.v1?"
    quoted = name.replace(" ", "%20").replace("?", "%3F").replace("+", "%2B")
    world.registered(quoted, world.logged_model(world.run()))
    detail = world.ask("GET", f"/models/{quoted}/versions/1")
    assert detail["version"]["name"] == name
    assert listed(world, search=world.name("x").rsplit("-", 1)[0], limit=1000).count(name) == 1
