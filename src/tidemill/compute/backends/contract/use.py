"""Nodes, and what is used of them."""
# ruff: noqa: S101 - it is a test suite, and asserts

from tidemill.compute.backends.contract.reading import until_said
from tidemill.compute.backends.contract.reports import Reports
from tidemill.compute.backends.contract.suite import Suite, new_key
from tidemill.compute.backends.port import Backend


class UseContract(Suite):
    """What is told of nodes and of use is true as far as it is told."""

    async def test_only_what_runs_uses_anything(self, backend: Backend, reports: Reports) -> None:
        runs, ended = await self.start(backend, self.programs.waits()), await self.start(backend, self.programs.exits())
        await reports.ended(ended)
        await until_said(backend, runs, "ready")
        (sample,) = await backend.usage([runs, ended, new_key()])
        assert sample.key == runs
        assert (sample.memory_bytes or 0) >= 0

    async def test_its_nodes_have_names_and_capacity(self, backend: Backend) -> None:
        for node in await backend.nodes():
            assert (node.name, node.backend) == (node.name.strip(), backend.name)
            assert node.capacity.cpu_milli > 0
            assert len(node.devices) == node.capacity.gpus

    async def test_what_is_used_is_told_of_its_own_nodes_only(self, backend: Backend) -> None:
        names = {node.name for node in await backend.nodes()}
        await backend.node_usage()
        for sample in await backend.node_usage():
            assert sample.node in names
            assert min(each or 0 for each in (sample.cpu_milli, sample.memory_bytes, sample.disk_bytes)) >= 0
