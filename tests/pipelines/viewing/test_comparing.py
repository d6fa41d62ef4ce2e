"""What differs between two runs: pure, from their pipelines and their tasks."""

from dataclasses import replace
from typing import Any

import msgspec

from tidemill.pipelines.ir.spec import PipelineSpec
from tidemill.pipelines.plan.models import Artifact, ArtifactType, Inputs, Instance, Kind, Outputs, State
from tidemill.pipelines.runs.models import PipelineRun, RunState, Source
from tidemill.pipelines.runs.store import TaskRow
from tidemill.pipelines.viewing.changes import Changes, Side
from tidemill.pipelines.viewing.comparing import compared

PIP = "pip install 'kfp==2.17.0' --no-deps && pip install '{}' && \"$0\" \"$@\""
PROGRAM = "import kfp\n\ndef fit(lr: float):\n    return lr\n"


def pipeline(program: str = PROGRAM, packages: str = "pandas==2.2", image: str = "python:3.11") -> PipelineSpec:
    """Two components of one program, as kfp copies a component that is used twice."""
    main = "python3 -m kfp.dsl.executor_main"
    container = {
        "image": image,
        "command": ["sh", "-c", PIP.format(packages), "sh", "-ec", main, program],
        "args": ["--executor_input", "{{$}}", "--function_to_execute", "fit"],
    }
    lr = {"parameters": {"lr": {"parameterType": "NUMBER_DOUBLE", "defaultValue": 0.1}}}
    document = {
        "pipelineInfo": {"name": "p"},
        "components": {"comp-fit": {"executorLabel": "exec-fit"}, "comp-fit-2": {"executorLabel": "exec-fit-2"}},
        "deploymentSpec": {"executors": {name: {"container": container} for name in ("exec-fit", "exec-fit-2")}},
        "root": {"inputDefinitions": lr, "dag": {"tasks": {}}},
    }
    return msgspec.convert(document, PipelineSpec)


def run(**parameters: Any) -> PipelineRun:
    """A run with these parameters."""
    return PipelineRun(
        id=1,
        uuid="u",
        display_name="run",
        description="",
        experiment_id=0,
        source=Source(),
        state=RunState.SUCCEEDED,
        error="",
        archived=False,
        uses_cache=None,
        parameters=parameters,
        pipeline_root="",
        service_account="",
        owner="",
        created_ms=0,
        scheduled_ms=0,
        finished_ms=9,
        history=(),
        tracking_run="",
    )


def fitted(state: State = State.SUCCEEDED, files: str = "{}", accuracy: float = 0.9, out: Any = 1) -> TaskRow:
    """The row of a task that took some data and measured something."""
    metrics = Artifact("m", "u", ArtifactType(schema_title="system.Metrics"), {"accuracy": accuracy})
    given = Inputs({}, {"data": (Artifact("data", "u", id=files),)})
    made = Outputs({"out": out}, {"metrics": (metrics,)})
    instance = Instance("fit", Kind.EXECUTOR, state, "", "fit", inputs=given, outputs=made)
    return TaskRow("t", instance, "w", 0, 10, 30)


def changes(before: Side, after: Side) -> Changes:
    """The comparison, as it goes over the wire."""
    return msgspec.json.decode(msgspec.json.encode(compared(before, after)), type=Changes)


def test_the_same_twice_differs_in_nothing() -> None:
    side = Side(run(), pipeline(), [fitted()])
    found = changes(side, side)
    assert found.same_spec
    assert not [*found.parameters, *found.code, *found.packages, *found.settings, *found.inputs, *found.outputs]
    assert [(task.path, task.before, task.after) for task in found.tasks if task.before != task.after] == []


def test_a_default_is_a_value_like_one_that_was_given() -> None:
    side = Side(run(), pipeline(), [])
    assert changes(side, replace(side, run=run(lr=0.1))).parameters == []
    (change,) = changes(side, replace(side, run=run(lr=0.5))).parameters
    assert (change.name, change.before, change.after) == ("lr", 0.1, 0.5)


def test_code_that_changed_is_told_line_by_line_and_once_for_each_copy() -> None:
    found = changes(Side(run(), pipeline(), []), Side(run(), pipeline(PROGRAM.replace("lr\n", "2 * lr\n")), []))
    (code,) = found.code
    assert code.components == ["comp-fit", "comp-fit-2"]
    assert "-    return lr" in code.diff
    assert "+    return 2 * lr" in code.diff
    assert not found.packages
    assert not found.same_spec


def test_packages_and_settings_are_told_apart_from_code() -> None:
    after = pipeline(packages="pandas==2.3", image="python:3.12")
    found = changes(Side(run(), pipeline(), []), Side(run(), after, []))
    assert found.code == []
    assert {(each.removed[0], each.added[0]) for each in found.packages} == {("pandas==2.2", "pandas==2.3")}
    assert {(each.name, each.before, each.after) for each in found.settings} == {
        ("image", "python:3.11", "python:3.12")
    }


def test_inputs_are_compared_by_content_and_outputs_by_value() -> None:
    before = Side(run(), pipeline(), [fitted()])
    after = Side(run(), pipeline(), [fitted(State.FAILED, '{"a":["00",1]}', 0.8, 2)])
    found = changes(before, after)
    assert [(each.path, each.name) for each in found.inputs] == [("fit", "data")]
    assert {(each.name, each.before, each.after, each.is_metric) for each in found.outputs} == {
        ("out", 1, 2, False),
        ("accuracy", 0.9, 0.8, True),
    }
    (task,) = found.tasks
    assert task.before is not None
    assert task.after is not None
    assert (task.before.state, task.after.state, task.after.took_ms) == ("succeeded", "failed", 20)


def test_a_program_that_is_too_long_is_only_said_to_differ() -> None:
    long = "\n".join(f"line {number}" for number in range(3000))
    found = changes(Side(run(), pipeline(), []), Side(run(), pipeline(long), []))
    assert [(code.change, code.diff, code.cut) for code in found.code] == [("changed", [], True)]


def test_lists_that_are_too_long_are_cut_and_named() -> None:
    before = replace(run(), parameters={f"p{number}": 1 for number in range(600)})
    found = changes(Side(before, pipeline(), []), Side(run(), pipeline(), []))
    assert len(found.parameters) == 500
    assert found.cut == ["parameters"]
