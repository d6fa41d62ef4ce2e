"""A local backend that takes calls."""

import fcntl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.compute.backends.local.calling import Calls
from tests.compute.backends.local.machine import local_backend_with_calls
from tidemill.compute.backends.contract import Reports


@pytest.fixture
async def calls(tmp_path: Path) -> AsyncIterator[Calls]:
    reports = Reports()
    backend = local_backend_with_calls(tmp_path / "backend")
    await backend.open(reports)
    calls = Calls(backend, reports, tmp_path / "backend")
    yield calls
    await backend.adopt([])
    await backend.close()
    for lock in (calls.folder / "pools").glob("*/lock"):
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
