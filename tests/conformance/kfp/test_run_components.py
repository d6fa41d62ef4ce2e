"""Kinds of Python components: helpers, embedded files, notebooks, packages, an image of their own."""

import json
from pathlib import Path

import pytest
from kfp import dsl

from tests.conformance.kfp.running import Runs, say


def _doubled(n: int) -> int:
    return 2 * n


class TestPython:
    def test_functions_beside_it_are_there(self, runs: Runs) -> None:
        @dsl.component(additional_funcs=[_doubled])
        def helped(n: int) -> int:
            return _doubled(n)

        @dsl.pipeline
        def helping():
            helped(n=4)

        assert runs.succeed(helping).output("helped") == 8

    def test_embedded_files_are_there(self, runs: Runs, tmp_path: Path) -> None:
        folder = tmp_path / "assets"
        folder.mkdir()
        (folder / "words.txt").write_text("embedded")
        (folder / "own_module.py").write_text("WORD = 'imported'\n")

        @dsl.component(embedded_artifact_path=str(folder))
        def assets(files: dsl.EmbeddedInput[dsl.Dataset]) -> str:
            import os

            import own_module

            return open(os.path.join(files.path, "words.txt")).read() + " " + own_module.WORD

        @dsl.pipeline
        def embedding():
            assets()

        assert runs.succeed(embedding).output("assets") == "embedded imported"

    def test_packages_are_there(self, runs: Runs) -> None:
        @dsl.component(packages_to_install=["six==1.17.0"])
        def packaged() -> str:
            import six

            return six.__version__

        @dsl.pipeline
        def packages():
            packaged()

        assert runs.succeed(packages).output("packaged") == "1.17.0"

    def test_one_that_wants_a_virtual_environment_has_one(self, runs: Runs) -> None:
        @dsl.component(use_venv=True)
        def apart() -> bool:
            import sys

            return sys.prefix != sys.base_prefix

        @dsl.pipeline
        def environments():
            apart()

        assert runs.succeed(environments).output("apart") is True

    def test_the_image_names_the_python(self, runs: Runs) -> None:
        @dsl.component(base_image="python:3.12-slim")
        def named() -> list:
            import sys

            return list(sys.version_info[:2])

        @dsl.component(base_image="python:3.6")
        def old() -> list:
            import sys

            return list(sys.version_info[:2])

        @dsl.pipeline
        def pythons():
            named().set_caching_options(False)
            old().set_caching_options(False)

        ended = runs.succeed(pythons)
        named_notes, old_notes = (ended.tasks[each]["notes"] for each in ("named", "old"))
        assert ended.output("named") == [3, 12] or "Python 3.12" in named_notes[0]
        assert ended.output("old") >= [3, 11]
        assert "python:3.6 has 3.6" in old_notes[0]

    def test_an_index_of_its_own_is_refused_where_the_server_asks_its_own_alone(self, runs: Runs) -> None:
        @dsl.component(packages_to_install=["six"], pip_index_urls=["https://index.invalid/simple"])
        def indexed() -> int:
            return 1

        @dsl.pipeline
        def indexes():
            indexed()

        ended = runs.run(indexes)
        assert ended.state == "FAILED"
        assert "https://index.invalid/simple" in ended.error
        assert "--package-urls" in ended.error

    def test_a_task_configuration_says_what_the_task_was_given(self, runs: Runs) -> None:
        @dsl.component(
            task_config_passthroughs=[
                dsl.TaskConfigField.RESOURCES,
                dsl.TaskConfigPassthrough(field=dsl.TaskConfigField.ENV, apply_to_task=True),
            ]
        )
        def configured(config: dsl.TaskConfig) -> dict:
            import os

            return {"resources": config.resources, "env": config.env, "seen": os.environ.get("MODE", "")}

        @dsl.pipeline
        def configuring():
            task = configured()
            task.set_cpu_limit("200m").set_memory_limit("64Mi").set_env_variable("MODE", "fast")

        told = runs.succeed(configuring).output("configured")
        assert told["resources"]["limits"] == {"cpu": "200m", "memory": "64Mi"}
        assert told["env"] == [{"name": "MODE", "value": "fast"}]
        assert told["seen"] == "fast"

    def test_a_pause_for_debuggers_of_argo_is_nothing_here(self, runs: Runs) -> None:
        @dsl.pipeline
        def paused():
            say(text="goes on").set_debug_pause(before=True)

        assert runs.succeed(paused).output("say") == "goes on"


NOTEBOOK = {
    "cells": [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": "first",
            "metadata": {"tags": ["parameters"]},
            "outputs": [],
            "source": ["name = 'nobody'"],
        },
        {
            "cell_type": "code",
            "execution_count": None,
            "id": "second",
            "metadata": {},
            "outputs": [],
            "source": ["print('hello', name)\n", "open(place, 'w').write(name.upper())"],
        },
    ],
    "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


class TestNotebook:
    @pytest.fixture
    def notebook(self, tmp_path: Path) -> str:
        path = tmp_path / "greet.ipynb"
        path.write_text(json.dumps(NOTEBOOK))
        return str(path)

    def test_its_cells_run_with_the_parameters(self, runs: Runs, notebook: str) -> None:
        @dsl.notebook_component(notebook_path=notebook)
        def greet(name: str, made: dsl.Output[dsl.Artifact]) -> str:
            dsl.run_notebook(name=name, place=made.path)
            return open(made.path).read()

        @dsl.pipeline
        def notebooks():
            greet(name="somebody").set_caching_options(False)

        ended = runs.succeed(notebooks)
        assert ended.output("greet") == "SOMEBODY"
        assert "hello somebody" in runs.log(ended.tasks["greet"])

    def test_one_that_fails_says_in_which_cell(self, runs: Runs, notebook: str) -> None:
        @dsl.notebook_component(notebook_path=notebook)
        def greet(name: str):
            dsl.run_notebook(name=name, place="/no/such/folder/x")

        @dsl.pipeline
        def notebooks():
            greet(name="x")

        ended = runs.run(notebooks)
        assert ended.state == "FAILED"
        assert "Notebook execution failed" in ended.error
        assert "/no/such/folder/x" in runs.log(ended.tasks["greet"])
