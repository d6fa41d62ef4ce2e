"""What admission must know of a workload's size, as one text: the queue is kept and read by it."""

from dataclasses import dataclass
from functools import lru_cache

from tidemill.compute.models import Resources, Spec


@dataclass(frozen=True, slots=True)
class Shape:
    """Workloads of one shape and workspace differ, for admission, in nothing but priority and age."""

    backend: str
    each: Resources
    replicas: int
    gpu_model: str


def shape_text(spec: Spec) -> str:
    """The text of a spec's shape; the accelerator's model comes last, since it may hold any character."""
    need = spec.resources
    amounts = f"{need.cpu_milli}|{need.memory_bytes}|{need.gpus}|{need.disk_bytes}|{spec.replicas}"
    return f"{spec.backend}|{amounts}|{spec.gpu_model}"


@lru_cache(10_000)
def shape_of(text: str) -> Shape:
    """The shape of a text that `shape_text` made."""
    backend, cpu, memory, gpus, disk, replicas, model = text.split("|", 6)
    return Shape(backend, Resources(int(cpu), int(memory), int(gpus), int(disk)), int(replicas), model)
