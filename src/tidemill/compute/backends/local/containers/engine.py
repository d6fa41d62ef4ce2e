"""What a container engine is asked for: nothing but the command lines of its program."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

WORK = "/work"
"""Where a container finds its work folder."""
NOT_RUN = 125
"""The exit code by which an engine's program says that it could not run the container."""


@dataclass(frozen=True, slots=True)
class Mount:
    """A folder of this machine, and the path at which a container finds it."""

    folder: str
    path: str
    is_read_only: bool = False


@dataclass(frozen=True, slots=True)
class Container:
    """One container to run."""

    name: str
    image: str
    command: Sequence[str]
    """Empty: the image's own."""
    work: str
    """The work folder, on this machine."""
    variables: Mapping[str, str] = field(repr=False)
    environment_file: str
    """A file that holds the variables as NAME=value lines, for engines that cannot take them otherwise."""
    devices: Sequence[str] = ()
    memory_bytes: int = 0
    cpu_milli: int = 0
    user: str = ""
    """uid:gid of ours where that is not root, so that what it writes can be removed."""
    arguments: Sequence[str] = ()
    """What is added to the command, the image's own too."""
    mounts: Sequence[Mount] = ()
    keeps_place: bool = False
    """Whether it begins where its image says, and not in its work folder."""


class Engine(Protocol):
    """One container engine, by its program."""

    @property
    def program(self) -> str:
        """The name of its program."""
        ...

    @property
    def needs_file(self) -> bool:
        """Whether it takes variables from a file only."""
        ...

    def probe(self) -> Sequence[str]:
        """Succeeds where the engine can be used."""
        ...

    def run(self, container: Container) -> Sequence[str]:
        """Runs it in the foreground with the program's own streams and exit code, and passes SIGTERM on."""
        ...

    def tells_out_of_memory(self, name: str) -> Sequence[str]:
        """Prints `true` for an ended container that was out of memory; empty where the engine does not know."""
        ...

    def end(self, name: str) -> Sequence[Sequence[str]]:
        """End it whatever it does, and remove what is kept of it."""
        ...
