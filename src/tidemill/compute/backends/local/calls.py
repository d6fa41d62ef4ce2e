"""Calls on this machine: each in a fork of a warm fork server, one fork server for an environment and a workspace."""

import asyncio
import shutil
from collections.abc import Collection, Coroutine, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import structlog

from tidemill.compute.backends.local.call_usage import sample_calls
from tidemill.compute.backends.local.fleet import Fleet
from tidemill.compute.backends.local.folders import ProcessFolder, folder_of, kept_keys
from tidemill.compute.backends.local.launching import CallSettings, start_frame
from tidemill.compute.backends.local.placing import fill_folder
from tidemill.compute.backends.local.pools import Pool
from tidemill.compute.backends.local.ports import Ports
from tidemill.compute.backends.local.remains import Remains, read_remains
from tidemill.compute.backends.local.runner import Interpreters
from tidemill.compute.backends.port import Ended, Launch, Progressed, Reporter, Running, Sample
from tidemill.compute.models import End, Outcome, ProcessKey, Progress, Result
from tidemill.kit.clock import Clock, now_ms
from tidemill.kit.errors import TidemillError
from tidemill.runtime.channel import bounded_progress
from tidemill.runtime.wire import ANNOUNCED_AFTER_S, Header, WireError

_MOST_STARTS = 3
"""How often a call is given to a fork server that ends before it has begun it."""
_ADOPTION_S = 20.0
_LAST_S = 2.0
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Call:
    """A call that is not forgotten."""

    key: ProcessKey
    folder: ProcessFolder
    launch: Launch | None = None
    """What to start; None where another server did."""
    pool: Pool | None = None
    starting: "asyncio.Task[None] | None" = None
    starts: int = 0
    pid: int | None = None
    progress: Progress | None = None
    ended: Ended | None = None
    is_ending: bool = False
    """Its end is known, and its result is being read."""
    has_files: bool = True
    """Whether something lies in its folder."""


class CallRunner:
    """Runs the launches that have a `call`: the local backend's `Runner` for them."""

    def __init__(self, settings: CallSettings, interpreters: Interpreters, *, clock: Clock = now_ms) -> None:
        self._settings = settings
        self._clock = clock
        self._fleet = Fleet(settings, interpreters, self._on_frame, self._on_lost)
        self._calls: dict[str, _Call] = {}
        self._remains: list[Remains] = []
        self._ports = Ports()
        self._adopting: dict[Pool, asyncio.Future[list[str]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._report: Reporter = _nobody

    async def open(self, report: Reporter) -> None:
        """Find the fork servers that an earlier server left, and what is left of those that are gone."""
        self._report = report
        for folder in (self._settings.root, self._settings.pools):
            await asyncio.to_thread(folder.mkdir, mode=0o700, parents=True, exist_ok=True)
        self._remains = await self._fleet.open()

    async def start(self, launches: Sequence[Launch]) -> None:
        """Give each to its fork server: at once where that is warm, else as soon as it is there."""
        for launch in launches:
            name = str(launch.key)
            if name in self._calls:
                continue
            folder = folder_of(self._settings.root, launch.key)
            if folder is None:
                self._report(Ended(launch.key, self._not_started(f"no process can be named {name!r}")))
                continue
            call = self._calls[name] = _Call(launch.key, folder, launch)
            if not self._report_remains(name, call):
                self._start(call, launch)

    async def stop(self, keys: Sequence[ProcessKey], *, grace_s: float) -> None:
        """Ask these to end."""
        for pool, names in self._by_pool(keys).items():
            if pool is not None:
                pool.send({"op": "stop", "keys": names, "grace_s": grace_s})
                continue
            for call in (self._calls[name] for name in names):
                if call.starting is not None:
                    call.starting.cancel()
                    self._end(call, End(Outcome.STOPPED, self._clock()))

    async def adopt(self, keys: Sequence[ProcessKey]) -> Collection[ProcessKey]:
        """Ask every fork server about all of these, which ends what is not named; give back those that none knows."""
        self._remains += await self._fleet.find([remains.folder for remains in self._remains])
        names = {str(key): key for key in keys}
        for name, key in names.items():
            if name not in self._calls and (folder := folder_of(self._settings.root, key)) is not None:
                self._calls[name] = _Call(key, folder)
        known = self._reported(names)
        for remains in self._remains:
            await asyncio.to_thread(remains.keep_only, names.keys())
        ending = await self._ask_about(list(names))
        self._remains += await self._fleet.find([remains.folder for remains in self._remains])
        known |= self._reported(names.keys() - known)
        strange = [name for name in names.keys() - known if self._is_strange(name)]
        for name in strange:
            self._calls.pop(name, None)
        await asyncio.to_thread(_sweep, self._settings.root, self._calls.keys() | ending)
        return [names[name] for name in strange]

    async def _ask_about(self, names: Sequence[str]) -> set[str]:
        """Ask every fork server about these; returns what they end because it is not among them."""
        answers = {pool: asyncio.get_running_loop().create_future() for pool in self._fleet.connected}
        self._adopting = dict(answers)
        for pool in answers:
            pool.send({"op": "adopt", "keys": names})
        done, _ = await asyncio.wait(answers.values(), timeout=_ADOPTION_S) if answers else ((), ())
        return {name for answer in done for name in answer.result()}

    def _reported(self, names: Iterable[str]) -> set[str]:
        """Report the ends that are known of these here; returns their names."""
        return {name for name in names if name in self._calls and self._report_remains(name, self._calls[name])}

    async def forget(self, keys: Sequence[ProcessKey]) -> None:
        """Drop what is kept of these."""
        known = self._by_pool(keys)
        gone: list[_Call] = []
        for pool, names in known.items():
            if pool is not None:
                pool.send({"op": "forget", "keys": names})
                pool.keys.difference_update(names)
            gone += [self._calls.pop(name) for name in names]
        for call in gone:
            self._ports.forget(call.key)
        folders = [call.folder.path for call in gone if call.has_files]
        if folders:
            await asyncio.to_thread(_remove_folders, folders)
        for remains in self._remains:
            await asyncio.to_thread(remains.forget, [str(call.key) for call in gone])
        self._remains = [remains for remains in self._remains if not remains.is_empty]

    async def usage(self, keys: Sequence[ProcessKey]) -> Sequence[Sample]:
        """What those that run use, with all that they started."""
        calls = [call for key in keys if (call := self._calls.get(str(key))) is not None and call.ended is None]
        if any(call.pid is None for call in calls):
            await asyncio.sleep(2 * ANNOUNCED_AFTER_S)
        pids = {call.key: call.pid for call in calls if call.pid is not None}
        return await asyncio.to_thread(sample_calls, pids, self._clock())

    def left_nothing(self, key: ProcessKey) -> bool:
        """Whether a call has ended, and wrote nothing: most calls have no log, and none is looked for."""
        call = self._calls.get(str(key))
        return call is not None and call.ended is not None and not call.has_files

    async def close(self) -> None:
        """Leave the fork servers to themselves; what runs goes on."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._fleet.close()

    # Starting --------------------------------------------------------------------------------------------------------

    def _start(self, call: _Call, launch: Launch) -> None:
        pool = self._fleet.ready(launch.environment, launch.workspace)
        if pool is not None and not launch.files:
            self._give(call, launch, pool)
            return
        call.starting = self._soon(self._start_slowly(call, launch))

    async def _start_slowly(self, call: _Call, launch: Launch) -> None:
        """Where files are to be put in place, a fork server to be started or an environment to be built."""
        try:
            if launch.files:
                await asyncio.to_thread(fill_folder, call.folder.work, launch.files)
            pool = await self._fleet.get(launch.environment, launch.workspace)
        except (TidemillError, OSError) as error:
            call.starting = None
            said = error.message if isinstance(error, TidemillError) else str(error)
            self._end(call, self._not_started(said))
            return
        call.starting = None
        self._give(call, launch, pool)

    def _give(self, call: _Call, launch: Launch, pool: Pool) -> None:
        call.pool = pool
        call.starts += 1
        pool.keys.add(str(call.key))
        pool.running.add(str(call.key))
        try:
            reserved = self._ports.reserve(launch.key, launch.ports)
            reserved.release()
            pool.send(*start_frame(launch, call.folder, self._settings, pool.python, reserved.numbers))
        except (WireError, OSError) as error:
            self._end(call, self._not_started(str(error)))

    def _may_start_again(self, call: _Call, why_not: str) -> bool:
        """Whether a call that nobody has begun is to be given to a fork server once more; ends one that is not."""
        may = call.launch is not None and call.starts < _MOST_STARTS
        if not may:
            self._end(call, self._not_started(why_not))
        return may

    # What fork servers say -------------------------------------------------------------------------------------------

    def _on_frame(self, pool: Pool, header: Header, payload: bytes) -> None:
        if header["op"] == "adopted":
            if (answer := self._adopting.pop(pool, None)) is not None:  # else a connection that broke is made again
                answer.set_result(header["ending"])
            return
        if header["op"] == "dropped":
            self._soon(asyncio.to_thread(_remove_folders, [self._settings.root / header["key"]]))
            return
        call = self._calls.get(header["key"])
        if call is None or call.ended is not None or call.is_ending:
            return
        match header["op"]:
            case "running":
                self._hold(call, pool)
                call.pid = header["pid"]
                self._report(Running(call.key, call.pid, header["started_ms"]))
            case "ended":
                self._hold(call, pool)
                self._finish(call, header, payload)
            case "progress":
                call.progress = _progress(header)
                self._report(Progressed(call.key, call.progress))
            case "unknown" if call.pool is pool and call.launch is not None and call.pid is None:
                # Its start went down with a connection. Where that only comes late, the fork server knows the key then.
                why_not = "each connection to its fork server ended before it could begin"
                if self._may_start_again(call, why_not):
                    self._give(call, call.launch, pool)
            case _:
                pass  # "unknown" to one that it was not given to: what adopts asks itself who is left

    def _hold(self, call: _Call, pool: Pool) -> None:
        if call.pool is not pool:
            call.pool = pool
            pool.keys.add(str(call.key))
            pool.running.add(str(call.key))

    def _finish(self, call: _Call, header: Header, payload: bytes) -> None:
        """A call has ended. A large result is read from its file first."""
        call.has_files = header.get("has_files", True)
        if call.has_files:  # what filled the disk makes room for what is to be written
            self._soon(asyncio.to_thread(_remove_folders, [call.folder.work]))
        if (told := header.get("progress")) is not None:
            call.progress = _progress(told)
        if header.get("in_file"):
            call.is_ending = True
            self._soon(self._finish_with_file(call, header))
            return
        self._end(call, _end(header, payload), header.get("started_ms"))

    async def _finish_with_file(self, call: _Call, header: Header) -> None:
        try:
            data = await asyncio.to_thread((call.folder.path / "result").read_bytes)
        except OSError as error:
            header = {**header, "outcome": "failed", "message": f"its result cannot be read: {error.strerror}"}
            header.pop("raised")
            data = b""
        self._end(call, _end(header, data), header.get("started_ms"))

    def _end(self, call: _Call, end: End, started_ms: int | None = None) -> None:
        call.pid = None
        if end.outcome is not Outcome.SUCCEEDED:
            end = replace(end, progress=call.progress)
        if call.pool is not None:
            call.pool.running.discard(str(call.key))
        call.ended = Ended(call.key, end, started_ms)
        self._report(call.ended)

    def _report_remains(self, name: str, call: _Call) -> bool:
        """Report the end of a call that is known here, or that a fork server left that is gone; False for none."""
        if call.ended is not None:
            self._report(call.ended)
            return True
        for remains in self._remains:
            if (kept := remains.ended.get(name)) is not None:
                self._finish(call, *kept)
                return True
            if (started_ms := remains.lost.get(name)) is not None:
                message = "its fork server was killed, and it with that"
                self._end(call, End(Outcome.LOST, self._clock(), message=message), started_ms)
                return True
        return False

    def _on_lost(self, pool: Pool) -> None:
        if (answer := self._adopting.pop(pool, None)) is not None:
            answer.set_result([])
        self._soon(self._recover(pool))

    async def _recover(self, pool: Pool) -> None:
        """The connection to a fork server has ended: connect again, or report what became of its calls."""
        again = await self._fleet.connect(pool.folder)
        if again is not None:
            again.pid, again.last_used = pool.pid, pool.last_used
            # One that is dying may still let us in: its calls are to be missed when that connection ends too.
            again.keys |= pool.keys
            again.running |= pool.running
            for call in self._known(pool.keys):
                call.pool = again
            again.send({"op": "adopt", "keys": list(pool.keys)})
            return
        await pool.wait_until_gone(_LAST_S)
        said = pool.last_words()
        remains = await asyncio.to_thread(read_remains, pool.folder)
        if not remains.is_empty:
            self._remains.append(remains)
        for call in self._known(pool.keys):
            call.pool = None
            if call.ended is not None or call.is_ending or self._report_remains(str(call.key), call):
                continue
            why_not = f"the environment's fork server ends at once: {said}"
            if self._may_start_again(call, why_not) and call.launch is not None:
                self._start(call, call.launch)

    # Small things ----------------------------------------------------------------------------------------------------

    def _known(self, names: Iterable[str]) -> list[_Call]:
        return [self._calls[name] for name in sorted(names) if name in self._calls]

    def _by_pool(self, keys: Sequence[ProcessKey]) -> dict[Pool | None, list[str]]:
        """Those of these that are known, by where they run; None for those that are on no fork server."""
        found: dict[Pool | None, list[str]] = {}
        for name in map(str, keys):
            if (call := self._calls.get(name)) is not None:
                found.setdefault(call.pool, []).append(name)
        return found

    def _is_strange(self, name: str) -> bool:
        call = self._calls.get(name)
        return call is None or (call.pool is None and call.launch is None and call.ended is None)

    def _not_started(self, message: str) -> End:
        return End(Outcome.NOT_STARTED, self._clock(), message=message)

    def _soon(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _end(header: Header, payload: bytes) -> End:
    raised = header.get("raised")
    return End(
        outcome=Outcome(header["outcome"]),
        at_ms=header["at_ms"],
        exit_code=header.get("exit_code"),
        signal=header.get("signal"),
        message=header.get("message", ""),
        cpu_ms=header.get("cpu_ms"),
        peak_memory_bytes=header.get("peak_memory_bytes"),
        result=None if raised is None else Result(payload, raised),
    )


def _progress(header: Header) -> Progress:
    """Bounded here again: the fork server may be of an older version."""
    return Progress(**bounded_progress(header["done"], header["total"], header["note"]))


def _remove_folders(folders: Iterable[Path]) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(root: Path, kept: Collection[str]) -> None:
    """Remove the folders of processes that nobody speaks of any more."""
    _remove_folders([root / str(key) for key in kept_keys(root) if str(key) not in kept])


def _nobody(_report: object) -> None:
    """Before `open` nobody is told."""
