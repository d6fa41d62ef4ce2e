"""What a DAG gives: each output selects those of its tasks, and they must be there."""

from tidemill.pipelines.ir.problems import listed, problem
from tidemill.pipelines.ir.spec import ComponentSpec, DagOutputParameter, DagSpec, ParameterSelector
from tidemill.pipelines.ir.wiring import Around, check_key


def check_outputs(dag: DagSpec, around: Around) -> None:
    """InvalidError with place and reason for the first selector that selects nothing."""
    place = f"{around.place}.outputs"
    for key, output in dag.outputs.parameters.items():
        at = f"{place}.parameters.{key}"
        for selector in _selectors(output, at):
            outputs = _component(selector.producer_subtask, around, at).output_definitions
            check_key(selector.output_parameter_key, outputs.parameters, outputs.artifacts, at)
    for key, output in dag.outputs.artifacts.items():
        at = f"{place}.artifacts.{key}"
        if not output.artifact_selectors:
            raise problem(at, "at least one selector is expected")
        for selector in output.artifact_selectors:
            outputs = _component(selector.producer_subtask, around, at).output_definitions
            check_key(selector.output_artifact_key, outputs.artifacts, outputs.parameters, at)


def _selectors(output: DagOutputParameter, place: str) -> tuple[ParameterSelector, ...]:
    one, several = output.value_from_parameter, output.value_from_oneof
    if (one is None) == (several is None):
        raise problem(place, "exactly one of valueFromParameter and valueFromOneof is expected")
    if one is not None:
        return (one,)
    selectors = several.parameter_selectors if several is not None else ()
    if not selectors:
        raise problem(place, "at least one selector is expected")
    return selectors


def _component(subtask: str, around: Around, place: str) -> ComponentSpec:
    found = around.components.get(subtask)
    if found is None:
        raise problem(place, f"there is no task {subtask!r} in this dag", f"there are: {listed(around.components)}")
    return found
