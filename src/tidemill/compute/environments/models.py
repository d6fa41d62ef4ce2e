"""What environments are spoken of in: one that is built, where builds get packages from, and what is kept of each."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from tidemill.compute.models import Environment


class BuildState(StrEnum):
    """Where a build stands."""

    BUILDING = "building"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Sources:
    """Where packages come from, and which requirements may be."""

    wheels: Path | None = None
    """A directory of wheels; where it is given nothing else is asked, and no network is needed."""
    index_url: str = field(default="", repr=False)
    """A package index instead of PyPI; it may hold a password."""
    allows_urls: bool = False
    """Whether a requirement may name a URL, a repository or a file: its author then says what this machine fetches."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python of this machine."""

    path: Path
    version: str
    """All of it: "3.11.7"."""


@dataclass(frozen=True, slots=True)
class EnvironmentRecord:
    """An environment of this machine, as the table has it."""

    hash: str
    environment: Environment
    python: str
    """The full version of its interpreter."""
    state: BuildState
    builder: str
    """What installed it: uv or pip."""
    created_ms: int
    used_ms: int
    build_ms: int | None = None
    size_bytes: int | None = None
    message: str = ""
    """Why it failed."""
