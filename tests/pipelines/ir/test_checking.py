"""A checked spec is a graph that is ready to run; what cannot run is refused with its place."""

import time
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pipelines.ir.specs import COMPILED, DATA, small, using
from tidemill.kit.errors import InvalidError, TooLargeError
from tidemill.pipelines.ir import Graph, check, read_document, read_package
from tidemill.pipelines.ir.values import checked

TASKS = "root.dag.tasks"
OUTPUT = {"taskOutputParameter": {"producerTask": "fit", "outputParameterKey": "score"}}
MODEL = {"taskOutputArtifact": {"producerTask": "fit", "outputArtifactKey": "model"}}


def graph(changes: Mapping[str, Any] | None = None) -> Graph:
    return check(read_document(small(changes)).pipeline)


def parameters(**sources: Any) -> dict[str, Any]:
    return {"inputs": {"parameters": sources}}


def constant(value: Any) -> dict[str, Any]:
    return {"runtimeValue": {"constant": value}}


def test_a_task_stands_behind_those_that_it_waits_for() -> None:
    found = graph(
        {
            TASKS: {
                "last": using(dependentTasks=["use", "fit"]),
                "use": using(inputs={"parameters": {"x": OUTPUT}, "artifacts": {"data": MODEL}}),
                "fit": using(),
            }
        }
    ).root
    assert list(found.tasks) == ["fit", "use", "last"]
    assert found.sources == ("fit",)
    assert found.tasks["use"].upstream == ("fit",)
    assert set(found.tasks["fit"].followers) == {"last", "use"}
    assert found.tasks["last"].upstream == ("use", "fit")
    executor = found.tasks["fit"].executor
    assert executor is not None
    assert executor.container is not None
    assert executor.container.image == "python:3.11"


def test_an_exit_task_and_a_condition_are_known() -> None:
    policy = {"strategy": "ALL_UPSTREAM_TASKS_COMPLETED", "condition": "int(inputs.parameter_values['x']) > 1"}
    task = graph({f"{TASKS}.use": using(**parameters(x=OUTPUT), triggerPolicy=policy)}).root.tasks["use"]
    assert task.is_exit
    assert task.condition is not None
    assert task.condition.holds({"x": 2})


def test_a_component_that_is_used_twice_is_opened_once() -> None:
    found = graph(
        {
            "components.comp-dag": {"dag": {"tasks": {"fit": using()}}},
            TASKS: {"a": using("comp-dag"), "b": using("comp-dag")},
        }
    ).root
    assert found.tasks["a"].dag is found.tasks["b"].dag
    assert found.tasks["a"].executor is None


@pytest.mark.parametrize("name", COMPILED)
def test_what_kfp_compiles_can_run(name: str) -> None:
    assert check(read_package((DATA / f"{name}.yaml").read_bytes()).pipeline).root.tasks


def test_an_input_that_kfp_takes_from_nowhere_is_left_out() -> None:
    """As it writes of a loop over constants in an exit handler."""
    found = graph(
        {
            "components.comp-dag": {
                "dag": {"tasks": {"fit": using()}},
                "inputDefinitions": {"parameters": {"pipelinechannel--loop-item-param-1": {"parameterType": "STRUCT"}}},
            },
            TASKS: {
                "exit-handler-1": using(
                    "comp-dag",
                    **parameters(
                        **{"pipelinechannel--loop-item-param-1": {"componentInputParameter": "loop-item-param-1"}}
                    ),
                )
            },
        }
    ).root.tasks["exit-handler-1"]
    assert found.spec.inputs.parameters == {}
    assert found.component.input_definitions.parameters["pipelinechannel--loop-item-param-1"].is_optional


def test_an_input_that_the_component_does_not_know_is_for_placeholders() -> None:
    assert graph({f"{TASKS}.fit": using(**parameters(cpu_limit=constant("1"), x=constant(1.0)))})


@pytest.mark.parametrize(
    "task",
    [
        parameters(x=constant(3.0)),
        parameters(x=constant("{{$.inputs.parameters['y']}}"), y=constant("3")),
        parameters(x={"componentInputParameter": "n"}),
        parameters(x={"runtimeValue": {"runtimeParameter": "n"}}),
        parameters(x={"componentInputParameter": "n", "parameterExpressionSelector": 'parseJson(string_value)["a"]'}),
        {"parameterIterator": {"itemInput": "x", "items": {"raw": "[1, 2]"}}},
        {**parameters(y=constant("[1]")), "parameterIterator": {"itemInput": "x", "items": {"inputParameter": "y"}}},
        {"retryPolicy": {"maxRetryCount": 3, "backoffDuration": "0.5s", "backoffMaxDuration": "3600s"}},
        {"iteratorPolicy": {"parallelismLimit": 2}},
    ],
)
def test_what_kubeflow_takes_is_taken(task: dict[str, Any]) -> None:
    assert graph({f"{TASKS}.fit": using(**task)})


AT = "root.dag.tasks.fit"
IN = f"{AT}.inputs.parameters.x"


@pytest.mark.parametrize(
    ("task", "said"),
    [
        ({"componentRef": {"name": "none"}}, f"{AT}.componentRef.name: there is no component 'none'"),
        (parameters(x={}), f"{IN}: exactly one source is expected"),
        (parameters(x={**constant(1), **OUTPUT}), f"{IN}: exactly one source is expected"),
        (parameters(x=constant("a")), f"{IN}.runtimeValue.constant: NUMBER_INTEGER is expected, not 'a'"),
        (parameters(x={"runtimeValue": {}}), f"{IN}.runtimeValue: exactly one of constant and runtimeParameter"),
        (parameters(x={"runtimeValue": {"runtimeParameter": "m"}}), f"{IN}.runtimeValue.runtimeParameter: there is no"),
        (parameters(x={"componentInputParameter": "m"}), f"{IN}.componentInputParameter: there is no 'm'"),
        (parameters(data=constant(1)), f"{AT}.inputs.parameters.data: the component has this input among the others"),
        ({"inputs": {"artifacts": {"data": {}}}}, f"{AT}.inputs.artifacts.data: exactly one source"),
        (
            {"inputs": {"artifacts": {"data": {"componentInputArtifact": "n"}}}},
            f"{AT}.inputs.artifacts.data.componentInputArtifact: 'n' is of the other kind",
        ),
        ({"dependentTasks": ["none"]}, f"{AT}.dependentTasks: there is no task 'none' in this dag"),
        ({"dependentTasks": ["fit"]}, "root.dag: the tasks wait for each other: fit → fit"),
        (
            parameters(x={"componentInputParameter": "n", "parameterExpressionSelector": "n["}),
            f"{IN}.parameterExpressionSelector: column 1",
        ),
        ({"triggerPolicy": {"condition": "1 +"}}, f"{AT}.triggerPolicy.condition: column 3"),
        (
            {"triggerPolicy": {"condition": "inputs.parameter_values['q'] == 1"}},
            f"{AT}.triggerPolicy.condition: there is no 'q'",
        ),
        ({"parameterIterator": {"itemInput": "x", "items": {}}}, f"{AT}.parameterIterator.items: exactly one of raw"),
        ({"parameterIterator": {"itemInput": "x", "items": {"raw": "3"}}}, "items.raw: a list as JSON is expected"),
        ({"parameterIterator": {"itemInput": "q", "items": {"raw": "[]"}}}, "itemInput: there is no 'q'"),
        (
            {"parameterIterator": {"itemInput": "x", "items": {"inputParameter": "q"}}},
            "items.inputParameter: there is no 'q'",
        ),
        (
            {"artifactIterator": {"itemInput": "data", "items": {"inputArtifact": "q"}}},
            "items.inputArtifact: there is no 'q'",
        ),
        (
            {"artifactIterator": {}, "parameterIterator": {}},
            f"{AT}: a task iterates over parameters or over artifacts, not both",
        ),
        ({"iteratorPolicy": {"parallelismLimit": -1}}, f"{AT}.iteratorPolicy.parallelismLimit: 0"),
        ({"retryPolicy": {"backoffDuration": "10 minutes"}}, f"{AT}.retryPolicy: '10 minutes' is no duration"),
        ({"retryPolicy": {"maxRetryCount": -1}}, f"{AT}.retryPolicy: retries and their factor cannot be negative"),
    ],
)
def test_a_task_that_cannot_run_is_refused_with_its_place(task: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidError) as refused:
        graph({f"{TASKS}.fit": using() | task})
    assert said in refused.value.message


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ({"producerTask": "none", "outputParameterKey": "score"}, "taskOutputParameter: there is no task 'none'"),
        ({"producerTask": "fit", "outputParameterKey": "none"}, "taskOutputParameter: there is no 'none'"),
        ({"producerTask": "fit", "outputParameterKey": "model"}, "'model' is of the other kind"),
    ],
)
def test_a_producer_must_give_what_is_taken(source: dict[str, str], said: str) -> None:
    with pytest.raises(InvalidError, match=said):
        graph({f"{TASKS}.use": using(**parameters(x={"taskOutputParameter": source}))})


COMPONENT = "components.comp-fit"


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("pipelineInfo.name", "", "pipelineInfo.name: the pipeline has no name"),
        ("schemaVersion", "2.0.0", "schemaVersion: 2.0.0 is older than 2.1.0"),
        ("root", {"executorLabel": "exec-fit"}, "root: a dag is expected here"),
        (f"{COMPONENT}.executorLabel", "none", f"{COMPONENT}.executorLabel: there is no executor 'none'"),
        (f"{COMPONENT}.executorLabel", None, f"{COMPONENT}: exactly one of dag and executorLabel"),
        (f"{COMPONENT}.dag", {}, f"{COMPONENT}: exactly one of dag and executorLabel"),
        (f"{COMPONENT}.inputDefinitions.parameters.x", {"parameterType": "LIST"}, "needs the parameter 'x'"),
        (f"{COMPONENT}.inputDefinitions.artifacts.data", {}, "needs the artifact 'data'"),
        ("deploymentSpec.executors.exec-fit", {}, "executors.exec-fit: exactly one of container and importer"),
        ("deploymentSpec.executors.exec-fit", {"resolver": {}}, "exec-fit.resolver: resolvers are not executed"),
        ("deploymentSpec.executors.exec-fit", {"customJob": {}}, "exec-fit.customJob: custom jobs are not executed"),
        ("deploymentSpec.executors.exec-fit", {"container": {}}, "exec-fit.container.image: the container has no"),
        (
            "deploymentSpec.executors.exec-fit",
            {"importer": {"artifactUri": {"runtimeParameter": "uri"}}},
            "exec-fit.importer.artifactUri: the component has no input 'uri'",
        ),
        (
            "root.dag.outputs.parameters",
            {"o": {}},
            "root.dag.outputs.parameters.o: exactly one of valueFromParameter and valueFromOneof",
        ),
        (
            "root.dag.outputs.parameters",
            {"o": {"valueFromParameter": {"producerSubtask": "none"}}},
            "root.dag.outputs.parameters.o: there is no task 'none' in this dag",
        ),
        (
            "root.dag.outputs.parameters",
            {"o": {"valueFromOneof": {"parameterSelectors": [{"producerSubtask": "fit", "outputParameterKey": "q"}]}}},
            "root.dag.outputs.parameters.o: there is no 'q'",
        ),
        ("root.dag.outputs.artifacts", {"o": {}}, "root.dag.outputs.artifacts.o: at least one selector"),
        (
            "root.dag.outputs.artifacts",
            {"o": {"artifactSelectors": [{"producerSubtask": "fit", "outputArtifactKey": "score"}]}},
            "root.dag.outputs.artifacts.o: 'score' is of the other kind",
        ),
    ],
)
def test_a_pipeline_that_cannot_run_is_refused_with_its_place(place: str, value: Any, said: str) -> None:
    with pytest.raises(InvalidError) as refused:
        graph({place: value})
    assert said in refused.value.message


def test_types_that_never_fit_are_refused() -> None:
    changes = {f"{COMPONENT}.inputDefinitions.parameters.x": {"parameterType": "LIST"}}
    changes[f"{TASKS}.fit"] = using(**parameters(x={"componentInputParameter": "n"}))
    with pytest.raises(InvalidError, match="x: LIST is expected, and the source has NUMBER_INTEGER"):
        graph(changes)


def test_a_circle_is_named() -> None:
    tasks = {"a": ["c"], "b": ["a"], "c": ["b"], "d": ["c"], "e": []}
    changes = {TASKS: {name: using(dependentTasks=before) for name, before in tasks.items()}}
    with pytest.raises(InvalidError, match=r"root\.dag: the tasks wait for each other: a → b → c → a"):
        graph(changes)


def test_a_component_in_itself_is_refused() -> None:
    changes = {
        "components.comp-a": {"dag": {"tasks": {"b": using("comp-b")}}},
        "components.comp-b": {"dag": {"tasks": {"a": using("comp-a")}}},
        TASKS: {"a": using("comp-a")},
    }
    with pytest.raises(InvalidError, match="the component is used in itself: comp-a → comp-b → comp-a"):
        graph(changes)


def nested(levels: int, width: int) -> dict[str, Any]:
    """DAGs in each other, each using the next a few times."""
    changes: dict[str, Any] = {TASKS: {"t": using("comp-0")}}
    for level in range(levels):
        inner = f"comp-{level + 1}" if level + 1 < levels else "comp-fit"
        changes[f"components.comp-{level}"] = {
            "dag": {"tasks": {f"t{number}": using(inner) for number in range(width)}}
        }
    return changes


def test_dags_nest_only_so_deep() -> None:
    assert graph(nested(31, 1))
    with pytest.raises(TooLargeError, match="nested deeper than 32"):
        graph(nested(32, 1))
    with pytest.raises(TooLargeError, match="nested deeper than 32"):
        graph(nested(2000, 1))


def test_tasks_are_counted_as_often_as_they_run() -> None:
    with pytest.raises(TooLargeError, match="more than 100000 tasks"):
        graph(nested(30, 2))


@given(st.lists(st.lists(st.integers(0, 30), max_size=4), min_size=1, max_size=30), st.randoms())
def test_any_graph_without_circles_is_put_in_order(edges: list[list[int]], random: Any) -> None:
    tasks = {
        f"t{number}": using(dependentTasks=[f"t{each}" for each in before if each < number])
        for number, before in enumerate(edges)
    }
    names = list(tasks)
    random.shuffle(names)
    found = graph({TASKS: {name: tasks[name] for name in names}}).root.tasks
    order = list(found)
    assert sorted(order) == sorted(names)
    for name, task in found.items():
        assert all(order.index(each) < order.index(name) for each in task.upstream)
        assert all(name in found[each].followers for each in task.upstream)


def test_ten_thousand_tasks_are_checked_at_once() -> None:
    tasks = {"t0": using()} | {
        f"t{number}": using(
            **parameters(x={"taskOutputParameter": {**OUTPUT["taskOutputParameter"], "producerTask": f"t{number - 1}"}})
        )
        for number in range(1, 10_000)
    }
    pipeline = read_document(small({TASKS: tasks})).pipeline
    began = time.process_time()
    assert len(check(pipeline).root.tasks) == 10_000
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("type_", "default", "expected"),
    [("NUMBER_INTEGER", 3.0, 3), ("LIST", [1.0, 2.5], [1, 2.5]), ("STRING", 1.0, "1"), ("NUMBER_DOUBLE", 1, 1.0)],
)
def test_defaults_have_the_types_of_their_inputs(type_: str, default: Any, expected: Any) -> None:
    place = "inputDefinitions.parameters.x"
    parameter = {"parameterType": type_, "defaultValue": default}
    found = graph({f"{COMPONENT}.{place}": parameter, f"root.{place}": parameter}).root
    for component in (found.component, found.tasks["fit"].component):
        assert repr(component.input_definitions.parameters["x"].default_value) == repr(expected)


def test_an_input_that_kfp_makes_up_takes_anything() -> None:
    """It says NUMBER_INTEGER of `item.b` in a loop over items such as `{"a": 1, "b": [1, 2]}`."""
    found = check(read_package((DATA / "control_flow.yaml").read_bytes()).pipeline).root
    for name in ("exit-handler-1", "for-loop-7", "for-loop-8"):
        task = found.tasks[name]
        assert task.dag is not None
        found = task.dag
    for name, spec in found.component.input_definitions.parameters.items():
        assert checked([1, 2.0], spec, name) == [1, 2]


def test_a_default_of_another_type_is_refused() -> None:
    parameter = {"parameterType": "LIST", "defaultValue": "text"}
    with pytest.raises(InvalidError, match=r"root\.inputDefinitions\.parameters\.n\.defaultValue: LIST is expected"):
        graph({"root.inputDefinitions.parameters.n": parameter})
