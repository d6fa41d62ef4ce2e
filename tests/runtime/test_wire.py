"""Frames arrive whole, however they are cut, and nothing is believed that is too large."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidemill.runtime.wire import MAX_PAYLOAD_BYTES, FrameReader, WireError, encode_frame

headers = st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=20) | st.none(), max_size=4)
frames = st.lists(st.tuples(headers, st.binary(max_size=300)), max_size=8)


@given(frames, st.integers(1, 64))
def test_frames_come_back_in_order_whatever_the_pieces(sent: list[tuple[dict[str, object], bytes]], size: int) -> None:
    stream = b"".join(encode_frame(header, payload) for header, payload in sent)
    reader = FrameReader()
    pieces = [stream[start : start + size] for start in range(0, len(stream), size)]
    found = [(json.loads(header), payload) for piece in pieces for header, payload in reader.feed(piece)]
    assert found == sent


def test_half_a_frame_is_none() -> None:
    frame = encode_frame({"op": "x"}, b"payload")
    assert list(FrameReader().feed(frame[:-1])) == []


def test_a_frame_that_announces_too_much_is_refused_before_it_has_come() -> None:
    with pytest.raises(WireError, match="announces"):
        list(FrameReader().feed(struct.pack("!II", 2, MAX_PAYLOAD_BYTES + 1)))


def test_nobody_sends_what_the_other_side_would_refuse() -> None:
    with pytest.raises(WireError, match="too large"):
        encode_frame({"text": "x" * (5 * 1024 * 1024)})
