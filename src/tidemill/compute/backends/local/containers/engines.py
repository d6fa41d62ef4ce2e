"""Which container engine of this machine is used: the first that answers."""

import asyncio
import subprocess
import time
from collections.abc import Mapping, Sequence

from tidemill.compute.backends.local.containers.ctr import Ctr
from tidemill.compute.backends.local.containers.docker import Docker
from tidemill.compute.backends.local.containers.engine import Engine
from tidemill.compute.backends.local.containers.nerdctl import Nerdctl
from tidemill.compute.backends.local.containers.podman import Podman
from tidemill.kit.errors import NotImplementedHereError
from tidemill.runtime.command import CommandError, find_program

ENGINES: Sequence[Engine] = (Docker(), Podman(), Nerdctl(), Ctr())
_PROBE_S = 10.0
_KEPT_S = 60.0
_NONE_KEPT_S = 10.0
"""That none answers holds for less: somebody may be about to start one."""


class Engines:
    """Looks for an engine when one is needed, and remembers it for a minute. `variables` are what its program finds."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = dict(variables)
        self._found: Engine | None = None
        self._until_s = 0.0
        self._looking = asyncio.Lock()

    async def usable(self) -> Engine:
        """The engine to use. Raises NotImplementedHereError where none answers."""
        async with self._looking:
            if time.monotonic() > self._until_s:
                self._found = await asyncio.to_thread(first_usable, self._variables)
                self._until_s = time.monotonic() + (_KEPT_S if self._found is not None else _NONE_KEPT_S)
        if self._found is None:
            raise NotImplementedHereError(
                "this machine cannot run containers: no container engine answers",
                hint="install docker, podman or containerd and start it, or use an environment of requirements",
            )
        return self._found


def first_usable(variables: Mapping[str, str]) -> Engine | None:
    """The first engine whose program is installed and answers."""
    return next((engine for engine in ENGINES if _answers(engine, variables)), None)


def installed(variables: Mapping[str, str]) -> list[Engine]:
    """Those whose program is there, whether they answer or not."""
    return [engine for engine in ENGINES if _is_installed(engine, variables)]


def _answers(engine: Engine, variables: Mapping[str, str]) -> bool:
    if not _is_installed(engine, variables):
        return False
    try:
        told = subprocess.run(  # noqa: S603 - one of our own command lines
            list(engine.probe()), env=dict(variables), capture_output=True, timeout=_PROBE_S, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return told.returncode == 0


def _is_installed(engine: Engine, variables: Mapping[str, str]) -> bool:
    try:
        find_program(engine.program, variables, "/")
    except CommandError:
        return False
    return True
