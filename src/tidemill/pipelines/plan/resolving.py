"""What goes into a task: its sources looked up among the inputs and the finished tasks of the DAG around it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from tidemill.kit.errors import InvalidError
from tidemill.pipelines.ir.graph import Task
from tidemill.pipelines.ir.placeholders import fill_constant, has_placeholder
from tidemill.pipelines.ir.selectors import select
from tidemill.pipelines.ir.spec import (
    ArtifactSource,
    ParameterSource,
    ParameterSpec,
    ParameterType,
    TaskOutputParameter,
    Value,
)
from tidemill.pipelines.ir.values import checked
from tidemill.pipelines.plan.models import DONE, Artifact, Inputs, Instance, Kind, State
from tidemill.pipelines.plan.statuses import final_status


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where the sources of a task are looked up."""

    inputs: Inputs
    ends: Mapping[str, Instance]
    job: str
    """The run's resource name."""


class SkippedInputError(Exception):
    """An input that the task cannot do without came of something that was skipped."""


def resolve(task: Task, around: Surroundings) -> Inputs:
    """All inputs of a task, but for the item of a loop.

    Raises InvalidError, which says what input cannot be had and why, or SkippedInputError.
    """
    return _Resolving(task, around).inputs()


def items(task: Task, inputs: Inputs) -> Sequence[Inputs]:
    """What each iteration of a loop is given besides the inputs of the loop; InvalidError where there is no list."""
    by_artifact, by_parameter = task.spec.artifact_iterator, task.spec.parameter_iterator
    if by_artifact is not None:
        artifacts = inputs.artifacts.get(by_artifact.items.input_artifact, ())
        return [Inputs({}, {by_artifact.item_input: (artifact,)}) for artifact in artifacts]
    if by_parameter is None:
        return []
    name = by_parameter.item_input
    spec = task.component.input_definitions.parameters.get(name)
    if by_parameter.items.raw is not None:
        found = _parsed(by_parameter.items.raw, "items")
    else:
        found = _list_of(inputs, by_parameter.items.input_parameter or "")
    return [Inputs({name: _fitting(value, spec, f"item {number}")}) for number, value in enumerate(found)]


@dataclass(frozen=True, slots=True)
class _Missing:
    """An input that is not there, and whether what it came from was skipped."""

    why: str
    is_skipped: bool = False


class _Resolving:
    def __init__(self, task: Task, around: Surroundings) -> None:
        self._task = task
        self._around = around
        self._parameters: dict[str, Value] = {}
        self._artifacts: dict[str, tuple[Artifact, ...]] = {}

    def inputs(self) -> Inputs:
        sources, declared = self._task.spec.inputs, self._task.component.input_definitions
        constants = {name: source for name, source in sources.parameters.items() if _has_placeholders(source)}
        for name, source in sources.parameters.items():
            if name not in constants:
                self._take(name, source, self._parameter(source))
        for name, source in sources.artifacts.items():
            self._take_artifact(name, self._artifact(source))
        for name in self._not_given(declared.parameters, sources.parameters):
            self._take(name, None, _Missing("the task is not given it"))
        for name in self._not_given(declared.artifacts, sources.artifacts):
            self._take_artifact(name, _Missing("the task is not given it"))
        filled = {name: self._filled(source) for name, source in constants.items()}
        for name, value in filled.items():
            self._take(name, constants[name], value)
        return Inputs(self._parameters, self._artifacts)

    def _not_given(self, declared: Mapping[str, object], given: Mapping[str, object]) -> Iterator[str]:
        """Declared inputs that the task names no source for; the item of a loop comes later."""
        item = {
            each.item_input
            for each in (self._task.spec.parameter_iterator, self._task.spec.artifact_iterator)
            if each is not None
        }
        return (name for name in declared if name not in given and name not in item)

    def _take(self, name: str, source: ParameterSource | None, found: Value | _Missing) -> None:
        spec = self._task.component.input_definitions.parameters.get(name)
        if isinstance(found, _Missing):
            if spec is not None and spec.default_value is not msgspec.UNSET:
                self._parameters[name] = _fitting(spec.default_value, spec, f"default of {name}")
            elif not _may_be_absent(spec):
                raise _refused(name, found, "it has no default")
            return
        if source is not None and source.parameter_expression_selector:
            found = _part(found, source.parameter_expression_selector, f"input {name}")
        self._parameters[name] = _fitting(found, spec, f"input {name}")

    def _take_artifact(self, name: str, found: tuple[Artifact, ...] | _Missing) -> None:
        spec = self._task.component.input_definitions.artifacts.get(name)
        if not isinstance(found, _Missing):
            self._artifacts[name] = found
        elif spec is None or not spec.is_optional:
            raise _refused(name, found, "it is not optional")

    def _parameter(self, source: ParameterSource) -> Value | _Missing:
        if source.task_output_parameter is not None:
            return self._output(source.task_output_parameter)
        if source.task_final_status is not None:
            producer = self._around.ends[source.task_final_status.producer_task]
            return final_status(producer, self._around.job)
        if source.runtime_value is not None and not source.runtime_value.runtime_parameter:
            return source.runtime_value.constant
        name = source.component_input_parameter or (source.runtime_value and source.runtime_value.runtime_parameter)
        return self._around.inputs.parameters.get(
            name or "", _Missing(f"the pipeline around it has no value of {name}")
        )

    def _output(self, source: TaskOutputParameter) -> Value | _Missing:
        end = self._around.ends[source.producer_task]
        if end.state in DONE and source.output_parameter_key in end.outputs.parameters:
            return end.outputs.parameters[source.output_parameter_key]
        return _lacking(end, source.output_parameter_key)

    def _artifact(self, source: ArtifactSource) -> tuple[Artifact, ...] | _Missing:
        if source.task_output_artifact is not None:
            end, key = self._around.ends[source.task_output_artifact.producer_task], source.task_output_artifact
            if end.state in DONE and key.output_artifact_key in end.outputs.artifacts:
                return end.outputs.artifacts[key.output_artifact_key]
            return _lacking(end, key.output_artifact_key)
        name = source.component_input_artifact or ""
        return self._around.inputs.artifacts.get(name, _Missing(f"the pipeline around it has no artifact {name}"))

    def _filled(self, source: ParameterSource) -> Value:
        return fill_constant(self._parameter(source), self._parameters)


def _may_be_absent(spec: ParameterSpec | None) -> bool:
    """A TASK_CONFIG is given by whoever executes."""
    return spec is not None and (spec.is_optional or spec.parameter_type is ParameterType.TASK_CONFIG)


def _has_placeholders(source: ParameterSource) -> bool:
    return source.runtime_value is not None and has_placeholder(source.runtime_value.constant)


def _lacking(end: Instance, key: str) -> _Missing:
    """Why a task that is finished has no such output."""
    if end.state in DONE:
        return _Missing(f"task {end.task} gave no output {key}", is_skipped=end.kind is not Kind.EXECUTOR)
    words = {State.SKIPPED: "was skipped", State.CANCELED: "was cancelled"}
    return _Missing(f"task {end.task} {words.get(end.state, 'failed')}", is_skipped=end.state is State.SKIPPED)


def _refused(name: str, missing: _Missing, lacks: str) -> Exception:
    why = f"input {name}: {missing.why}"
    return SkippedInputError(why) if missing.is_skipped else InvalidError(f"{why}, and {lacks}")


def _part(value: Value, selector: str, place: str) -> Value:
    try:
        return select(value, selector)
    except InvalidError as error:
        raise InvalidError(f"{place}: {error.message}", hint=error.hint) from error


def _fitting(value: Value, spec: ParameterSpec | None, place: str) -> Value:
    return value if spec is None else checked(value, spec, place)


def _list_of(inputs: Inputs, name: str) -> Sequence[Value]:
    if name not in inputs.parameters:
        raise InvalidError(f"items: input {name} is not given, and the task is to run for each of its items")
    found = inputs.parameters[name]
    return _parsed(found, f"items: input {name}") if isinstance(found, str) else _as_list(found, f"items: input {name}")


def _parsed(text: str, place: str) -> Sequence[Value]:
    try:
        return _as_list(msgspec.json.decode(text), place)
    except (msgspec.DecodeError, RecursionError):
        raise InvalidError(f"{place}: a list as JSON is needed, and it is {text[:80]!r}") from None


def _as_list(value: Value, place: str) -> Sequence[Value]:
    if not isinstance(value, list):
        raise InvalidError(f"{place}: a list is needed, and it is {type(value).__name__} {str(value)[:80]}")
    return value  # pyright: ignore[reportUnknownVariableType]
