"""What the structs alone cannot say, checked once: references, producers, types, cycles, iterators, conditions.

What comes out is ready to run. Only what the root leads to is looked at, each component once however often it is used.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
from msgspec.structs import replace

from tidemill.kit.errors import TooLargeError
from tidemill.pipelines.ir import ordering
from tidemill.pipelines.ir.graph import Dag, Graph, Task, is_exit
from tidemill.pipelines.ir.mending import mended
from tidemill.pipelines.ir.outputs import check_outputs
from tidemill.pipelines.ir.problems import listed, problem
from tidemill.pipelines.ir.spec import (
    ComponentSpec,
    DagSpec,
    ExecutorSpec,
    ParameterSpec,
    ParameterType,
    PipelineSpec,
    TaskSpec,
)
from tidemill.pipelines.ir.values import checked
from tidemill.pipelines.ir.wiring import MADE_UP, Around, check_task, without_lost_inputs

MAX_DEPTH = 32
"""Of DAGs in each other: each condition and each loop is one."""
MAX_TASKS = 100_000
"""Of a whole pipeline, those of a component counted as often as it is used; iterations not counted."""

_HINT = "compile the pipeline again with kfp 2"


def check(pipeline: PipelineSpec) -> Graph:
    """The graph of a pipeline; InvalidError with place and reason for the first thing that is wrong in it,
    TooLargeError where it is over a limit."""
    if not pipeline.pipeline_info.name:
        raise problem("pipelineInfo.name", "the pipeline has no name", _HINT)
    if pipeline.schema_version.startswith(("1.", "2.0.")):
        reason = f"{pipeline.schema_version} is older than 2.1.0, the oldest that is taken"
        raise problem("schemaVersion", reason, _HINT)
    if pipeline.root.dag is None:
        raise problem("root", "a dag is expected here", _HINT)
    pipeline = mended(pipeline)
    root = _Checker(pipeline).opened(_readied(pipeline.root, "root"), "root")
    return Graph(pipeline.pipeline_info.name, root.dag, pipeline)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A DAG that was checked, and what it comes to with everything in it."""

    dag: Dag
    tasks: int
    depth: int


@dataclass(slots=True)
class _Checker:
    pipeline: PipelineSpec
    _components: dict[str, ComponentSpec] = field(default_factory=dict[str, ComponentSpec])
    _done: dict[str, _Opened | ExecutorSpec] = field(default_factory=dict[str, _Opened | ExecutorSpec])
    _inside: list[str] = field(default_factory=list[str])
    """The components that are being looked at, each used in the one before it."""

    def opened(self, component: ComponentSpec, place: str) -> _Opened:
        """A component that is a DAG, with all that is in it."""
        spec = component.dag or DagSpec()
        place = f"{place}.dag"
        components = {name: self._used(each, f"{place}.tasks.{name}") for name, each in spec.tasks.items()}
        around = Around(component, components, place)
        found = {name: check_task(name, task, around) for name, task in spec.tasks.items()}
        upstream = {name: each.upstream for name, each in found.items()}
        check_outputs(spec, around)
        behind = ordering.followers(upstream)
        tasks: dict[str, Task] = {}
        inner: list[_Opened] = []
        for name in ordering.in_order(upstream, behind, place):
            task, opened = spec.tasks[name], self._component(spec.tasks[name].component_ref.name)
            if isinstance(opened, _Opened):
                inner.append(opened)
            task, used = without_lost_inputs(task, components[name], component)
            tasks[name] = Task(
                name=name,
                spec=task,
                component=used,
                upstream=upstream[name],
                followers=tuple(behind[name]),
                condition=found[name].condition,
                is_exit=is_exit(task),
                dag=opened.dag if isinstance(opened, _Opened) else None,
                executor=opened if isinstance(opened, ExecutorSpec) else None,
            )
        sources = tuple(name for name, before in upstream.items() if not before)
        return self._within_limits(Dag(component, tasks, sources), inner, place)

    def _within_limits(self, dag: Dag, inner: Sequence[_Opened], place: str) -> _Opened:
        count = len(dag.tasks) + sum(each.tasks for each in inner)
        depth = 1 + max((each.depth for each in inner), default=0)
        if count > MAX_TASKS:
            raise TooLargeError(f"{place}: the pipeline has more than {MAX_TASKS} tasks")
        if depth > MAX_DEPTH:
            raise _too_deep(place)
        return _Opened(dag, count, depth)

    def _used(self, task: TaskSpec, place: str) -> ComponentSpec:
        """The component of a task."""
        name = task.component_ref.name
        if name in self._components:
            return self._components[name]
        component = self.pipeline.components.get(name)
        if component is None:
            hint = f"there are: {listed(self.pipeline.components)}"
            raise problem(f"{place}.componentRef.name", f"there is no component {name!r}", hint)
        ready = self._components[name] = _readied(component, f"components.{name}")
        return ready

    def _component(self, name: str) -> _Opened | ExecutorSpec:
        """What is behind a component's name, looked at when it is first asked for."""
        done = self._done.get(name)
        if done is None:
            place = f"components.{name}"
            if name in self._inside:
                circle = " → ".join([*self._inside[self._inside.index(name) :], name])
                raise problem(place, f"the component is used in itself: {circle}")
            if len(self._inside) >= MAX_DEPTH:
                raise _too_deep(place)
            self._inside.append(name)
            done = self._done[name] = self._opened_or_executor(self._components[name], place)
            self._inside.pop()
        return done

    def _opened_or_executor(self, component: ComponentSpec, place: str) -> _Opened | ExecutorSpec:
        if (component.dag is None) == (component.executor_label is None):
            raise problem(place, "exactly one of dag and executorLabel is expected", _HINT)
        if component.executor_label is None:
            return self.opened(component, place)
        label, executors = component.executor_label, self.pipeline.deployment_spec.executors
        if label not in executors:
            hint = f"there are: {listed(executors)}"
            raise problem(f"{place}.executorLabel", f"there is no executor {label!r}", hint)
        _check_executor(executors[label], component, f"deploymentSpec.executors.{label}")
        return executors[label]


def _readied(component: ComponentSpec, place: str) -> ComponentSpec:
    """A component whose inputs say what they take.

    Of those that kfp makes up for a DAG it often guesses the type, wrongly for a part of a loop's item: they take
    anything, and the tasks in the DAG say what they need.
    """
    interface = component.input_definitions
    place = f"{place}.inputDefinitions.parameters"
    parameters = {key: _with_default(spec, f"{place}.{key}") for key, spec in interface.parameters.items()}
    if component.dag is not None:
        for key in [key for key in parameters if key.startswith(MADE_UP)]:
            parameters[key] = replace(parameters[key], parameter_type=ParameterType.UNSPECIFIED)
    return replace(component, input_definitions=replace(interface, parameters=parameters))


def _with_default(spec: ParameterSpec, place: str) -> ParameterSpec:
    """With a default of its type: kfp writes that of an integer as `3.0`. Null is no default."""
    if spec.default_value is msgspec.UNSET:
        return spec
    if spec.default_value is None:
        return replace(spec, default_value=msgspec.UNSET, is_optional=True)
    return replace(spec, default_value=checked(spec.default_value, spec, f"{place}.defaultValue"))


def _check_executor(executor: ExecutorSpec, component: ComponentSpec, place: str) -> None:
    if executor.resolver is not None:
        raise problem(f"{place}.resolver", "resolvers are not executed here", "no SDK writes them; use an importer")
    if executor.custom_job is not None:
        hint = "use a container component; custom jobs are Vertex AI's own"
        raise problem(f"{place}.customJob", "custom jobs are not executed here", hint)
    if (executor.container is None) == (executor.importer is None):
        raise problem(place, "exactly one of container and importer is expected", _HINT)
    if executor.container is not None and not executor.container.image:
        raise problem(f"{place}.container.image", "the container has no image")
    if executor.importer is not None:
        source = executor.importer.artifact_uri.runtime_parameter
        if source and source not in component.input_definitions.parameters:
            hint = f"there are: {listed(component.input_definitions.parameters)}"
            raise problem(f"{place}.importer.artifactUri", f"the component has no input {source!r}", hint)


def _too_deep(place: str) -> TooLargeError:
    return TooLargeError(f"{place}: DAGs are nested deeper than {MAX_DEPTH}")
