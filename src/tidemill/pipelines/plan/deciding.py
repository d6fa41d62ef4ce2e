"""Whether a task that waits for nothing any more is executed, and with what; or how it ends without."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from tidemill.kit.errors import InvalidError
from tidemill.pipelines.ir.graph import Graph, Task
from tidemill.pipelines.ir.values import checked
from tidemill.pipelines.plan.models import Inputs, State
from tidemill.pipelines.plan.opened import OpenDag
from tidemill.pipelines.plan.resolving import SkippedInputError, Surroundings, items, resolve

CANCELED = "the run was cancelled"


@dataclass(frozen=True, slots=True)
class Refused:
    """It ends without having begun, and why."""

    state: State
    reason: str


def decide(task: Task, within: OpenDag, job: str, *, is_canceling: bool) -> Inputs | Refused:
    """The inputs of a task that is to run, or how it ends at once."""
    if not task.is_exit and (upstream := _broken_upstream(task, within)) is not None:
        return upstream
    if is_canceling and not (task.is_exit or within.is_spared):
        return Refused(State.CANCELED, CANCELED)
    try:
        inputs = resolve(task, Surroundings(within.inputs, within.ends, job))
        if task.condition is not None and not task.condition.holds(inputs.parameters):
            return Refused(State.SKIPPED, f"its condition is false: {task.spec.trigger_policy.condition}")
    except SkippedInputError as error:
        return Refused(State.SKIPPED, str(error))
    except InvalidError as error:
        return Refused(State.FAILED, sentence(error))
    return inputs


def divide(task: Task, inputs: Inputs) -> Sequence[Inputs] | Refused:
    """What each iteration of a loop is given besides."""
    try:
        return items(task, inputs)
    except InvalidError as error:
        return Refused(State.FAILED, sentence(error))


def root_inputs(graph: Graph, given: Inputs) -> Inputs:
    """The inputs of a run, checked, with defaults; InvalidError says which cannot be had."""
    declared = graph.root.component.input_definitions
    for name in [*given.parameters, *given.artifacts]:
        if name not in declared.parameters and name not in declared.artifacts:
            raise InvalidError(f"input {name}: the pipeline has none of this name")
    parameters = {
        name: checked(value, declared.parameters[name], f"input {name}")
        for name, value in given.parameters.items()
        if name in declared.parameters
    }
    for name, spec in declared.parameters.items():
        if name not in parameters and spec.default_value is not msgspec.UNSET:
            parameters[name] = checked(spec.default_value, spec, f"default of {name}")
        elif name not in parameters and not spec.is_optional:
            raise InvalidError(f"input {name}: the pipeline needs it, and it has no default")
    for name, spec in declared.artifacts.items():
        if name not in given.artifacts and not spec.is_optional:
            raise InvalidError(f"input {name}: the pipeline needs this artifact")
    return Inputs(parameters, given.artifacts)


def sentence(error: InvalidError) -> str:
    """What an instance says of its failure."""
    return f"{error.message} ({error.hint})" if error.hint else error.message


def _broken_upstream(task: Task, within: OpenDag) -> Refused | None:
    """A failure says more than a cancellation, and the first in the order of the task's sources speaks for all."""
    canceled: Refused | None = None
    for name in task.upstream:
        match within.ends[name].state:
            case State.FAILED | State.UPSTREAM_FAILED:
                return Refused(State.UPSTREAM_FAILED, f"task {name} failed")
            case State.CANCELED:
                canceled = canceled or Refused(State.CANCELED, f"task {name} was cancelled")
            case _:
                pass
    return canceled
