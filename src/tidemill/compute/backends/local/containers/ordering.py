"""The part of a supervisor's order that makes its command a container's."""

import os
from collections.abc import Mapping
from typing import Any

from tidemill.compute.backends.local.containers.engine import NOT_RUN, Container, Engine
from tidemill.compute.backends.local.folders import ProcessFolder
from tidemill.compute.backends.port import Launch
from tidemill.kit.errors import InvalidError

_FILE = "variables"


def contained_order(
    engine: Engine,
    launch: Launch,
    folder: ProcessFolder,
    variables: Mapping[str, str],
    inherited: Mapping[str, str],
) -> dict[str, Any]:
    """What replaces the same entries of a plain command's order.

    The engine limits the container: the supervisor watches its program only. Raises InvalidError, and OSError.
    """
    name = f"tidemill-{folder.path.name}"
    container = Container(
        name,
        launch.environment.image,
        launch.command,
        str(folder.work),
        variables,
        _written(folder, variables) if engine.needs_file else "",
        launch.devices,
        launch.resources.memory_bytes,
        launch.resources.cpu_milli,
        "" if os.geteuid() == 0 else f"{os.geteuid()}:{os.getegid()}",
    )
    return {
        "command": list(engine.run(container)),
        "variables": {**(variables if not engine.needs_file else {}), **inherited},
        "cgroup": None,
        "memory_bytes": 0,
        "container": {
            "memory_bytes": launch.resources.memory_bytes,
            "not_run": NOT_RUN,
            "tells_out_of_memory": list(engine.tells_out_of_memory(name)),
            "end": [list(command) for command in engine.end(name)],
            "variables": dict(inherited),
        },
    }


def _written(folder: ProcessFolder, variables: Mapping[str, str]) -> str:
    """The file of variables, its owner's only. It goes with the folder."""
    broken = [name for name, value in variables.items() if "\n" in value]
    if broken:
        raise InvalidError(
            f"containerd's ctr takes no variable with more than one line, as {broken[0]} is",
            hint="put the value into a file of the workload, or install docker, podman or nerdctl",
        )
    path = folder.path / _FILE
    path.touch(mode=0o600)
    path.write_text("".join(f"{name}={value}\n" for name, value in variables.items()), "utf-8")
    return str(path)
