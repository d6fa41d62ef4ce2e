"""The seam inside the local backend: a runner starts one sort of launch and watches it.

There are two: commands run under a supervisor each, calls in a fork of their environment's fork server. The backend
gives each launch to its runner, and asks both about keys, of which a runner takes only those that it knows.
"""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Protocol

from tidemill.compute.backends.port import Launch, Reporter, Sample
from tidemill.compute.models import Environment, ProcessKey


class Interpreters(Protocol):
    """Who knows the Python of an environment."""

    async def python(self, environment: Environment) -> Path:
        """Its interpreter, built where it is not there yet. Raises TidemillError that says why it cannot be had."""
        ...


class Runner(Protocol):
    """Runs one sort of launch. What `Backend` promises of its calls holds for these too, save where it is said."""

    async def open(self, report: Reporter) -> None:
        """Begin to watch."""
        ...

    async def start(self, launches: Sequence[Launch]) -> None:
        """Start these, all of its sort. Those that it knows already are left alone."""
        ...

    async def stop(self, keys: Sequence[ProcessKey], *, grace_s: float) -> None:
        """Stop those of these that it knows."""
        ...

    async def adopt(self, keys: Sequence[ProcessKey]) -> Collection[ProcessKey]:
        """Report those of these that it knows, and give back the others. What it has and is not named is ended."""
        ...

    async def forget(self, keys: Sequence[ProcessKey]) -> None:
        """Remove what it keeps of those that it knows, the folder included."""
        ...

    async def usage(self, keys: Sequence[ProcessKey]) -> Sequence[Sample]:
        """What those use that it knows."""
        ...

    def left_nothing(self, key: ProcessKey) -> bool:
        """Whether this is known to have ended without a file, its log included."""
        ...

    async def close(self) -> None:
        """Stop watching; what runs goes on."""
        ...
