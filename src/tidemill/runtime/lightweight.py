"""A lightweight Python component of kfp, executed by the executor of the kfp that it pins.

The same as that kfp's own program does (`kfp.dsl.executor_main`), without what costs it most of its time: reading a
command line, and writing the executor input into the log.
"""

import importlib
import json
import linecache
import logging
import os
import sys
import types
from collections.abc import Mapping
from typing import Any, cast

EXECUTORS = ("kfp.dsl.executor", "kfp.components.executor")
"""Where it is from kfp 2.1 on, and where it was before."""
_MODULE = "ephemeral_component"
OWN = "# A step of Tidemill: it needs no kfp.\n"
"""Begins a program that reads the executor input itself: those that `@tm.step` makes (`sdk/authoring`)."""
_ROOT = "/"
_handler = logging.StreamHandler(sys.stdout)
_handler.setFormatter(logging.Formatter("[KFP Executor %(asctime)s %(levelname)s]: %(message)s"))


def execute(program: str, function: str, executor_input: Mapping[str, Any]) -> None:
    """Run the function of a program. Raises what it raises, and ImportError where there is no kfp."""
    if program.startswith(OWN):
        _loaded(program).tidemill_execute(executor_input)
        return
    _log_as_kfp()
    executor = _executor()
    found = getattr(_loaded(program), function)
    if _knows_paths(executor):
        executor.Executor(executor_input=executor_input, function_to_execute=found).execute()
    else:
        _execute_mounted(executor, found, executor_input)


def _knows_paths(executor: Any) -> bool:
    return executor.artifact_types.Artifact(uri=_ROOT).path is not None


def _execute_mounted(executor: Any, found: Any, executor_input: Mapping[str, Any]) -> None:
    """Up to 2.6 kfp takes artifacts only from buckets that are mounted: ours are in one that is mounted at `/`."""
    executor.artifact_types._MINIO_LOCAL_MOUNT_PREFIX = _ROOT  # noqa: SLF001 - it has no other seam
    folder = os.getcwd()
    bucket = f"minio://{folder.removeprefix(_ROOT)}"
    mounted = _with_uris(executor_input, folder, bucket)
    executor.Executor(executor_input=mounted, function_to_execute=found).execute()
    path = executor_input["outputs"]["outputFile"]
    if os.path.exists(path):
        with open(path, "r+", encoding="utf-8") as file:
            told = _with_uris(json.load(file), bucket, folder)
            file.seek(0)
            json.dump(told, file)
            file.truncate()


def _with_uris(value: Any, prefix: str, other: str) -> Any:
    """The same with URIs that begin otherwise."""
    if isinstance(value, Mapping):
        entries = cast("Mapping[str, Any]", value)
        changed = {name: _with_uris(each, prefix, other) for name, each in entries.items()}
        if isinstance(uri := entries.get("uri"), str) and uri.startswith(prefix):
            changed["uri"] = other + uri.removeprefix(prefix)
        return changed
    return [_with_uris(each, prefix, other) for each in cast("list[Any]", value)] if isinstance(value, list) else value


def _executor() -> Any:
    now, before = EXECUTORS
    try:
        return importlib.import_module(now)
    except ModuleNotFoundError:
        return importlib.import_module(before)


def _log_as_kfp() -> None:
    """Components say things with `logging.info`."""
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(_handler)
        root.setLevel(logging.INFO)


def _loaded(program: str) -> types.ModuleType:
    """The program as a module. It is no file; tracebacks and `inspect` find its lines all the same."""
    path = os.path.join(os.getcwd(), f"{_MODULE}.py")
    linecache.cache[path] = len(program), None, program.splitlines(keepends=True), path
    module = types.ModuleType(_MODULE)
    module.__file__ = path
    module.__dict__["__loader__"] = _Program(program)
    sys.modules[_MODULE] = module
    exec(compile(program, path, "exec"), module.__dict__)  # noqa: S102 - the step is its author's own
    return module


class _Program:
    """What `inspect` asks for a source that is no file."""

    def __init__(self, program: str) -> None:
        self._program = program

    def get_source(self, _name: str) -> str:
        return self._program
