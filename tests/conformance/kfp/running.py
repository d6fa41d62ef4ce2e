"""What every test of runs works with: compile a pipeline, run it, wait for its end, look at its tasks."""

import itertools
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kfp
import requests
from kfp import compiler, dsl

WITHIN_S = 120
FINAL = ("SUCCEEDED", "FAILED", "CANCELED", "SKIPPED")
_LOOK_S = 0.02
_BEGINNING_S = 0.5
_PATIENT_LOOK_S = 0.1


class Ended:
    """A run that has ended, with its tasks by path."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer
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

    def made(self, path: str, name: str = "Output") -> list[dict[str, Any]]:
        """The artifacts of an output."""
        return self.tasks[path]["outputs"]["artifacts"][name]

    def result(self, name: str = "Output") -> Any:
        """An output of the pipeline itself."""
        return self.output("", name)


class Runs:
    """Compiles, runs and waits."""

    def __init__(self, client: kfp.Client, uri: str, folder: Path) -> None:
        self.client = client
        self._uri = uri
        self._folder = folder
        self._numbers = itertools.count()

    def compiled(self, pipeline: Any) -> str:
        package = str(self._folder / f"pipeline-{next(self._numbers)}.yaml")
        compiler.Compiler().compile(pipeline, package)
        return package

    def start(self, pipeline: Any, *, enable_caching: bool | None = None, **arguments: Any) -> str:
        package = pipeline if isinstance(pipeline, str) else self.compiled(pipeline)
        create = self.client.create_run_from_pipeline_package
        return create(package, arguments=arguments, enable_caching=enable_caching).run_id

    def run(self, pipeline: Any, *, enable_caching: bool | None = None, **arguments: Any) -> Ended:
        return self.end(self.start(pipeline, enable_caching=enable_caching, **arguments))

    def succeed(self, pipeline: Any, **arguments: Any) -> Ended:
        """Run it to an end that must be a good one."""
        ended = self.run(pipeline, **arguments)
        assert ended.state == "SUCCEEDED", (ended.error, ended.states())
        return ended

    def end(self, run_id: str) -> Ended:
        began = time.monotonic()
        while (state := self.client.get_run(run_id).state) not in FINAL:
            waited_s = time.monotonic() - began
            assert waited_s < WITHIN_S, (state, self.look(run_id).states())
            time.sleep(_LOOK_S if waited_s < _BEGINNING_S else _PATIENT_LOOK_S)
        return self.look(run_id)

    def look(self, run_id: str) -> Ended:
        return Ended(self._get(f"pipeline-runs/{run_id}").json())

    def workload(self, task: dict[str, Any]) -> dict[str, Any]:
        return self._get(f"workloads/{task['workload']}").json()

    def log(self, task: dict[str, Any]) -> str:
        return self._get(f"workloads/{task['workload']}/logs/file").text

    def tracked(self, experiment: str) -> list[dict[str, Any]]:
        body = {"experiment_ids": [experiment]}
        answer = requests.post(f"{self._uri}/api/2.0/mlflow/runs/search", json=body, timeout=WITHIN_S)
        answer.raise_for_status()
        return answer.json()["runs"]

    def _get(self, path: str) -> requests.Response:
        answer = requests.get(f"{self._uri}/api/v1/{path}", timeout=WITHIN_S)
        answer.raise_for_status()
        return answer


def children(ended: Ended, path: str) -> Iterator[str]:
    """The paths of what lies right below one."""
    return (each for each, task in ended.tasks.items() if each and task["path"].rpartition("/")[0] == path)


# Components that many pipelines use ----------------------------------------------------------------------------------


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


@dsl.component
def note(text: str, made: dsl.Output[dsl.Artifact]):
    with open(made.path, "w") as file:
        file.write(text)
    made.metadata["text"] = text


@dsl.component
def read(given: dsl.Input[dsl.Artifact]) -> str:
    with open(given.path) as file:
        return file.read()


@dsl.component
def read_all(given: dsl.Input[list[dsl.Artifact]]) -> list:
    return [open(each.path).read() for each in given]
