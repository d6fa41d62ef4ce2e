"""What calls give, and how they may end: each in a process of its own, forked from a warm one."""

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cloudpickle  # pyright: ignore[reportMissingTypeStubs]
import psutil
import pytest

from tests.compute.backends.local.calling import Calls, value_of
from tests.compute.backends.local.machine import OurOwnPython, local_backend_with_calls
from tidemill.compute.backends.contract import Reports, new_key, until_said
from tidemill.compute.backends.local.calls import CallRunner
from tidemill.compute.backends.local.launching import CallSettings
from tidemill.compute.backends.port import Ended, Launch, Progressed, Running
from tidemill.compute.models import Call, Outcome, Progress
from tidemill.runtime.results import RemoteError, RemoteTraceback

pytestmark = pytest.mark.anyio


class TestValues:
    async def test_a_function_of_a_script_gives_its_value(self, calls: Calls) -> None:
        def add(first: int, second: int) -> int:
            return first + second

        ended = await calls.run(add, 2, 3)
        assert (ended.end.outcome, ended.end.exit_code, value_of(ended)) == (Outcome.SUCCEEDED, 0, 5)

    async def test_an_entry_is_imported_by_name(self, calls: Calls) -> None:
        assert await calls.value("os.path:join", "a", "b") == "a/b"

    async def test_a_coroutine_is_run_to_its_end(self, calls: Calls) -> None:
        async def slowly(value: int) -> int:
            await asyncio.sleep(0)
            return value

        assert await calls.value(slowly, 7) == 7

    async def test_a_function_can_be_a_value(self, calls: Calls) -> None:
        def make() -> Callable[[int], int]:
            return lambda number: number * 2

        assert (await calls.value(make))(21) == 42

    @pytest.mark.parametrize("size", [60_000, 70_000, 5_000_000])
    async def test_a_value_of_any_size_comes_back_whole(self, calls: Calls, size: int) -> None:
        assert await calls.value("builtins:bytes", size) == bytes(size)

    async def test_a_value_over_the_limit_is_refused_with_the_way_out(self, calls: Calls) -> None:
        ended = await calls.run("builtins:bytes", 20_000_001)
        assert ended.end.outcome is Outcome.FAILED
        with pytest.raises(Exception, match="20,000,000 is the most"):
            value_of(ended)

    async def test_a_value_that_cannot_be_pickled_is_named(self, calls: Calls) -> None:
        ended = await calls.run("threading:Lock")
        assert ended.end.outcome is Outcome.FAILED
        with pytest.raises(Exception, match=r"returned an object of type _thread\.lock"):
            value_of(ended)

    async def test_a_generator_is_refused_with_the_way_out(self, calls: Calls) -> None:
        def count() -> Any:
            yield 1

        with pytest.raises(TypeError, match="return a list"):
            await calls.value(count)


class TestErrors:
    async def test_an_exception_comes_back_with_the_traceback_of_its_process(self, calls: Calls) -> None:
        def fail() -> None:
            raise KeyError("no such thing")

        ended = await calls.run(fail)
        assert (ended.end.outcome, ended.end.exit_code) == (Outcome.FAILED, 1)
        assert "KeyError" in ended.end.message
        with pytest.raises(KeyError, match="no such thing") as raised:
            value_of(ended)
        cause = raised.value.__cause__
        assert isinstance(cause, RemoteTraceback)
        assert "in fail" in cause.text
        assert "tidemill" not in cause.text.replace("test_calls", "").replace(str(Path(__file__).parents[4]), "")

    async def test_the_log_ends_with_the_traceback(self, calls: Calls) -> None:
        def fail() -> None:
            print("before")  # noqa: T201
            raise ValueError("wrong")

        key = await calls.start(fail)
        await calls.reports.ended(key)
        assert await calls.said(key) == ["before"]
        assert (await calls.said(key, "e"))[-1] == "ValueError: wrong"

    async def test_an_exception_that_cannot_be_sent_is_described(self, calls: Calls) -> None:
        def fail() -> None:
            class OddError(Exception):
                def __init__(self, one: int, two: int) -> None:
                    super().__init__(f"{one} and {two}")

            raise OddError(1, 2)

        with pytest.raises(RemoteError, match=r"OddError: 1 and 2") as raised:
            await calls.value(fail)
        assert isinstance(raised.value.__cause__, RemoteTraceback)

    @pytest.mark.parametrize(
        ("code", "outcome", "exit_code"),
        [(None, Outcome.SUCCEEDED, 0), (0, Outcome.SUCCEEDED, 0), (3, Outcome.FAILED, 3), ("bad", Outcome.FAILED, 1)],
    )
    async def test_sys_exit_ends_as_in_any_program(
        self, calls: Calls, code: Any, outcome: Outcome, exit_code: int
    ) -> None:
        ended = await calls.run("sys:exit", code)
        assert (ended.end.outcome, ended.end.exit_code) == (outcome, exit_code)

    @pytest.mark.parametrize("code", [0, 5])
    async def test_leaving_without_a_result_is_a_failure(self, calls: Calls, code: int) -> None:
        ended = await calls.run("os:_exit", code)
        assert (ended.end.outcome, ended.end.exit_code, ended.end.result) == (Outcome.FAILED, code, None)
        assert "without giving a result" in ended.end.message

    async def test_an_interruption_is_an_error_like_others(self, calls: Calls) -> None:
        def interrupt() -> None:
            raise KeyboardInterrupt

        assert (await calls.run(interrupt)).end.outcome is Outcome.FAILED

    async def test_a_crash_tells_its_signal(self, calls: Calls) -> None:
        ended = await calls.run("signal:raise_signal", signal.SIGSEGV)
        assert (ended.end.outcome, ended.end.signal) == (Outcome.KILLED, signal.SIGSEGV)
        assert "SIGSEGV" in ended.end.message

    async def test_a_function_that_is_not_there_says_so(self, calls: Calls) -> None:
        with pytest.raises(ModuleNotFoundError, match="no_such_module"):
            await calls.value("no_such_module:run")


class TestProcesses:
    async def test_every_call_has_a_process_of_its_own(self, calls: Calls) -> None:
        def remember() -> tuple[int, int]:
            seen = sys.modules.setdefault("remembered", [])  # pyright: ignore[reportArgumentType]
            seen.append(1)  # pyright: ignore[reportAttributeAccessIssue]
            return len(seen), os.getpid()  # pyright: ignore[reportArgumentType]

        found = [await calls.value(remember) for _ in range(3)]
        assert [count for count, _ in found] == [1, 1, 1]
        assert len({pid for _, pid in found}) == 3
        assert len(calls.fork_servers()) == 1

    async def test_workspaces_do_not_share_a_fork_server(self, calls: Calls) -> None:
        def parent() -> int:
            return os.getppid()

        first = await calls.value(parent)
        key = new_key()
        content = cloudpickle.dumps(parent)
        await calls.backend.start([Launch(key, "other", call=Call(function="0" * 64), function=content)])
        assert value_of(await calls.reports.ended(key)) != first

    async def test_randomness_differs_from_call_to_call(self, calls: Calls) -> None:
        values = {await calls.value("random:random") for _ in range(5)}
        values |= {(await calls.value("uuid:uuid4")).hex for _ in range(5)}
        assert len(values) == 10

    async def test_a_call_starts_with_the_signals_and_threads_of_a_fresh_program(self, calls: Calls) -> None:
        def look() -> tuple[Any, ...]:
            handlers = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGCHLD, signal.SIGHUP)]
            blocked = signal.pthread_sigmask(signal.SIG_BLOCK, [])
            links = [os.path.join("/proc/self/fd", name) for name in os.listdir("/proc/self/fd")]
            opened = sorted(os.readlink(link) for link in links if os.path.lexists(link))
            return handlers, blocked, threading.active_count(), os.read(0, 1), opened, os.listdir()

        handlers, blocked, threads, read, opened, files = await calls.value(look)
        assert handlers == [signal.SIG_DFL] * 3
        assert (blocked, threads, read, files) == (set(), 1, b"", [])
        assert [name.split(":")[0] for name in opened] == ["/dev/null", "pipe", "pipe", "pipe"]

    async def test_threads_that_still_run_are_waited_for(self, calls: Calls) -> None:
        def begin() -> str:
            threading.Thread(target=lambda: (time.sleep(0.1), print("done"))).start()  # noqa: T201
            return "begun"

        key = await calls.start(begin)
        assert value_of(await calls.reports.ended(key)) == "begun"
        assert await calls.said(key) == ["done"]

    async def test_children_by_multiprocessing_work(self, calls: Calls) -> None:
        def in_pool() -> list[int]:
            from multiprocessing import get_context  # noqa: PLC0415 - in the call's own process

            with get_context("fork").Pool(2) as pool:
                return pool.map(abs, [-1, -2, -3])

        assert await calls.value(in_pool) == [1, 2, 3]

    async def test_output_without_end_does_not_stand_in_the_way_of_others(self, calls: Calls) -> None:
        def pour() -> None:
            while True:
                print("x" * 10_000)  # noqa: T201

        pouring = await calls.start(pour)
        await until_said(calls.backend, pouring, "x" * 10_000)
        assert await calls.value("builtins:abs", -1) == 1
        await calls.backend.stop([pouring], grace_s=1)
        assert (await calls.reports.ended(pouring)).end.outcome is Outcome.STOPPED

    async def test_a_short_call_is_reported_once(self, calls: Calls) -> None:
        keys = [await calls.start("builtins:abs", -number) for number in range(20)]
        for key in keys:
            await calls.reports.ended(key)
        assert sum(isinstance(report, Running) for report in calls.reports.all) < 20
        assert all(isinstance(calls.reports.of(key)[-1], Ended) for key in keys)

    async def test_what_a_call_left_in_its_folder_is_gone_when_it_is_forgotten(self, calls: Calls) -> None:
        def leave() -> list[str]:
            found = os.listdir()
            Path("kept").mkdir()
            Path("kept/file").write_text("x")
            return found

        keys = [await calls.start(leave) for _ in range(3)]
        assert [value_of(await calls.reports.ended(key)) for key in keys] == [[], [], []]
        await calls.backend.forget(keys)
        assert list(calls.folder.rglob("kept")) == []


class TestProgress:
    async def test_the_latest_that_a_call_told_is_known_while_it_runs(self, tmp_path: Path) -> None:
        def work() -> None:
            from tidemill.runtime import progress  # noqa: PLC0415 - in the call's own process

            progress(1, 10, "reading")
            progress(2, 10, "writing")
            time.sleep(60)

        settings = CallSettings(tmp_path / "calls", tmp_path / "pools", {"PATH": os.environ["PATH"]})
        runner, reports, key = CallRunner(settings, OurOwnPython()), Reports(), new_key()
        await runner.open(reports)
        await runner.start([Launch(key, "w", call=Call(function="0" * 64), function=cloudpickle.dumps(work))])
        async with asyncio.timeout(10):
            while Progressed(key, Progress(2, 10, "writing")) not in reports.all:  # noqa: ASYNC110 - it is one of many
                await asyncio.sleep(0.01)
        await runner.close()
        # Another server asks what became of it.
        runner, reports = CallRunner(settings, OurOwnPython()), Reports()
        await runner.open(reports)
        await runner.adopt([key])
        assert reports.of(key)[-1] == Progressed(key, Progress(2, 10, "writing"))
        await runner.stop([key], grace_s=0)
        assert (await reports.ended(key)).end.progress == Progress(2, 10, "writing")
        await runner.close()

    async def test_what_a_call_said_last_before_it_failed_comes_with_its_end(self, calls: Calls) -> None:
        def work(fails: bool) -> None:
            from tidemill.runtime import progress  # noqa: PLC0415 - in the call's own process

            for number in range(1000):
                progress(number, 1000, f"number {number}")
            if fails:
                raise ValueError("no more")

        failed, succeeded = await calls.start(work, True), await calls.start(work, False)
        end = (await calls.reports.ended(failed)).end
        assert (end.outcome, end.progress) == (Outcome.FAILED, Progress(999, 1000, "number 999"))
        assert (await calls.reports.ended(succeeded)).end.progress is None

    async def test_nonsense_in_its_channel_harms_nobody(self, calls: Calls) -> None:
        def work() -> str:
            from tidemill.runtime import channel  # noqa: PLC0415 - in the call's own process

            no_amounts = b'{"done": {}, "total": [], "note": 1}'
            for told in (b"", b"[" * 60_000, b"\xff", b'{"op": "ended", "key": "x"}', no_amounts):
                channel.tell(channel.PROGRESS, told)
                time.sleep(0.3)
            return "well"

        assert value_of(await calls.reports.ended(await calls.start(work))) == "well"

    async def test_many_threads_tell_at_once_and_the_result_comes_whole(self, calls: Calls) -> None:
        def work() -> str:
            from tidemill.runtime import progress  # noqa: PLC0415 - in the call's own process

            def tell() -> None:
                for number in range(1000):
                    progress(number, 1000, "\u2603" * 400)

            for _ in range(4):
                threading.Thread(target=tell).start()
            if os.fork() == 0:
                tell()
                os._exit(0)
            return "x" * 60_000  # is told while the threads tell

        assert value_of(await calls.reports.ended(await calls.start(work))) == "x" * 60_000


class TestForkServers:
    async def test_one_that_was_killed_is_followed_by_another(self, calls: Calls) -> None:
        assert await calls.value("builtins:abs", -1) == 1
        first = await calls.value("os:getppid")
        os.kill(first, signal.SIGKILL)
        assert await calls.value("os:getppid") != first

    async def test_ends_that_it_had_written_down_outlive_it(self, calls: Calls) -> None:
        first = await calls.start("builtins:abs", -1)
        ended = await calls.reports.ended(first)
        waiting = await calls.start("time:sleep", 60)
        await calls.reports.running(waiting)
        for pid in calls.fork_servers():
            os.kill(pid, signal.SIGKILL)
        lost = await calls.reports.ended(waiting)
        assert lost.end.outcome is Outcome.LOST
        calls.reports.all.clear()
        await calls.backend.adopt([first, waiting])
        assert await calls.reports.ended(first) == ended
        assert (await calls.reports.ended(waiting)).end.outcome is Outcome.LOST

    async def test_one_that_is_left_with_a_call_rests_until_that_ends(self, tmp_path: Path) -> None:
        backend, reports = local_backend_with_calls(tmp_path / "backend", forsaken_s=0.1), Reports()
        await backend.open(reports)
        calls = Calls(backend, reports, tmp_path / "backend")
        await reports.running(await calls.start("time:sleep", 1.5))
        await backend.close()
        (server,) = map(psutil.Process, calls.fork_servers())
        await asyncio.sleep(0.3)
        used_s = sum(server.cpu_times()[:2])
        await asyncio.sleep(0.7)
        assert sum(server.cpu_times()[:2]) - used_s < 0.1
        async with asyncio.timeout(10):
            while server.is_running() and server.status() != psutil.STATUS_ZOMBIE:  # noqa: ASYNC110 - the kernel tells nobody
                await asyncio.sleep(0.05)

    async def test_an_interpreter_that_cannot_serve_fails_the_call_and_says_what_it_said(self, tmp_path: Path) -> None:
        broken = tmp_path / "python"
        broken.write_text("#!/bin/sh\necho this is no python >&2\nexit 1\n")
        broken.chmod(0o700)
        backend, reports = local_backend_with_calls(tmp_path / "backend", python=broken), Reports()
        await backend.open(reports)
        ended = await Calls(backend, reports, tmp_path).run("builtins:abs", -1)
        assert ended.end.outcome is Outcome.NOT_STARTED
        assert "this is no python" in ended.end.message
        await backend.close()
