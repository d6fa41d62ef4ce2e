"""Containers for who starts them itself: the steps of pipelines, which have to hand things in and out around one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tidemill.compute.backends.local.containers.engine import NOT_RUN, WORK, Container, Mount
from tidemill.compute.backends.local.containers.engines import Engines
from tidemill.kit.errors import NotImplementedHereError

__all__ = ["WORK", "ContainerRequest", "Containers", "Mount"]


@dataclass(frozen=True, slots=True)
class ContainerRequest:
    """One container that somebody else starts and ends."""

    name: str
    image: str
    command: Sequence[str]
    """Empty: the image's own."""
    arguments: Sequence[str]
    work: str
    """The folder of this machine that it finds at `WORK`."""
    variables: Sequence[str]
    """Names of what it gets of the environment of who starts it."""
    file: str
    """Where these may be written, for engines that take a file only."""
    mounts: Sequence[Mount] = ()
    devices: Sequence[str] = ()
    memory_bytes: int = 0
    cpu_milli: int = 0
    user: str = ""


class Containers:
    """The container engine of this machine, if one answers."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        """`variables`: in which the engine's program is found."""
        self._engines = Engines(variables)

    async def are_there(self) -> bool:
        """Whether containers can be run. What was found out holds for a minute."""
        try:
            await self._engines.usable()
        except NotImplementedHereError:
            return False
        return True

    async def order(self, request: ContainerRequest) -> Mapping[str, Any]:
        """What `runtime.step_containers` is told. Raises InvalidError for what the engine cannot do."""
        engine = await self._engines.usable()
        container = Container(
            request.name,
            request.image,
            request.command,
            request.work,
            dict.fromkeys(request.variables, ""),
            request.file,
            request.devices,
            request.memory_bytes,
            request.cpu_milli,
            request.user,
            arguments=request.arguments,
            mounts=request.mounts,
            keeps_place=True,
        )
        return {
            "run": list(engine.run(container)),
            "end": [list(command) for command in engine.end(request.name)],
            "tells_out_of_memory": list(engine.tells_out_of_memory(request.name)),
            "memory_bytes": request.memory_bytes,
            "not_run": NOT_RUN,
            "variables": list(request.variables),
            "file": request.file if engine.needs_file else "",
            "work": WORK,
        }
