"""The user's own classes, found again when what steps have pickled is read here.

Where a step runs, its classes belong to its program; here they belong to the modules that the program was made of.
"""

import sys
import threading
import types
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tidemill.sdk.authoring.inside import HOME

Names = Mapping[str, Any]
_lock = threading.Lock()


def names_around(function: Callable[..., Any]) -> Iterator[Names]:
    """The names of a pipeline's module, then those of the modules whose steps and pipelines it calls."""
    seen, waiting = set[int](), [_globals_of(function)]
    while waiting:
        names = waiting.pop(0)
        if id(names) in seen:
            continue
        seen.add(id(names))
        yield names
        waiting += [_globals_of(each) for each in list(names.values()) if _is_written_with_us(each)]


@contextmanager
def found_again(homes: Callable[[], Iterator[Names]]) -> Generator[None]:
    """Inside the block pickle finds classes of programs under their names in these."""

    def find(name: str) -> Any:
        for names in homes():
            if name in names:
                return names[name]
        raise AttributeError(f"{name}, a class of a step, is in no module whose steps the pipeline calls")

    module = types.ModuleType(HOME)
    module.__dict__["__getattr__"] = find
    with _lock:
        before = sys.modules.get(HOME)
        sys.modules[HOME] = module
        try:
            yield
        finally:
            del sys.modules[HOME]
            if before is not None:
                sys.modules[HOME] = before


def _globals_of(function: Any) -> dict[str, Any]:
    inner = getattr(function, "function", function)
    return getattr(inner, "__globals__", {})


def _is_written_with_us(value: Any) -> bool:
    return type(value).__module__.startswith(__name__.rpartition(".")[0]) and hasattr(value, "function")
