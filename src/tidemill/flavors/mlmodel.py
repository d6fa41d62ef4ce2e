"""The MLmodel file: what a model is, of which flavors, what it takes and gives.

Its form is that of MLflow 3 (https://mlflow.org/docs/latest/ml/model): one YAML mapping. What we do not know in it is
kept as it is, so that reading and writing loses nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from tidemill.flavors import folders
from tidemill.flavors.errors import BrokenModelError
from tidemill.flavors.schema import Signature

FORMAT = "3.17.2"
"""The version of MLflow whose form we write, under its name `mlflow_version`."""
PYFUNC = "python_function"
MOST_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class MLmodel:
    """What an MLmodel file says. `document` is all of it."""

    document: Mapping[str, Any]

    @property
    def flavors(self) -> Mapping[str, Mapping[str, Any]]:
        """Flavor → its section."""
        return self.document["flavors"]

    @property
    def pyfunc(self) -> Mapping[str, Any]:
        """The section of the flavor that every model with a `predict` has; empty without."""
        return self.flavors.get(PYFUNC, {})

    @property
    def loader(self) -> str:
        """The module that loads it for `predict`; empty where it has none."""
        return str(self.pyfunc.get("loader_module") or "")

    @property
    def signature(self) -> Signature | None:
        """What it takes and gives; None where nobody said. Raises SignatureError where it cannot be read."""
        told = self.document.get("signature")
        return None if told is None else Signature.of_json(told)

    @property
    def example(self) -> Mapping[str, Any] | None:
        """How its input example is stored; None without one."""
        return self.document.get("saved_input_example_info")

    @property
    def metadata(self) -> Mapping[str, Any]:
        """What its author noted."""
        return self.document.get("metadata") or {}

    def section(self, flavor: str) -> Mapping[str, Any]:
        """A flavor's section. Raises BrokenModelError where it has none."""
        if flavor not in self.flavors:
            raise BrokenModelError(
                f"the model has no flavor {flavor}", hint=f"it has: {', '.join(self.flavors) or 'none'}"
            )
        return self.flavors[flavor]

    def with_fields(self, **fields: Any) -> "MLmodel":
        """The same, with some fields set, and without those that are None and were not there."""
        return MLmodel({**self.document, **fields})


def read(folder: Path) -> MLmodel:
    """The MLmodel of a folder. Raises BrokenModelError for none, or one that is no MLmodel."""
    path = folder / folders.MLMODEL
    if not folder.is_dir():
        raise BrokenModelError(f"{folder} is no folder", hint="name the folder that has the MLmodel file")
    if not path.is_file():
        raise BrokenModelError(f"{folder} has no file {folders.MLMODEL}", hint="name the folder that has it")
    if path.stat().st_size > MOST_BYTES:
        raise BrokenModelError(f"{path} is larger than {MOST_BYTES >> 20} MiB", hint="is it an MLmodel?")
    return parse(path.read_bytes(), str(path))


def parse(content: bytes, name: str = folders.MLMODEL) -> MLmodel:
    """An MLmodel from its text. Raises BrokenModelError that says where it is wrong."""
    try:
        document = yaml.load(content, _LOADER)  # noqa: S506 - the safe loader, in C where it was built
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise BrokenModelError(f"{name} is no YAML: {_in_a_line(error)}", hint="save the model again") from error
    if not isinstance(document, dict):
        raise BrokenModelError(f"{name} is no mapping", hint="an MLmodel begins with a line such as `flavors:`")
    told = cast("dict[Any, Any]", document)
    sections = told.get("flavors")
    if not isinstance(sections, dict) or not all(
        isinstance(key, str) and isinstance(value, dict) for key, value in cast("dict[Any, Any]", sections).items()
    ):
        raise BrokenModelError(f"{name} names no flavors", hint="`flavors:` has a mapping for each flavor")
    example = told.get("saved_input_example_info")
    if not (example is None or isinstance(example, dict)):
        raise BrokenModelError(f"saved_input_example_info of {name} is no mapping", hint="save the model again")
    metadata = told.get("metadata")
    if not (metadata is None or isinstance(metadata, dict)):
        raise BrokenModelError(f"metadata of {name} is no mapping", hint="save the model again")
    return MLmodel(told)


def text_of(model: MLmodel) -> str:
    """The file's text, in the form in which MLflow writes it."""
    return yaml.safe_dump(dict(model.document), default_flow_style=False, allow_unicode=True)


def write(model: MLmodel, folder: Path) -> None:
    """Write the MLmodel of a folder."""
    (folder / folders.MLMODEL).write_text(text_of(model), encoding="utf-8")


def _in_a_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]


_LOADER = cast("type[yaml.SafeLoader]", getattr(yaml, "CSafeLoader", yaml.SafeLoader))
