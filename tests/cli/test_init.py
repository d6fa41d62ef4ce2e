"""`tidemill init`: every template runs as it is generated, in process and at a server."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.plugins.server import TidemillProcess

TEMPLATES = {"classification": "accuracy", "regression": "r2", "timeseries": "skill"}
_QUICK: Mapping[str, tuple[str, ...]] = dict.fromkeys(("regression", "timeseries"), ("-p", 'candidates=["ridge"]'))
"""What is enough of a second and a third template, which differ in little."""
_WITHIN_S = 300


@pytest.mark.slow
@pytest.mark.timeout(2 * _WITHIN_S)
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_runs_as_it_is_generated(tidemill_server: TidemillProcess, tmp_path: Path, template: str) -> None:
    there = {"TIDEMILL_URI": tidemill_server.uri}
    made = Cli(tmp_path)("init", "project", "--template", template).ok()
    assert made.out == "project\n"
    project = Cli(tmp_path / "project")
    assert (project.home / ".gitignore").exists()

    python = Cli(project.home, command=project.command[:1])
    tested = python("-m", "pytest", "-q", "-p", "no:cacheprovider", within_s=_WITHIN_S).ok()  # which runs it in process
    assert "3 passed" in tested.out

    words = ("pipeline", "run", "pipeline.py", "--name", template, "--wait", *_QUICK.get(template, ()))
    assert "succeeded after" in project(*words, env=there, within_s=_WITHIN_S).ok().err
    run = project("pipeline", "show", template, "-o", "json", env=there).rows()
    tasks = {task["path"]: task for task in run["tasks"]}
    assert TEMPLATES[template] in tasks["evaluate"]["outputs"]["parameters"]["metrics"]
    cards = {path for path, task in tasks.items() if "system.HTML" in str(task["outputs"])}
    assert {"ingest", "transform", "choose", "evaluate"} <= cards
    if template in _QUICK:
        return

    assert TEMPLATES[template] in python("pipeline.py", within_s=_WITHIN_S).ok().out
    project(*words, env=there, within_s=_WITHIN_S).ok()
    again = project("pipeline", "show", template, "-o", "json", env=there).rows()
    states = {task["path"]: task["state"] for task in again["tasks"] if task["kind"] == "executor"}
    assert {path for path, state in states.items() if state == "succeeded"} == {"ingest"}
    assert set(states.values()) == {"succeeded", "cached"}


class TestAFolder:
    def test_is_named_after_the_template_without_a_name(self, cli: Cli) -> None:
        assert cli("init", "--template", "timeseries").ok().out == "timeseries\n"
        assert {"README.md", "cards.py", "config.toml", "data", "pipeline.py"} <= {
            each.name for each in (cli.home / "timeseries").iterdir()
        }

    def test_keeps_what_it_has(self, cli: Cli) -> None:
        (cli.home / "mine").mkdir()
        (cli.home / "mine" / "pipeline.py").write_text("mine")
        (cli.home / "mine" / "notes.txt").write_text("notes")
        cli("init", "mine", "--template", "regression").fails("mine has pipeline.py already", "a folder that is new")
        assert (cli.home / "mine" / "pipeline.py").read_text() == "mine"
        (cli.home / "mine" / "pipeline.py").unlink()
        cli("init", "mine", "--template", "regression").ok()
        assert (cli.home / "mine" / "notes.txt").read_text() == "notes"

    def test_is_made_of_a_template_that_is_there(self, cli: Cli) -> None:
        cli("init", "--template", "poetry").fails("poetry", "classification", status=2)
        cli("init").fails("--template", status=2)
