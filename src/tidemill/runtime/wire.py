"""Frames over a stream: a JSON header and bytes, each with its length in front, both bounded.

Spoken between a server and the fork servers of its machine. The standard library does, on either side.
"""

import json
import struct
from collections.abc import Iterator
from typing import Any

LISTENER, LOCK = 3, 4
"""Descriptors that a fork server is started with: the socket where it listens, and the lock that it holds for life."""
PROTOCOL = 1
"""Grows with every change that an older fork server, which may outlive an upgrade, would misunderstand."""
ANNOUNCED_AFTER_S = 0.02
"""A process that ends sooner is reported as ended alone: that saves everybody a report."""
MAX_HEADER_BYTES = 4 * 1024 * 1024
MAX_PAYLOAD_BYTES = 256 * 1024 * 1024
Header = dict[str, Any]
_LENGTHS = struct.Struct("!II")


class WireError(Exception):
    """What came is no frame of ours: whoever sent it is not to be listened to any further."""


def encode_frame(header: Header, payload: bytes = b"") -> bytes:
    """One frame as it is sent. Raises WireError where it is larger than the other side takes."""
    return join_frame(json.dumps(header, separators=(",", ":")).encode(), payload)


def join_frame(header: bytes, payload: bytes = b"") -> bytes:
    """A frame of a header that is JSON already."""
    if len(header) > MAX_HEADER_BYTES or len(payload) > MAX_PAYLOAD_BYTES:
        raise WireError(f"a frame of {len(header)} + {len(payload)} bytes is too large")
    return _LENGTHS.pack(len(header), len(payload)) + header + payload


class FrameReader:
    """Cuts what arrives, in pieces of any size, into frames."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def feed(self, piece: bytes) -> Iterator[tuple[bytes, bytes]]:
        """The frames that this piece completes, as (header, payload). Raises WireError for what is no frame."""
        self._waiting += piece
        start = 0
        while (end := self._end(start)) is not None:
            head = start + _LENGTHS.size
            size = _LENGTHS.unpack_from(self._waiting, start)[0]
            yield bytes(self._waiting[head : head + size]), bytes(self._waiting[head + size : end])
            start = end
        del self._waiting[:start]

    def _end(self, start: int) -> int | None:
        """Where the frame that begins at `start` ends; None while it is not whole."""
        if len(self._waiting) - start < _LENGTHS.size:
            return None
        header, payload = _LENGTHS.unpack_from(self._waiting, start)
        if header > MAX_HEADER_BYTES or payload > MAX_PAYLOAD_BYTES:
            raise WireError(f"a frame announces {header} + {payload} bytes")
        end = start + _LENGTHS.size + header + payload
        return end if end <= len(self._waiting) else None
