"""Functions and arguments as bytes, so that they run where the user's own modules are not installed.

What comes from the user's own modules (a script, a notebook, a package beside it) is written down by value, what is
installed by name.
"""

import functools
import inspect
import os
import pickle
import sys
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import cloudpickle  # pyright: ignore[reportMissingTypeStubs]

from tidemill.kit.errors import InvalidError
from tidemill.sdk.installed import is_own

LARGE_BYTES = 96 << 10
"""Arguments larger than this travel with the function, as a blob: a workload's own description is small."""
_thorough: Any = cloudpickle
_PLAIN = (int, float, str, bytes, bool, type(None))


class UnpicklableError(InvalidError, TypeError):
    """A function or an argument that cannot be sent, because it cannot be pickled."""


def pickle_function(function: Callable[..., Any]) -> bytes:
    """A function to be called elsewhere. Raises UnpicklableError that names what cannot be sent."""
    try:
        return _pickled(function)
    except Exception as error:
        culprit = _culprit(_used_by(function))
        uses = f", which uses {culprit}," if culprit else ""
        raise UnpicklableError(
            f"{_name(function)}{uses} cannot be sent: {_said(error)}",
            hint="make such things (locks, connections, open files) inside the function, not outside",
        ) from error


def pickle_arguments(arguments: Sequence[Any], keywords: Mapping[str, Any]) -> bytes:
    """What a function is called with; nothing for a call without arguments. Raises UnpicklableError that names it."""
    if not arguments and not keywords:
        return b""
    call = (tuple(arguments), dict(keywords))
    if not keywords and all(type(each) in _PLAIN for each in arguments):
        return pickle.dumps(call, protocol=5)
    try:
        return _pickled(call)
    except Exception as error:
        named = {f"argument {number + 1}": each for number, each in enumerate(arguments)}
        named |= {f"argument {name}": each for name, each in keywords.items()}
        raise UnpicklableError(
            f"{_culprit(named) or 'an argument'} cannot be sent: {_said(error)}",
            hint="pass plain values, or where to find the thing, and open it inside the function",
        ) from error


def with_arguments(function: Callable[..., Any], arguments: Sequence[Any], keywords: Mapping[str, Any]) -> bytes:
    """A function that has its arguments, which are large, with it. Raises UnpicklableError."""
    pickle_arguments(arguments, keywords)
    return pickle_function(functools.partial(function, *arguments, **keywords))


def _pickled(value: Any) -> bytes:
    with _own_modules_by_value():
        return _thorough.dumps(value, protocol=5)


class _OwnModules:
    """Which loaded modules are the user's own. Each is looked at once."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._seen: set[str] = set()
        self._own: dict[str, ModuleType] = {}

    def now(self) -> list[ModuleType]:
        for name in sys.modules.keys() - self._seen:
            self._seen.add(name)
            module = sys.modules.get(name)
            if module is not None and is_own(name, module):
                self._own[name] = module
        return [module for name, module in self._own.items() if sys.modules.get(name) is module]


_own_modules = _OwnModules()


def _renew_lock() -> None:
    _own_modules.lock = threading.RLock()


os.register_at_fork(after_in_child=_renew_lock)


@contextmanager
def _own_modules_by_value() -> Generator[None]:
    """For as long as the block runs: what others pickle with cloudpickle stays as it is."""
    registered: list[ModuleType] = []
    with _own_modules.lock:
        known = _thorough.list_registry_pickle_by_value()  # of others: what a thread of ours registered is gone by now
        try:
            for module in _own_modules.now():
                if module.__name__ not in known:
                    _thorough.register_pickle_by_value(module)
                    registered.append(module)
            yield
        finally:
            for module in registered:
                _thorough.unregister_pickle_by_value(module)


def _used_by(function: Callable[..., Any]) -> dict[str, Any]:
    """What a function has from outside: its globals and what it closes over, by name."""
    inner = function.func if isinstance(function, functools.partial) else function
    try:
        used = inspect.getclosurevars(inner)
    except TypeError:
        return {}
    return {**{f"the global {name}": value for name, value in used.globals.items()}, **used.nonlocals}


def _culprit(named: Mapping[str, Any]) -> str:
    """The first that cannot be pickled by itself, with its type."""
    for name, value in named.items():
        try:
            _pickled(value)
        except Exception:  # noqa: BLE001 - pickling runs code of anybody's
            return f"{name} ({type(value).__module__}.{type(value).__qualname__})".replace("builtins.", "")
    return ""


def _name(function: Callable[..., Any]) -> str:
    inner = function.func if isinstance(function, functools.partial) else function
    return f"the function {getattr(inner, '__qualname__', None) or repr(inner)}"


def _said(error: Exception) -> str:
    lines = str(error).splitlines()
    return lines[0] if lines else type(error).__name__
