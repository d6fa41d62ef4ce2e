"""A local backend for tests, and what stands for the environments of the real one."""

import os
import pickle
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from tidemill.compute.backends.local.backend import LocalBackend
from tidemill.compute.backends.local.calls import CallRunner
from tidemill.compute.backends.local.command_runner import CommandRunner
from tidemill.compute.backends.local.launching import CallSettings
from tidemill.compute.backends.local.ordering import Orders
from tidemill.compute.backends.port import Launch
from tidemill.compute.models import Call, Environment, Node, Resources
from tidemill.runtime.records import Record

ROOT = Path(__file__).parents[4]
NODE = Node("here", "local", Resources(cpu_milli=2000, memory_bytes=8 << 30))


class OurOwnPython:
    """Knows one environment: that of the tests, unless it is told of another interpreter."""

    def __init__(self, path: Path = Path(sys.executable)) -> None:
        self._path = path

    async def python(self, environment: Environment) -> Path:
        return self._path


class CallingBackend(LocalBackend):
    """Runs each command by a call that becomes it."""

    async def start(self, launches: Sequence[Launch]) -> None:
        await super().start([_as_call(launch) for launch in launches])


def calling_backend(folder: Path, cgroup: Record | None = None) -> LocalBackend:
    path = os.environ["PATH"]
    settings = CallSettings(folder / "calls", folder / "pools", {"PATH": path}, cgroup)
    commands = CommandRunner(folder / "commands", Orders(OurOwnPython(), {"PATH": path}, cgroup))
    return CallingBackend(folder, NODE, commands=commands, calls=CallRunner(settings, OurOwnPython()))


def local_backend_with_calls(
    folder: Path, *, python: Path = Path(sys.executable), forsaken_s: float = 15.0
) -> LocalBackend:
    """Calls as calls; the largest result is 20 MB."""
    path, interpreters = os.environ["PATH"], OurOwnPython(python)
    settings = CallSettings(
        folder / "calls", folder / "pools", {"PATH": path}, forsaken_s=forsaken_s, max_result_bytes=20_000_000
    )
    commands = CommandRunner(folder / "commands", Orders(interpreters, {"PATH": path}, None))
    return LocalBackend(folder, NODE, commands=commands, calls=CallRunner(settings, interpreters))


def _as_call(launch: Launch) -> Launch:
    entry = "tests.compute.backends.local.becoming:become"
    call = Call(entry=entry, arguments=pickle.dumps(((launch.command,), {})))
    variables = {**launch.variables, "PYTHONPATH": str(ROOT)}
    return replace(launch, command=(), call=call, variables=variables)


def local_backend(
    folder: Path, cgroup: Record | None = None, *, inherited: Mapping[str, str] | None = None
) -> LocalBackend:
    orders = Orders(OurOwnPython(), inherited or {"PATH": os.environ["PATH"]}, cgroup)
    return LocalBackend(folder, NODE, commands=CommandRunner(folder / "commands", orders))
