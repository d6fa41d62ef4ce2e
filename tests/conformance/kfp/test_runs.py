"""Pipelines that kfp compiles here, run to their end: what every task was given and gave, and how runs are steered."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import kfp
import pytest
import requests
from kfp import compiler, dsl

WITHIN_S = 120
FINAL = ("SUCCEEDED", "FAILED", "CANCELED", "SKIPPED")


class Ended:
    """A run that has ended, with its tasks by path."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.id = answer["id"]
        self.state = answer["state"]
        self.error = answer["error"]
        self.tasks = {task["path"]: task for task in answer["tasks"]}

    def states(self) -> dict[str, str]:
        return {path: task["state"] for path, task in self.tasks.items() if path}

    def given(self, path: str) -> dict[str, Any]:
        return self.tasks[path]["inputs"]["parameters"]

    def output(self, path: str, name: str = "Output") -> Any:
        return self.tasks[path]["outputs"]["parameters"][name]


class Runs:
    """Compiles, runs and waits."""

    def __init__(self, client: kfp.Client, uri: str, folder: Path) -> None:
        self.client = client
        self._uri = uri
        self._folder = folder

    def compiled(self, pipeline: Any) -> str:
        package = str(self._folder / "pipeline.yaml")
        compiler.Compiler().compile(pipeline, package)
        return package

    def start(self, pipeline: Any, **arguments: Any) -> str:
        return self.client.create_run_from_pipeline_package(self.compiled(pipeline), arguments=arguments).run_id

    def tracked(self, experiment: str) -> list[dict[str, Any]]:
        body = {"experiment_ids": [experiment]}
        answer = requests.post(f"{self._uri}/api/2.0/mlflow/runs/search", json=body, timeout=WITHIN_S)
        answer.raise_for_status()
        return answer.json()["runs"]

    def look(self, run_id: str) -> Ended:
        answer = requests.get(f"{self._uri}/api/v1/pipeline-runs/{run_id}", timeout=WITHIN_S)
        answer.raise_for_status()
        return Ended(answer.json())

    def end(self, run_id: str) -> Ended:
        until = time.monotonic() + WITHIN_S
        while self.client.get_run(run_id).state not in FINAL:
            assert time.monotonic() < until, self.look(run_id).states()
            time.sleep(0.1)
        return self.look(run_id)

    def run(self, pipeline: Any, **arguments: Any) -> Ended:
        return self.end(self.start(pipeline, **arguments))

    def log(self, task: dict[str, Any]) -> str:
        answer = requests.get(f"{self._uri}/api/v1/workloads/{task['workload']}/logs/file", timeout=WITHIN_S)
        answer.raise_for_status()
        return answer.text


@pytest.fixture
def runs(client: kfp.Client, uri: str, tmp_path: Path) -> Runs:
    return Runs(client, uri, tmp_path)


@dsl.component
def add(a: int, b: int = 3) -> int:
    return a + b


@dsl.component
def say(text: str) -> str:
    print(f"I say {text}")
    return text


@dsl.component
def numbers(count: int) -> list:
    return list(range(count))


@dsl.component
def total(values: list) -> int:
    return sum(values)


@dsl.component
def refuse(text: str) -> str:
    raise ValueError(text)


@dsl.component
def write(rows: int, data: dsl.Output[dsl.Dataset], metrics: dsl.Output[dsl.Metrics]) -> None:
    with open(data.path, "w") as file:
        file.write("row\n" * rows)
    data.metadata["rows"] = rows
    metrics.log_metric("accuracy", 0.5)


@dsl.component
def count(data: dsl.Input[dsl.Dataset]) -> int:
    with open(data.path) as file:
        lines = len(file.readlines())
    assert lines == data.metadata["rows"]
    return lines


class TestValues:
    def test_parameters_go_from_task_to_task_with_their_types(self, runs: Runs) -> None:
        @dsl.component
        def all_types(integer: int, number: float, text: str, flag: bool, items: list, struct: dict) -> NamedTuple(
            "Out", [("struct", dict), ("flag", bool), ("number", float)]
        ):
            assert (type(integer), type(number), type(flag)) == (int, float, bool)
            assert all(type(each) is int for each in items)
            return ({"integer": integer, "items": items, "text": text, **struct}, not flag, number / 2)

        @dsl.pipeline
        def types(integer: int = 2, number: float = 3.0, flag: bool = True):
            first = all_types(
                integer=integer, number=number, text="x", flag=flag, items=[1, 2], struct={"a": {"b": [1, 2.5]}}
            )
            all_types(
                integer=7,
                number=first.outputs["number"],
                text=f"half is {first.outputs['number']}",
                flag=first.outputs["flag"],
                items=[3],
                struct=first.outputs["struct"],
            )

        ended = runs.run(types, integer=5)
        assert ended.state == "SUCCEEDED", ended.error
        assert ended.output("all-types", "struct") == {"integer": 5, "items": [1, 2], "text": "x", "a": {"b": [1, 2.5]}}
        assert ended.given("all-types-2")["text"] == "half is 1.5"
        assert ended.output("all-types-2", "flag") is True

    def test_defaults_and_arguments(self, runs: Runs) -> None:
        @dsl.pipeline
        def sums(a: int = 1):
            add(a=add(a=a).output, b=10)

        assert runs.run(sums).output("add-2") == 14
        assert runs.run(sums, a=5).output("add-2") == 18

    def test_artifacts_are_read_where_they_are_needed(self, runs: Runs) -> None:
        @dsl.pipeline
        def files(rows: int):
            count(data=write(rows=rows).outputs["data"])

        ended = runs.run(files, rows=4)
        assert ended.output("count") == 4
        made = ended.tasks["write"]["outputs"]["artifacts"]
        assert made["data"][0]["metadata"] == {"rows": 4}
        assert made["data"][0]["uri"] == f"tidemill://runs/{ended.id}/write/data"
        assert made["metrics"][0]["metadata"] == {"accuracy": 0.5}

    def test_a_run_is_a_tracked_run_and_what_its_tasks_measure_lies_below_it(
        self, runs: Runs, unique: Callable[[str], str]
    ) -> None:
        @dsl.pipeline
        def measuring(rows: int):
            write(rows=rows).set_caching_options(False)

        experiment = runs.client.create_experiment(unique("experiment")).experiment_id
        package = runs.compiled(measuring)
        run = runs.client.run_pipeline(experiment, "measured", package, params={"rows": 4})
        runs.end(run.run_id)
        parent, child = sorted(runs.tracked(experiment), key=lambda each: each["info"]["run_name"])
        assert (parent["info"]["run_name"], child["info"]["run_name"]) == ("measured", "write")
        assert (parent["info"]["status"], child["info"]["status"]) == ("FINISHED", "FINISHED")
        assert parent["data"]["params"] == [{"key": "rows", "value": "4"}]
        assert [(each["key"], each["value"]) for each in child["data"]["metrics"]] == [("accuracy", 0.5)]
        tags = {each["key"]: each["value"] for each in child["data"]["tags"]}
        assert tags["mlflow.parentRunId"] == parent["info"]["run_id"]
        assert tags["tidemill.pipelineRun"] == run.run_id

    def test_a_folder_is_an_artifact_too(self, runs: Runs) -> None:
        @dsl.component
        def fill(folder: dsl.Output[dsl.Artifact]):
            import os

            os.makedirs(os.path.join(folder.path, "deep"))
            for name in ("a.txt", "deep/b.txt"):
                with open(os.path.join(folder.path, name), "w") as file:
                    file.write(name)

        @dsl.component
        def read(folder: dsl.Input[dsl.Artifact]) -> list:
            import os

            return sorted(open(os.path.join(folder.path, name)).read() for name in ("a.txt", "deep/b.txt"))

        @dsl.pipeline
        def folders():
            read(folder=fill().outputs["folder"])

        assert runs.run(folders).output("read") == ["a.txt", "deep/b.txt"]

    def test_what_is_printed_is_the_log_of_its_task(self, runs: Runs) -> None:
        @dsl.pipeline
        def talk():
            say(text="something").set_caching_options(False)

        ended = runs.run(talk)
        assert "I say something" in runs.log(ended.tasks["say"])


class TestControl:
    @pytest.mark.parametrize(("value", "taken"), [(1, "small"), (50, "middle"), (500, "large")])
    def test_one_branch_of_a_condition_is_taken(self, runs: Runs, value: int, taken: str) -> None:
        @dsl.pipeline
        def branches(value: int):
            with dsl.If(value < 10):
                small = say(text="small")
            with dsl.Elif(value < 100):
                middle = say(text="middle")
            with dsl.Else():
                large = say(text="large")
            say(text=dsl.OneOf(small.output, middle.output, large.output))

        ended = runs.run(branches, value=value)
        assert ended.state == "SUCCEEDED", ended.error
        assert ended.output("say-4") == taken
        assert sorted(ended.states().values()).count("skipped") == 2

    def test_loops_run_their_items_and_collect_what_they_gave_in_order(self, runs: Runs) -> None:
        @dsl.pipeline
        def loops(count: int):
            with dsl.ParallelFor(numbers(count=count).output, parallelism=2) as item:
                each = add(a=item, b=100)
            total(values=dsl.Collected(each.output))

        ended = runs.run(loops, count=4)
        assert ended.given("total") == {"values": [100, 101, 102, 103]}
        assert ended.output("total") == 406
        assert runs.run(loops, count=0).output("total") == 0

    def test_loops_in_loops_nest_what_they_collect(self, runs: Runs) -> None:
        @dsl.component
        def flat(values: list) -> list:
            assert all(isinstance(row, list) for row in values)
            return [value for row in values for value in row]

        @dsl.pipeline
        def nested():
            with dsl.ParallelFor([1, 2]) as outer, dsl.ParallelFor([10, 20]) as inner:
                each = add(a=outer, b=inner)
            flat(values=dsl.Collected(each.output))

        assert runs.run(nested).output("flat") == [11, 21, 12, 22]

    def test_items_may_be_structs(self, runs: Runs) -> None:
        @dsl.pipeline
        def structs():
            with dsl.ParallelFor([{"a": 1, "b": 2}, {"a": 3, "b": 4}]) as item:
                each = add(a=item.a, b=item.b)
            total(values=dsl.Collected(each.output))

        assert runs.run(structs).output("total") == 10

    def test_a_pipeline_is_a_component_of_another(self, runs: Runs) -> None:
        @dsl.pipeline
        def inner(x: int) -> int:
            return add(a=add(a=x, b=1).output, b=1).output

        @dsl.pipeline
        def outer(x: int = 5) -> int:
            return add(a=inner(x=x).output, b=100).output

        ended = runs.run(outer)
        assert ended.output("add") == 107
        assert ended.tasks["inner/add-2"]["state"] == "succeeded"

    def test_an_order_without_data_is_kept(self, runs: Runs) -> None:
        @dsl.pipeline
        def ordered():
            first = say(text="first").set_caching_options(False)
            say(text="second").set_caching_options(False).after(first)

        ended = runs.run(ordered)
        assert ended.tasks["say"]["ended_ms"] <= ended.tasks["say-2"]["started_ms"]


class TestCache:
    @pytest.fixture
    def saying(self) -> Any:
        @dsl.pipeline
        def saying(text: str, rows: int = 3):
            say(text=text)
            count(data=write(rows=rows).outputs["data"])

        return saying

    def test_what_was_made_before_is_taken_from_there(
        self, runs: Runs, saying: Any, unique: Callable[[str], str]
    ) -> None:
        text = unique("text")
        first, again = runs.run(saying, text=text), runs.run(saying, text=text)
        assert first.states()["say"] == "succeeded"
        assert again.states() == {"say": "cached", "write": "cached", "count": "cached"}
        assert (again.output("say"), again.output("count")) == (text, 3)
        assert again.tasks["write"]["outputs"] == first.tasks["write"]["outputs"]
        assert [task["workload"] for task in again.tasks.values()] == [""] * 4

    def test_another_input_is_another_task(self, runs: Runs, saying: Any, unique: Callable[[str], str]) -> None:
        text = unique("text")
        runs.run(saying, text=text, rows=5)
        again = runs.run(saying, text=text, rows=6)
        assert again.states() | {"say": "cached", "write": "succeeded", "count": "succeeded"} == again.states()

    def test_a_task_that_is_not_to_be_cached_runs_each_time(self, runs: Runs, unique: Callable[[str], str]) -> None:
        @dsl.pipeline
        def never(text: str):
            say(text=text).set_caching_options(False)

        text = unique("text")
        assert [runs.run(never, text=text).states()["say"] for _ in range(2)] == ["succeeded", "succeeded"]

    def test_what_belongs_to_a_deleted_run_is_made_again(
        self, runs: Runs, saying: Any, unique: Callable[[str], str]
    ) -> None:
        text = unique("text")
        runs.client.delete_run(runs.run(saying, text=text).id)
        assert runs.run(saying, text=text).states()["say"] == "succeeded"

    def test_what_failed_is_tried_again(self, runs: Runs, unique: Callable[[str], str]) -> None:
        @dsl.pipeline
        def refusing(text: str):
            refuse(text=text)

        text = unique("text")
        assert [runs.run(refusing, text=text).states()["refuse"] for _ in range(2)] == ["failed", "failed"]


class TestFailure:
    def test_it_says_which_task_failed_and_why(self, runs: Runs) -> None:
        @dsl.pipeline
        def broken():
            say(text=refuse(text="no data").output)
            say(text="beside it").set_caching_options(False)

        ended = runs.run(broken)
        assert ended.state == "FAILED"
        assert "no data" in ended.error
        assert ended.states() == {"refuse": "failed", "say": "upstream_failed", "say-2": "succeeded"}
        assert "raise ValueError(text)" in runs.log(ended.tasks["refuse"])

    def test_an_exit_handler_runs_and_is_told_how_it_went(self, runs: Runs) -> None:
        @dsl.component
        def last(status: dsl.PipelineTaskFinalStatus) -> str:
            return f"{status.state}: {status.error_message}"

        @dsl.pipeline
        def handled():
            with dsl.ExitHandler(last()):
                refuse(text="no data")

        ended = runs.run(handled)
        assert ended.state == "FAILED"
        assert ended.output("last").startswith("FAILED: ")
        assert "no data" in ended.output("last")

    def test_a_task_that_ignores_failures_before_it_runs(self, runs: Runs) -> None:
        @dsl.component
        def mend(text: str = "a default") -> str:
            return text

        @dsl.pipeline
        def ignoring():
            mend(text=refuse(text="no data").output).ignore_upstream_failure()

        assert runs.run(ignoring).output("mend") == "a default"

    def test_a_task_is_tried_again_as_often_as_it_says(self, runs: Runs, tmp_path: Path) -> None:
        @dsl.component
        def stubborn(path: str) -> int:
            with open(path, "a") as file:
                file.write("x")
            tries = len(open(path).read())
            if tries < 3:
                raise ValueError(f"try {tries}")
            return tries

        @dsl.pipeline
        def trying(path: str):
            stubborn(path=path).set_retry(3, backoff_duration="0s")

        assert runs.run(trying, path=str(tmp_path / "tries")).output("stubborn") == 3

    def test_a_retry_of_a_run_begins_at_what_failed(self, runs: Runs, tmp_path: Path) -> None:
        @dsl.component
        def mark(path: str) -> str:
            with open(path, "a") as file:
                file.write("x")
            return path

        @dsl.component
        def needs(path: str, gate: str) -> str:
            return open(gate).read()

        @dsl.pipeline
        def gated(path: str, gate: str):
            needs(path=mark(path=path).output, gate=gate)

        path, gate = tmp_path / "marks", tmp_path / "gate"
        run_id = runs.start(gated, path=str(path), gate=str(gate))
        assert runs.end(run_id).state == "FAILED"
        gate.write_text("open")
        runs.client._run_api.run_service_retry_run(run_id)
        ended = runs.end(run_id)
        assert (ended.state, ended.output("needs")) == ("SUCCEEDED", "open")
        assert path.read_text() == "x"
        history = [each.state for each in runs.client.get_run(run_id).state_history]
        assert history == ["PENDING", "RUNNING", "FAILED", "RUNNING", "SUCCEEDED"]

    def test_a_run_is_terminated(self, runs: Runs) -> None:
        @dsl.component
        def sleep():
            import time

            time.sleep(300)

        @dsl.pipeline
        def long():
            say(text="after").after(sleep())

        run_id = runs.start(long)
        until = time.monotonic() + WITHIN_S
        while runs.look(run_id).states().get("sleep") != "running":
            assert time.monotonic() < until
            time.sleep(0.1)
        runs.client.terminate_run(run_id)
        ended = runs.end(run_id)
        assert ended.state == "CANCELED"
        assert ended.states()["sleep"] == "canceled"


class TestRuns:
    @pytest.fixture
    def short(self) -> Any:
        @dsl.pipeline
        def short(text: str = "short"):
            say(text=text)

        return short

    def test_they_are_listed_with_the_latest_first(self, runs: Runs, short: Any) -> None:
        ids = [runs.run(short).id for _ in range(2)]
        listed = runs.client.list_runs(sort_by="created_at desc", page_size=2).runs
        assert [run.run_id for run in listed] == ids[::-1]

    def test_the_client_waits_for_the_end(self, runs: Runs, short: Any) -> None:
        run_id = runs.start(short)
        assert runs.client.wait_for_run_completion(run_id, timeout=WITHIN_S, sleep_duration=1).state == "SUCCEEDED"

    def test_one_is_archived_and_comes_back_and_is_deleted(
        self, runs: Runs, short: Any, refused: Callable[..., Any]
    ) -> None:
        run_id = runs.run(short).id
        runs.client.archive_run(run_id)
        assert runs.client.get_run(run_id).storage_state == "ARCHIVED"
        runs.client.unarchive_run(run_id)
        assert runs.client.get_run(run_id).storage_state == "AVAILABLE"
        runs.client.delete_run(run_id)
        assert refused(runs.client.get_run, run_id).status == 404

    def test_parameters_that_do_not_fit_are_refused_at_once(
        self, runs: Runs, short: Any, refused: Callable[..., Any]
    ) -> None:
        error = refused(runs.start, short, nonsense=1)
        assert error.status == 400
        assert "nonsense" in error.answer["message"]

    def test_a_version_of_a_pipeline_is_run(
        self, runs: Runs, short: Any, tmp_path: Path, unique: Callable[[str], str]
    ) -> None:
        package = tmp_path / "short.yaml"
        compiler.Compiler().compile(short, str(package))
        pipeline = runs.client.upload_pipeline(str(package), pipeline_name=unique("short"))
        version = runs.client.list_pipeline_versions(pipeline.pipeline_id).pipeline_versions[0]
        experiment = runs.client.create_experiment(unique("experiment"))
        run = runs.client.run_pipeline(
            experiment.experiment_id,
            unique("run"),
            pipeline_id=pipeline.pipeline_id,
            version_id=version.pipeline_version_id,
            params={"text": "of a version"},
        )
        ended = runs.end(run.run_id)
        assert ended.output("say") == "of a version"
        assert runs.client.list_runs(experiment_id=experiment.experiment_id).total_size == 1
