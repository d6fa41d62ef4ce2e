"""What is left of a fork server that is gone: its journal, and perhaps somebody that its forks had started."""

import shutil
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from tidemill.runtime.families import MARK, kill_marked
from tidemill.runtime.journal import read_journal
from tidemill.runtime.wire import Header


@dataclass(slots=True)
class Remains:
    """Ends that nobody has acknowledged. The folder goes when the last of them is forgotten."""

    folder: Path
    ended: dict[str, tuple[Header, bytes]]
    lost: dict[str, int] = field(default_factory=dict[str, int])
    """Calls that had begun and of which no end is known → when they began."""

    def knows(self, key: str) -> bool:
        return key in self.ended or key in self.lost

    def keep_only(self, keys: Collection[str]) -> None:
        """Forget all but these."""
        self.forget([key for key in (*self.ended, *self.lost) if key not in keys])

    def forget(self, keys: Collection[str]) -> None:
        """Forget these."""
        for key in keys:
            self.ended.pop(key, None)
            self.lost.pop(key, None)
        if self.is_empty:
            shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def is_empty(self) -> bool:
        return not self.ended and not self.lost


def read_remains(folder: Path) -> Remains:
    """Read the journal, and end what its forks had started: the kernel ended the forks themselves with their server."""
    kept = read_journal(folder / "journal")
    for key in kept.began:
        kill_marked(f"{MARK}={key}")
    lost = {key: int(record["started_ms"]) for key, record in kept.began.items()}
    remains = Remains(folder, kept.ended, lost)
    remains.forget(())
    return remains
