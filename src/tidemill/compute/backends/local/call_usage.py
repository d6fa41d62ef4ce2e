"""What calls use while they run, with all that they started."""

from collections.abc import Mapping, Sequence

from tidemill.compute.backends.local.network import METER, Look
from tidemill.compute.backends.port import Sample
from tidemill.compute.models import ProcessKey
from tidemill.runtime.proctree import Seen, below, moved_bytes, processes, shared_out_bytes


def sample_calls(pids: Mapping[ProcessKey, int], now_ms: int) -> Sequence[Sample]:
    """A sample of each whose process is there. Memory that forks share with their server is shared out among them."""
    if not pids:
        return []
    look = METER.look()
    among = processes()
    return [
        _sample(key, [among[pid], *below(pid, among)], look, now_ms)
        for key, pid in pids.items()
        if pid in among and not among[pid].is_zombie
    ]


def _sample(key: ProcessKey, tree: Sequence[Seen], look: Look | None, now_ms: int) -> Sample:
    moved = [found for seen in tree if (found := moved_bytes(seen.pid)) is not None]
    received, sent = METER.moved(look, key, [seen.pid for seen in tree]) or (None, None)
    return Sample(
        key,
        now_ms,
        cpu_ms=sum(seen.cpu_ms for seen in tree),
        memory_bytes=shared_out_bytes(seen.pid for seen in tree),
        read_bytes=sum(read for read, _ in moved) if moved else None,
        written_bytes=sum(written for _, written in moved) if moved else None,
        received_bytes=received,
        sent_bytes=sent,
    )
