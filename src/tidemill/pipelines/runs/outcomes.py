"""What came of an executed task: the step's JSON as outputs, held to what its component declares."""

from typing import Any

import msgspec

from tidemill.kit.errors import InvalidError
from tidemill.pipelines.ir.graph import Task
from tidemill.pipelines.ir.spec import ArtifactType, ParameterSpec, Value
from tidemill.pipelines.ir.values import checked, from_text
from tidemill.pipelines.plan.models import Artifact, Outputs
from tidemill.runtime.steps import ROOT


class _Told(msgspec.Struct):
    """A parameter that the executor gave, or the text of the file that it left."""

    value: Any = None
    text: str | None = None


class _ToldArtifact(msgspec.Struct):
    name: str = ""
    uri: str = ""
    type: ArtifactType = ArtifactType()
    metadata: dict[str, Any] = {}
    files: dict[str, tuple[str, int]] = {}


class _Outcome(msgspec.Struct):
    parameters: dict[str, _Told]
    artifacts: dict[str, list[_ToldArtifact]]


_outcome = msgspec.json.Decoder(_Outcome, strict=False)


def outputs_of(task: Task, content: bytes, place: str) -> Outputs:
    """The outputs of a task; URIs of what lies in our own store begin with `place`.

    Raises InvalidError for values that are not of the declared types, or for what is no outcome of a step.
    """
    declared = task.component.output_definitions
    try:
        told = _outcome.decode(content)
    except msgspec.MsgspecError as error:
        raise InvalidError(f"what the step handed in cannot be read: {error}") from error
    parameters = {
        name: _value(given, declared.parameters[name], name)
        for name, given in told.parameters.items()
        if name in declared.parameters
    }
    artifacts = {
        name: tuple(_artifact(each, f"{place}/{name}") for each in given) for name, given in told.artifacts.items()
    }
    return Outputs(parameters, artifacts)


def _value(told: _Told, spec: ParameterSpec, name: str) -> Value:
    place = f"the output {name!r}"
    return checked(told.value, spec, place) if told.text is None else from_text(told.text, spec, place)


def _artifact(told: _ToldArtifact, place: str) -> Artifact:
    files = msgspec.json.encode(told.files).decode() if told.files or told.uri.startswith(ROOT) else ""
    uri = place if told.uri.startswith(ROOT) else told.uri
    return Artifact(told.name, uri, told.type, told.metadata, id=files)
