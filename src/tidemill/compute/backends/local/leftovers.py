"""What a supervisor left that was killed: its tree is ended, and the end is written that it could not write."""

import contextlib
import os
import shutil
import signal
import sys

from tidemill.compute.backends.local.folders import ProcessFolder
from tidemill.compute.backends.local.supervisors import trouble_of, write_end
from tidemill.compute.backends.local.variables import mark_of
from tidemill.compute.models import End, Outcome
from tidemill.runtime import cgroups, families, proctree, records
from tidemill.runtime.container import end_container
from tidemill.runtime.records import Record

_KILLS = 100


def write_lost(folder: ProcessFolder, now_ms: int, base: Record | None) -> None:
    """Kill what is left of a process whose supervisor is gone, and write down that it is lost.

    It takes the folder's lock to be held by the caller: no supervisor lives. `base` is where control groups are made.
    """
    state = records.read(folder.state)
    kill_leftovers(folder, base)
    message = "its supervisor was killed, and what it ran was killed with it"
    if trouble := trouble_of(folder):
        message = f"its supervisor broke: {trouble}"
    write_end(folder, End(Outcome.LOST, now_ms, message=message), state["started_ms"] if state else None)


def kill_leftovers(folder: ProcessFolder, base: Record | None) -> None:
    """Kill every process of a folder, and remove its control groups.

    They are found by group, and by the mark in their environment: never by a number that may be another's by now.
    """
    state = records.read(folder.state) or {}
    for group in _groups(folder, state, base):
        for _ in range(_KILLS):
            if not group.members():
                break
            group.kill()
        group.remove()
    if state.get("container"):
        end_container(state["container"])
    if sys.platform == "linux":
        families.kill_family(-1, mark_of(folder.path.name))
    elif state and proctree.is_same(state["pid"], state["born"]):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(state["pid"], signal.SIGKILL)


def remove_folder(folder: ProcessFolder, base: Record | None) -> None:
    """Remove all that is kept of a process that has ended."""
    for group in _groups(folder, records.read(folder.state) or {}, base):
        group.remove()
    shutil.rmtree(folder.path, ignore_errors=True)


def _groups(folder: ProcessFolder, state: Record, base: Record | None) -> list[cgroups.Group]:
    """The control group that was written down, or one that was made and not written down before a kill came."""
    written = cgroups.from_record(state.get("cgroup"))
    if written is not None:
        return [written]
    return [cgroups.group_below(base, folder.path.name)] if base is not None else []
