"""What comes out: of a DAG from its tasks, of a loop from its iterations.

Values are not checked again: each was where it was made, and what a DAG in a loop declares is what the loop collects.
"""

from collections.abc import Iterable, Mapping, Sequence

from tidemill.pipelines.ir.graph import Dag, Task
from tidemill.pipelines.ir.spec import ArtifactSelector, DagOutputParameter, DagOutputs, ParameterSelector, Value
from tidemill.pipelines.ir.values import checked
from tidemill.pipelines.plan.models import DONE, Artifact, Instance, Outputs

Ends = Mapping[str, Instance]
"""How the tasks of a DAG have ended."""


def executor_outputs(task: Task, given: Outputs) -> Outputs:
    """What an executor says that came of it; raises InvalidError for a value of another type than it declares."""
    declared = task.component.output_definitions.parameters
    parameters = {
        name: checked(value, declared[name], f"output {name}") if name in declared else value
        for name, value in given.parameters.items()
    }
    return Outputs(parameters, given.artifacts)


def dag_outputs(dag: Dag, ends: Ends) -> Outputs:
    """What a DAG that succeeded hands out. An output of which nothing is there is left out."""
    declared = _declared(dag)
    parameters: dict[str, Value] = {}
    for name, source in declared.parameters.items():
        for found in _parameters(source, ends):
            parameters[name] = found
            break
    artifacts: dict[str, tuple[Artifact, ...]] = {}
    for name, output in declared.artifacts.items():
        found = list(_artifacts(output.artifact_selectors, ends))
        if found:
            artifacts[name] = _joined(found) if _is_list(dag, name) else found[0]
    return Outputs(parameters, artifacts)


def loop_outputs(task: Task, collected: Sequence[Outputs]) -> Outputs:
    """What the iterations of a loop gave, in the order of the items; those that lack an output drop out."""
    declared = _declared(task.dag) if task.dag is not None else task.component.output_definitions
    return Outputs(
        {
            name: [each.parameters[name] for each in collected if name in each.parameters]
            for name in declared.parameters
        },
        {name: _joined(each.artifacts.get(name, ()) for each in collected) for name in declared.artifacts},
    )


def _declared(dag: Dag) -> DagOutputs:
    return dag.component.dag.outputs if dag.component.dag is not None else DagOutputs()


def _parameters(source: DagOutputParameter, ends: Ends) -> Iterable[Value]:
    for selector in _selectors(source):
        end = ends.get(selector.producer_subtask)
        if end is not None and end.state in DONE and selector.output_parameter_key in end.outputs.parameters:
            yield end.outputs.parameters[selector.output_parameter_key]


def _selectors(source: DagOutputParameter) -> Sequence[ParameterSelector]:
    if source.value_from_oneof is not None:
        return source.value_from_oneof.parameter_selectors
    return () if source.value_from_parameter is None else (source.value_from_parameter,)


def _artifacts(selectors: Iterable[ArtifactSelector], ends: Ends) -> Iterable[tuple[Artifact, ...]]:
    for selector in selectors:
        end = ends.get(selector.producer_subtask)
        if end is not None and end.state in DONE and selector.output_artifact_key in end.outputs.artifacts:
            yield end.outputs.artifacts[selector.output_artifact_key]


def _is_list(dag: Dag, name: str) -> bool:
    declared = dag.component.output_definitions.artifacts.get(name)
    return declared is not None and declared.is_artifact_list


def _joined(lists: Iterable[tuple[Artifact, ...]]) -> tuple[Artifact, ...]:
    return tuple(artifact for each in lists for artifact in each)
