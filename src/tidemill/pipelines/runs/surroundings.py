"""Where what a platform says of a task is looked up: among the tasks beside it, and in the inputs of what it is in."""

from collections.abc import Callable, Iterator

import msgspec

from tidemill.kit.errors import InvalidError
from tidemill.pipelines.ir.rendering import as_text
from tidemill.pipelines.ir.spec import ParameterSource, TaskOutputParameter, Value
from tidemill.pipelines.plan.models import DONE, Instance

Lookup = Callable[[str], Instance | None]
"""The instance of a path."""
_MADE_UP = "pipelinechannel--"


def text_of(source: ParameterSource, path: str, lookup: Lookup) -> str:
    """What a source gives the task at a path, as text. Raises InvalidError where it gives nothing."""
    value = _value(source, path, lookup)
    if value is msgspec.UNSET or value is None:
        raise InvalidError(f"what its platform asks for has no value: {msgspec.to_builtins(source)}")
    return as_text(value)


def _value(source: ParameterSource, path: str, lookup: Lookup) -> Value:
    if source.runtime_value is not None and source.runtime_value.constant is not msgspec.UNSET:
        return source.runtime_value.constant
    if source.task_output_parameter is not None:
        return _output(source.task_output_parameter, path, lookup)
    runtime = source.runtime_value.runtime_parameter if source.runtime_value is not None else ""
    return _input(source.component_input_parameter or runtime, path, lookup)


def _output(wanted: TaskOutputParameter, path: str, lookup: Lookup) -> Value:
    """kfp names a task of any DAG around, without handing its output down."""
    for around in _around(path, lookup):
        below = f"{around.path}/" if around.path else ""
        end = lookup(f"{below}{wanted.producer_task}")
        if end is not None and end.state in DONE and wanted.output_parameter_key in end.outputs.parameters:
            return end.outputs.parameters[wanted.output_parameter_key]
    return msgspec.UNSET


def _input(name: str, path: str, lookup: Lookup) -> Value:
    for around in _around(path, lookup):
        for known in (name, f"{_MADE_UP}{name}"):
            if known in around.inputs.parameters:
                return around.inputs.parameters[known]
    return msgspec.UNSET


def _around(path: str, lookup: Lookup) -> Iterator[Instance]:
    """What it is in, the nearest first: of an iteration itself, and then its loop."""
    each = lookup(path)
    while each is not None and each.parent is not None:
        each = lookup(each.parent)
        if each is not None:
            yield each
