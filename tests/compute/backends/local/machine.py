"""A local backend for tests, and what stands for the environments of the real one."""

import os
import sys
from pathlib import Path

from tidemill.compute.backends.local.backend import LocalBackend
from tidemill.compute.backends.local.command_runner import CommandRunner
from tidemill.compute.backends.local.ordering import Orders
from tidemill.compute.models import Environment, Node, Resources
from tidemill.runtime.records import Record

NODE = Node("here", "local", Resources(cpu_milli=2000, memory_bytes=8 << 30))


class OurOwnPython:
    """Knows one environment: that of the tests."""

    async def python(self, environment: Environment) -> Path:
        return Path(sys.executable)


def local_backend(folder: Path, cgroup: Record | None = None) -> LocalBackend:
    orders = Orders(OurOwnPython(), {"PATH": os.environ["PATH"]}, cgroup)
    return LocalBackend(folder, NODE, commands=CommandRunner(folder / "commands", orders))
