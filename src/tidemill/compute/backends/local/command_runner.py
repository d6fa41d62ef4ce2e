"""Runs commands, each under a supervisor of its own, which goes on without us and is found again in its folder."""

import asyncio
import contextlib
import os
import time
from collections.abc import Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tidemill.compute.backends.local.folders import ProcessFolder, folder_of, kept_keys
from tidemill.compute.backends.local.leftovers import remove_folder, write_lost
from tidemill.compute.backends.local.ordering import Orders
from tidemill.compute.backends.local.supervisors import (
    Started,
    ask_to_stop,
    locked,
    read_end,
    start_supervisor,
    write_end,
)
from tidemill.compute.backends.local.usage import take_samples
from tidemill.compute.backends.local.watching import POLL_S, Watch
from tidemill.compute.backends.port import Ended, Launch, Report, Reporter, Running, Sample
from tidemill.compute.models import End, Outcome, ProcessKey
from tidemill.kit.clock import Clock, now_ms
from tidemill.kit.errors import TidemillError
from tidemill.runtime import proctree, records
from tidemill.runtime.records import Record

_STARTS_AT_ONCE = max(4, 2 * (os.cpu_count() or 1))
"""More interpreters starting at once than this only make each other slow."""
_LOCK_TRIES, _LOCK_PAUSE_S = 100, 0.02
_BEGIN_S = 10.0
"""How long a supervisor may take to write down what it runs."""


@dataclass(eq=False, slots=True)
class _Held:
    """A process that this runner knows: being launched, running, or ended."""

    key: ProcessKey
    folder: ProcessFolder
    preparing: asyncio.Task[None] | None = None
    """What makes all ready for it, while there is nothing yet that a stop could be told to."""
    watch: Watch | None = None
    told: int | None = None
    """The pipe in which its supervisor tells of its begin, while it has not."""
    running: Running | None = None
    ended: Ended | None = None
    stop_grace_s: float | None = None
    is_orphan: bool = False
    """Nobody asked for it: it is removed without a word when it has ended."""
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    """Set as soon as it runs or has ended."""


class CommandRunner:
    """The `Runner` of commands. `root` holds their folders and nothing else."""

    def __init__(self, root: Path, orders: Orders, *, clock: Clock = now_ms) -> None:
        self._root = root
        self._orders = orders
        self._clock = clock
        self._held: dict[ProcessKey, _Held] = {}
        self._report: Reporter = _to_nobody
        self._slots = asyncio.Semaphore(_STARTS_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, report: Reporter) -> None:
        self._report = report
        await asyncio.to_thread(self._root.mkdir, mode=0o700, parents=True, exist_ok=True)

    async def start(self, launches: Sequence[Launch]) -> None:
        for launch in launches:
            if launch.key in self._held:
                continue
            folder = folder_of(self._root, launch.key)
            if folder is None:
                end = End(Outcome.NOT_STARTED, self._clock(), message=f"{launch.key} cannot be the name of a process")
                self._report(Ended(launch.key, end))
                continue
            held = self._held[launch.key] = _Held(launch.key, folder)
            held.preparing = self._in_background(self._launch(held, launch))

    async def stop(self, keys: Sequence[ProcessKey], *, grace_s: float) -> None:
        await self._take_up([key for key in keys if key not in self._held])
        for held in self._among(keys):
            if held.ended is None:
                held.stop_grace_s = grace_s if held.stop_grace_s is None else min(grace_s, held.stop_grace_s)
                if held.preparing is not None:
                    await self._stop_preparing(held, held.preparing)
                elif held.watch is not None:
                    await asyncio.to_thread(ask_to_stop, held.folder, held.stop_grace_s)

    async def adopt(self, keys: Sequence[ProcessKey]) -> Collection[ProcessKey]:
        known = list(self._among(keys))
        await self._take_up([key for key in keys if key not in self._held])
        for held in known:
            if (report := held.ended or held.running) is not None:
                self._report(report)
        await self._end_all_but(set(keys))
        return [key for key in keys if key not in self._held]

    async def forget(self, keys: Sequence[ProcessKey]) -> None:
        gone = [held for held in self._among(keys) if held.ended is not None]
        for held in gone:
            del self._held[held.key]
        folders = [held.folder for held in gone]
        for key in keys:
            folder = folder_of(self._root, key)
            if key not in self._held and folder is not None and folder not in folders:
                folders.append(folder)
        await asyncio.to_thread(_remove_folders, folders, self._orders.cgroup)

    async def usage(self, keys: Sequence[ProcessKey]) -> Sequence[Sample]:
        running = {held.key: held.folder for held in self._among(keys) if held.running and held.ended is None}
        return await asyncio.to_thread(_samples, running, self._clock(), self._orders.path) if running else ()

    def left_nothing(self, key: ProcessKey) -> bool:
        """A supervisor has always a folder."""
        return False

    async def close(self) -> None:
        for held in self._held.values():
            if held.preparing is not None:
                held.preparing.cancel()
            held.begun.set()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for held in self._held.values():
            self._let_go(held)
        self._held.clear()

    def _among(self, keys: Collection[ProcessKey]) -> list[_Held]:
        return [self._held[key] for key in keys if key in self._held]

    # Starting.

    async def _launch(self, held: _Held, launch: Launch) -> None:
        """From the launch to its first word, or to the end that says why it has none."""
        try:
            async with self._slots:
                if await asyncio.to_thread(_was_started, held.folder):
                    await self._find_out(held)
                    return
                order = await self._orders.order_for(launch, held.folder)
                held.preparing = None
                await self._follow(held, await asyncio.to_thread(self._start, held, order))
        except TidemillError as error:
            hint = f" ({error.hint})" if error.hint else ""
            await self._refuse(held, Outcome.NOT_STARTED, f"{error.message}{hint}")
        except OSError as error:
            await self._refuse(held, Outcome.NOT_STARTED, f"it could not be started: {error}")

    async def _stop_preparing(self, held: _Held, task: asyncio.Task[None]) -> None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        if held.ended is None:
            await self._refuse(held, Outcome.STOPPED, "stopped before it had begun")

    def _start(self, held: _Held, order: dict[str, Any]) -> Started:
        """Start its supervisor; runs on a thread."""
        with locked(held.folder) as lock:
            if lock is None:
                raise FileExistsError(f"{held.folder.path} is in use by another server")
            if held.stop_grace_s is not None:
                records.write(held.folder.stop, {"grace_s": held.stop_grace_s})
            self._orders.release_ports(held.key)
            return start_supervisor(held.folder, lock, order)

    async def _refuse(self, held: _Held, outcome: Outcome, message: str) -> None:
        end = End(outcome, self._clock(), message=message)
        with contextlib.suppress(OSError):  # a full disk: it is told, and would be tried again after a restart
            await asyncio.to_thread(write_end, held.folder, end)
        self._settle(held, Ended(held.key, end))

    async def _follow(self, held: _Held, started: Started) -> None:
        """Watch a supervisor that we started, and wait for its word."""
        held.told = started.told
        asyncio.get_running_loop().add_reader(started.told, self._hear, held)
        self._watch(held, started.pid)
        if held.stop_grace_s is not None:
            await asyncio.to_thread(ask_to_stop, held.folder, held.stop_grace_s)
        await held.begun.wait()

    def _hear(self, held: _Held) -> None:
        """Its supervisor says that the command runs, or says nothing any more."""
        if held.told is None:
            return
        words = os.read(held.told, 100).split()
        asyncio.get_running_loop().remove_reader(held.told)
        os.close(held.told)
        held.told = None
        if words:
            self._begin(held, int(words[0]), int(words[1]))

    def _begin(self, held: _Held, pid: int, started_ms: int) -> None:
        held.running = Running(held.key, pid, started_ms)
        held.begun.set()
        self._tell(held, held.running)

    # Watching.

    def _watch(self, held: _Held, supervisor: int) -> None:
        held.watch = Watch(supervisor, lambda: _is_free(held.folder), lambda: self._on_gone(held))

    def _on_gone(self, held: _Held) -> None:
        """Its supervisor is gone; its end is written, or it is lost."""
        held.watch = None
        if held.told is not None:
            self._hear(held)
        found = read_end(held.folder)
        if found is not None:
            self._settle(held, Ended(held.key, *found))
        else:
            self._in_background(self._lose(held))

    async def _lose(self, held: _Held) -> None:
        end, started_ms = await asyncio.to_thread(_ended_or_lost, held.folder, self._clock(), self._orders.cgroup)
        self._settle(held, Ended(held.key, end, started_ms))

    def _settle(self, held: _Held, ended: Ended) -> None:
        if held.ended is not None:  # its supervisor's going was seen twice: by its watch, and by who looked for it
            return
        held.ended = ended
        held.preparing = None
        held.begun.set()
        self._orders.forget_ports(held.key)
        if held.is_orphan:
            del self._held[held.key]
            self._in_background(asyncio.to_thread(_remove_folders, [held.folder], self._orders.cgroup))
        self._tell(held, ended)

    def _tell(self, held: _Held, report: Report) -> None:
        if not held.is_orphan:
            self._report(report)

    def _let_go(self, held: _Held) -> None:
        if held.watch is not None:
            held.watch.close()
        if held.told is not None:
            asyncio.get_running_loop().remove_reader(held.told)
            os.close(held.told)
            held.told = None

    # Adopting.

    async def _take_up(self, keys: Sequence[ProcessKey]) -> None:
        """Hold again what an earlier instance started, and report it."""
        for key in keys:
            folder = folder_of(self._root, key)
            if folder is None or key in self._held or not folder.path.is_dir():
                continue
            held = self._held[key] = _Held(key, folder)
            if not await self._find_out(held):
                self._held.pop(key, None)

    async def _find_out(self, held: _Held) -> bool:
        """What became of it; False where it never began, so that nothing of it is left."""
        for _ in range(round(_BEGIN_S / POLL_S)):
            if await asyncio.to_thread(_is_free, held.folder):
                return await self._find_end(held)
            state = await asyncio.to_thread(records.read, held.folder.state)
            if state is not None:
                self._watch(held, state["supervisor"])
                if not await asyncio.to_thread(proctree.is_same, state["supervisor"], state["supervisor_born"]):
                    self._let_go(held)  # it went between, and its number may be another's
                    return await self._find_end(held)
                self._begin(held, state["pid"], state["started_ms"])
                return True
            await asyncio.sleep(POLL_S)
        await self._refuse(held, Outcome.LOST, "its supervisor holds its folder, and says nothing")
        return True

    async def _find_end(self, held: _Held) -> bool:
        found = await asyncio.to_thread(read_end, held.folder)
        if found is None and not held.folder.state.exists():
            await asyncio.to_thread(_remove_folders, [held.folder], self._orders.cgroup)
            return False
        if found is None:
            found = await asyncio.to_thread(_ended_or_lost, held.folder, self._clock(), self._orders.cgroup)
        self._settle(held, Ended(held.key, *found))
        return True

    async def _end_all_but(self, keys: set[ProcessKey]) -> None:
        """End what nobody asked for."""
        kept = await asyncio.to_thread(lambda: list(kept_keys(self._root)))
        for key in {*kept, *self._held} - keys:
            held = self._held.get(key)
            if held is None:
                folder = folder_of(self._root, key)
                assert folder is not None, "the name was just read from a folder"  # noqa: S101 - our own walk
                held = self._held[key] = _Held(key, folder, is_orphan=True)
                if not await self._find_out(held):
                    self._held.pop(key, None)
            held.is_orphan = True
        orphans = [held for key, held in self._held.items() if key not in keys]
        await self.stop([held.key for held in orphans if held.ended is None], grace_s=0.0)
        await self.forget([held.key for held in orphans if held.ended is not None])

    def _in_background(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _to_nobody(_report: Report) -> None:
    return


def _was_started(folder: ProcessFolder) -> bool:
    """Whether a supervisor has had it, by this instance or one before."""
    return folder.path.is_dir() and (folder.end.exists() or folder.state.exists() or not _is_free(folder))


def _is_free(folder: ProcessFolder) -> bool:
    """Whether no supervisor of it lives."""
    with locked(folder) as lock:
        return lock is not None


def _ended_or_lost(folder: ProcessFolder, at_ms: int, base: Record | None) -> tuple[End, int | None]:
    """The end that is written, or the loss that is written now; its supervisor is gone. Runs on a thread.

    The lock may be held for a moment longer: by a child that dies with the supervisor before it is a command.
    """
    found = None
    for _ in range(_LOCK_TRIES):
        with locked(folder) as lock:
            found = read_end(folder)
            if found is None and lock is not None:
                write_lost(folder, at_ms, base)
                found = read_end(folder)
        if found is not None:
            break
        time.sleep(_LOCK_PAUSE_S)
    return found or (End(Outcome.LOST, at_ms, message="nobody knows how it ended"), None)


def _remove_folders(folders: Sequence[ProcessFolder], base: Record | None) -> None:
    for folder in folders:
        if folder.path.is_dir() and _is_free(folder):
            remove_folder(folder, base)


def _samples(folders: Mapping[ProcessKey, ProcessFolder], at_ms: int, path: str | None) -> list[Sample]:
    states = {key: state for key, folder in folders.items() if (state := records.read(folder.state)) is not None}
    return take_samples(states, at_ms, path)
