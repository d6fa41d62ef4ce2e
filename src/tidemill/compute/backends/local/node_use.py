"""What is used of this machine now, or of the share of it that our control groups give us."""

import shutil
from pathlib import Path

import psutil

from tidemill.compute.backends.local.gpus import gpu_use
from tidemill.compute.backends.local.machine import limiting_cpu_group, limiting_memory_group
from tidemill.compute.backends.port import NodeSample


class NodeGauge:
    """Takes samples. What cores do shows between two of them, so that the first does not tell."""

    def __init__(self, node: str, folder: Path, has_gpus: bool) -> None:
        self._node = node
        self._folder = folder
        self._has_gpus = has_gpus
        self._before: tuple[int, int] | None = None
        """Time and CPU time of the last sample, in ms."""

    def sample(self, at_ms: int) -> NodeSample:
        """What is used now. Runs on a thread: it reads files, and may ask the accelerators' driver."""
        cpu_ms, before = _cpu_ms(), self._before
        self._before = (at_ms, cpu_ms)
        gpus = list(gpu_use().values()) if self._has_gpus else []
        return NodeSample(
            self._node,
            at_ms,
            cpu_milli=None if before is None else _per_s(cpu_ms - before[1], at_ms - before[0]),
            memory_bytes=_memory_bytes(),
            gpu_milli=sum(use.busy_milli for use in gpus) if gpus else None,
            gpu_memory_bytes=sum(use.memory_bytes for use in gpus) if gpus else None,
            disk_bytes=shutil.disk_usage(self._folder).used,
        )


def _per_s(amount_ms: int, passed_ms: int) -> int | None:
    return round(max(0, amount_ms) * 1000 / passed_ms) if passed_ms > 0 else None


def _cpu_ms() -> int:
    group = limiting_cpu_group()
    if group is not None:
        for name, line, unit in (("cpu.stat", "usage_usec ", 1000), ("cpuacct.usage", "", 1_000_000)):
            if (told := _number(group / name, line)) is not None:
                return told // unit
    times = psutil.cpu_times()
    return round((times.user + times.system + getattr(times, "irq", 0) + getattr(times, "softirq", 0)) * 1000)


def _memory_bytes() -> int:
    """Without what the kernel only caches, and gives up when it must."""
    group = limiting_memory_group()
    if group is not None:
        for name, cached in (("memory.current", "inactive_file "), ("memory.usage_in_bytes", "total_inactive_file ")):
            if (told := _number(group / name, "")) is not None:
                return max(0, told - (_number(group / "memory.stat", cached) or 0))
    memory = psutil.virtual_memory()
    return memory.total - memory.available


def _number(path: Path, begin: str) -> int | None:
    """The number behind this begin of a line."""
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return None
    found = [line.removeprefix(begin) for line in lines if line.startswith(begin)]
    return int(found[0]) if found and found[0].isdigit() else None
