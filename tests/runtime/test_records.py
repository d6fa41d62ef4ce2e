"""Records are JSON, whole or not there."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidemill.runtime import records

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_written_is_json_and_read_back_the_same(value: Any) -> None:
    text = records.encode(value)
    assert json.loads(text) == value
    assert records.decode(text) == value
    assert records.decode(json.dumps(value, indent=1, ensure_ascii=False)) == value


@pytest.mark.parametrize("text", ["", " ", "{", "[1", "nul", "1 2", "{'a': 1}", "[" * 100_000, '"\x01"'])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"JSON|control character|Expecting|Unterminated|delimiter"):
        records.decode(text)


def test_what_a_record_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="bytes"):
        records.encode({"a": b""})


def test_a_record_replaces_the_one_before_and_is_its_owners_only(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    for number in range(3):
        records.write(path, {"number": number})
    assert records.read(path) == {"number": 2}
    assert path.stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["state.json"]


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff", b'{"a": 1} x'])
def test_a_damaged_record_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "state.json").write_bytes(content)
    assert records.read(tmp_path / "state.json") is None


def test_a_record_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        records.write(tmp_path / "state.json", {"a": object()})
    assert os.listdir(tmp_path) == []
