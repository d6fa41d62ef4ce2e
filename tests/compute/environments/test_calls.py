"""A call in an environment of its own: the packages that it asked for, and a runtime that is not among them."""

import fcntl
import os
from collections.abc import AsyncIterator
from pathlib import Path

import cloudpickle  # pyright: ignore[reportMissingTypeStubs]
import pytest

from tests.compute.environments.conftest import MakeWheel
from tidemill.compute.backends.contract import Reports, new_key
from tidemill.compute.backends.local.calls import CallRunner
from tidemill.compute.backends.local.launching import CallSettings
from tidemill.compute.backends.port import Launch
from tidemill.compute.environments import Environments
from tidemill.compute.models import Call, Environment, Outcome
from tidemill.runtime.results import unpack_result

pytestmark = pytest.mark.anyio
GREET = Environment(requirements=("greet",))


@pytest.fixture
async def calls(environments: Environments, tmp_path: Path) -> AsyncIterator[tuple[CallRunner, Reports]]:
    settings = CallSettings(tmp_path / "calls", tmp_path / "pools", {"PATH": os.environ["PATH"]})
    runner, reports = CallRunner(settings, environments), Reports()
    await runner.open(reports)
    yield runner, reports
    await runner.adopt([])
    await runner.close()
    for lock in (tmp_path / "pools").glob("*/lock"):
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)


async def test_it_finds_its_packages_and_nothing_of_the_server(
    calls: tuple[CallRunner, Reports], make_wheel: MakeWheel
) -> None:
    runner, reports = calls
    make_wheel("greet", "1.0")

    def look() -> tuple[str, str, bool]:
        import importlib.util  # noqa: PLC0415 - in the call's own process
        import sys  # noqa: PLC0415

        import greet  # pyright: ignore[reportMissingImports] # noqa: PLC0415

        return greet.version, sys.prefix, importlib.util.find_spec("sqlalchemy") is None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]

    async def found() -> tuple[str, str, bool]:
        key = new_key()
        launch = Launch(key, "w", call=Call(function="0" * 64), function=cloudpickle.dumps(look), environment=GREET)
        await runner.start([launch])
        end = (await reports.ended(key)).end
        assert end.result is not None, end
        return unpack_result(end.result.data, raised=end.result.raised)

    version, prefix, is_alone = await found()
    assert (version, is_alone) == ("1.0", True)
    assert "environments" in prefix


async def test_one_whose_environment_cannot_be_had_is_not_started_and_says_why(
    calls: tuple[CallRunner, Reports],
) -> None:
    runner, reports = calls
    key = new_key()
    await runner.start([Launch(key, "w", call=Call(entry="os:getpid"), environment=GREET)])
    ended = await reports.ended(key)
    assert ended.end.outcome is Outcome.NOT_STARTED
    assert "greet" in ended.end.message


async def test_one_can_be_stopped_while_its_environment_is_built(
    calls: tuple[CallRunner, Reports], make_wheel: MakeWheel
) -> None:
    runner, reports = calls
    make_wheel("greet")
    key = new_key()
    await runner.start([Launch(key, "w", call=Call(entry="os:getpid"), environment=GREET)])
    await runner.stop([key], grace_s=1)
    assert (await reports.ended(key)).end.outcome is Outcome.STOPPED
