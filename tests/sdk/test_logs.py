# ruff: noqa: T201 - the functions under test print
"""What a future's log says: afterwards, and as it comes."""

import os
import sys
import time
from pathlib import Path

import pytest

import tidemill as tm
from tests.plugins.server import TidemillProcess

pytestmark = pytest.mark.usefixtures("client")


def test_its_lines_say_when_and_on_which_stream() -> None:
    def speak() -> None:
        print("out", flush=True)
        print("err", file=sys.stderr)

    before = time.time() * 1000
    future = tm.submit(speak)
    future.result()
    lines = list(future.logs())
    assert sorted((line.stream, line.text) for line in lines) == [("stderr", "err"), ("stdout", "out")]
    assert all(before - 1000 <= line.at_ms <= time.time() * 1000 + 1000 for line in lines)


def test_more_lines_than_a_page_has_come_all_and_in_order() -> None:
    future = tm.submit(lambda: [print(number) for number in range(2500)] and None)
    future.result()
    assert [line.text for line in future.logs()] == [str(number) for number in range(2500)]


def test_followed_lines_come_while_it_runs(tmp_path: Path) -> None:
    gate = tmp_path / "gate"

    def speak(path: str) -> None:
        print("first", flush=True)
        while not os.path.exists(path):
            time.sleep(0.01)
        print("last", flush=True)

    future = tm.submit(speak, str(gate))
    lines = future.logs(follow=True)
    assert next(lines).text == "first"
    assert not future.done()
    gate.touch()
    assert [line.text for line in lines] == ["last"]


def test_followed_a_log_goes_on_with_the_next_attempt() -> None:
    def speak() -> None:
        attempt = os.environ["TIDEMILL_ATTEMPT"]
        print("attempt", attempt, flush=True)
        if attempt == "1":
            os._exit(3)

    future = tm.submit(speak, retries=1)
    assert [line.text for line in future.logs(follow=True)] == ["attempt 1", "attempt 2"]
    assert [line.text for line in future.logs(attempt=1)] == ["attempt 1"]


def test_what_is_followed_goes_on_where_it_was_after_a_restart_of_the_server(tmp_path: Path) -> None:
    gate = tmp_path / "gate"

    def speak(path: str) -> None:
        print("first", flush=True)
        while not os.path.exists(path):
            time.sleep(0.01)
        print("last", flush=True)

    with TidemillProcess(tmp_path / "data") as server, tm.Client(data_dir=tmp_path / "data") as client:
        future = tm.Task(lambda: client, speak, tm.Options()).submit(str(gate))
        lines = future.logs(follow=True)
        assert next(lines).text == "first"
        server.kill9()
        server.start()
        gate.touch()
        assert [line.text for line in lines] == ["last"]
