"""The log of a process: one record a line, appended while it runs, and kept as it is.

    <ms> o|e text

`ms` is when the text came, `o` or `e` the stream. Where a line goes on in the next record of its stream, the letter
is a capital: a line longer than 16 KiB, or one whose end had not come a moment after its begin (a prompt, a progress
bar). Text is UTF-8: bytes that are none are kept as \\xff, what ends in a carriage return loses it. Values of the
process's secrets are kept as ***; the end of an unfinished line that may be the begin of one waits for its rest.
"""

import os

from tidemill.runtime.kernel import now_ms
from tidemill.runtime.masking import Masks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LINE_BYTES = 16 * 1024
PATIENCE_S = 0.2
"""How long an unfinished line waits for the rest before it is kept as far as it has come."""
STREAMS = "oe"
_MODE = 0o600
_FOLDER_MODE = 0o700
_LEAD_BITS = ((0x80, 0x00, 1), (0xE0, 0xC0, 2), (0xF0, 0xE0, 3), (0xF8, 0xF0, 4))


class Line:
    """One record of a log. `goes_on`: the next record of the same stream has more of this line."""

    __slots__ = ("at_ms", "goes_on", "stream", "text")

    def __init__(self, at_ms: int, stream: str, text: str, goes_on: bool = False) -> None:
        self.at_ms = at_ms
        self.stream = stream
        self.text = text
        self.goes_on = goes_on

    def __repr__(self) -> str:
        return f"Line({self.at_ms}, {self.stream!r}, {self.text!r}, goes_on={self.goes_on})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Line):
            return NotImplemented
        return (self.at_ms, self.stream, self.text, self.goes_on) == (
            other.at_ms,
            other.stream,
            other.text,
            other.goes_on,
        )

    __hash__ = None  # pyright: ignore[reportAssignmentType] - it can be changed


def parse_line(record: bytes) -> "Line | None":
    """A record, with or without its line feed; None for what is none."""
    head, _, rest = record.partition(b" ")
    letter, _, text = rest.partition(b" ")
    stream = letter.decode("ascii", "replace")
    if not head.isdigit() or stream.lower() not in ("o", "e"):
        return None
    return Line(int(head), stream.lower(), text.rstrip(b"\n").decode("utf-8", "replace"), stream.isupper())


def parse_log(content: bytes) -> "Iterator[Line]":
    """The records of a log, or of a range of one: what is cut off at its ends is left out."""
    whole = content[: content.rfind(b"\n") + 1]
    for record in whole.split(b"\n")[:-1]:
        line = parse_line(record)
        if line is not None:
            yield line


class LogWriter:
    """Appends what comes out of a process. `failure` says why some of it is missing, where something is.

    A full disk does not stop the process: what cannot be kept is dropped, and written again when there is room.
    """

    def __init__(self, path: "str | os.PathLike[str]", masks: "Masks | None" = None) -> None:
        """`masks`: what is shown as ***, in whatever pieces it comes."""
        self._masks = masks or Masks()
        self._path = path
        self._descriptor: int | None = None
        self._waiting = dict.fromkeys(STREAMS, b"")
        self._since_ms: dict[str, int] = {}
        self._begun: set[str] = set()
        """Streams whose last record goes on."""
        self.failure = ""
        self._write(b"")

    def take(self, stream: str, data: bytes) -> None:
        """Keep what has just come of a stream, "o" or "e"."""
        at_ms = now_ms()
        waiting = self._waiting[stream]
        lines, end, rest = data.rpartition(b"\n")
        if end:
            self._write(_records(at_ms, stream, self._masks.masked(waiting + lines)))
            waiting = b""
            self._since_ms.pop(stream, None)
            self._begun.discard(stream)
        self._waiting[stream] = rest = waiting + rest
        if len(rest) > MAX_LINE_BYTES:
            self._keep_begun(stream, at_ms)
        if self._waiting[stream]:
            self._since_ms.setdefault(stream, at_ms)

    def flush(self) -> "float | None":
        """Keep unfinished lines that have waited for long enough; the seconds until the next has, None for none."""
        at_ms, patience_ms = now_ms(), int(PATIENCE_S * 1000)
        for stream, since_ms in list(self._since_ms.items()):
            if at_ms - since_ms >= patience_ms:
                self._keep_begun(stream, at_ms)
                del self._since_ms[stream]
        waits = [since_ms + patience_ms - at_ms for since_ms in self._since_ms.values()]
        return max(0, min(waits)) / 1000 if waits else None

    def close(self) -> None:
        """Keep what is left. Nothing may follow."""
        at_ms = now_ms()
        for stream, waiting in self._waiting.items():
            if waiting or stream in self._begun:
                self._write(_records(at_ms, stream, self._masks.masked(waiting)))
        if self._descriptor is not None:
            os.close(self._descriptor)

    def _keep_begun(self, stream: str, at_ms: int) -> None:
        """Keep an unfinished line as far as it has come, save for a character or a secret that may not be all there."""
        waiting = self._waiting[stream]
        cut = len(waiting) - max(_torn(waiting), self._masks.open_end(waiting))
        if cut:
            self._write(_cut_record(at_ms, stream, self._masks.masked(waiting[:cut]), goes_on=True))
            self._waiting[stream] = waiting[cut:]
            self._begun.add(stream)

    def _write(self, records: bytes) -> None:
        left = memoryview(records)
        try:
            if self._descriptor is None:
                self._descriptor = _opened(self._path)
            while left:
                left = left[os.write(self._descriptor, left) :]
        except OSError as error:
            self.failure = f"some of the log is missing: {error.strerror}"


def _opened(path: "str | os.PathLike[str]") -> int:
    os.makedirs(os.path.dirname(path), _FOLDER_MODE, exist_ok=True)
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, _MODE)


def _records(at_ms: int, stream: str, lines: bytes) -> bytes:
    """The records of whole lines, of which the last has no line feed."""
    head = b"%d %b " % (at_ms, stream.encode())
    lines = _readable(lines.replace(b"\r\n", b"\n").removesuffix(b"\r"))
    if len(lines) <= MAX_LINE_BYTES or max(map(len, lines.split(b"\n"))) <= MAX_LINE_BYTES:
        return head + lines.replace(b"\n", b"\n" + head) + b"\n"
    return b"".join(_cut_record(at_ms, stream, line, goes_on=False) for line in lines.split(b"\n"))


def _cut_record(at_ms: int, stream: str, line: bytes, *, goes_on: bool) -> bytes:
    """The records of one line, as many as it takes."""
    line = _readable(line)
    pieces: list[bytes] = []
    start = 0
    while len(line) - start > MAX_LINE_BYTES:
        end = start + MAX_LINE_BYTES - _torn(line[start : start + MAX_LINE_BYTES])
        pieces.append(b"%d %b %b\n" % (at_ms, stream.upper().encode(), line[start:end]))
        start = end
    last = stream.upper() if goes_on else stream
    pieces.append(b"%d %b %b\n" % (at_ms, last.encode(), line[start:]))
    return b"".join(pieces)


def _readable(text: bytes) -> bytes:
    """The same text where it is UTF-8; else with what is none spelled out."""
    try:
        text.decode()
    except UnicodeDecodeError:
        return text.decode("utf-8", "backslashreplace").encode()
    return text


def _torn(text: bytes) -> int:
    """How many bytes at the end are the begin of a character whose rest is missing."""
    for back in range(1, min(3, len(text)) + 1):
        byte = text[-back]
        if byte & 0xC0 != 0x80:
            wanted = next((size for mask, bits, size in _LEAD_BITS if byte & mask == bits), 1)
            return back if wanted > back else 0
    return 0
