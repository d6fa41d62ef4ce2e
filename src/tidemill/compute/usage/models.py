"""What is measured of processes, and how much they used at an instant."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Measure(StrEnum):
    """One curve of a process."""

    CPU = "cpu"
    """Cores that are busy."""
    MEMORY = "memory"
    """Bytes."""
    GPU = "gpu"
    """Accelerators that are busy."""
    GPU_MEMORY = "gpu_memory"
    """Bytes."""
    READ = "read"
    """From disks, bytes a second; so are the following."""
    WRITTEN = "written"
    RECEIVED = "received"
    SENT = "sent"


UNITS: Mapping[Measure, str] = {
    Measure.CPU: "cores",
    Measure.MEMORY: "bytes",
    Measure.GPU: "accelerators",
    Measure.GPU_MEMORY: "bytes",
    Measure.READ: "bytes/s",
    Measure.WRITTEN: "bytes/s",
    Measure.RECEIVED: "bytes/s",
    Measure.SENT: "bytes/s",
}


@dataclass(frozen=True, slots=True)
class UseNow:
    """What the processes of a workload used together when they were last looked at. None: not known."""

    at_ms: int
    cpu_milli: int | None = None
    memory_bytes: int | None = None
    gpu_milli: int | None = None
    gpu_memory_bytes: int | None = None
    received_per_s: int | None = None
    """Bytes."""
    sent_per_s: int | None = None
