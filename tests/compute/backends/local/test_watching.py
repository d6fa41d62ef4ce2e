"""A process that is gone is noticed once, by its pidfd or by asking."""

import asyncio
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.compute.backends.local.machine import NODE
from tidemill.compute.backends.contract import Reports, new_key
from tidemill.compute.backends.local.backend import LocalBackend
from tidemill.compute.backends.local.command_runner import CommandRunner
from tidemill.compute.backends.local.ordering import Orders
from tidemill.compute.backends.local.watching import Watch
from tidemill.compute.backends.port import Launch
from tidemill.compute.models import Environment, Outcome
from tidemill.kit.errors import UnavailableError

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.parametrize("polls", [False, True])
async def test_the_end_of_a_process_is_noticed_once(polls: bool) -> None:
    child, gone = sleeping(), asyncio.Queue[str]()
    Watch(child.pid, _has_ended(child.pid), lambda: gone.put_nowait("gone"), polls=polls)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(gone.get(), 0.2)
    child.kill()
    assert await asyncio.wait_for(gone.get(), 10) == "gone"
    await asyncio.sleep(0.12)
    assert gone.empty()
    child.wait()


@pytest.mark.parametrize("polls", [False, True])
async def test_a_watch_that_was_closed_notices_nothing(polls: bool) -> None:
    child, gone = sleeping(), asyncio.Event()
    watch = Watch(child.pid, _has_ended(child.pid), gone.set, polls=polls)
    watch.close()
    child.kill()
    await asyncio.sleep(0.12)
    assert not gone.is_set()
    child.wait()


def sleeping() -> "subprocess.Popen[bytes]":
    return subprocess.Popen(["sleep", "60"])


def _has_ended(pid: int) -> Callable[[], bool]:
    """Whether a child has been reaped, which a watch does before it asks."""
    return lambda: not Path(f"/proc/{pid}").exists()


class SlowOrMissing:
    """Environments that take for ever to build, or cannot be built."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def python(self, environment: Environment) -> Path:
        self.asked.set()
        if environment.requirements == ("missing",):
            raise UnavailableError("missing cannot be installed", hint="take another")
        await asyncio.Event().wait()
        raise AssertionError


@pytest.fixture
def environments() -> SlowOrMissing:
    return SlowOrMissing()


@pytest.fixture
def backend(tmp_path: Path, environments: SlowOrMissing) -> LocalBackend:
    return LocalBackend(tmp_path, NODE, commands=CommandRunner(tmp_path / "commands", Orders(environments, {}, None)))


async def test_one_whose_environment_is_being_built_can_be_stopped_at_once(
    backend: LocalBackend, environments: SlowOrMissing
) -> None:
    reports, key = Reports(), new_key()
    await backend.open(reports)
    await backend.start([Launch(key, "default", command=("true",))])
    await environments.asked.wait()
    await backend.stop([key], grace_s=60.0)
    assert (await reports.ended(key)).end.outcome is Outcome.STOPPED
    await backend.forget([key])
    await backend.close()


async def test_one_whose_environment_cannot_be_built_is_not_started_and_says_why(backend: LocalBackend) -> None:
    reports, key = Reports(), new_key()
    await backend.open(reports)
    environment = Environment(requirements=("missing",))
    await backend.start([Launch(key, "default", command=("true",), environment=environment)])
    end = (await reports.ended(key)).end
    assert (end.outcome, end.message) == (Outcome.NOT_STARTED, "missing cannot be installed (take another)")
    await backend.close()


async def test_closing_while_one_is_being_made_ready_leaves_nothing_of_it(
    backend: LocalBackend, environments: SlowOrMissing
) -> None:
    reports, key = Reports(), new_key()
    await backend.open(reports)
    await backend.start([Launch(key, "default", command=("true",))])
    await environments.asked.wait()
    await backend.close()
    await backend.open(reports)
    await backend.adopt([key])
    await reports.unknown(key)
    await backend.close()
