"""From a launch to what a fork server is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tidemill.compute.backends.local.folders import ProcessFolder
from tidemill.compute.backends.local.variables import process_variables
from tidemill.compute.backends.port import Launch
from tidemill.runtime.wire import Header

MAX_RESULT_BYTES = 128 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class CallSettings:
    """How calls run on this machine."""

    root: Path
    """Where each process has its folder."""
    pools: Path
    """Where each fork server has its folder."""
    variables: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """What processes inherit of this machine's environment."""
    cgroup_base: Header | None = None
    """Where control groups may be made; None: nowhere."""
    idle_s: float = 600.0
    """How long a fork server stays that nobody uses."""
    forsaken_s: float = 15.0
    """How long one stays that has nothing to do while no server is connected."""
    prewarm_workspace: str = ""
    """The workspace whose fork server for the system environment is started at once and kept; empty: none."""
    max_result_bytes: int = MAX_RESULT_BYTES
    """The largest result of a call, pickled."""


def start_frame(
    launch: Launch, folder: ProcessFolder, settings: CallSettings, python: Path, ports: Mapping[str, int]
) -> tuple[Header, bytes]:
    """What its fork server is told to start it, and its function and arguments."""
    call = launch.call
    if call is None:
        raise ValueError(f"{launch.key} is no call")
    header: Header = {
        "op": "start",
        "key": str(launch.key),
        "folder": str(folder.path),
        "variables": process_variables(launch, settings.variables, python, ports),
        "masked": list(launch.masked),
        "entry": call.entry,
        "function_bytes": len(launch.function),
        "timeout_s": launch.timeout_s,
        "grace_s": launch.grace_s,
        "memory_bytes": launch.resources.memory_bytes,
        "disk_bytes": launch.resources.disk_bytes,
        "cpu_milli": launch.resources.cpu_milli,
        "cgroup_base": settings.cgroup_base,
        "max_result_bytes": settings.max_result_bytes,
    }
    return header, launch.function + call.arguments
