"""A secret's value comes into no log, in whatever pieces a process prints it."""

import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidemill.runtime.loglines import MAX_LINE_BYTES, PATIENCE_S, LogWriter, parse_log
from tidemill.runtime.masking import Masks


def text_of(path: Path) -> str:
    """All that a log shows, its lines as they were printed."""
    return "".join(line.text + ("" if line.goes_on else "\n") for line in parse_log(path.read_bytes()))


def test_each_occurrence_is_replaced() -> None:
    assert Masks(["hunter2"]).masked(b"hunter2, hunter22 and hunter") == b"***, ***2 and hunter"


def test_values_that_overlap_are_replaced_together() -> None:
    masks = Masks(["abcdef", "defghi", "cde1"])
    assert masks.masked(b"<abcdefghi>") == b"<***>"
    assert Masks(["aaaa"]).masked(b"aaaaaa|aaa") == b"***|aaa"


def test_a_value_of_several_lines_is_replaced_line_by_line() -> None:
    key = "-----BEGIN-----\r\nc2VjcmV0\nab\n"
    assert Masks([key]).masked(b"-----BEGIN-----\nc2VjcmV0\nab\n") == b"***\n***\nab\n"


@pytest.mark.parametrize("values", [[], [""], ["abc"], ["é€😀"], ["abc\nabc"]])
def test_what_is_shorter_than_four_characters_is_left(values: list[str]) -> None:
    masks = Masks(values)
    text = f"abc é€😀 {values}".encode()
    assert not masks
    assert masks.masked(text) == text


def test_a_line_that_comes_in_pieces_is_masked(tmp_path: Path) -> None:
    writer = LogWriter(tmp_path / "log", Masks(["hunter2"]))
    for piece in (b"the password is hun", b"ter", b"2\nand "):
        writer.take("o", piece)
    writer.close()
    assert text_of(tmp_path / "log") == "the password is ***\nand \n"


def test_an_unfinished_line_is_kept_up_to_what_may_become_a_secret(tmp_path: Path) -> None:
    writer = LogWriter(tmp_path / "log", Masks(["hunter2"]))
    writer.take("o", b"the password is hun")
    time.sleep(PATIENCE_S + 0.01)
    assert writer.flush() is None
    assert text_of(tmp_path / "log") == "the password is "
    writer.take("o", b"ter2!\n")
    writer.take("o", b"hun")
    writer.close()
    assert text_of(tmp_path / "log") == "the password is ***!\nhun\n"


@pytest.mark.parametrize("shift", range(-8, 9))
def test_a_line_that_is_cut_for_its_length_is_cut_in_no_secret(tmp_path: Path, shift: int) -> None:
    writer = LogWriter(tmp_path / "log", Masks(["hunter2"]))
    before = b"x" * (MAX_LINE_BYTES + shift)
    for piece in (before, b"hunter2" + before, b"\n"):
        writer.take("o", piece)
    writer.close()
    assert text_of(tmp_path / "log") == f"{before.decode()}***{before.decode()}\n"


@given(
    st.lists(st.text("ab", min_size=4, max_size=8), min_size=1, max_size=3),
    st.lists(st.text("ab", max_size=9).map(str.encode), max_size=8),
)
def test_whatever_the_pieces_what_is_kept_is_the_whole_lines_mask(values: list[str], pieces: list[bytes]) -> None:
    masks = Masks(values)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "log")
        writer = LogWriter(path, masks)
        for piece in pieces:
            # As long as this, a line is written down after each piece.
            writer.take("o", b"-" * (MAX_LINE_BYTES + 1) + piece)
        writer.close()
        shown = text_of(path).rstrip("\n")
    whole = b"".join(b"-" * (MAX_LINE_BYTES + 1) + piece for piece in pieces)
    assert shown == masks.masked(whole).decode()


@given(st.lists(st.text("ab", min_size=4, max_size=6), min_size=1, max_size=3), st.text("ab", max_size=30), st.data())
def test_cut_where_it_says_a_text_is_masked_as_if_it_were_whole(
    values: list[str], text: str, data: st.DataObject
) -> None:
    masks, whole = Masks(values), text.encode()
    cut = data.draw(st.integers(0, len(whole)))
    first = whole[:cut]
    kept = first[: len(first) - masks.open_end(first)]
    assert masks.masked(kept) + masks.masked(whole[len(kept) :]) == masks.masked(whole)
