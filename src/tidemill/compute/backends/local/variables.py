"""The environment variables that a process of this machine finds."""

import os
from collections.abc import Mapping
from pathlib import Path

from tidemill.compute.backends.port import Launch
from tidemill.runtime.families import MARK

_THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


def process_variables(
    launch: Launch, inherited: Mapping[str, str], python: Path, ports: Mapping[str, int]
) -> dict[str, str]:
    """What it inherits of this machine, what says who it is, and over both what its launch gives it.

    `python` is the interpreter of its environment, which `python` in a command then is too.
    """
    own = {**own_variables(launch, ports), "CUDA_VISIBLE_DEVICES": ",".join(launch.devices)}
    return {**inherited, **environment_variables(python, inherited), **own, **launch.variables, MARK: str(launch.key)}


def container_variables(launch: Launch, ports: Mapping[str, int]) -> dict[str, str]:
    """The same in a container, which inherits nothing, and sees only the accelerators that it is given."""
    return {**own_variables(launch, ports), **launch.variables, MARK: str(launch.key)}


def own_variables(launch: Launch, ports: Mapping[str, int]) -> dict[str, str]:
    """What says who it is, where it listens, and how many threads its libraries shall use.

    Python shall write at once what it prints: who follows a log would else see nothing for minutes, and of a crash
    the order of what was said would be lost.
    """
    variables = {**gang_variables(launch), "PYTHONUNBUFFERED": "1"}
    variables |= {f"TIDEMILL_PORT_{name.upper().replace('-', '_')}": str(port) for name, port in ports.items()}
    if launch.resources.cpu_milli:
        cores = max(1, -(-launch.resources.cpu_milli // 1000))
        variables |= dict.fromkeys(_THREADS, str(cores))
    return variables


def environment_variables(python: Path, inherited: Mapping[str, str]) -> dict[str, str]:
    """PATH with the interpreter's folder in front, and VIRTUAL_ENV where it is one's."""
    home = python.parent.parent
    path = os.pathsep.join((str(python.parent), inherited.get("PATH", os.defpath)))
    return {"PATH": path, **({"VIRTUAL_ENV": str(home)} if (home / "pyvenv.cfg").is_file() else {})}


def gang_variables(launch: Launch) -> dict[str, str]:
    """Which member of which gang it is."""
    return {
        "TIDEMILL_WORKLOAD": launch.key.workload,
        "TIDEMILL_ATTEMPT": str(launch.key.attempt),
        "TIDEMILL_RANK": str(launch.key.rank),
        "TIDEMILL_WORLD_SIZE": str(launch.ranks),
    }


def mark_of(name: str) -> str:
    """What the environment of everything below a process of this name has."""
    return f"{MARK}={name}"
