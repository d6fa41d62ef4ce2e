"""What is kept of one process on this machine while it is not forgotten: one folder, named by its key.

<root>/<workload>-<attempt>-<rank>/
    lock        held by its supervisor for as long as that lives
    state.json  what runs: pids with their start times, cgroup; written before its first instruction
    end.json    how it ended; appears once, when the log is complete
    stop.json   that it shall end, and with what grace
    wake        a FIFO: a byte in it tells the supervisor to look at stop.json
    log         runtime.loglines
    work/       its working folder
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tidemill.compute.models import ProcessKey

_NAME = re.compile(r"([0-9A-Za-z][0-9A-Za-z_-]{0,99})-(\d{1,9})-(\d{1,9})")


@dataclass(frozen=True, slots=True)
class ProcessFolder:
    """The folder of one process, and where each thing lies in it."""

    path: Path

    @property
    def lock(self) -> Path:
        return self.path / "lock"

    @property
    def state(self) -> Path:
        return self.path / "state.json"

    @property
    def end(self) -> Path:
        return self.path / "end.json"

    @property
    def stop(self) -> Path:
        return self.path / "stop.json"

    @property
    def wake(self) -> Path:
        return self.path / "wake"

    @property
    def log(self) -> Path:
        return self.path / "log"

    @property
    def work(self) -> Path:
        return self.path / "work"


def folder_of(root: Path, key: ProcessKey) -> ProcessFolder | None:
    """Where a process is kept; None for a key that no folder may be named by, which nobody has started then."""
    return ProcessFolder(root / str(key)) if _NAME.fullmatch(str(key)) else None


def kept_keys(root: Path) -> Iterator[ProcessKey]:
    """The keys of all the folders below a root."""
    for path in root.iterdir() if root.is_dir() else ():
        if found := _NAME.fullmatch(path.name):
            yield ProcessKey(found[1], int(found[2]), int(found[3]))
