"""One call that runs elsewhere: its result, its exception, what it asks for, and its end by other ways."""

import os
import sys
import threading
import time
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

import pytest

import tidemill as tm
from tests.plugins.server import TidemillProcess
from tests.sdk.conftest import RunScript
from tidemill.kit.errors import InvalidError, NotFoundError
from tidemill.runtime.results import RemoteTraceback

pytestmark = pytest.mark.usefixtures("client")


class Tide(Exception):
    """An exception of the user's own."""


class Point:
    """A value of the user's own."""

    def __init__(self, x: int) -> None:
        self.x = x


def double(number: int) -> int:
    return 2 * number


def raise_tide(height: float) -> None:
    raise Tide(f"it stands at {height}")


def test_what_a_call_returns_comes_back() -> None:
    assert tm.submit(double, 21).result() == 42


def test_it_runs_in_a_process_of_its_own() -> None:
    pids = {tm.submit(os.getpid).result(), tm.submit(os.getpid).result(), os.getpid()}
    assert len(pids) == 3


def test_keywords_and_closures_go_with_the_call() -> None:
    step = 3
    assert tm.submit(lambda start, by: start + by * step, 1, by=2).result() == 7


def test_what_a_call_raises_is_raised_as_itself_with_the_traceback_from_there() -> None:
    future = tm.submit(raise_tide, 4.5)
    with pytest.raises(Tide, match=r"it stands at 4\.5") as caught:
        future.result()
    assert isinstance(caught.value.__cause__, RemoteTraceback)
    assert "raise_tide" in str(caught.value.__cause__)
    assert isinstance(future.exception(), Tide)
    assert future.state == "failed"


def test_a_result_of_the_users_own_class_is_of_that_class() -> None:
    point = tm.submit(Point, 5).result()
    assert isinstance(point, Point)
    assert point.x == 5


def test_a_coroutine_function_is_awaited_there() -> None:
    async def answer() -> int:
        return 42

    assert tm.submit(answer).result() == 42  # pyright: ignore[reportGeneralTypeIssues]


def test_modules_beside_a_script_need_not_be_importable_there(
    run_script: RunScript, tidemill_server: TidemillProcess
) -> None:
    script = (
        "import helper\nimport tidemill as tm\nfrom helper import half\n"
        "print(tm.submit(helper.whole, 4).result(), tm.submit(half, 4).result())\n"
        "print(tm.submit(lambda: helper.NAME).result())\n"
    )
    helper = "NAME = 'beside'\ndef half(x): return x / 2\ndef whole(x): return half(x) * 2\n"
    assert run_script(script, tidemill_server.uri, helper=helper) == "4.0 2.0\nbeside\n"


def test_arguments_and_results_may_be_large() -> None:
    sent = os.urandom(1_500_000)
    assert tm.submit(lambda data: data * 2, sent).result() == sent * 2


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda lock: tm.submit(double, lock), r"argument 1 \(_thread.lock\)"),
        (lambda lock: tm.submit(double, number=lock), r"argument number \(_thread.lock\)"),
        (lambda lock: tm.submit(lambda: lock), r"lock \(_thread.lock\)"),
    ],
)
def test_what_cannot_be_pickled_is_refused_here_by_name(call: Any, named: str) -> None:
    tm.connect("http://127.0.0.1:9")  # where nobody is: nothing is sent
    with pytest.raises(tm.UnpicklableError, match=named) as caught:
        call(threading.Lock())
    assert caught.value.hint


def test_what_a_call_returns_and_cannot_be_pickled_is_said_in_words() -> None:
    with pytest.raises(Exception, match="which cannot be pickled"):
        tm.submit(threading.Lock).result()


def test_leaving_by_sys_exit_is_a_failure_and_leaves_nothing_here() -> None:
    with pytest.raises(tm.WorkloadFailedError, match="exit code 3") as caught:
        tm.submit(sys.exit, 3).result()
    assert "tidemill job logs" in str(caught.value.hint)


def test_a_call_that_takes_too_long_fails_by_its_timeout() -> None:
    with pytest.raises(tm.WorkloadFailedError, match="timed out"):
        tm.submit(time.sleep, 60, timeout=0.2).result()


def test_a_call_that_fails_is_tried_again() -> None:
    def at_the_second(attempt: str = "") -> str:
        attempt = os.environ["TIDEMILL_ATTEMPT"]
        assert attempt == "2"
        return attempt

    assert tm.submit(at_the_second, retries=1).result() == "2"


def test_environment_variables_are_there() -> None:
    assert tm.submit(os.getenv, "SHORE", env={"SHORE": "north"}).result() == "north"


def test_what_could_never_start_is_refused_at_once() -> None:
    with pytest.raises(InvalidError, match="could never start"):
        tm.submit(double, 1, cpu=10_000)
    with pytest.raises(InvalidError, match="is not an amount of bytes"):
        tm.submit(double, 1, memory="much")


def test_one_that_was_stopped_is_cancelled() -> None:
    future = tm.submit(time.sleep, 60)
    assert future.cancel()
    with pytest.raises(tm.WorkloadStoppedError, match="stopped") as caught:
        future.result()
    assert isinstance(caught.value, CancelledError)
    assert future.state == "stopped"
    assert not future.cancel()


def test_waiting_can_be_given_up_and_the_call_goes_on(tmp_path: Path) -> None:
    gate = tmp_path / "gate"

    def wait_for(path: str) -> str:
        while not os.path.exists(path):
            time.sleep(0.01)
        return "open"

    future = tm.submit(wait_for, str(gate))
    with pytest.raises(TimeoutError, match="goes on"):
        future.result(timeout=0.1)
    assert not future.done()
    gate.touch()
    assert future.result() == "open"
    assert future.done()


def test_it_is_found_again_by_its_id(tidemill_server: TidemillProcess) -> None:
    future = tm.submit(double, 4, name="found")
    found = tm.future(future.id)
    assert found.name == "found"
    assert found.result() == 8
    assert found.url == f"{tidemill_server.uri}/w/default/jobs/{future.id}"
    with pytest.raises(NotFoundError, match="no workload has the id"):
        tm.future("0" * 32)


def test_a_future_cannot_be_sent() -> None:
    with pytest.raises(tm.UnpicklableError, match=r"send its result\(\)"):
        tm.submit(double, tm.submit(double, 1))
