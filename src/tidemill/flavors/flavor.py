"""What each framework's module offers, and what it is handed.

A flavor is a module with the names of `Flavor`; `table.py` lists them. To add one: one file, and its line in the table.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from tidemill.flavors.mlmodel import MLmodel

Predict = Callable[[Any, Mapping[str, Any]], Any]
"""Data, as the signature has it, and parameters → predictions."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a model is to be written."""

    format: str | None = None
    """One of the flavor's formats; None: the safest that the model allows."""
    example: Any = None
    """Data that the model takes."""
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What this flavor alone knows, by name."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a flavor wrote into a folder, in the words of the MLmodel."""

    section: Mapping[str, Any]
    """The flavor's section."""
    pyfunc: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What it adds to the section of python_function; its `loader_module` too, where that is not mlflow.FLAVOR."""
    packages: Sequence[str] = ()
    """The distributions that loading needs."""
    unsafe: str = ""
    """Why it could be written as a pickle only; empty where it was not, or where that was asked for."""
    has_predict: bool = True


class Flavor(Protocol):
    """The face of a flavor's module. Whatever it does not know of an MLmodel it refuses with a ModelError."""

    NAME: str
    """Its key in the MLmodel."""
    FORMATS: Sequence[str]
    """How it can be written, the safest first."""

    def detects(self, model: Any) -> bool:
        """Whether an object is of this framework; nothing is imported to tell."""
        ...

    def save(self, model: Any, folder: Path, options: Options) -> Written:
        """Write an object into a folder."""
        ...

    def dangers(self, folder: Path, told: MLmodel) -> Sequence[str]:
        """What of a stored model could run its author's code when it is loaded; empty for a safe one.

        No file is opened, where a name says enough.
        """
        ...

    def load(self, folder: Path, told: MLmodel, *, trusted: bool) -> Any:
        """The framework's own object. `trusted`: whether pickles and code of its author may be loaded."""
        ...

    def predictor(self, model: Any, folder: Path, told: MLmodel) -> Predict:
        """What its `predict` does, given as MLflow's python_function gives it."""
        ...
