"""Loading other people's libraries when they are needed, by name: importing Tidemill imports none of them."""

import importlib
import importlib.metadata
from typing import Any

from tidemill.flavors.errors import MissingPackageError


def load(module: str, package: str = "") -> Any:
    """A module of a library. Raises MissingPackageError, with the command that installs the package, where it lacks."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = package or module.partition(".")[0]
        if version(package) is not None:
            raise MissingPackageError(
                f"{package} {version(package)} is installed, but cannot be used: {error}",
                hint=f"`pip install --upgrade {package}` in the environment that loads the model",
            ) from error
        raise MissingPackageError(
            f"the package {package} is not installed here", hint=f"`pip install {package}`, or name another environment"
        ) from error


def version(package: str) -> str | None:
    """The version of an installed distribution; None where it is not installed."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def is_of(value: object, *roots: str) -> bool:
    """Whether a value's class, or one that it stands on, is of a library: asked by name, so that none is loaded."""
    return any(cls.__module__.partition(".")[0] in roots for cls in type(value).__mro__)


def class_path(value: object) -> str:
    """Where a value's class is found, as `module.Name`."""
    cls = type(value)
    return f"{cls.__module__}.{cls.__qualname__}"
