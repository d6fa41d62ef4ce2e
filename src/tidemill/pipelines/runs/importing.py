"""Importers: an artifact that somebody else keeps, by its URI and metadata. Nothing runs, and nothing is copied."""

from collections.abc import Mapping

import msgspec

from tidemill.kit.errors import InvalidError
from tidemill.pipelines.ir.placeholders import fill_constant
from tidemill.pipelines.ir.rendering import as_text
from tidemill.pipelines.ir.spec import ImporterSpec, Value
from tidemill.pipelines.plan.models import Artifact, Execute, Outputs


def import_artifact(command: Execute) -> Outputs:
    """What an importer gives. Raises InvalidError where its URI is missing."""
    importer = command.task.executor.importer if command.task.executor is not None else None
    if importer is None:
        raise InvalidError(f"the task {command.task.name!r} is no importer")
    inputs = command.inputs.parameters
    uri = _uri(importer, inputs)
    metadata = fill_constant(dict(importer.metadata), inputs)
    name = next(iter(command.task.component.output_definitions.artifacts), "artifact")
    artifact = Artifact(name, uri, importer.type_schema, metadata)
    return Outputs({}, {name: (artifact,)})


def _uri(importer: ImporterSpec, inputs: Mapping[str, Value]) -> str:
    asked = importer.artifact_uri
    if asked.constant is not msgspec.UNSET:
        return as_text(fill_constant(asked.constant, inputs))
    if asked.runtime_parameter not in inputs:
        raise InvalidError(f"the importer's URI is the input {asked.runtime_parameter!r}, which was not given")
    return as_text(inputs[asked.runtime_parameter])
