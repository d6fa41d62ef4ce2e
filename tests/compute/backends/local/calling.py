"""Python calls on a local backend, for tests that start them and wait for what becomes of them."""

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cloudpickle  # pyright: ignore[reportMissingTypeStubs]

from tidemill.compute.backends.contract import Reports, new_key, said
from tidemill.compute.backends.local.backend import LocalBackend
from tidemill.compute.backends.port import Ended, Launch
from tidemill.compute.models import Call, ProcessKey, Resources
from tidemill.runtime.results import unpack_result


class Calls:
    """Starts functions as calls, and waits for what becomes of them."""

    def __init__(self, backend: LocalBackend, reports: Reports, folder: Path) -> None:
        self.backend = backend
        self.reports = reports
        self.folder = folder

    async def start(self, function: Callable[..., Any] | str, *arguments: Any, **more: Any) -> ProcessKey:
        pickled = pickle.dumps((arguments, {}))
        if isinstance(function, str):
            call, content = Call(entry=function, arguments=pickled), b""
        else:
            call, content = Call(function="0" * 64, arguments=pickled), cloudpickle.dumps(function)
        key = new_key()
        resources = more.pop("resources", Resources(cpu_milli=1000))
        await self.backend.start([Launch(key, "w", call=call, function=content, resources=resources, **more)])
        return key

    async def run(self, function: Callable[..., Any] | str, *arguments: Any, **more: Any) -> Ended:
        return await self.reports.ended(await self.start(function, *arguments, **more))

    async def value(self, function: Callable[..., Any] | str, *arguments: Any, **more: Any) -> Any:
        return value_of(await self.run(function, *arguments, **more))

    async def value_of(self, key: ProcessKey) -> Any:
        return value_of(await self.reports.ended(key))

    async def said(self, key: ProcessKey, stream: str = "o") -> list[str]:
        return await said(self.backend, key, stream)

    def fork_servers(self) -> list[int]:
        return [int(lock.read_text()) for lock in (self.folder / "pools").glob("*/lock")]


def value_of(ended: Ended) -> Any:
    assert ended.end.result is not None, ended
    return unpack_result(ended.end.result.data, raised=ended.end.result.raised)
