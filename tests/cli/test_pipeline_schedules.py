"""`tidemill pipeline schedule` against a running server."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from tests.cli.conftest import Answer, Cli
from tests.plugins.server import TidemillProcess

Words = Callable[..., Answer]

ID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
NEVER = ("--cron", "0 0 1 1 *")


def _pipeline() -> dict[str, Any]:
    """A pipeline of one task that takes a number and a text."""
    return {
        "pipelineInfo": {"name": "say"},
        "schemaVersion": "2.1.0",
        "deploymentSpec": {"executors": {"exec-say": {"container": {"image": "alpine", "command": ["true"]}}}},
        "components": {"comp-say": {"executorLabel": "exec-say"}},
        "root": {
            "inputDefinitions": {
                "parameters": {
                    "text": {"parameterType": "STRING", "defaultValue": "hello"},
                    "count": {"parameterType": "NUMBER_INTEGER", "defaultValue": 1},
                }
            },
            "dag": {"tasks": {"say": {"taskInfo": {"name": "say"}, "componentRef": {"name": "comp-say"}}}},
        },
    }


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TidemillProcess]:
    folder = tmp_path_factory.mktemp("schedules") / "data"
    with TidemillProcess(folder, "--pipeline-commands", "allowed") as server:
        yield server


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory, server: TidemillProcess) -> Words:
    """`tidemill pipeline` in a home with a package, which is uploaded as `say`."""
    cli = Cli(tmp_path_factory.mktemp("home"))
    (cli.home / "say.yaml").write_bytes(msgspec.yaml.encode(_pipeline()))
    command: Words = lambda *words: cli("pipeline", *words, env={"TIDEMILL_URI": server.uri})  # noqa: E731
    command("upload", "say.yaml", "--name", "say").ok()
    return command


@pytest.fixture(scope="module")
def schedule(pipeline: Words) -> Words:
    return lambda *words: pipeline("schedule", *words)


@pytest.fixture(scope="module")
def nightly(schedule: Words) -> str:
    """The id of a schedule of an uploaded pipeline."""
    words = ("nightly", "say", "--cron", "0 3 * * *", "--timezone", "Europe/Berlin", "-p", "count=3", "-p", "text=4")
    return schedule("create", *words).ok().out.strip()


def test_made_it_prints_its_id_when_it_runs_and_where_it_is(schedule: Words, server: TidemillProcess) -> None:
    answer = schedule("create", "often", "say.yaml", "--every", "15m").ok()
    schedule_id = answer.out.strip()
    assert re.fullmatch(ID, schedule_id)
    made, *times = answer.err.splitlines()
    assert made == f"Made, every 15 minutes: {server.uri}/w/default/pipelines/schedules?schedule={schedule_id}"
    assert [re.sub(r".* in (\d+)m .*", r"\1", time) for time in times] == ["14", "29", "44"]


def test_the_same_once_more_changes_nothing_and_another_is_refused(schedule: Words, nightly: str) -> None:
    words = ("nightly", "say", "--cron", "0 3 * * *", "--timezone", "Europe/Berlin", "-p", "count=3", "-p", "text=4")
    assert schedule("create", *words).ok().out.strip() == nightly
    schedule("create", "nightly", "say", "--every", "1h").fails("another schedule named 'nightly'", "--replace")


def test_it_is_put_in_the_place_of_another_and_deleted(schedule: Words) -> None:
    first = schedule("create", "changing", "say", *NEVER).ok().out.strip()
    second = schedule("create", "changing", "say", *NEVER, "--no-catch-up", "--off", "--replace", "-o", "json").rows()
    assert first != second["id"]
    assert (second["catches_up"], second["enabled"]) == (False, False)
    assert schedule("delete", "changing").ok().out == f"Deleted {second['id']}\n"
    schedule("delete", "changing").fails("no schedule has the name or id 'changing'", "tidemill pipeline schedule list")
    schedule("delete", first).fails("no recurring run has the id")


def test_what_was_asked_for_is_shown(schedule: Words, nightly: str) -> None:
    shown = schedule("show", "nightly", "-o", "json").rows()
    assert (shown["id"], shown["words"]) == (nightly, "at 03:00 every day (Europe/Berlin)")
    assert (shown["parameters"], shown["version_id"]) == ({"count": 3, "text": "4"}, "")
    assert len(shown["next_ms"]) == 10
    told = schedule("show", nightly[:8]).ok().out
    assert re.search(r"^version +the latest$", told, re.MULTILINE)
    assert re.search(r"^parameters +count=3 text=4$", told, re.MULTILINE)


def test_schedules_are_listed_for_people_and_for_programs(schedule: Words, nightly: str) -> None:
    lines = schedule("list", "--search", "night").ok().out.splitlines()
    assert lines[0].split() == ["NAME", "WHEN", "NEXT", "LAST", "NOTE"]
    assert lines[1].startswith("nightly  at 03:00 every day (Europe/Berlin)  ")
    (row,) = schedule("list", "--search", "night", "-o", "json").rows()
    assert (row["id"], row["enabled"], row["count"]) == (nightly, True, 0)


def test_it_is_switched_off_and_on(schedule: Words, nightly: str) -> None:
    for _ in range(2):
        assert schedule("disable", "nightly").ok().out == f"Off: {nightly}\n"
    assert schedule("list", "--search", "night").ok().out.splitlines()[1].split()[6] == "off"
    answer = schedule("enable", "nightly").ok()
    assert answer.out == f"On: {nightly}\n"
    assert len(answer.err.splitlines()) == 3


def test_what_its_times_came_to_is_shown(schedule: Words, pipeline: Words) -> None:
    begin = datetime.now(UTC) - timedelta(minutes=90)
    made = schedule("create", "hourly", "say.yaml", "--every", "1h", "--start", begin.isoformat()).ok().out.strip()
    until = time.monotonic() + 30
    while not (times := schedule("show", "hourly", "-o", "json").rows()["times"]) or not times[0]["run_finished_ms"]:
        assert time.monotonic() < until
        time.sleep(0.2)
    assert [time["run_name"] for time in times] == ["hourly 1"]
    (line,) = [line for line in schedule("show", "hourly").ok().out.splitlines() if times[0]["run_id"][:8] in line]
    assert "  succeeded  " in line
    assert pipeline("show", times[0]["run_id"], "-o", "json").rows()["schedule_id"] == made


@pytest.mark.parametrize(
    ("words", "phrases"),
    [
        (["say"], ["say when it is to run", "--every 15m"]),
        (["say", "--every", "1h", "--timezone", "UTC"], ["--timezone goes with --cron"]),
        (["say", "--cron", "99 * * * *"], ["'99 * * * *' is no cron expression", "five fields"]),
        (["say", *NEVER, "--timezone", "Mars"], ["no time zone 'Mars'", "Europe/Berlin"]),
        (["nothing", *NEVER], ["no pipeline named 'nothing'"]),
        (["say", *NEVER, "--end", "2001-01-01"], ["no time before its end", "end_time"]),
    ],
)
def test_what_cannot_be_is_refused(schedule: Words, words: list[str], phrases: list[str]) -> None:
    schedule("create", "refused", *words).fails(*phrases)


def test_what_is_no_time_is_refused(schedule: Words) -> None:
    schedule("create", "refused", "say", *NEVER, "--start", "soon").fails("'soon' is no time", status=2)
