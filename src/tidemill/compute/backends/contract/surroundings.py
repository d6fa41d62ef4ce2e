"""What a process finds: its gang, variables, devices, files and ports."""
# ruff: noqa: S101 - it is a test suite, and asserts

import pytest

from tidemill.compute.backends.contract.reading import said
from tidemill.compute.backends.contract.reports import Reports
from tidemill.compute.backends.contract.suite import Suite, new_key
from tidemill.compute.backends.port import Backend, Launch, PlacedFile
from tidemill.compute.models import Outcome, ProcessKey, Resources


class SurroundingsContract(Suite):
    """A process finds what its launch says."""

    async def test_the_processes_of_a_gang_know_each_other(self, backend: Backend, reports: Reports) -> None:
        workload = new_key().workload
        keys = [ProcessKey(workload, 3, rank) for rank in range(2)]
        names = ("TIDEMILL_WORKLOAD", "TIDEMILL_ATTEMPT", "TIDEMILL_RANK", "TIDEMILL_WORLD_SIZE")
        command = tuple(self.programs.shows(*names))
        await backend.start([Launch(key, "default", command=command, ranks=2) for key in keys])
        for key in keys:
            assert (await reports.ended(key)).end.outcome is Outcome.SUCCEEDED
            assert await said(backend, key) == [workload, "3", str(key.rank), "2"]

    async def test_its_variables_are_those_that_were_given(self, backend: Backend, reports: Reports) -> None:
        given = {"GREETING": "héllo = 'you' $HOME", "OMP_NUM_THREADS": "7"}
        command = self.programs.shows("GREETING", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NOT_GIVEN")
        key = await self.start(backend, command, variables=given, resources=Resources(cpu_milli=1500))
        await reports.ended(key)
        assert await said(backend, key) == [given["GREETING"], "7", "2", "-"]

    async def test_it_sees_the_devices_assigned_to_it_and_no_others(self, backend: Backend, reports: Reports) -> None:
        command = self.programs.shows("CUDA_VISIBLE_DEVICES")
        some = await self.start(backend, command, devices=("GPU-1", "GPU-2"))
        none = await self.start(backend, command)
        await reports.ended(some)
        await reports.ended(none)
        assert await said(backend, some) == ["GPU-1,GPU-2"]
        assert await said(backend, none) == [""]

    async def test_its_files_lie_in_its_work_folder(self, backend: Backend, reports: Reports) -> None:
        files = (PlacedFile("deep/er/data.txt", b"content\n"),)
        key = await self.start(backend, self.programs.shows_file("deep/er/data.txt"), files=files)
        await reports.ended(key)
        assert await said(backend, key) == ["content"]

    @pytest.mark.parametrize("path", ["../outside", "/etc/outside", "a/../../outside", ""])
    async def test_a_file_outside_of_its_work_folder_is_refused(
        self, backend: Backend, reports: Reports, path: str
    ) -> None:
        key = await self.start(backend, self.programs.exits(), files=(PlacedFile(path, b""),))
        end = (await reports.ended(key)).end
        assert (end.outcome, "placed" in end.message) == (Outcome.NOT_STARTED, True)

    async def test_every_port_is_a_number_of_its_own(self, backend: Backend, reports: Reports) -> None:
        command = self.programs.shows("TIDEMILL_PORT_HTTP", "TIDEMILL_PORT_MY_GRPC")
        keys = [await self.start(backend, command, ports=("http", "my-grpc")) for _ in range(3)]
        numbers: list[str] = []
        for key in keys:
            await reports.ended(key)
            numbers += await said(backend, key)
        assert all(1024 <= int(number) <= 65_535 for number in numbers)
        assert len(numbers) == 6
