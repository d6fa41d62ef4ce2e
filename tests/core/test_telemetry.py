"""Logs are lines that machines can read, and a log that cannot be written troubles nobody."""

import errno
import io
import json
from collections.abc import Iterator

import pytest
import structlog
from prometheus_client import generate_latest

from tidemill.core.telemetry import Telemetry, configure_logs


class FullDisk(io.StringIO):
    """A stream on a disk without room."""

    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture(autouse=True)
def untouched() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def test_a_line_is_json_with_level_time_and_trace() -> None:
    stream = io.StringIO()
    configure_logs("info", "json", stream)
    log = structlog.get_logger("test")
    log.debug("not told")
    log.warning("told", number=5)
    try:
        raise LookupError("the cause")
    except LookupError:
        log.exception("failed")
    first, second = map(json.loads, stream.getvalue().splitlines())
    assert (first["event"], first["level"], first["number"]) == ("told", "warning", 5)
    assert first["timestamp"].endswith("Z")
    assert "LookupError: the cause" in second["exception"]


def test_a_line_for_people_has_no_colours_where_there_is_no_terminal() -> None:
    stream = io.StringIO()
    configure_logs("info", "console", stream)
    structlog.get_logger("test").warning("told", number=5)
    assert "told" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


def test_a_log_that_cannot_be_written_troubles_nobody() -> None:
    configure_logs("info", "json", FullDisk())
    structlog.get_logger("test").error("lost")
    closed = io.StringIO()
    closed.close()
    configure_logs("info", "json", closed)
    structlog.get_logger("test").error("lost")


def test_each_server_counts_for_itself() -> None:
    one, other = Telemetry(), Telemetry()
    one.requests.labels("/a", "GET", "200").inc()
    assert b'tidemill_http_requests_total{method="GET",route="/a",status="200"} 1.0' in generate_latest(one.registry)
    assert b'route="/a"' not in generate_latest(other.registry)
