"""A server that is connected to a fork server: what it sent, in frames, and what it is still to be sent."""

import socket
from collections.abc import Iterator

from tidemill.runtime.wire import FrameReader, Header, encode_frame

_PIECE_BYTES = 1024 * 1024


class Connection:
    """One connection of the fork server's loop. Nothing here waits."""

    def __init__(self, accepted: socket.socket) -> None:
        accepted.setblocking(False)
        self.socket = accepted
        self.is_at_end = False
        self._reader = FrameReader()
        self._unsent = bytearray()

    def receive(self) -> Iterator[tuple[bytes, bytes]]:
        """The frames that have come. Raises OSError or WireError when it is of no more use."""
        try:
            piece = self.socket.recv(_PIECE_BYTES)
        except BlockingIOError:
            return
        self.is_at_end = not piece
        yield from self._reader.feed(piece)

    def send(self, header: Header, payload: bytes = b"") -> None:
        """Keep a frame for the next `flush`."""
        self._unsent += encode_frame(header, payload)

    def flush(self) -> bool:
        """Send what can be sent now; True where some is left. Raises OSError."""
        while self._unsent:
            try:
                sent = self.socket.send(self._unsent)
            except BlockingIOError:
                return True
            del self._unsent[:sent]
        return False
