"""How one task is tied to those around it: what it takes, what it waits for, over what it iterates, when it runs."""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from tidemill.pipelines.ir.conditions import Condition, parse
from tidemill.pipelines.ir.placeholders import has_placeholder
from tidemill.pipelines.ir.problems import listed, problem
from tidemill.pipelines.ir.selectors import read_selector
from tidemill.pipelines.ir.spec import (
    ArtifactSource,
    ComponentSpec,
    Interface,
    ParameterSource,
    ParameterSpec,
    ParameterType,
    RetryPolicy,
    RuntimeValue,
    TaskSpec,
)
from tidemill.pipelines.ir.values import checked, may_be_given

Declared = TypeVar("Declared")
MADE_UP = "pipelinechannel--"
"""Begins the names of inputs that kfp's compiler makes up."""
_LOST = "kfp's compiler loses the list of an inner loop that does nothing with its item; use the item in the loop"
_DURATION = re.compile(r"\d{1,9}(\.\d{1,9})?s")


@dataclass(frozen=True, slots=True)
class Around:
    """What is around a task: the component that its DAG belongs to, and the components of all its tasks."""

    component: ComponentSpec
    components: Mapping[str, ComponentSpec]
    place: str
    """Of the DAG."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found out about a task while it was checked."""

    upstream: Sequence[str]
    condition: Condition | None


def check_task(name: str, task: TaskSpec, around: Around) -> Checked:
    """That everything which a task refers to is there and fits; InvalidError with place and reason."""
    place = f"{around.place}.tasks.{name}"
    component = around.components[name]
    for key, source in task.inputs.parameters.items():
        at = f"{place}.inputs.parameters.{key}"
        _check_kind(key, component.input_definitions.parameters, component.input_definitions.artifacts, at)
        _check_parameter(source, component.input_definitions.parameters.get(key), around, at)
    for key, source in task.inputs.artifacts.items():
        at = f"{place}.inputs.artifacts.{key}"
        _check_kind(key, component.input_definitions.artifacts, component.input_definitions.parameters, at)
        _check_artifact(source, around, at)
    for each in task.dependent_tasks:
        _component_of(each, around, f"{place}.dependentTasks")
    _check_iterators(task, component, place)
    _check_given(task, component, f"{place}.inputs")
    if task.retry_policy is not None:
        _check_retries(task.retry_policy, f"{place}.retryPolicy")
    return Checked(_upstream(task), _condition(task, component, f"{place}.triggerPolicy.condition"))


def without_lost_inputs(task: TaskSpec, used: ComponentSpec, around: ComponentSpec) -> tuple[TaskSpec, ComponentSpec]:
    """A task and its component without inputs that lead nowhere.

    Where a loop over constants stands in an exit handler, kfp gives the exit handler the item of that loop, from an
    input that nobody has. Nothing in it asks for it.
    """
    lost = {key for key, source in task.inputs.parameters.items() if _is_lost(source, around)}
    if not lost:
        return task, used
    left = {key: source for key, source in task.inputs.parameters.items() if key not in lost}
    definitions = {
        key: replace(spec, is_optional=True) if key in lost else spec
        for key, spec in used.input_definitions.parameters.items()
    }
    inputs = replace(task.inputs, parameters=left)
    interface = replace(used.input_definitions, parameters=definitions)
    return replace(task, inputs=inputs), replace(used, input_definitions=interface)


def _is_lost(source: ParameterSource, around: ComponentSpec) -> bool:
    name = source.component_input_parameter
    return name is not None and "loop-item" in name and name not in around.input_definitions.parameters


# Where inputs come from ----------------------------------------------------------------------------------------------


def _check_kind(key: str, same: Container[str], other: Container[str], place: str) -> None:
    """An input that the component does not have at all is fine: kfp gives tasks some, for placeholders."""
    if key in other and key not in same:
        raise problem(place, "the component has this input among the others: parameters and artifacts are mixed up")


def _check_parameter(source: ParameterSource, wanted: ParameterSpec | None, around: Around, place: str) -> None:
    kinds = (
        source.task_output_parameter,
        source.runtime_value,
        source.component_input_parameter,
        source.task_final_status,
    )
    if sum(each is not None for each in kinds) != 1:
        raise problem(place, "exactly one source is expected", "give a constant, an input, or the output of a task")
    if source.parameter_expression_selector:
        read_selector(source.parameter_expression_selector, f"{place}.parameterExpressionSelector")
    if source.task_final_status is not None:
        _component_of(source.task_final_status.producer_task, around, f"{place}.taskFinalStatus")
    if source.runtime_value is not None:
        _check_constant(source, source.runtime_value, wanted, around, f"{place}.runtimeValue")
    given = _given(source, around, place)
    if given is None or wanted is None or source.parameter_expression_selector:
        return
    if not may_be_given(given.parameter_type, wanted.parameter_type):
        raise problem(place, f"{wanted.parameter_type} is expected, and the source has {given.parameter_type}")


def _given(source: ParameterSource, around: Around, place: str) -> ParameterSpec | None:
    """What is declared of an output or an input that a parameter is taken from; None where nothing is to be known."""
    if (output := source.task_output_parameter) is not None:
        place = f"{place}.taskOutputParameter"
        outputs = _component_of(output.producer_task, around, place).output_definitions
        return check_key(output.output_parameter_key, outputs.parameters, outputs.artifacts, place)
    if (name := source.component_input_parameter) is not None and not _is_lost(source, around.component):
        place = f"{place}.componentInputParameter"
        inputs = around.component.input_definitions
        return check_key(name, inputs.parameters, inputs.artifacts, place)
    return None


def _check_constant(
    source: ParameterSource, value: RuntimeValue, wanted: ParameterSpec | None, around: Around, place: str
) -> None:
    if (value.constant is msgspec.UNSET) == (not value.runtime_parameter):
        raise problem(place, "exactly one of constant and runtimeParameter is expected")
    if value.runtime_parameter:
        inputs = around.component.input_definitions
        check_key(value.runtime_parameter, inputs.parameters, inputs.artifacts, f"{place}.runtimeParameter")
    elif wanted is not None and not source.parameter_expression_selector and not has_placeholder(value.constant):
        checked(value.constant, wanted, f"{place}.constant")


def _check_artifact(source: ArtifactSource, around: Around, place: str) -> None:
    output, name = source.task_output_artifact, source.component_input_artifact
    if (output is None) == (name is None):
        raise problem(place, "exactly one source is expected", "give an input, or the output of a task")
    if output is not None:
        place = f"{place}.taskOutputArtifact"
        outputs = _component_of(output.producer_task, around, place).output_definitions
        check_key(output.output_artifact_key, outputs.artifacts, outputs.parameters, place)
    elif name is not None:
        inputs = around.component.input_definitions
        check_key(name, inputs.artifacts, inputs.parameters, f"{place}.componentInputArtifact")


def _component_of(producer: str, around: Around, place: str) -> ComponentSpec:
    found = around.components.get(producer)
    if found is None:
        raise problem(place, f"there is no task {producer!r} in this dag", f"there are: {listed(around.components)}")
    return found


def check_key(key: str, same: Mapping[str, Declared], other: Container[str], place: str) -> Declared:
    """What a key names among inputs or outputs of its kind; InvalidError where it names nothing there."""
    if key in same:
        return same[key]
    if key in other:
        raise problem(place, f"{key!r} is of the other kind: parameters and artifacts are mixed up")
    raise problem(place, f"there is no {key!r}", _LOST if key.startswith(MADE_UP) else f"there are: {listed(same)}")


# What it iterates over, and when it runs -----------------------------------------------------------------------------


def _check_iterators(task: TaskSpec, component: ComponentSpec, place: str) -> None:
    if task.parameter_iterator is not None and task.artifact_iterator is not None:
        raise problem(place, "a task iterates over parameters or over artifacts, not both")
    if task.iterator_policy.parallelism_limit < 0:
        raise problem(f"{place}.iteratorPolicy.parallelismLimit", "0, for no limit, or more is expected")
    declared = component.input_definitions
    if (by_artifact := task.artifact_iterator) is not None:
        at = f"{place}.artifactIterator"
        check_key(by_artifact.items.input_artifact, task.inputs.artifacts, (), f"{at}.items.inputArtifact")
        check_key(by_artifact.item_input, declared.artifacts, declared.parameters, f"{at}.itemInput")
    if (by_parameter := task.parameter_iterator) is not None:
        at, items = f"{place}.parameterIterator", by_parameter.items
        if (items.raw is None) == (items.input_parameter is None):
            raise problem(f"{at}.items", "exactly one of raw and inputParameter is expected")
        if items.raw is not None:
            _check_raw(items.raw, f"{at}.items.raw")
        else:
            check_key(items.input_parameter or "", task.inputs.parameters, (), f"{at}.items.inputParameter")
        check_key(by_parameter.item_input, declared.parameters, declared.artifacts, f"{at}.itemInput")


def _check_raw(raw: str, place: str) -> None:
    if has_placeholder(raw):
        return
    try:
        items = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        items = None
    if not isinstance(items, list):
        raise problem(place, "a list as JSON is expected")


def _check_given(task: TaskSpec, component: ComponentSpec, place: str) -> None:
    """That every input which the component cannot do without has a source; the item of a loop comes by itself."""
    items = {each.item_input for each in (task.parameter_iterator, task.artifact_iterator) if each is not None}
    definitions: Interface = component.input_definitions
    for key, spec in definitions.parameters.items():
        is_given = key in task.inputs.parameters or key in items
        is_ours = spec.parameter_type is ParameterType.TASK_CONFIG
        if not (is_given or is_ours or spec.is_optional or spec.default_value is not msgspec.UNSET):
            raise problem(place, f"the component needs the parameter {key!r}, and the task does not give it")
    for key, spec in definitions.artifacts.items():
        if not (key in task.inputs.artifacts or key in items or spec.is_optional):
            raise problem(place, f"the component needs the artifact {key!r}, and the task does not give it")


def _check_retries(policy: RetryPolicy, place: str) -> None:
    if policy.max_retry_count < 0 or policy.backoff_factor < 0:
        raise problem(place, "retries and their factor cannot be negative")
    for name in ("backoff_duration", "backoff_max_duration"):
        duration = getattr(policy, name)
        if duration and not _DURATION.fullmatch(duration):
            raise problem(place, f"{duration!r} is no duration", "write it in seconds, such as 10s")


def _condition(task: TaskSpec, component: ComponentSpec, place: str) -> Condition | None:
    if not task.trigger_policy.condition:
        return None
    condition = parse(task.trigger_policy.condition, place)
    known = {**component.input_definitions.parameters, **task.inputs.parameters}
    for name in sorted(condition.inputs):
        check_key(name, known, (), place)
    return condition


def _upstream(task: TaskSpec) -> Sequence[str]:
    """All that it takes something from or is to run after, each once."""
    found: dict[str, None] = {}
    for source in task.inputs.parameters.values():
        for producer in (source.task_output_parameter, source.task_final_status):
            if producer is not None:
                found[producer.producer_task] = None
    for source in task.inputs.artifacts.values():
        if source.task_output_artifact is not None:
            found[source.task_output_artifact.producer_task] = None
    return tuple(found | dict.fromkeys(task.dependent_tasks))
