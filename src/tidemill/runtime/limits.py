"""The limits of one process tree: the kernel's control group where there is one, else we look and say."""

import os
import time

from tidemill.runtime import cgroups, proctree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tidemill.runtime.records import Record

WATCH_S = 0.5
"""How often a tree without a group is summed."""
SAMPLE_S = 1.0
"""How often a group is asked what it holds, for the peak."""
_LEAST_DISK_S = 2.0
_DISK_SHARE = 20
"""The work folder is summed so seldom that it takes a twentieth of a core at most."""


class Limits:
    """What one tree may use, looked at from time to time by its supervisor."""

    def __init__(self, group: "cgroups.Group | None", *, memory_bytes: int, disk_bytes: int, work: str) -> None:
        self.group = group
        self.peak_bytes = 0
        self._memory_bytes = memory_bytes
        self._disk_bytes = disk_bytes
        self._work = work
        self._next_disk_s = 0.0
        watches = memory_bytes and (group is None or not group.limits_memory)
        self.pause_s = WATCH_S if watches or (group is not None and memory_bytes) else SAMPLE_S

    @property
    def memory_excess(self) -> str:
        """The sentence for a tree that was out of memory."""
        return f"it needed more than the {self._memory_bytes} bytes of memory that it asked for"

    def is_out_of_memory(self) -> bool:
        """Whether the tree has been over its memory. The kernel has killed something of it then, or we must."""
        if self.group is not None and self.group.limits_memory:
            self.peak_bytes = max(self.peak_bytes, self.group.memory_bytes() or 0)
            return bool(self._memory_bytes) and self.group.oom_kills() > 0
        if not self._memory_bytes:
            return False
        tree = [seen for seen in proctree.below(os.getpid(), proctree.processes()) if not seen.is_zombie]
        held = sum(seen.resident_bytes for seen in tree)
        if held > self._memory_bytes:
            held = proctree.shared_out_bytes(seen.pid for seen in tree)
        self.peak_bytes = max(self.peak_bytes, held)
        return held > self._memory_bytes

    def disk_excess(self, now_s: float) -> str:
        """A sentence where the work folder is over its limit. Looked at seldom: `now_s` is that of `time.monotonic`."""
        if not self._disk_bytes or now_s < self._next_disk_s:
            return ""
        used = _folder_bytes(self._work)
        self._next_disk_s = now_s + max(_LEAST_DISK_S, (time.monotonic() - now_s) * _DISK_SHARE)
        if used <= self._disk_bytes:
            return ""
        return f"its work folder holds {used} bytes, and {self._disk_bytes} were asked for"


def make_limits(order: "Record") -> "tuple[Limits, str]":
    """The limits that an order asks for, and why there is no group where one could be expected."""
    memory_bytes, trouble = int(order["memory_bytes"]), ""
    group = None
    if order["cgroup"]:
        try:
            group = cgroups.make_group(
                order["cgroup"], order["name"], memory_bytes=memory_bytes, cpu_milli=int(order["cpu_milli"])
            )
        except OSError as error:
            trouble = f"no control group could be made: {error}"
    limits = Limits(group, memory_bytes=memory_bytes, disk_bytes=int(order["disk_bytes"]), work=order["cwd"])
    return limits, trouble


def _folder_bytes(folder: str) -> int:
    """What the files below a folder take on disk; links are not followed."""
    total, folders = 0, [folder]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_blocks * 512
        except OSError:
            continue
    return total
