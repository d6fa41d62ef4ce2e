"""The backend of this machine: gives each launch to the runner of its sort, and asks both about keys."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from tidemill.compute.backends.local.folders import folder_of
from tidemill.compute.backends.local.node_use import NodeGauge
from tidemill.compute.backends.local.runner import Runner
from tidemill.compute.backends.port import Ended, Launch, NodeSample, Reporter, Sample, Unknown
from tidemill.compute.models import End, Node, Outcome, ProcessKey
from tidemill.kit.clock import Clock, now_ms

NAME = "local"
COMMANDS, CALLS = "commands", "calls"
_CHUNK_BYTES = 256 * 1024


class LocalBackend:
    """Processes of this machine. `folder` keeps one folder a process, below `commands` and `calls`."""

    def __init__(
        self, folder: Path, node: Node, *, commands: Runner, calls: Runner | None = None, clock: Clock = now_ms
    ) -> None:
        self._folder = folder
        self._node = node
        self._commands = commands
        self._calls = calls
        self._clock = clock
        self._gauge = NodeGauge(node.name, folder, bool(node.devices))
        self._report: Reporter | None = None

    @property
    def name(self) -> str:
        return NAME

    async def open(self, report: Reporter) -> None:
        self._report = report
        for runner in self._runners():
            await runner.open(report)

    async def nodes(self) -> Sequence[Node]:
        return (self._node,)

    async def start(self, launches: Sequence[Launch]) -> None:
        calls = [launch for launch in launches if launch.call is not None]
        await self._commands.start([launch for launch in launches if launch.call is None])
        if self._calls is not None:
            await self._calls.start(calls)
        else:
            for launch in calls:
                end = End(Outcome.NOT_STARTED, self._clock(), message="this server runs no Python calls")
                self._tell(Ended(launch.key, end))

    async def stop(self, keys: Sequence[ProcessKey], *, grace_s: float) -> None:
        for runner in self._runners():
            await runner.stop(keys, grace_s=grace_s)

    async def adopt(self, keys: Sequence[ProcessKey]) -> None:
        unknown = list(keys)
        for runner in self._runners():
            others = set(await runner.adopt(keys))
            unknown = [key for key in unknown if key in others]
        for key in unknown:
            self._tell(Unknown(key))

    async def forget(self, keys: Sequence[ProcessKey]) -> None:
        for runner in self._runners():
            await runner.forget(keys)

    async def usage(self, keys: Sequence[ProcessKey]) -> Sequence[Sample]:
        return [sample for runner in self._runners() for sample in await runner.usage(keys)]

    async def log(self, key: ProcessKey, *, start: int = 0) -> AsyncIterator[bytes]:
        if any(runner.left_nothing(key) for runner in self._runners()):
            return
        paths = self._logs(key)
        while chunk := await asyncio.to_thread(_read, paths, start):
            start += len(chunk)
            yield chunk

    async def log_size(self, key: ProcessKey) -> int:
        for path in self._logs(key):
            with contextlib.suppress(OSError):
                return path.stat().st_size
        return 0

    async def node_usage(self) -> Sequence[NodeSample]:
        return (await asyncio.to_thread(self._gauge.sample, self._clock()),)

    async def close(self) -> None:
        for runner in self._runners():
            await runner.close()

    def _logs(self, key: ProcessKey) -> list[Path]:
        return [folder.log for sort in (COMMANDS, CALLS) if (folder := folder_of(self._folder / sort, key))]

    def _runners(self) -> list[Runner]:
        return [self._commands] if self._calls is None else [self._commands, self._calls]

    def _tell(self, report: Ended | Unknown) -> None:
        if self._report is not None:
            self._report(report)


def _read(paths: Sequence[Path], start: int) -> bytes:
    """Some bytes from `start` of the first of these that is there."""
    for path in paths:
        try:
            with path.open("rb") as file:
                file.seek(start)
                return file.read(_CHUNK_BYTES)
        except OSError:
            continue
    return b""
