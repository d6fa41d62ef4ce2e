"""Which processes there are, who started whom, and what they use: from /proc, elsewhere from `ps`."""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_ZOMBIE = b"Z"
_HAS_PROC = sys.platform == "linux"


class Seen:
    """A process as it was when it was looked at. `born` and pid together are never those of another process."""

    __slots__ = ("born", "cpu_ms", "is_zombie", "parent", "pid", "resident_bytes")

    def __init__(self, pid: int, parent: int, born: str, resident_bytes: int, cpu_ms: int, *, is_zombie: bool) -> None:
        self.pid = pid
        self.parent = parent
        self.born = born
        self.resident_bytes = resident_bytes
        self.cpu_ms = cpu_ms
        self.is_zombie = is_zombie


def look_at(pid: int) -> "Seen | None":
    """A process; None where there is none of that number."""
    if not _HAS_PROC:
        return processes_by_ps().get(pid)
    try:
        with open(f"/proc/{pid}/stat", "rb", buffering=0) as file:
            return _parsed(pid, file.read(2048))
    except (OSError, ValueError, IndexError):
        return None


def processes() -> "dict[int, Seen]":
    """Every process of this machine that we may see, by pid."""
    if not _HAS_PROC:
        return processes_by_ps()
    found = (look_at(int(name)) for name in os.listdir("/proc") if name.isdigit())
    return {seen.pid: seen for seen in found if seen is not None}


def below(pid: int, among: "Mapping[int, Seen]") -> "list[Seen]":
    """All that a process started, and what that started, parents first; not the process itself."""
    children: dict[int, list[Seen]] = {}
    for seen in among.values():
        children.setdefault(seen.parent, []).append(seen)
    found = list(children.get(pid, ()))
    for seen in found:
        found.extend(children.get(seen.pid, ()))
    return found


def is_same(pid: int, born: str) -> bool:
    """Whether the process that was seen with this birth still runs under this pid."""
    seen = look_at(pid)
    return seen is not None and seen.born == born and not seen.is_zombie


def shared_out_bytes(pids: "Iterable[int]") -> int:
    """Memory of these processes, where each page is counted once however many share it; resident where unknown."""
    return sum(_proportional(pid) for pid in pids)


def moved_bytes(pid: int) -> "tuple[int, int] | None":
    """How much a process has read from and written to disks; None where that is not known."""
    try:
        with open(f"/proc/{pid}/io", "rb", buffering=0) as file:
            told = dict(line.split(b": ") for line in file.read(1024).splitlines())
        return int(told[b"read_bytes"]), int(told[b"write_bytes"])
    except (OSError, ValueError, KeyError):
        return None


def processes_by_ps() -> "dict[int, Seen]":
    """The same through `ps`, where there is no /proc."""
    command = "ps -A -o pid=,ppid=,rss=,stat=,time=,lstart="
    with os.popen(command) as pipe:  # noqa: S605 # pyright: ignore[reportDeprecated] - a fixed command, few imports
        return {seen.pid: seen for seen in map(_parsed_ps, pipe) if seen is not None}


def _parsed(pid: int, stat: bytes) -> Seen:
    """A line of /proc/<pid>/stat. The name in it may have spaces and parentheses; numbers follow the last of those."""
    numbers = stat[stat.rindex(b")") + 2 :].split()
    cpu_ms = (int(numbers[11]) + int(numbers[12])) * 1000 // _TICKS_PER_S
    resident = int(numbers[21]) * _PAGE_BYTES
    return Seen(pid, int(numbers[1]), numbers[19].decode(), resident, cpu_ms, is_zombie=numbers[0] == _ZOMBIE)


def _parsed_ps(line: str) -> "Seen | None":
    try:
        pid, parent, resident, state, time, born = line.split(None, 5)
        resident_bytes, cpu_ms = int(resident) * 1024, int(_seconds(time) * 1000)
        return Seen(int(pid), int(parent), born.strip(), resident_bytes, cpu_ms, is_zombie=state.startswith("Z"))
    except ValueError:
        return None


def _seconds(time: str) -> float:
    """[[days-]hours:]minutes:seconds, as `ps` has it."""
    days, _, clock = time.rpartition("-")
    total = 0.0
    for part in clock.split(":"):
        total = total * 60 + float(part)
    return total + int(days or 0) * 86_400


def _proportional(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb", buffering=0) as file:
            for line in _lines(file.read(4096)):
                if line.startswith(b"Pss:"):
                    return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    seen = look_at(pid)
    return seen.resident_bytes if seen is not None else 0


def _lines(content: bytes) -> "Iterator[bytes]":
    yield from content.split(b"\n")
