"""From a launch to the order that its supervisor follows: work folder, interpreter, ports, variables, limits."""

import asyncio
from collections.abc import Mapping
from typing import Any

from tidemill.compute.backends.local.containers.engines import Engines
from tidemill.compute.backends.local.containers.ordering import contained_order
from tidemill.compute.backends.local.folders import ProcessFolder
from tidemill.compute.backends.local.placing import fill_folder
from tidemill.compute.backends.local.ports import Ports, Reservation
from tidemill.compute.backends.local.runner import Interpreters
from tidemill.compute.backends.local.variables import container_variables, process_variables
from tidemill.compute.backends.port import Launch
from tidemill.compute.models import ProcessKey
from tidemill.runtime.records import Record


class Orders:
    """Writes orders. `inherited` is what processes find of this machine's environment, PATH among it."""

    def __init__(self, interpreters: Interpreters, inherited: Mapping[str, str], cgroup: Record | None) -> None:
        self._interpreters = interpreters
        self._inherited = dict(inherited)
        self.cgroup = cgroup
        """Where control groups are made; None: nowhere."""
        self._engines = Engines(inherited)
        self._ports = Ports()
        self._reserved: dict[ProcessKey, Reservation] = {}

    @property
    def path(self) -> str | None:
        """Where programs of this machine are looked for."""
        return self._inherited.get("PATH")

    async def order_for(self, launch: Launch, folder: ProcessFolder) -> dict[str, Any]:
        """Make what the command needs, and the order. Raises TidemillError, or OSError, where something is not there.

        Its ports are held until `release_ports`, which comes right before the start.
        """
        await asyncio.to_thread(fill_folder, folder.work, launch.files)
        reservation = self._reserved[launch.key] = self._ports.reserve(launch.key, launch.ports)
        if launch.environment.image:
            variables = container_variables(launch, reservation.numbers)
            contained = contained_order(await self._engines.usable(), launch, folder, variables, self._inherited)
            return self._order(launch, folder) | contained
        python = await self._interpreters.python(launch.environment)
        variables = process_variables(launch, self._inherited, python, reservation.numbers)
        return self._order(launch, folder) | {"variables": variables}

    def _order(self, launch: Launch, folder: ProcessFolder) -> dict[str, Any]:
        return {
            "folder": str(folder.path),
            "name": folder.path.name,
            "command": list(launch.command),
            "cwd": str(folder.work),
            "timeout_s": launch.timeout_s,
            "grace_s": launch.grace_s,
            "memory_bytes": launch.resources.memory_bytes,
            "disk_bytes": launch.resources.disk_bytes,
            "cpu_milli": launch.resources.cpu_milli,
            "cgroup": self.cgroup,
            "devices": list(launch.devices),
            "masked": list(launch.masked),
            "container": None,
        }

    def release_ports(self, key: ProcessKey) -> None:
        """Its process is about to bind them."""
        if (reservation := self._reserved.pop(key, None)) is not None:
            reservation.release()

    def forget_ports(self, key: ProcessKey) -> None:
        """Its process has ended, or never began."""
        self.release_ports(key)
        self._ports.forget(key)
