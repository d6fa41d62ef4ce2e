"""Control groups: the kernel's way to limit a tree of processes, to count what it uses, and to find all of it.

A *base* is where groups may be made: a record {"version": 1 | 2, "folders": {controller: folder}}. Version 2 has one
tree, so all its folders are the same one; in version 1 each controller has a tree of its own, and any may be missing.
A *group* is one folder below each of those, for one workload's process.
"""

import errno
import os
import time

from tidemill.runtime.kernel import SIGKILL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidemill.runtime.records import Record

PERIOD_US = 100_000
_LEAST_QUOTA_US = 1_000
_MOST_PROCESSES = 32_768
"""A guard against fork bombs, far above what anybody needs."""
_REMOVE_TRIES = 50
_REMOVE_PAUSE_S = 0.01


class Group:
    """The group of one process: made by whoever starts it, entered by the process itself, removed when it is gone."""

    def __init__(self, version: int, folders: "Mapping[str, str]") -> None:
        self.version = version
        self.folders = dict(folders)

    @property
    def record(self) -> "Record":
        """What `from_record` makes the same group of."""
        return {"version": self.version, "folders": self.folders}

    @property
    def limits_memory(self) -> bool:
        return "memory" in self.folders

    @property
    def limits_cpu(self) -> bool:
        return "cpu" in self.folders

    def enter(self) -> None:
        """Put this process, and all that it will start, into the group."""
        for folder in set(self.folders.values()):
            _write(folder, "cgroup.procs", "0")

    def members(self) -> "set[int]":
        """The pids that are in it."""
        found: set[int] = set()
        for folder in set(self.folders.values()):
            found.update(int(line) for line in _read(folder, "cgroup.procs").split())
        return found

    def kill(self) -> None:
        """Kill all that is in it."""
        if self.version == 2 and _try_write(self.folders.get("pids", _any(self.folders)), "cgroup.kill", "1"):
            return
        for pid in self.members():
            try:  # noqa: SIM105 - contextlib costs a third of a supervisor's start
                os.kill(pid, SIGKILL)
            except ProcessLookupError:
                pass

    def oom_kills(self) -> int:
        """How many of its processes the kernel has killed because the group was out of memory."""
        folder = self.folders.get("memory")
        if folder is None:
            return 0
        return _field(folder, "memory.events" if self.version == 2 else "memory.oom_control", "oom_kill")

    def memory_bytes(self) -> "int | None":
        """What it holds that the kernel cannot drop: not the files that it has cached."""
        folder = self.folders.get("memory")
        if folder is None:
            return None
        if self.version == 2:
            return _field(folder, "memory.stat", "anon") + _field(folder, "memory.stat", "shmem")
        return _field(folder, "memory.stat", "total_rss") + _field(folder, "memory.stat", "total_shmem")

    def cpu_ms(self) -> "int | None":
        """The CPU time that it has had so far."""
        if self.version == 2 and "cpu" in self.folders:
            return _field(self.folders["cpu"], "cpu.stat", "usage_usec") // 1000
        if "cpuacct" in self.folders:
            return int(_read(self.folders["cpuacct"], "cpuacct.usage") or 0) // 1_000_000
        return None

    def remove(self) -> bool:
        """Take it away; False where something in it is still on its way out."""
        left = [folder for folder in set(self.folders.values()) if not _removed(folder)]
        return not left


def from_record(record: "Record | None") -> "Group | None":
    """The group that a record names."""
    return Group(int(record["version"]), record["folders"]) if record else None


def group_below(base: "Record", name: str) -> Group:
    """The group of this name below a base, whether it is there or not."""
    return Group(int(base["version"]), {each: os.path.join(place, name) for each, place in base["folders"].items()})


def make_group(base: "Record", name: str, *, memory_bytes: int, cpu_milli: int) -> Group:
    """Make a group below a base, with these limits; 0: none. Raises OSError."""
    group = group_below(base, name)
    for folder in set(group.folders.values()):
        os.makedirs(folder, exist_ok=True)
    try:
        if memory_bytes:
            _limit_memory(group, memory_bytes)
        if cpu_milli:
            _limit_cpu(group, cpu_milli)
        if "pids" in group.folders:
            _write(group.folders["pids"], "pids.max", str(_MOST_PROCESSES))
    except OSError:
        group.remove()
        raise
    return group


def _limit_memory(group: Group, memory_bytes: int) -> None:
    folder = group.folders.get("memory")
    if folder is None:
        return
    if group.version == 2:
        _write(folder, "memory.max", str(memory_bytes))
        _try_write(folder, "memory.swap.max", "0")
        _try_write(folder, "memory.oom.group", "1")
        return
    _write(folder, "memory.limit_in_bytes", str(memory_bytes))
    _try_write(folder, "memory.memsw.limit_in_bytes", str(memory_bytes))


def _limit_cpu(group: Group, cpu_milli: int) -> None:
    folder = group.folders.get("cpu")
    if folder is None:
        return
    quota = max(_LEAST_QUOTA_US, cpu_milli * PERIOD_US // 1000)
    if group.version == 2:
        _write(folder, "cpu.max", f"{quota} {PERIOD_US}")
    else:
        _write(folder, "cpu.cfs_period_us", str(PERIOD_US))
        _write(folder, "cpu.cfs_quota_us", str(quota))


def _removed(folder: str) -> bool:
    """A killed process leaves its group a moment after it was reaped."""
    for _ in range(_REMOVE_TRIES):
        try:
            os.rmdir(folder)
        except FileNotFoundError:
            return True
        except OSError as error:
            if error.errno != errno.EBUSY:
                return False
            time.sleep(_REMOVE_PAUSE_S)
        else:
            return True
    return False


def _any(folders: "Mapping[str, str]") -> str:
    return next(iter(folders.values()))


def _field(folder: str, name: str, field: str) -> int:
    """A number of a file of `name number` lines; 0 where it has none."""
    for line in _read(folder, name).splitlines():
        word, _, number = line.partition(" ")
        if word == field:
            return int(number)
    return 0


def _read(folder: str, name: str) -> str:
    try:
        with open(os.path.join(folder, name)) as file:
            return file.read()
    except OSError:
        return ""


def _write(folder: str, name: str, value: str) -> None:
    descriptor = os.open(os.path.join(folder, name), os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, value.encode())
    finally:
        os.close(descriptor)


def _try_write(folder: str, name: str, value: str) -> bool:
    try:
        _write(folder, name, value)
    except OSError:
        return False
    return True
