"""What a task asks for, as a workload has it: resources, and how often it is tried again."""

from collections.abc import Mapping
from typing import Any

from tidemill.compute import Resources, Restart
from tidemill.kit.errors import InvalidError
from tidemill.kit.quantities import parse_bytes, parse_cpu
from tidemill.pipelines.ir.placeholders import TaskScope, fill
from tidemill.pipelines.ir.spec import ContainerSpec, ResourceSpec, RetryPolicy

_GIGABYTE = 10**9
_DEFAULT_CPU_MILLI = 100
"""A task that asks for nothing: it is queued as one that takes a tenth of a core, as many small ones fit together."""


def resources_of(container: ContainerSpec, scope: TaskScope) -> Resources:
    """What it asks for. Raises InvalidError for what is no amount."""
    asked = container.resources or ResourceSpec()
    cpu = fill(asked.resource_cpu_request or asked.resource_cpu_limit, scope)
    memory = fill(asked.resource_memory_limit or asked.resource_memory_request, scope)
    gpu = asked.accelerator
    count = fill(str(gpu.resource_count or gpu.count), scope) if gpu is not None else "0"
    if not count.isdecimal():
        raise InvalidError(f"{count[:50]!r} is no number of accelerators")
    return Resources(
        cpu_milli=parse_cpu(cpu) if cpu else round((asked.cpu_request or asked.cpu_limit) * 1000) or _DEFAULT_CPU_MILLI,
        memory_bytes=parse_bytes(memory) if memory else round((asked.memory_limit or asked.memory_request) * _GIGABYTE),
        gpus=int(count),
    )


def requirements_of(container: ContainerSpec, scope: TaskScope) -> Mapping[str, Any]:
    """The same as Kubernetes writes it, for a task that hands it on: `requests` and `limits`."""
    asked = container.resources or ResourceSpec()
    limits = {"cpu": asked.resource_cpu_limit, "memory": asked.resource_memory_limit}
    if (gpu := asked.accelerator) is not None:
        limits[gpu.resource_type or gpu.type or "nvidia.com/gpu"] = str(gpu.resource_count or gpu.count)
    requests = {"cpu": asked.resource_cpu_request, "memory": asked.resource_memory_request}
    filled = {
        kind: {name: fill(amount, scope) for name, amount in amounts.items() if amount}
        for kind, amounts in (("limits", limits), ("requests", requests))
    }
    return {kind: amounts for kind, amounts in filled.items() if amounts}


def restart_of(policy: RetryPolicy | None) -> Restart:
    """How often it is tried again, and how long that waits."""
    if policy is None:
        return Restart()
    return Restart(
        max_retries=policy.max_retry_count,
        backoff_initial_s=_seconds(policy.backoff_duration, 0.0),
        backoff_factor=max(policy.backoff_factor or 2.0, 1.0),
        backoff_most_s=_seconds(policy.backoff_max_duration, 3600.0),
    )


def _seconds(text: str, otherwise: float) -> float:
    """A duration as protobuf's JSON has it: `1.5s`."""
    try:
        return float(text.removesuffix("s")) if text else otherwise
    except ValueError as error:
        raise InvalidError(f"{text[:50]!r} is no duration", hint='write seconds, such as "10s"') from error
