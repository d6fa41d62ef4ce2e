"""Packages in files: what is sent of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from tidemill.cli.pipelines.python_files import is_python, pipeline_in
from tidemill.pipelines import document_of, spec_of_package

_SUFFIXES = (".yaml", ".yml", ".json", ".zip", ".tar.gz", ".tgz")


@dataclass(frozen=True, slots=True)
class Read:
    """A pipeline as it is sent, and the name that its author gave it."""

    name: str
    document: Mapping[str, Any]


def is_file(told: str) -> bool:
    """Whether a file is meant, and no uploaded pipeline: it is there, or would be called so."""
    return Path(told).is_file() or "/" in told or told.endswith(_SUFFIXES) or is_python(told)


def read_package(told: str) -> Read:
    """The pipeline in a file: YAML or JSON, alone or in a zip or a tar.gz, or Python. Raises InvalidError, OSError.

    It is checked here as the server checks it, so that an error names the file.
    """
    if is_python(told):
        pipeline = pipeline_in(told)
        return Read(pipeline.name, pipeline.document())
    spec, name = spec_of_package(Path(told).read_bytes(), told)
    return Read(name, document_of(spec))


def parameter_types(document: Mapping[str, Any]) -> dict[str, str]:
    """The types of a pipeline's parameters, as Kubeflow names them."""
    pipeline = document.get("pipeline_spec", document)
    declared = _map(_map(_map(pipeline, "root"), "inputDefinitions"), "parameters")
    return {name: str(_map(declared, name).get("parameterType", "")) for name in declared}


def _map(document: Any, key: str) -> Mapping[str, Any]:
    value: Any = document.get(key)
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}
