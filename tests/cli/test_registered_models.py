"""`tidemill model` over the registry of a running server."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Answer, Cli
from tests.plugins.server import TidemillProcess
from tests.registry.world import COMMIT, World, model_files


class Commands:
    """`tidemill model`, with the server's address in its environment."""

    def __init__(self, cli: Cli, world: World) -> None:
        self._cli = cli
        self.world = world
        self.home = cli.home

    def __call__(self, *words: str | Path) -> Answer:
        return self._cli("model", *words, env={"TIDEMILL_URI": self.world.uri})

    def page(self, path: str) -> str:
        """The address of a page."""
        return f"{self.world.uri}/w/default/models/{path}"


@pytest.fixture(scope="module")
def world(tidemill_server: TidemillProcess) -> Iterator[World]:
    with closing(World(tidemill_server.uri)) as world:
        yield world


@pytest.fixture(scope="module")
def model(world: World, tmp_path_factory: pytest.TempPathFactory) -> Commands:
    return Commands(Cli(tmp_path_factory.mktemp("models")), world)


@pytest.fixture(scope="module")
def name(model: Commands) -> str:
    """A model of two versions: one of a safe file, one of a pickle without a signature."""
    world, name = model.world, model.world.name("churn")
    run = world.run(metrics={"accuracy": 0.9}, tags={"mlflow.source.git.commit": COMMIT})
    made = model("register", world.logged_model(run, params={"depth": "3"}), name, "--tag", "task=churn").ok()
    assert made.out == f"{name}/1\n"
    assert model.page(f"{name}/versions/1") in made.err
    pickled = {"MLmodel": model_files(signature=None)["MLmodel"], "model.pkl": b"cos\nsystem"}
    second = world.logged_model(world.run(metrics={"accuracy": 0.7}), pickled, params={"depth": "5"})
    model("register", second, name, "--alias", "challenger", "--description", "deeper").ok()
    return name


def test_a_model_and_its_versions_are_listed_and_shown(model: Commands, name: str) -> None:
    (row,) = model("list", "--search", name, "-o", "json").rows()
    assert (row["version_count"], row["aliases"]) == (2, {"challenger": 2})
    assert [each["version"] for each in model("versions", name, "-o", "json").rows()] == [2, 1]
    shown = model("show", name).ok().out
    assert "2 versions" in shown
    assert model.page(name) in shown
    detail = model("show", f"{name}/1").ok().out
    for phrase in ("safe: loading it runs no code", "length double", "depth=3", "accuracy=0.9", "task=churn"):
        assert phrase in detail
    assert "pickle: loading it runs" in model("show", f"{name}@challenger").ok().out


def test_a_rule_is_set_and_what_is_red_is_shown_and_refused(model: Commands, name: str) -> None:
    model("rule", name, "--alias", "champion", "--require", "signature", "--require", "check.latency").ok()
    assert model("rule", name).ok().out == "champion with signature; check.latency\n"
    asked = model("promote", f"{name}/2", "--dry-run")
    assert asked.status == 1
    assert asked.err.splitlines() == [
        "red    signature: the model file has no signature",
        "red    check.latency: nobody has reported it yet",
    ]
    refused = model("promote", f"{name}/2", "--alias", "champion")
    assert refused.status == 1
    assert "2 checks are red" in refused.err
    model("alias", name, "champion", "2").fails("2 checks are red", "tidemill model promote")
    model("check", f"{name}/1", "latency", "--green", "-m", "12 ms").ok()
    promoted = model("promote", f"{name}/1", "--alias", "champion").ok()
    assert "green  check.latency: 12 ms" in promoted.err
    assert model.page(f"{name}/versions/1") in promoted.err
    model("delete", f"{name}/1", "--yes").fails("has the alias 'champion'", "remove the rule")


def test_two_versions_are_compared(model: Commands, name: str) -> None:
    told = model("compare", f"{name}/1", f"{name}/2").ok().out
    for phrase in ("param depth", "metric accuracy", "input length", "file model.pkl", "fact format"):
        assert phrase in told
    assert "fact mlflow " not in told
    assert "fact mlflow " in model("compare", f"{name}/1", f"{name}/2", "--all").ok().out
    assert model("compare", f"{name}/1", f"{name}/1").ok().err == "Nothing differs\n"
    assert model("compare", f"{name}/1", f"{name}/2", "-o", "json").rows()["params"][0]["left"] == "3"


def test_lineage_is_told_as_a_tree(model: Commands, name: str) -> None:
    copy = model.world.name("copy")
    model("register", f"models:/{name}/1", copy).ok()
    lines = model("lineage", f"{copy}/1", "--direction", "up").ok().out.splitlines()
    assert lines[:2] == [f"version {copy}/1", "came of:"]
    assert lines[2].startswith(f"  version {name}/1")
    assert lines[3].startswith("    model net (m-")
    assert lines[5].strip() == f"commit {COMMIT[:12]} ({COMMIT})"
    down = model("lineage", "--kind", "commit", COMMIT, "--direction", "down").ok().out
    assert f"version {copy}/1" in down
    assert model("lineage", f"{copy}/1", "-o", "json").rows()["is_whole"] is True


def test_a_card_is_set_from_a_file_and_printed(model: Commands, name: str) -> None:
    file = model.home / "card.md"
    file.write_text("# Churn\n\nWho leaves next month.\n")
    assert f"{name} has no card" in model("card", name).ok().err
    model("card", name, "--file", file).ok()
    assert model("card", name).ok().out.startswith("# Churn\n")
    assert model("card", f"{name}/1").ok().out == ""
    model("card", name, "--file", model.home / "none.md").fails("cannot be read", "name a file")


def test_aliases_and_stages_are_moved_and_taken(model: Commands, name: str) -> None:
    model("alias", name, "shadow", "1").ok()
    model("alias", name, "shadow", "latest").ok()
    assert model("show", name, "-o", "json").rows()["model"]["aliases"]["shadow"] == 2
    model("alias", name, "shadow", "--delete").ok()
    model("stage", f"{name}/2", "staging").ok()
    (row,) = model("list", "--search", name, "--stage", "Staging", "-o", "json").rows()
    assert row["stages"] == {"Staging": 1}
    model("stage", f"{name}/2", "Live").fails("'Live' is not one of", "production", status=2)


def test_what_cannot_be_is_refused_with_a_way_out(model: Commands, name: str) -> None:
    model("show", "nobody").fails("there is no model 'nobody'", "tidemill model list")
    model("show", f"{name}/99").fails("has no version 99", "tidemill model versions")
    model("show", f"{name}@nobody").fails("alias 'nobody'", "champion")
    model("show", f"{name}/first").fails("'first' is no version")
    model("promote", f"{name}/1").fails("either an alias or a stage")
    model("check", f"{name}/1", "latency").fails("--green, or --red")
    model("rule", name, "--alias", "champion", "--require", "luck").fails("'luck' is no requirement", "signature")
    model("delete", name).fails("nobody is there to say", "--yes")


def test_a_model_is_deleted(model: Commands) -> None:
    name = model.world.name("gone")
    model("register", model.world.logged_model(model.world.run()), name).ok()
    model("delete", f"{name}/1", "--yes").ok()
    model("show", f"{name}/latest").fails("has no versions", "tidemill model register")
    model("delete", name, "--yes").ok()
    model("show", name).fails("there is no model")
