"""Kubeflow's `ExecutorInput` of a task: what it takes, and where it is to write. Paths are below `steps.ROOT`."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from tidemill.pipelines.ir.spec import ArtifactSpec
from tidemill.pipelines.plan.models import Artifact, Execute
from tidemill.runtime.steps import ROOT

_NO_FILE_NAME = re.compile(r"[^\w.-]")


def executor_input(command: Execute) -> dict[str, Any]:
    """What kfp's own executor reads, and `{{$}}` stands for."""
    declared = command.task.component.output_definitions
    return {
        "inputs": {
            "parameterValues": dict(command.inputs.parameters),
            "artifacts": {
                name: {"artifacts": [_given(name, number, each) for number, each in enumerate(artifacts)]}
                for name, artifacts in command.inputs.artifacts.items()
            },
        },
        "outputs": {
            "parameters": {
                name: {"outputFile": f"{ROOT}/outputs/parameters/{_file_name(name)}"} for name in declared.parameters
            },
            "artifacts": {name: {"artifacts": [_made(name, spec)]} for name, spec in declared.artifacts.items()},
            "outputFile": f"{ROOT}/executor_output.json",
        },
    }


def files_of(command: Execute) -> dict[str, dict[str, str]]:
    """What is to be put in place before the step runs."""
    return {
        _place_of(name, number, each): {below: digest for below, (digest, _) in content_of(each).items()}
        for name, artifacts in command.inputs.artifacts.items()
        for number, each in enumerate(artifacts)
        if each.id
    }


def content_of(artifact: Artifact) -> Mapping[str, Any]:
    """The files of an artifact: digest and size by path below it, empty for a single file."""
    return msgspec.json.decode(artifact.id) if artifact.id else {}


def _given(name: str, number: int, artifact: Artifact) -> dict[str, Any]:
    return {
        "name": artifact.name,
        "uri": _place_of(name, number, artifact) if artifact.id else artifact.uri,
        "type": msgspec.to_builtins(artifact.type),
        "metadata": dict(artifact.metadata),
    }


def _made(name: str, spec: ArtifactSpec) -> dict[str, Any]:
    uri = f"{ROOT}/outputs/artifacts/{_file_name(name)}"
    return {"name": name, "uri": uri, "type": msgspec.to_builtins(spec.artifact_type), "metadata": {}}


def _place_of(name: str, number: int, artifact: Artifact) -> str:
    return f"{ROOT}/inputs/{_file_name(name)}/{number}/{_file_name(artifact.name)}"


def _file_name(name: str) -> str:
    """A name as one part of a path."""
    return _NO_FILE_NAME.sub("_", name).lstrip(".") or "_"
