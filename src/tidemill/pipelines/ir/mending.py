"""What kfp's compiler forgets of loops in loops, put back: the item of an outer loop that a task in an inner one takes.

Where a task takes the items of both in one constant, or in two, the compiler hands down the last alone, and the DAG of
the inner loop has no input for the other. Kubeflow's backend cannot run that; what is meant is plain.
"""

from collections.abc import Container, Iterator, Mapping

from msgspec import structs

from tidemill.pipelines.ir.spec import (
    ComponentSpec,
    DagSpec,
    ParameterSource,
    ParameterSpec,
    ParameterType,
    PipelineSpec,
    TaskSpec,
)

_ITEM, _SUBVARIABLE = "loop-item", "-subvar-"
_DEEPEST = 64
"""What is nested deeper is refused by who checks it."""
_PART = "parseJson(string_value)"
_ANYTHING = ParameterSpec(parameter_type=ParameterType.UNSPECIFIED)


def mended(pipeline: PipelineSpec) -> PipelineSpec:
    """The same, with each item of a loop handed down to where it is taken. What is whole stays as it is."""
    return _Mending(pipeline).done()


class _Mending:
    def __init__(self, pipeline: PipelineSpec) -> None:
        self._pipeline = pipeline
        self._components = dict(pipeline.components)
        self._looked_at: set[str] = set()
        self._depth = 0

    def done(self) -> PipelineSpec:
        root = self._mended(self._pipeline.root)
        if root is self._pipeline.root and all(
            self._components[name] is each for name, each in self._pipeline.components.items()
        ):
            return self._pipeline
        return structs.replace(self._pipeline, root=root, components=self._components)

    def _mended(self, component: ComponentSpec) -> ComponentSpec:
        """A component whose tasks are given what they and those in them miss, as far as the component has it."""
        if component.dag is None:
            return component
        has = component.input_definitions.parameters
        tasks = {name: _with_parts(task, has) for name, task in component.dag.tasks.items()}
        for name, task in list(tasks.items()):
            inner = self._inner(task.component_ref.name)
            missing = [each for each in _missing(inner) if each in has] if inner is not None else []
            if inner is None or not missing:
                continue
            given = dict.fromkeys(missing, None)
            sources = {each: ParameterSource(component_input_parameter=each) for each in given}
            inputs = structs.replace(task.inputs, parameters={**task.inputs.parameters, **sources})
            tasks[name] = structs.replace(task, inputs=inputs)
            self._components[task.component_ref.name] = self._mended(_with_inputs(inner, given))
        if all(tasks[name] is task for name, task in component.dag.tasks.items()):
            return component
        return structs.replace(component, dag=structs.replace(component.dag, tasks=tasks))

    def _inner(self, name: str) -> ComponentSpec | None:
        """The component of a task, mended when it is first met; None where it is no DAG."""
        inner = self._components.get(name)
        if inner is None or inner.dag is None:
            return None
        if name not in self._looked_at and self._depth < _DEEPEST:
            self._looked_at.add(name)
            self._depth += 1
            inner = self._components[name] = self._mended(inner)
            self._depth -= 1
        return inner


def _with_parts(task: TaskSpec, has: Container[str]) -> TaskSpec:
    """A task that takes parts of the item itself, where the compiler let it ask for inputs that nobody gives."""
    mended = {
        name: ParameterSource(component_input_parameter=item, parameter_expression_selector=f'{_PART}["{key}"]')
        for name, (item, key) in _parts(task)
        if item in has
    }
    if not mended:
        return task
    return structs.replace(task, inputs=structs.replace(task.inputs, parameters={**task.inputs.parameters, **mended}))


def _parts(task: TaskSpec) -> Iterator[tuple[str, tuple[str, str]]]:
    """Inputs that take a part of an item, `ITEM-subvar-KEY`: the item and the key."""
    for name, source in task.inputs.parameters.items():
        taken = source.component_input_parameter
        if taken is not None and _ITEM in taken and not source.parameter_expression_selector:
            item, found, key = taken.rpartition(_SUBVARIABLE)
            if found:
                yield name, (item, key)


def _missing(component: ComponentSpec) -> Iterator[str]:
    """Items of loops that tasks of a component take from it, and that it does not have."""
    has: Mapping[str, ParameterSpec] = component.input_definitions.parameters
    for task in (component.dag or DagSpec()).tasks.values():
        for source in task.inputs.parameters.values():
            name = source.component_input_parameter
            if name is not None and name not in has and _ITEM in name:
                yield name


def _with_inputs(component: ComponentSpec, names: Mapping[str, None]) -> ComponentSpec:
    interface = component.input_definitions
    parameters = {**interface.parameters, **dict.fromkeys(names, _ANYTHING)}
    return structs.replace(component, input_definitions=structs.replace(interface, parameters=parameters))
