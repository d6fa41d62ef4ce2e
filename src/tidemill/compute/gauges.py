"""What Prometheus hears of compute: who waits and runs, what is held, and what nodes have and use."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

import structlog
from prometheus_client import CollectorRegistry, Gauge

from tidemill.compute.backends.port import NodeSample
from tidemill.compute.models import NOTHING, Resources
from tidemill.compute.records import KnownNode, Live
from tidemill.compute.store import SqlComputeStore, machines
from tidemill.core.database import Database, Tx
from tidemill.kit.errors import TidemillError

PERIOD_S = 10.0

_UNFINISHED = ("queued", "admitted", "running", "stopping")
_log = structlog.get_logger(__name__)


class ComputeGauges:
    """Counts every few seconds. All servers of a database tell the same of workloads, each of its own nodes' use."""

    def __init__(
        self, database: Database, registry: CollectorRegistry, use_now: Callable[[], Mapping[str, NodeSample]]
    ) -> None:
        self._database = database
        self._use_now = use_now

        def gauge(name: str, told: str, *labels: str) -> Gauge:
            return Gauge(f"tidemill_compute_{name}", told, labels, registry=registry)

        self._workloads = gauge("workloads", "Workloads that have not ended, by state.", "state")
        self._capacity = gauge("node_capacity", "What a node offers: cores, bytes, accelerators.", "node", "resource")
        self._admitted = gauge("node_admitted", "What admitted workloads hold of a node.", "node", "resource")
        self._used = gauge("node_used", "What is used of a node now, by whomever.", "node", "resource")

    async def run(self) -> None:
        """Count until cancelled."""
        while True:
            try:
                await self.count()
            except TidemillError as error:
                _log.warning("compute could not be counted", error=error.message)
            await asyncio.sleep(PERIOD_S)

    async def count(self) -> None:
        """Count once."""
        counts, live, nodes = await self._database.read(_standing)
        for state in _UNFINISHED:
            self._workloads.labels(state).set(counts.get(state, 0))
        for known in nodes:
            name = known.node.name
            self._set(self._capacity, name, known.node.capacity)
            self._set(self._admitted, name, sum((each.each for each in live if each.node == name), NOTHING))
        for name, sample in self._use_now().items():
            used = {
                "cpu": None if sample.cpu_milli is None else sample.cpu_milli / 1000,
                "memory": sample.memory_bytes,
                "gpu": None if sample.gpu_milli is None else sample.gpu_milli / 1000,
                "disk": sample.disk_bytes,
            }
            for resource, amount in used.items():
                if amount is not None:
                    self._used.labels(name, resource).set(amount)

    def _set(self, gauge: Gauge, node: str, amounts: Resources) -> None:
        gauge.labels(node, "cpu").set(amounts.cpu_milli / 1000)
        gauge.labels(node, "memory").set(amounts.memory_bytes)
        gauge.labels(node, "gpu").set(amounts.gpus)


def _standing(tx: Tx) -> tuple[Mapping[str, int], Sequence[Live], Sequence[KnownNode]]:
    store = SqlComputeStore(tx)
    return machines.unfinished_counts(tx), store.live(), store.nodes()
