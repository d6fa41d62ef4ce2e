"""How far a call is: it says so there, and whoever asks sees it here, while it runs and after it failed."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import tidemill as tm
from tests.plugins.server import TidemillProcess
from tidemill.sdk.messages import Progress

WITHIN_S = 30


def work(gate: Path) -> str:
    """Say how far it is, and wait for what it is to do next, line by line of a file."""
    tm.progress(1, 4, "reading")
    seen = 0
    while True:
        lines = gate.read_text().splitlines()
        for line in lines[seen:]:
            match line.split(" ", 1):
                case ["fail", why]:
                    tm.progress(3, 4, "just before")
                    raise ValueError(why)
                case ["end", _]:
                    return "done"
                case [amount, note]:
                    tm.progress(float(amount), 4, note)
        seen = len(lines)
        time.sleep(0.02)


def odd() -> None:
    tm.progress(float("nan"), float("inf"), "\ud800\x00\n\x1b[31m\u202ehuge " + "x" * 1_000_000)
    time.sleep(60)


def try_twice(folder: Path) -> None:
    """The first attempt tells and fails; the second tells nothing."""
    if not (folder / "tried").exists():
        (folder / "tried").touch()
        tm.progress(9, 10, "the first")
        raise ValueError("once more")
    time.sleep(60)


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    path = tmp_path / "gate"
    path.touch()
    return path


def say(gate: Path, line: str) -> None:
    with gate.open("a") as file:
        file.write(f"{line}\n")


def until(look: Callable[[], Any]) -> Any:
    """What it finds, as soon as it finds something."""
    end = time.monotonic() + WITHIN_S
    while not (found := look()):
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)
    return found


def sees(future: tm.Future[Any], done: float) -> Progress:
    def look() -> Progress | None:
        told = future.progress()
        return told if told is not None and told.done == done else None

    return until(look)


@pytest.fixture
def running(client: tm.Client, gate: Path) -> Iterator[tm.Future[str]]:
    future = tm.submit(work, gate)
    yield future
    future.cancel()
    future.wait()


def test_it_is_seen_while_it_runs_and_gone_when_it_has_succeeded(
    client: tm.Client, running: tm.Future[str], gate: Path
) -> None:
    assert sees(running, 1) == Progress(1, 4, 0.25, "reading")
    say(gate, "2 writing")
    assert sees(running, 2) == Progress(2, 4, 0.5, "writing")
    listed = {each.id: each.progress for each in client.list_all(state=["running"]).workloads}
    assert listed[running.id] == Progress(2, 4, 0.5, "writing")
    assert running.details().processes[0].progress == listed[running.id]
    say(gate, "end now")
    assert running.result() == "done"
    assert running.progress() is None


def test_what_it_said_last_stays_when_it_fails_or_is_stopped(gate: Path, client: tm.Client) -> None:
    failing = tm.submit(work, gate)
    sees(failing, 1)
    say(gate, "fail no more")
    with pytest.raises(ValueError, match="no more"):
        failing.result()
    assert failing.progress() == Progress(3, 4, 0.75, "just before")
    gate.write_text("")
    stopped = tm.submit(work, gate)
    sees(stopped, 1)
    stopped.cancel()
    stopped.wait()
    assert stopped.progress() == Progress(1, 4, 0.25, "reading")


def test_a_fresh_attempt_begins_with_none(client: tm.Client, tmp_path: Path) -> None:
    future = tm.submit(try_twice, tmp_path, retries=1)
    until(lambda: future.details().workload.attempt == 2 and future.state == "running")
    assert future.progress() is None
    told = {process.attempt: process.progress for process in future.details().processes}
    assert told == {1: Progress(9, 10, 0.9, "the first"), 2: None}
    future.cancel()
    future.wait()


def test_odd_values_are_bounded_and_harm_nobody(client: tm.Client) -> None:
    future = tm.submit(odd)
    told = until(future.progress)
    assert (told.done, told.total, told.fraction) == (0, None, None)
    assert told.note.startswith("[31m huge xxx")
    assert len(told.note) <= 500
    future.cancel()
    future.wait()


@pytest.mark.usefixtures("client")
def test_events_tell_of_it(tidemill_server: TidemillProcess, running: tm.Future[str], gate: Path) -> None:
    sees(running, 1)
    with (
        httpx.Client(trust_env=False, timeout=WITHIN_S) as http,
        http.stream("GET", f"{tidemill_server.uri}/api/v1/events") as stream,
    ):
        lines = stream.iter_lines()
        next(lines)
        say(gate, "3 closing")
        told = next(line for line in lines if running.id in line and '"progress"' in line)
    assert '"kind":"progress"' in told
    assert sees(running, 3).note == "closing"


def test_it_outlives_the_server_and_goes_on(tmp_path: Path, gate: Path) -> None:
    with TidemillProcess(tmp_path / "data") as server:
        client = tm.connect(server.uri)
        future = tm.submit(work, gate)
        sees(future, 1)
        server.kill9()
        say(gate, "2 while nobody listened")
        time.sleep(0.5)
        server.start()
        client = tm.connect(server.uri)
        future = tm.future(future.id)
        assert sees(future, 2).note == "while nobody listened"
        say(gate, "3 again")
        assert sees(future, 3).note == "again"
        say(gate, "end now")
        future.wait()
        client.close()


def test_a_group_shows_those_that_run_as_parts_of_its_line(
    client: tm.Client, gate: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    group = tm.task(cpu="100m")(work).map([gate, gate], progress=True)
    for future in group.futures:
        sees(future, 1)
    assert not group.wait(5)
    say(gate, "end now")
    assert group.results() == ["done", "done"]
    drawn = capsys.readouterr().err
    assert "work [########......................] 0/2" in drawn  # two quarters of two
    assert "reading" in drawn
