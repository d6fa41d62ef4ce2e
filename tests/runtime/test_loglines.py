"""The log keeps every byte that a process prints, with its stream and time, in lines that anybody can read."""

import tempfile
import time
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidemill.runtime.loglines import MAX_LINE_BYTES, PATIENCE_S, Line, LogWriter, parse_line, parse_log


def written(path: Path, *pieces: tuple[str, bytes]) -> list[Line]:
    """The records of a log that took these pieces."""
    writer = LogWriter(path)
    for stream, data in pieces:
        writer.take(stream, data)
    writer.close()
    return list(parse_log(path.read_bytes()))


def joined(lines: list[Line], stream: str = "o") -> list[str]:
    """The lines of a stream as they were printed, whatever they were cut into."""
    whole, begun = [], ""
    for line in lines:
        if line.stream == stream:
            begun += line.text
            if not line.goes_on:
                whole.append(begun)
                begun = ""
    return whole


def test_a_line_has_its_time_and_stream(tmp_path: Path) -> None:
    before = time.time_ns() // 1_000_000
    lines = written(tmp_path / "log", ("o", b"out\n"), ("e", b"err\n"))
    assert [(line.stream, line.text, line.goes_on) for line in lines] == [("o", "out", False), ("e", "err", False)]
    assert all(before <= line.at_ms <= time.time_ns() // 1_000_000 for line in lines)


def test_a_record_can_be_read_by_people(tmp_path: Path) -> None:
    written(tmp_path / "log", ("o", b"step 1\n"))
    ms, letter, text = (tmp_path / "log").read_text().split(" ", 2)
    assert (ms.isdigit(), letter, text) == (True, "o", "step 1\n")


def test_empty_lines_and_a_last_line_without_its_end_are_kept(tmp_path: Path) -> None:
    assert joined(written(tmp_path / "log", ("o", b"\n\na\n"), ("o", b"end"))) == ["", "", "a", "end"]


def test_a_line_that_comes_in_pieces_is_one(tmp_path: Path) -> None:
    lines = written(tmp_path / "log", ("o", b"on"), ("e", b"other\n"), ("o", b"e\ntw"), ("o", b"o\n"))
    assert joined(lines) == ["one", "two"]
    assert [line.goes_on for line in lines] == [False, False, False]


def test_a_long_line_is_cut_between_characters_and_can_be_joined(tmp_path: Path) -> None:
    text = "aé€😀" * MAX_LINE_BYTES
    lines = written(tmp_path / "log", ("o", b"short\n" + text.encode() + b"\nlast\n"))
    assert joined(lines) == ["short", text, "last"]
    assert max(len(line.text.encode()) for line in lines) <= MAX_LINE_BYTES
    assert {line.goes_on for line in lines[1:-2]} == {True}


def test_a_line_without_end_does_not_grow_in_memory(tmp_path: Path) -> None:
    writer = LogWriter(tmp_path / "log")
    for _ in range(20):
        writer.take("o", b"x" * MAX_LINE_BYTES)
    kept = (tmp_path / "log").stat().st_size
    writer.close()
    assert kept > 18 * MAX_LINE_BYTES
    assert joined(list(parse_log((tmp_path / "log").read_bytes()))) == ["x" * 20 * MAX_LINE_BYTES]


def test_a_prompt_is_kept_after_a_moment_and_its_line_goes_on(tmp_path: Path) -> None:
    writer = LogWriter(tmp_path / "log")
    writer.take("o", b"name? \xe2\x82")
    wait_s = writer.flush()
    assert wait_s is not None
    assert 0 < wait_s <= PATIENCE_S
    assert (tmp_path / "log").read_bytes() == b""
    time.sleep(wait_s + 0.005)
    writer.flush()
    (line,) = parse_log((tmp_path / "log").read_bytes())
    assert (line.text, line.goes_on) == ("name? ", True)
    writer.take("o", b"\xac\n")
    assert writer.flush() is None
    writer.close()
    assert joined(list(parse_log((tmp_path / "log").read_bytes()))) == ["name? €"]


def test_what_is_no_text_stays_readable(tmp_path: Path) -> None:
    lines = written(tmp_path / "log", ("o", b"caf\xe9 \xff\x00 \xf0\x9f\x98\x80\n"), ("o", b"torn \xe2\x82"))
    assert joined(lines) == ["caf\\xe9 \\xff\0 😀", "torn \\xe2\\x82"]


def test_lines_of_another_system_lose_their_carriage_return(tmp_path: Path) -> None:
    lines = written(tmp_path / "log", ("o", b"one\r\ntwo\r\n50%\r100%\n"))
    assert joined(lines) == ["one", "two", "50%\r100%"]


def test_a_full_disk_is_told_and_stops_nobody() -> None:
    writer = LogWriter("/dev/full")
    writer.take("o", b"lost\n")
    writer.close()
    assert "No space left" in writer.failure


def test_a_second_writer_goes_on_where_the_first_ended(tmp_path: Path) -> None:
    written(tmp_path / "log", ("o", b"first\n"))
    assert joined(written(tmp_path / "log", ("o", b"second\n"))) == ["first", "second"]


@pytest.mark.parametrize("record", [b"", b"abc", b"12", b"12 x text", b"o text", b"-5 o text", b"12  text"])
def test_what_is_no_record_is_left_out(record: bytes) -> None:
    assert parse_line(record) is None


def test_a_range_of_a_log_gives_its_whole_records(tmp_path: Path) -> None:
    written(tmp_path / "log", ("o", b"one\ntwo\nthree\n"))
    content = (tmp_path / "log").read_bytes()
    assert joined(list(parse_log(content[:-2]))) == ["one", "two"]
    start = content.index(b"\n") - 1
    assert joined(list(parse_log(content[start:]))) == ["two", "three"]


@given(st.lists(st.tuples(st.sampled_from("oe"), st.binary(max_size=60)), max_size=20))
def test_whatever_is_printed_in_whatever_pieces_can_be_read_back(pieces: list[tuple[str, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lines = written(Path(folder, "log"), *pieces)
    for stream in "oe":
        printed = b"".join(data for each, data in pieces if each == stream)
        expected = [_readable(line) for line in printed.split(b"\n")]
        assert joined(lines, stream) == (expected[:-1] if expected[-1] == "" else expected)


def test_times_never_go_back(tmp_path: Path) -> None:
    lines = written(tmp_path / "log", *(("o", b"%d\n" % n) for n in range(1000)))
    assert [time for time, _ in groupby(line.at_ms for line in lines)] == sorted({line.at_ms for line in lines})


def _readable(line: bytes) -> str:
    return line.removesuffix(b"\r").decode("utf-8", "backslashreplace")
