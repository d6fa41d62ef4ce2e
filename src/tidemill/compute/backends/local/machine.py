"""This machine as a node: what it has, within the limits that are set to this process, or what somebody declared."""

import math
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from tidemill.compute.backends.local.gpus import declared_gpus, found_gpus, model_of
from tidemill.compute.models import Node, Resources
from tidemill.core.settings import ComputeSettings
from tidemill.kit.quantities import parse_bytes, parse_cpu

_NO_LIMIT_BYTES = 1 << 60


def describe_node(settings: ComputeSettings, backend: str, folder: Path, path: str | None = None) -> Node:
    """The node that this machine is; `folder` is where work folders lie, `path` where programs are looked for.

    Raises InvalidError for a setting that cannot be understood.
    """
    gpus = declared_gpus(settings.node_gpus) if settings.node_gpus else found_gpus(path)
    capacity = Resources(
        cpu_milli=parse_cpu(settings.node_cpus) if settings.node_cpus else usable_cpu_milli(),
        memory_bytes=parse_bytes(settings.node_memory) if settings.node_memory else usable_memory_bytes(),
        gpus=len(gpus),
        disk_bytes=shutil.disk_usage(folder).free,
    )
    return Node(node_name(settings), backend, capacity, tuple(gpu.device for gpu in gpus), model_of(gpus))


def node_name(settings: ComputeSettings) -> str:
    """What this machine is called among the nodes."""
    return settings.node_name or socket.gethostname()


def usable_cpu_milli() -> int:
    """What this process may use of the cores: those that it may run on, and its groups' quota of them."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    quotas = [quota for folder in _group_folders("cpu") if (quota := _quota_milli(folder)) is not None]
    return min([cores * 1000, *quotas])


def usable_memory_bytes() -> int:
    """The machine's memory, or the least that one of our groups may have of it."""
    limits = [limit for folder in _group_folders("memory") if (limit := _memory_limit(folder)) is not None]
    return min([psutil.virtual_memory().total, *limits])


def limiting_cpu_group() -> Path | None:
    """The control group whose quota of cores is less than what the machine has; None where there is none."""
    return _least(_group_folders("cpu"), _quota_milli, (os.cpu_count() or 1) * 1000)


def limiting_memory_group() -> Path | None:
    """The control group whose limit is less than the machine's memory; None where there is none."""
    return _least(_group_folders("memory"), _memory_limit, psutil.virtual_memory().total)


def _least(folders: Iterator[Path], limit_of: Callable[[Path], int | None], total: int) -> Path | None:
    limits = [(limit, folder) for folder in folders if (limit := limit_of(folder)) is not None and limit < total]
    return min(limits)[1] if limits else None


def _group_folders(controller: str) -> Iterator[Path]:
    """Our group in the tree of a controller, and those above it."""
    for line in _lines(Path("/proc/self/cgroup")):
        _, controllers, path = line.split(":", 2)
        trees = {"": ("", "unified"), controller: (controller, "cpu,cpuacct")}
        for tree in trees.get(
            "" if not controllers else controller if controller in controllers.split(",") else "-", ()
        ):
            top = Path("/sys/fs/cgroup", tree)
            place = top / path.lstrip("/")
            if top.is_dir():
                yield from (each for each in (place, *place.parents) if each == top or top in each.parents)


def _quota_milli(folder: Path) -> int | None:
    words = _words(folder / "cpu.max") or [*_words(folder / "cpu.cfs_quota_us"), *_words(folder / "cpu.cfs_period_us")]
    if len(words) != 2 or not words[0].isdigit():
        return None
    return max(1, math.floor(int(words[0]) * 1000 / int(words[1])))


def _memory_limit(folder: Path) -> int | None:
    words = _words(folder / "memory.max") or _words(folder / "memory.limit_in_bytes")
    limit = int(words[0]) if words and words[0].isdigit() else _NO_LIMIT_BYTES
    return limit if limit < _NO_LIMIT_BYTES else None


def _words(path: Path) -> list[str]:
    return [word for line in _lines(path) for word in line.split()]


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []
