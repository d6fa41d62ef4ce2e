"""What a process and all below it use at an instant: from its control group, the rest from /proc and sockets."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from tidemill.compute.backends.local.gpus import GpuUse, gpu_use
from tidemill.compute.backends.local.network import METER, Look
from tidemill.compute.backends.local.variables import mark_of
from tidemill.compute.backends.port import Sample
from tidemill.compute.models import ProcessKey
from tidemill.runtime import cgroups, proctree
from tidemill.runtime.families import marked, members
from tidemill.runtime.proctree import Seen
from tidemill.runtime.records import Record


def take_samples(states: Mapping[ProcessKey, Record], at_ms: int, path: str | None = None) -> list[Sample]:
    """A sample of each process that runs, of the state that its supervisor wrote. `nvidia-smi` is looked for in `path`.

    Accelerators are asked only where somebody has one.
    """
    look = METER.look()
    among = proctree.processes()
    gpus: Mapping[str, GpuUse] = gpu_use(path) if any(state["devices"] for state in states.values()) else {}
    heads = marked(among) if any(state["container"] for state in states.values()) else {}
    looks = _Looks(among, heads, look)
    found = (_sample_of(key, state, looks, at_ms) for key, state in states.items())
    return [_with_gpus(sample, states[sample.key]["devices"], gpus) for sample in found if sample is not None]


@dataclass(frozen=True, slots=True)
class _Looks:
    """The machine at one instant."""

    among: Mapping[int, Seen]
    heads: Mapping[str, Sequence[Seen]]
    """Who carries a mark in its environment, by mark; looked for where there are containers."""
    sockets: Look | None


def _sample_of(key: ProcessKey, state: Record, looks: _Looks, at_ms: int) -> Sample | None:
    """A sample of a running process; None when it is gone.

    CPU time out of /proc is that of the processes that live: it may shrink when one of many ends.
    """
    among = looks.among
    supervisor = among.get(state["supervisor"])
    if supervisor is None or supervisor.born != state["supervisor_born"]:
        return None
    group = cgroups.from_record(state["cgroup"])
    tree = proctree.below(supervisor.pid, among)
    if state["container"]:
        heads = looks.heads.get(mark_of(str(key)), ())
        tree = _contained(heads, {supervisor.pid, *(seen.pid for seen in tree)}, among)
        if not tree:
            return None
    cpu_ms = group.cpu_ms() if group else None
    memory_bytes = group.memory_bytes() if group else None
    moved = [each for each in (proctree.moved_bytes(seen.pid) for seen in tree) if each is not None]
    received, sent = METER.moved(looks.sockets, key, [seen.pid for seen in tree]) or (None, None)
    return Sample(
        key,
        at_ms,
        cpu_ms=sum(seen.cpu_ms for seen in tree) if cpu_ms is None else cpu_ms,
        memory_bytes=sum(seen.resident_bytes for seen in tree) if memory_bytes is None else memory_bytes,
        read_bytes=sum(read for read, _ in moved),
        written_bytes=sum(written for _, written in moved),
        received_bytes=received,
        sent_bytes=sent,
    )


def _contained(heads: Sequence[Seen], strange: Collection[int], among: Mapping[int, Seen]) -> list[Seen]:
    """What runs in a container: it is below the engine, not below its supervisor, and known by its mark.

    `strange` is the engine's program, which may carry the mark too. Nothing is found where the engine's processes are
    not this machine's, or may not be looked at.
    """
    return [seen for seen in members(heads, among) if seen.pid not in strange]


def _with_gpus(sample: Sample, devices: Sequence[str], gpus: Mapping[str, GpuUse]) -> Sample:
    """With what the accelerators do that are its own."""
    own = [gpus[device] for device in devices if device in gpus]
    if not own:
        return sample
    busy, held = sum(use.busy_milli for use in own), sum(use.memory_bytes for use in own)
    return replace(sample, gpu_milli=busy, gpu_memory_bytes=held)
