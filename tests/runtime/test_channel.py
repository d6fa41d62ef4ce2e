"""What a task tells is understood in any pieces; nonsense ends the listening and nothing else."""

import os
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from tidemill.runtime import progress
from tidemill.runtime.channel import INLINE_BYTES, Messages

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


def test_the_runtime_needs_nothing_but_the_standard_library() -> None:
    """Every module of it is imported by an interpreter that has no packages, as environments may be."""
    code = (
        "import sys, pkgutil, importlib; sys.path.append(sys.argv[1]); import tidemill.runtime as r;"
        "[importlib.import_module(f'tidemill.runtime.{m.name}') for m in pkgutil.iter_modules(r.__path__)]"
    )
    source = os.path.join(os.path.dirname(__file__), "..", "..", "src")
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code, source], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
