"""Building the local backend from settings."""

from collections.abc import Callable, Mapping
from pathlib import Path

from tidemill.compute.backends.local.backend import CALLS, COMMANDS, NAME, LocalBackend
from tidemill.compute.backends.local.command_runner import CommandRunner
from tidemill.compute.backends.local.machine import describe_node
from tidemill.compute.backends.local.ordering import Orders
from tidemill.compute.backends.local.runner import Interpreters, Runner
from tidemill.core.settings import ComputeSettings
from tidemill.kit.clock import Clock, now_ms
from tidemill.runtime.cgroup_base import find_own_base
from tidemill.runtime.records import Record

MakeCalls = Callable[[Path, Record | None], Runner]
"""Makes the runner of calls, of the folder for its processes and the place where control groups may be made."""


def open_local_backend(
    folder: Path,
    settings: ComputeSettings,
    interpreters: Interpreters,
    inherited: Mapping[str, str],
    *,
    make_calls: MakeCalls | None = None,
    clock: Clock = now_ms,
) -> LocalBackend:
    """The backend of this machine, its processes kept below `folder`. Raises InvalidError for a wrong setting.

    `inherited` are the variables that processes find of this machine's (`core.settings.inherited_variables`).
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    cgroup = find_own_base()
    node = describe_node(settings, NAME, folder, inherited.get("PATH"))
    commands = CommandRunner(folder / COMMANDS, Orders(interpreters, inherited, cgroup), clock=clock)
    calls = make_calls(folder / CALLS, cgroup) if make_calls is not None else None
    return LocalBackend(folder, node, commands=commands, calls=calls, clock=clock)
