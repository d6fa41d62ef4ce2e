"""What a task tells is understood in any pieces; nonsense ends the listening and nothing else."""

import json
import os
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from tidemill.runtime import progress
from tidemill.runtime.channel import INLINE_BYTES, Messages, bounded_progress, read_progress

messages = st.lists(st.tuples(st.sampled_from([b"p", b"r", b"x"]), st.binary(max_size=200)), max_size=6)


def encoded(kind: bytes, content: bytes) -> bytes:
    return kind + len(content).to_bytes(4, "big") + content


@given(messages, st.integers(1, 50))
def test_messages_come_back_in_order_whatever_the_pieces(sent: list[tuple[bytes, bytes]], size: int) -> None:
    stream = b"".join(encoded(*message) for message in sent)
    reader = Messages()
    assert [found for at in range(0, len(stream), size) for found in reader.feed(stream[at : at + size])] == sent


def test_after_nonsense_nothing_is_believed_any_more() -> None:
    reader = Messages()
    assert list(reader.feed(b"r" + (INLINE_BYTES * 2).to_bytes(4, "big"))) == []
    assert list(reader.feed(encoded(b"r", b"late"))) == []


def test_progress_outside_of_a_task_does_nothing() -> None:
    progress(1, 2, "on the way")


@given(
    st.one_of(st.floats(), st.integers(), st.booleans()),
    st.one_of(st.none(), st.floats(), st.integers()),
    st.one_of(st.text(alphabet=st.characters(), max_size=3000), st.none(), st.binary(), st.floats()),
)
def test_whatever_is_told_is_bounded_and_can_be_said_as_json(done: float, total: float | None, note: object) -> None:
    told = bounded_progress(done, total, note)
    assert 0 <= told["done"] <= 1e15
    assert told["total"] is None or 0 < told["total"] < 1e15
    assert len(told["note"]) <= 500
    assert told["note"].isprintable()
    assert read_progress(json.dumps(told, allow_nan=False).encode()) == told


@given(st.binary(max_size=200))
def test_nonsense_tells_of_no_progress(content: bytes) -> None:
    told = read_progress(content)
    assert told is None or told.keys() == {"done", "total", "note"}


def test_the_runtime_needs_nothing_but_the_standard_library() -> None:
    """Every module of it is imported by an interpreter that has no packages, as environments may be."""
    code = (
        "import sys, pkgutil, importlib; sys.path.append(sys.argv[1]); import tidemill.runtime as r;"
        "[importlib.import_module(f'tidemill.runtime.{m.name}') for m in pkgutil.iter_modules(r.__path__)]"
    )
    source = os.path.join(os.path.dirname(__file__), "..", "..", "src")
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code, source], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
