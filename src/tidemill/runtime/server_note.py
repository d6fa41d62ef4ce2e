"""The note by which everything on this machine finds the server of a data directory.

The server writes it (`core/instance.py`) and holds a lock on it; commands and the SDK read it.
"""

import fcntl
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE_NAME = "server.json"


@dataclass(frozen=True, slots=True)
class ServerNote:
    """Who serves a data directory, where, and which storage it uses (addresses without passwords)."""

    pid: int
    url: str
    started_ms: int
    version: str
    database: str = ""
    artifacts: str = ""


def read_note(data_dir: Path) -> ServerNote | None:
    """The note of the last server of this directory that did not end in order, or of the one that runs."""
    try:
        told = json.loads((data_dir / FILE_NAME).read_bytes())
    except (OSError, ValueError):
        return None
    return _note(told)


def running_server(data_dir: Path) -> ServerNote | None:
    """The note of the server that holds this directory now."""
    try:
        with (data_dir / FILE_NAME).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return None
    except FileNotFoundError:
        return None
    except OSError:
        return read_note(data_dir)


def _note(told: Any) -> ServerNote | None:
    """None for what another program wrote, or a server wrote in part."""
    try:
        texts = {name: str(told.get(name, "")) for name in ("database", "artifacts")}
        return ServerNote(int(told["pid"]), str(told["url"]), int(told["started_ms"]), str(told["version"]), **texts)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
