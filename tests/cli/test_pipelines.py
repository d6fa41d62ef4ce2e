"""`tidemill pipeline` against a running server, with pipelines as kfp compiles them."""

import re
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.cli.conftest import Answer, Cli
from tests.cli.test_jobs import Terminal
from tests.plugins.server import TidemillProcess

Words = Callable[..., Answer]

ID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_SH = {"image": "alpine", "command": ["sh", "-c", "{{$.inputs.parameters['code']}}"]}
_SAY = {"image": "alpine", "command": ["echo", "hello", "{{$.inputs.parameters['one']}}"]}


def _component(label: str, name: str) -> dict[str, Any]:
    return {"executorLabel": label, "inputDefinitions": {"parameters": {name: {"parameterType": "STRING"}}}}


def _task(name: str, of: str, to: str, source: str, **more: Any) -> dict[str, Any]:
    inputs = {"parameters": {to: {"componentInputParameter": source}}}
    return {"taskInfo": {"name": name}, "componentRef": {"name": of}, "inputs": inputs, **more}


def _pipeline() -> dict[str, Any]:
    """One task runs a shell's code, and behind it a loop says each name."""
    each = {"say": _task("say", "comp-say", "one", "one")}
    over = {"items": {"inputParameter": "names"}, "itemInput": "one"}
    body = {"parameters": {"one": {"parameterType": "STRING"}}}
    return {
        "pipelineInfo": {"name": "greet"},
        "schemaVersion": "2.1.0",
        "deploymentSpec": {"executors": {"exec-sh": {"container": _SH}, "exec-say": {"container": _SAY}}},
        "components": {
            "comp-sh": _component("exec-sh", "code"),
            "comp-say": _component("exec-say", "one"),
            "comp-each": {"inputDefinitions": body, "dag": {"tasks": each}},
        },
        "root": {
            "inputDefinitions": {
                "parameters": {
                    "code": {"parameterType": "STRING", "defaultValue": "echo ready"},
                    "names": {"parameterType": "LIST", "defaultValue": ["ada", "bea"]},
                }
            },
            "dag": {
                "tasks": {
                    "work": _task("work", "comp-sh", "code", "code"),
                    "each": _task(
                        "each", "comp-each", "names", "names", dependentTasks=["work"], parameterIterator=over
                    ),
                }
            },
        },
    }


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TidemillProcess]:
    folder = tmp_path_factory.mktemp("pipelines") / "data"
    with TidemillProcess(folder, "--pipeline-commands", "allowed") as server:
        yield server


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """Commands of a user whose home has nothing but packages: the server is elsewhere."""
    cli = Cli(tmp_path_factory.mktemp("home"))
    (cli.home / "greet.yaml").write_bytes(msgspec.yaml.encode(_pipeline()))
    (cli.home / "other.yaml").write_bytes(msgspec.yaml.encode({**_pipeline(), "sdkVersion": "another"}))
    (cli.home / "greet.json").write_bytes(msgspec.json.encode(_pipeline()))
    with tarfile.open(cli.home / "greet.tar.gz", "w:gz") as archive:
        archive.add(cli.home / "greet.yaml", "greet.yaml")
    (cli.home / "params.json").write_text('{"names": ["eve"], "code": "echo from a file"}')
    (cli.home / "no-params.json").write_text("[1]")
    (cli.home / "broken.yaml").write_text("root: [")
    (cli.home / "greet.py").write_text("")
    return cli


@pytest.fixture(scope="module")
def pipeline(cli: Cli, server: TidemillProcess) -> Words:
    """The command, with the server's address in its environment."""
    return lambda *words: cli("pipeline", *words, env={"TIDEMILL_URI": server.uri})


@pytest.fixture(scope="module")
def failed(pipeline: Words) -> str:
    """A run that failed: its id."""
    code = "code=echo before; echo it broke >&2; exit 3"
    answer = pipeline("run", "greet.yaml", "-p", code, "--name", "breaking", "--follow")
    assert answer.status == 1, answer.err
    assert "work: failed with exit code 3" in answer.err
    run_id = answer.out.strip()
    assert f"tidemill pipeline logs {run_id[:8]} work --error" in answer.err
    return run_id


@pytest.fixture(scope="module")
def done(pipeline: Words) -> str:
    """A run over 30 names that succeeded: its id."""
    names = f"names={[str(number) for number in range(30)]}".replace("'", '"')
    return pipeline("run", "greet.yaml", "-p", names, "--name", "many", "--wait").ok().out.strip()


class TestRun:
    def test_waited_for_it_prints_its_id_where_it_is_and_how_it_ended(
        self, pipeline: Words, server: TidemillProcess
    ) -> None:
        answer = pipeline("run", "greet.yaml", "--wait").ok()
        run_id = answer.out.strip()
        assert re.fullmatch(ID, run_id)
        first, last = answer.err.splitlines()
        assert first == f"Began greet: {server.uri}/w/default/pipelines/runs/{run_id}"
        assert re.fullmatch(r"greet succeeded after [\d.]+ s, 3 of 3 tasks", last)

    def test_a_value_is_json_except_of_a_text(self, pipeline: Words) -> None:
        words = ("-p", "names=[1, 2]", "-p", "code=7", "--name", "typed", "-o", "json")
        assert pipeline("run", "greet.json", *words).rows()["parameters"] == {"names": [1, 2], "code": "7"}

    def test_an_archive_and_a_file_of_parameters_are_read_and_what_is_typed_comes_first(self, pipeline: Words) -> None:
        words = ("--params", "params.json", "-p", 'names=["ivy"]', "-o", "json")
        told = pipeline("run", "greet.tar.gz", *words).rows()
        assert told["parameters"] == {"names": ["ivy"], "code": "echo from a file"}

    def test_an_experiment_is_made_once(self, pipeline: Words) -> None:
        runs = [pipeline("run", "greet.yaml", "--experiment", "tide", "-o", "json").rows() for _ in range(2)]
        assert len({run["experiment_id"] for run in runs} - {"0"}) == 1

    @pytest.mark.parametrize(
        ("words", "phrases"),
        [
            (["nothing"], ["no file 'nothing'", "tidemill pipeline list --pipelines"]),
            (["nothing.yaml"], ["nothing.yaml: no such file"]),
            (["broken.yaml"], ["broken.yaml: the package is neither YAML nor JSON"]),
            (
                ["greet.py"],
                ["greet.py has no function with @tm.pipeline", "kfp dsl compile --py greet.py --output greet.yaml"],
            ),
            (["greet.yaml", "--version", "v1"], ["has no versions"]),
            (["greet.yaml", "-p", "names"], ["-p takes NAME=VALUE, and not 'names'"]),
            (["greet.yaml", "-p", "names=3"], ["parameters.names: LIST is expected", "values are JSON"]),
            (["greet.yaml", "-p", "name=ada"], ["no parameter 'name'", "it has: code, names"]),
            (["greet.yaml", "--params", "no-params.json"], ["no-params.json holds no JSON object"]),
            (["greet.yaml", "--params", "none.json"], ["none.json: no such file"]),
        ],
    )
    def test_what_cannot_be_run_says_why(self, pipeline: Words, words: list[str], phrases: list[str]) -> None:
        pipeline("run", *words).fails(*phrases)


class TestUploading:
    def test_versions_are_counted_and_run_by_name(self, pipeline: Words) -> None:
        first = pipeline("upload", "greet.yaml", "--name", "kept").ok()
        assert "Uploaded kept as v1" in first.err
        second = pipeline("upload", "greet.tar.gz", "--name", "kept", "-o", "json").rows()
        assert second["name"] == "v2"
        latest = pipeline("run", "kept", "-o", "json").rows()
        assert (latest["name"], latest["version_id"]) == ("kept", second["pipeline_version_id"])
        for told in ("v1", first.out.strip()):
            older = pipeline("run", "kept", "--version", told, "-p", "code=1", "-o", "json").rows()
            assert (older["version_id"], older["parameters"]) == (first.out.strip(), {"code": "1"})
        pipeline("run", "kept", "--version", "v9").fails("has no version 'v9'", "it has: v2, v1")
        same = pipeline("upload", "greet.yaml", "--name", "kept", "--version-name", "v2", "-o", "json").rows()
        assert same["pipeline_version_id"] == second["pipeline_version_id"]
        pipeline("upload", "other.yaml", "--name", "kept", "--version-name", "v2").fails("already has a version", "v2")
        assert [row["name"] for row in pipeline("list", "--pipelines", "--search", "kep", "-o", "json").rows()] == [
            "kept"
        ]

    def test_what_is_no_pipeline_is_refused(self, pipeline: Words) -> None:
        pipeline("upload", "broken.yaml").fails("broken.yaml: ")
        pipeline("list", "--pipelines", "--state", "failed").fails("has no state")


class TestLooking:
    def test_it_is_listed_by_state_and_name(self, pipeline: Words, failed: str) -> None:
        rows = pipeline("list", "--state", "FAILED", "--search", "reak", "--limit", "1", "-o", "json").rows()
        assert [(row["id"], row["state"]) for row in rows] == [(failed, "FAILED")]
        table = pipeline("list", "--state", "failed").ok().out.splitlines()
        assert table[0].split() == ["ID", "NAME", "STATE", "TOOK", "NOTE"]
        assert table[1].split()[:3] == [failed[:8], "breaking", "failed"]

    def test_it_is_found_by_the_begin_of_its_id_and_by_its_name(self, pipeline: Words, failed: str) -> None:
        for told in (failed, failed[:6], "breaking"):
            assert pipeline("show", told, "-o", "json").rows()["id"] == failed
        pipeline("show", "nobody").fails("no pipeline run has the name or id 'nobody'", "tidemill pipeline list")
        pipeline("show", f"0{failed[1:]}" if failed[0] != "0" else f"1{failed[1:]}").fails("no pipeline run has the id")

    def test_its_tasks_are_a_tree_with_their_errors(self, pipeline: Words, failed: str, done: str) -> None:
        shown = pipeline("show", failed).ok().out
        assert re.search(r"^work +failed +[\d.]+ s +failed with exit code 3", shown, re.MULTILINE)
        assert re.search(r"^each +upstream failed", shown, re.MULTILINE)
        assert re.search(r"^progress +3 of 3|^progress +2 of 2|^progress +1 of 1", shown, re.MULTILINE)
        assert f"/pipelines/runs/{failed}" in shown
        tree = pipeline("show", done).ok().out
        assert re.search(r"^each +succeeded.*\n  \[\d+\] +succeeded.*\n    say +succeeded", tree, re.MULTILINE)
        assert "and 10 more" in tree
        assert len(re.findall("^    say", pipeline("show", done, "--all").ok().out, re.MULTILINE)) == 30
        rows = pipeline("show", done, "-o", "csv").ok().out.splitlines()
        assert rows[0] == "task,state,took,error"
        assert len(rows) == 1 + 1 + 1 + 30 * 2

    def test_json_has_what_each_task_was_given(self, pipeline: Words, done: str) -> None:
        tasks = {task["path"]: task for task in pipeline("show", done, "-o", "json").rows()["tasks"]}
        assert tasks["each[7]/say"]["inputs"]["parameters"] == {"one": "7"}
        assert tasks["each[7]/say"]["workload"]

    def test_the_log_of_what_failed_is_read_without_naming_it(self, pipeline: Words, failed: str) -> None:
        answer = pipeline("logs", failed).ok()
        assert answer.out == "before\n"
        assert answer.err.splitlines()[0] == "Of work, which failed"
        assert "it broke" in answer.err
        assert "it broke" in pipeline("logs", failed, "work", "--error").ok().err
        assert [row["text"] for row in pipeline("logs", failed, "--lines", "1:1", "-o", "json").rows()] == ["before"]

    def test_a_task_is_named_by_its_path_or_by_a_name_that_only_it_has(self, pipeline: Words, done: str) -> None:
        assert pipeline("logs", done, "each[29]/say").ok().out == "hello 29\n"
        assert pipeline("logs", done, "work", "--follow").ok().out == "ready\n"
        pipeline("logs", done).fails("31 tasks", "name one: work")
        pipeline("logs", done, "say").fails("30 tasks have the name 'say'", "path")
        pipeline("logs", done, "each").fails("no log of its own", "/say")
        pipeline("logs", done, "nothing").fails("has no task 'nothing'", "it has: work")

    def test_a_task_that_never_began_says_why_it_has_no_log(self, pipeline: Words, failed: str) -> None:
        pipeline("logs", failed, "each").fails("each has no log", "these have one: work")

    def test_runs_tasks_and_pipelines_are_completed(
        self, pipeline: Words, cli: Cli, server: TidemillProcess, failed: str
    ) -> None:
        pipeline("upload", "greet.yaml", "--name", "offered").ok()

        def offered(typed: str) -> list[str]:
            position = str(len(typed.split(" ")) - 1)
            asked = {"_TIDEMILL_COMPLETE": "bash_complete", "COMP_WORDS": typed, "COMP_CWORD": position}
            return cli(env={**asked, "TIDEMILL_URI": server.uri}).out.splitlines()

        assert offered("tidemill pip") == ["plain,pipeline"]
        assert offered(f"tidemill pipeline show {failed[:6]}") == [f"plain,{failed[:8]}"]
        assert offered("tidemill pipeline show brea") == ["plain,breaking"]
        assert offered(f"tidemill pipeline logs {failed} w") == ["plain,work"]
        assert offered("tidemill pipeline run off") == ["file,off", "plain,offered"]


class TestEnding:
    def test_a_run_that_is_stopped_ends_and_is_waited_for_as_stopped(self, pipeline: Words) -> None:
        run_id = pipeline("run", "greet.yaml", "-p", "code=sleep 60").ok().out.strip()
        assert f"Stopping {run_id}" in pipeline("stop", run_id, "--wait").ok().out
        assert pipeline("show", run_id, "-o", "json").rows()["state"] == "CANCELED"
        pipeline("stop", run_id).fails("has ended already")

    def test_a_retry_runs_what_failed_and_nothing_else(self, pipeline: Words, tmp_path: Path) -> None:
        code = f'code=echo tried >> "{tmp_path}/tries"; test -e "{tmp_path}/there"'
        run_id = pipeline("run", "greet.yaml", "-p", code, "--name", "again").ok().out.strip()
        _until(lambda: pipeline("show", run_id, "-o", "json").rows()["state"] == "FAILED")
        (tmp_path / "there").touch()
        assert pipeline("retry", "again", "--wait").ok().out.strip() == run_id
        assert (tmp_path / "tries").read_text().split() == ["tried"] * 2
        pipeline("retry", run_id).fails("only one that failed or was cancelled")

    def test_what_is_deleted_is_gone(self, pipeline: Words) -> None:
        run_id = pipeline("run", "greet.yaml", "--wait").ok().out.strip()
        assert f"Deleted {run_id}" in pipeline("delete", run_id).ok().out
        pipeline("show", run_id).fails("no pipeline run has the id")


class TestOnATerminal:
    def test_progress_is_shown_and_control_c_asks_and_stops(self, cli: Cli, server: TidemillProcess) -> None:
        words = ("pipeline", "run", "greet.yaml", "-p", "code=sleep 60", "--name", "asked", "--wait")
        with Terminal(cli, server.uri, *words) as shell:
            shell.expect("asked")
            shell.expect("0 of")
            shell.press("\x03")
            shell.expect("[d]etach and leave it running, or [s]top it?")
            shell.press("s\r")
            shell.expect("asked canceled after")
            assert shell.status() == 143

    def test_control_c_asks_and_detaches(self, pipeline: Words, cli: Cli, server: TidemillProcess) -> None:
        words = ("pipeline", "run", "greet.yaml", "-p", "code=sleep 60", "--name", "left", "--wait")
        with Terminal(cli, server.uri, *words) as shell:
            shell.expect("0 of")
            shell.press("\x03")
            shell.expect("[s]top it?")
            shell.press("\r")
            shell.expect("It goes on. See it: tidemill pipeline show")
            assert shell.status() == 130
        assert pipeline("show", "left", "-o", "json").rows()["state"] == "RUNNING"
        pipeline("stop", "left", "--wait").ok()


def test_help_of_each_command_is_there(cli: Cli) -> None:
    listed = cli("pipeline", "--help").ok().out
    for command in ("run", "upload", "list", "show", "logs", "stop", "retry", "delete"):
        assert f"  {command} " in listed
    for command in ("run", "logs"):
        assert "Usage: " in cli("pipeline", command, "--help").ok().out


def _until(is_so: Callable[[], bool], within_s: float = 30) -> None:
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)
