"""Who belongs to a task: for ending all that it started, whatever that did to get away."""

import contextlib
import os
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tidemill.runtime.proctree import Seen, below, processes

MARK = "TIDEMILL_PROCESS"
"""The environment variable that says which process of Tidemill's somebody descends from."""
_ROUNDS = 50
_PAUSE_S = 0.002


def family(root: int, mark: str, among: Mapping[int, Seen]) -> list[Seen]:
    """`root`, its session, whoever began with its mark in the environment, and all their descendants."""
    return members([seen for seen in among.values() if seen.pid == root or _is_of(seen.pid, root, mark)], among)


def marked(among: Mapping[int, Seen]) -> dict[str, list[Seen]]:
    """Whoever began with a mark in its environment, by that mark and parents first: each process is looked at once."""
    found: dict[str, list[Seen]] = {}
    for seen in among.values():
        for mark in {entry for entry in _environment(seen.pid) if entry.startswith(f"{MARK}=".encode())}:
            found.setdefault(mark.decode(errors="replace"), []).append(seen)
    return found


def members(heads: Sequence[Seen], among: Mapping[int, Seen]) -> list[Seen]:
    """These, and all their descendants, each once."""
    pids = {seen.pid for seen in heads}
    tops = [seen for seen in heads if seen.parent not in pids]
    found = {seen.pid: seen for top in tops for seen in (top, *below(top.pid, among))}
    return list(found.values())


def kill_family(root: int, mark: str) -> bool:
    """Kill all of it, again until nobody is left but the dead; False when some withstand for a tenth of a second."""
    for _ in range(_ROUNDS):
        living = [each for each in family(root, mark, processes()) if not each.is_zombie]
        if not living:
            return True
        for each in living:
            send(each.pid, signal.SIGKILL)
        time.sleep(_PAUSE_S)
    return False


def kill_marked(mark: str) -> bool:
    """Kill whoever carries this mark, and their descendants; False when some withstand."""
    return kill_family(-1, mark)


def send(pid: int, number: int) -> None:
    """Send a signal; a process that is gone needs none."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def send_group(group: int, number: int) -> None:
    """Send a signal to a process group, or to its leader where that has not made the group yet."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        send(group, number)
    except PermissionError:
        return


def own_children() -> set[int]:
    """Pids of this process's children, those that it adopted among them."""
    pid = os.getpid()
    try:
        return {int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}
    except OSError:
        return set()


def _is_of(pid: int, session: int, mark: str) -> bool:
    try:
        if os.getsid(pid) == session:
            return True
    except OSError:
        return False
    return mark.encode() in _environment(pid)


def _environment(pid: int) -> list[bytes]:
    """What a process began with; nothing where it may not be looked at."""
    try:
        with open(f"/proc/{pid}/environ", "rb", buffering=0) as file:
            return file.read().split(b"\0")
    except OSError:
        return []
