"""Pickles: written by cloudpickle, read only where the caller trusts them, and told apart from what is damaged."""

import pickle
from pathlib import Path
from typing import Any

from tidemill.flavors import libraries
from tidemill.flavors.errors import BrokenModelError, MissingPackageError, UnsafeModelError

HINT = "load it with allow_pickle=True (--allow-pickle) if you trust where it comes from"


def dump(model: Any, path: Path, *, plain: bool = False) -> None:
    """Write an object; `plain` with the standard library's pickle, which takes what can be imported only."""
    with path.open("wb") as stream:
        (pickle if plain else libraries.load("cloudpickle")).dump(model, stream)


def load(path: Path, *, trusted: bool) -> Any:
    """Read an object. Raises UnsafeModelError where that is not allowed, MissingPackageError, BrokenModelError."""
    if not trusted:
        raise UnsafeModelError(f"{path.name} is a pickle: loading it can run any code of its author", hint=HINT)
    libraries.load("cloudpickle")
    try:
        with path.open("rb") as stream:
            return pickle.load(stream)  # noqa: S301 - the caller trusts it
    except ModuleNotFoundError as error:
        name = (error.name or str(error)).partition(".")[0]
        raise MissingPackageError(
            f"{path.name} needs the module {name}, which is not installed here",
            hint=f"`pip install {name}`; a module of your own goes along with code_paths= when the model is saved",
        ) from error
    except Exception as error:
        raise BrokenModelError(
            f"{path.name} cannot be unpickled: {type(error).__name__}: {' '.join(str(error).split())[:300]}",
            hint="are the versions installed that it was saved with? `tidemill model validate` compares them",
        ) from error
