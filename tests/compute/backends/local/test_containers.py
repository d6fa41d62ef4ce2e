"""Commands in containers: through a real containerd where there is one, and what other engines are asked for."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import pytest

from tests.compute.backends.local.containerd import IMAGE, running_containerd
from tests.compute.backends.local.machine import local_backend
from tests.plugins.requirements import require
from tidemill.compute.backends.contract import PATIENCE_S, Reports, new_key, said, until_said
from tidemill.compute.backends.local.containers.ctr import full_name
from tidemill.compute.backends.port import Backend, Ended, Launch, PlacedFile
from tidemill.compute.models import Environment, Outcome, ProcessKey, Resources

pytestmark = pytest.mark.anyio
FAKE = Path(__file__).with_name("fake_docker.sh")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def reports() -> Reports:
    return Reports()


async def opened(folder: Path, variables: Mapping[str, str], reports: Reports) -> Backend:
    backend = local_backend(folder, inherited=variables)
    await backend.open(reports)
    return backend


async def start(backend: Backend, *command: str, image: str = IMAGE, **more: object) -> ProcessKey:
    key = new_key()
    launch = Launch(key, "default", command=command, environment=Environment(image=image), **more)  # pyright: ignore[reportArgumentType]
    await backend.start([launch])
    return key


@pytest.fixture(scope="module")
def variables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    require("containerd")
    programs = tmp_path_factory.mktemp("programs")
    for name in ("ctr", "sh", "grep", "containerd-shim-runc-v2"):
        (programs / name).symlink_to(shutil.which(name) or name)
    folder = Path("/run") / f"tidemill-test-{os.getpid()}"  # a socket's path must be short
    folder.mkdir()
    with running_containerd(folder, str(programs)) as variables:
        yield variables
    shutil.rmtree(folder)


class TestContainerd:
    @pytest.fixture
    async def backend(self, tmp_path: Path, variables: dict[str, str], reports: Reports) -> AsyncIterator[Backend]:
        backend = await opened(tmp_path, variables, reports)
        yield backend
        await backend.close()

    async def test_it_runs_with_its_variables_in_its_work_folder(self, backend: Backend, reports: Reports) -> None:
        key = await start(
            backend,
            *("sh", "-c", 'echo "$GREETING from $FROM_IMAGE"; pwd; cat data.txt; echo no >&2; exit 3'),
            variables={"GREETING": "hello $HOME"},
            files=(PlacedFile("data.txt", b"content\n"),),
        )
        end = (await reports.ended(key)).end
        assert (end.outcome, end.exit_code) == (Outcome.FAILED, 3)
        assert await said(backend, key) == ["hello $HOME from yes", "/work", "content"]
        assert await said(backend, key, "e") == ["no"]

    async def test_stopping_it_lets_it_say_goodbye(self, backend: Backend, reports: Reports) -> None:
        code = "trap 'echo goodbye; exit 0' TERM; echo ready; while :; do sleep 0.05; done"
        key = await start(backend, "sh", "-c", code)
        await until_said(backend, key, "ready")
        await backend.stop([key], grace_s=PATIENCE_S)
        assert (await reports.ended(key)).end.outcome is Outcome.STOPPED
        assert await said(backend, key) == ["ready", "goodbye"]

    async def test_one_that_does_not_heed_is_gone_when_its_end_is_told(
        self, backend: Backend, reports: Reports, variables: dict[str, str]
    ) -> None:
        key = await start(backend, "sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done")
        await until_said(backend, key, "ready")
        assert str(key) in await containers(variables)
        await backend.stop([key], grace_s=0.2)
        assert (await reports.ended(key)).end.outcome is Outcome.STOPPED
        assert str(key) not in await containers(variables)

    async def test_over_its_memory_it_is_out_of_memory(self, backend: Backend, reports: Reports) -> None:
        limit = Resources(cpu_milli=1000, memory_bytes=32 << 20)
        key = await start(backend, "sh", "-c", "x=0123456789; while :; do x=$x$x; done", resources=limit)
        assert (await reports.ended(key)).end.outcome is Outcome.OUT_OF_MEMORY

    async def test_what_it_uses_is_sampled(self, backend: Backend, reports: Reports) -> None:
        code = "x=0123456789abcdef; i=0; while [ $i -lt 18 ]; do x=$x$x; i=$((i+1)); done; echo ready; sleep 600"
        key = await start(backend, "sh", "-c", code)
        await until_said(backend, key, "ready")
        (sample,) = await backend.usage([key])
        assert sample.key == key
        assert (sample.memory_bytes or 0) > 4 << 20  # what the shell holds, no engine's program does
        assert (sample.cpu_ms or 0) > 0
        await backend.stop([key], grace_s=0)
        await reports.ended(key)
        assert await backend.usage([key]) == []

    async def test_an_image_that_cannot_be_had_is_not_started(self, backend: Backend, reports: Reports) -> None:
        key = await start(backend, "sh", image="localhost:1/none/such:1")
        end = (await reports.ended(key)).end
        assert (end.outcome, "the log says why" in end.message) == (Outcome.NOT_STARTED, True)

    async def test_a_lost_one_is_ended_with_its_container(
        self, backend: Backend, reports: Reports, variables: dict[str, str], tmp_path: Path
    ) -> None:
        key = await start(backend, "sh", "-c", "echo ready; sleep 600")
        await until_said(backend, key, "ready")
        state = (tmp_path / "commands" / str(key) / "state.json").read_text()
        os.kill(int(state.partition('"supervisor":')[2].partition(",")[0]), 9)
        assert (await reports.ended(key)).end.outcome is Outcome.LOST
        assert str(key) not in await containers(variables)


def asked(calls: Path) -> list[str]:
    """The command lines by which the engine was called."""
    return calls.read_text().splitlines()


async def containers(variables: dict[str, str]) -> str:
    """What `ctr` lists of them."""
    listing = await asyncio.create_subprocess_exec(
        "ctr", "containers", "list", "-q", env=variables, stdout=asyncio.subprocess.PIPE
    )
    return (await listing.communicate())[0].decode()


class TestDocker:
    """A program that stands for docker's: this says what docker would be asked for, not what it does with it."""

    @pytest.fixture
    def calls(self, tmp_path: Path) -> Path:
        return tmp_path / "calls"

    def variables(self, tmp_path: Path, program: str = "docker", **more: str) -> dict[str, str]:
        (tmp_path / "bin").mkdir(exist_ok=True)
        shutil.copy(FAKE, tmp_path / "bin" / program)
        for name in ("sh", "sed", "echo", "cat", "printenv"):
            (tmp_path / "bin" / name).symlink_to(shutil.which(name) or name)
        return {"PATH": str(tmp_path / "bin"), "FAKE_CALLS": str(tmp_path / "calls"), **more}

    async def ended(self, backend: Backend, reports: Reports, *command: str, **more: object) -> Ended:
        ended = await reports.ended(await start(backend, *command, **more))  # pyright: ignore[reportArgumentType]
        await backend.close()
        return ended

    async def test_it_is_asked_to_run_within_limits_and_to_forget_it(
        self, tmp_path: Path, calls: Path, reports: Reports
    ) -> None:
        backend = await opened(tmp_path / "b", self.variables(tmp_path), reports)
        ended = await self.ended(
            backend,
            reports,
            *("printenv", "SECRET"),
            image="team/image:2",
            variables={"SECRET": "hunter2"},
            resources=Resources(1500, 1 << 30, 2),
            devices=("GPU-1", "GPU-2"),
        )
        assert ended.end.outcome is Outcome.SUCCEEDED
        version, run, removed = asked(calls)
        name = f"tidemill-{ended.key}"
        assert version == "docker version"
        assert run.startswith(
            f"docker run --name {name} --network host --volume {tmp_path}/b/commands/{ended.key}/work"
        )
        for part in ("--env SECRET ", "--memory 1073741824", "--cpus 1.5", '--gpus "device=GPU-1,GPU-2"'):
            assert part in run
        assert run.endswith("--entrypoint printenv team/image:2 SECRET")
        assert removed == f"docker rm --force --volumes {name}"
        assert "hunter2" not in run

    async def test_its_word_tells_a_kill_for_memory_from_any_other(self, tmp_path: Path, reports: Reports) -> None:
        outcomes: list[Outcome] = []
        for told in ("true", "false"):
            folder = tmp_path / told
            folder.mkdir()
            backend = await opened(folder / "b", self.variables(folder, FAKE_OOM=told), reports)
            limit = Resources(1000, memory_bytes=1 << 30)
            outcomes.append((await self.ended(backend, reports, "sh", "-c", "exit 137", resources=limit)).end.outcome)
        assert outcomes == [Outcome.OUT_OF_MEMORY, Outcome.FAILED]

    async def test_an_image_that_it_cannot_run_is_not_started(self, tmp_path: Path, reports: Reports) -> None:
        backend = await opened(tmp_path / "b", self.variables(tmp_path), reports)
        assert (await self.ended(backend, reports, "sh", image="missing")).end.outcome is Outcome.NOT_STARTED

    async def test_the_first_engine_that_answers_is_used(self, tmp_path: Path, calls: Path, reports: Reports) -> None:
        variables = self.variables(tmp_path)
        (tmp_path / "bin" / "docker").write_text("#!/bin/sh\nexit 1\n")
        shutil.copy(FAKE, tmp_path / "bin" / "podman")
        backend = await opened(tmp_path / "b", variables, reports)
        ended = await self.ended(backend, reports, "echo", "hi", devices=("GPU-7",))
        assert ended.end.outcome is Outcome.SUCCEEDED
        _, run, _ = asked(calls)
        assert run.startswith("podman run")
        assert "--device nvidia.com/gpu=GPU-7" in run

    async def test_without_an_engine_the_hint_says_what_to_install(self, tmp_path: Path, reports: Reports) -> None:
        backend = await opened(tmp_path / "b", {"PATH": str(tmp_path)}, reports)
        end = (await self.ended(backend, reports, "echo")).end
        assert (end.outcome, "install docker, podman or containerd" in end.message) == (Outcome.NOT_STARTED, True)


@pytest.mark.parametrize(
    ("short", "whole"),
    [
        ("python", "docker.io/library/python:latest"),
        ("python:3.12", "docker.io/library/python:3.12"),
        ("team/app", "docker.io/team/app:latest"),
        ("localhost:5000/app", "localhost:5000/app:latest"),
        ("ghcr.io/a/b@sha256:0", "ghcr.io/a/b@sha256:0"),
    ],
)
def test_a_short_name_of_an_image_is_read_as_docker_reads_it(short: str, whole: str) -> None:
    assert full_name(short) == whole
