"""What a process and all below it use at an instant: from its control group, the rest from /proc."""

from collections.abc import Mapping

from tidemill.compute.backends.port import Sample
from tidemill.compute.models import ProcessKey
from tidemill.runtime import cgroups, proctree
from tidemill.runtime.proctree import Seen
from tidemill.runtime.records import Record


def sample_of(key: ProcessKey, state: Record | None, among: Mapping[int, Seen], at_ms: int) -> Sample | None:
    """A sample of a running process, whose supervisor wrote this state; None when it is gone.

    CPU time out of /proc is that of the processes that live: it may shrink when one of many ends.
    """
    supervisor = among.get(state["supervisor"]) if state else None
    if state is None or supervisor is None or supervisor.born != state["supervisor_born"]:
        return None
    group = cgroups.from_record(state["cgroup"])
    tree = proctree.below(supervisor.pid, among)
    cpu_ms = group.cpu_ms() if group else None
    memory_bytes = group.memory_bytes() if group else None
    moved = [each for each in (proctree.moved_bytes(seen.pid) for seen in tree) if each is not None]
    return Sample(
        key,
        at_ms,
        cpu_ms=sum(seen.cpu_ms for seen in tree) if cpu_ms is None else cpu_ms,
        memory_bytes=sum(seen.resident_bytes for seen in tree) if memory_bytes is None else memory_bytes,
        read_bytes=sum(read for read, _ in moved),
        written_bytes=sum(written for _, written in moved),
    )
