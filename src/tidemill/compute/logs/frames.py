"""The form in which a log is kept: zstd frames of whole lines, and behind them an index, so that a range is read alone.

    frame 0 | frame 1 | ...     each 256 KiB of the log, compressed by itself
    line table                  a skippable frame: how many lines each frame has, uint32
    seek table                  a skippable frame in zstd's "seekable format": sizes of each frame, packed and unpacked

Skippable frames are passed over by every zstd: `zstd -d` gives the log. All numbers are little-endian.
"""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from struct import Struct

from tidemill.core.compression import zstd
from tidemill.kit.errors import DamagedError

FRAME_BYTES = 256 * 1024
"""What a frame holds, of the log as it was; a little less, since it ends with a line."""

_LINE_TABLE, _SEEK_TABLE, _SEEKABLE = 0x184D2A50, 0x184D2A5E, 0x8F92EAB1
_WITH_CHECKSUM = {int(zstd.CompressionParameter.checksum_flag): 1}
"""So that a range of a blob is verified too, which the store itself verifies as a whole only."""
_HEAD = Struct("<II")
_SIZES = Struct("<II")
_FOOT = Struct("<IBI")
_COUNT = Struct("<I")


class Packer:
    """Packs a log while it comes. `size` is what it has taken so far."""

    def __init__(self) -> None:
        self.size = 0
        self._waiting = bytearray()
        self._frames: list[tuple[int, int, int]] = []

    def take(self, chunk: bytes) -> bytes:
        """Take the next bytes; gives the frames that are full by now."""
        self.size += len(chunk)
        self._waiting += chunk
        packed: list[bytes] = []
        while len(self._waiting) >= FRAME_BYTES:
            line_end = self._waiting.rfind(b"\n", 0, FRAME_BYTES) + 1
            packed.append(self._frame(line_end or FRAME_BYTES))
        return b"".join(packed)

    def end(self) -> bytes:
        """The last frame and the index; nothing for an empty log."""
        last = self._frame(len(self._waiting)) if self._waiting else b""
        return last + _index_bytes(self._frames) if self._frames else b""

    def _frame(self, size: int) -> bytes:
        content = bytes(self._waiting[:size])
        del self._waiting[:size]
        packed = zstd.compress(content, options=_WITH_CHECKSUM)
        self._frames.append((len(packed), size, content.count(b"\n")))
        return packed


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: where it lies among the packed bytes, and in the log, and how many lines are before it."""

    packed_start: int
    packed_end: int
    start: int
    end: int
    lines_before: int


class Index:
    """Where each frame lies."""

    def __init__(self, packed: list[int], sizes: list[int], lines: list[int]) -> None:
        self._packed = [0, *accumulate(packed)]
        self._ends = [0, *accumulate(sizes)]
        self._lines = [0, *accumulate(lines)]

    @property
    def packed_size(self) -> int:
        """Bytes of all frames together."""
        return self._packed[-1]

    def frames_from(self, offset: int) -> list[Frame]:
        """The frame that holds this byte of the log, and those behind it."""
        return [self._frame(number) for number in range(bisect_right(self._ends, offset) - 1, len(self._ends) - 1)]

    def frame_of_line(self, number: int) -> Frame:
        """The frame that holds this line, counted from 0; the last one for a line that is not there."""
        return self._frame(min(bisect_right(self._lines, number), len(self._ends) - 1) - 1)

    def _frame(self, number: int) -> Frame:
        packed, ends = self._packed, self._ends
        return Frame(packed[number], packed[number + 1], ends[number], ends[number + 1], self._lines[number])


def index_size(foot: bytes) -> int:
    """How many bytes the index has, by the last bytes of a kept log. Raises DamagedError where it has none."""
    if len(foot) < _FOOT.size:
        raise DamagedError("A kept log is cut short.")
    count, _, magic = _FOOT.unpack(foot[-_FOOT.size :])
    if magic != _SEEKABLE:
        raise DamagedError("A kept log has no index at its end.")
    return 2 * _HEAD.size + count * (_COUNT.size + _SIZES.size) + _FOOT.size


def read_index(index: bytes) -> Index:
    """The index out of its bytes. Raises DamagedError."""
    count = _FOOT.unpack(index[-_FOOT.size :])[0]
    lines_end = _HEAD.size + count * _COUNT.size
    heads = _HEAD.unpack_from(index), _HEAD.unpack_from(index, lines_end)
    if [magic for magic, _ in heads] != [_LINE_TABLE, _SEEK_TABLE]:
        raise DamagedError("The index of a kept log is not one.")
    lines = [row[0] for row in _COUNT.iter_unpack(index[_HEAD.size : lines_end])]
    sizes = list(_SIZES.iter_unpack(index[lines_end + _HEAD.size : -_FOOT.size]))
    return Index([packed for packed, _ in sizes], [size for _, size in sizes], lines)


def unpack(frame: bytes, size: int) -> bytes:
    """The bytes of one frame. Raises DamagedError where they are not as many as its index says."""
    try:
        content = zstd.ZstdDecompressor().decompress(frame, max_length=size + 1)
    except zstd.ZstdError as error:
        raise DamagedError("A frame of a kept log cannot be decompressed.") from error
    if len(content) != size:
        raise DamagedError("A frame of a kept log does not hold what its index says.")
    return content


def _index_bytes(frames: list[tuple[int, int, int]]) -> bytes:
    lines = b"".join(_COUNT.pack(count) for _, _, count in frames)
    sizes = b"".join(_SIZES.pack(packed, size) for packed, size, _ in frames)
    foot = _FOOT.pack(len(frames), 0, _SEEKABLE)
    return _HEAD.pack(_LINE_TABLE, len(lines)) + lines + _HEAD.pack(_SEEK_TABLE, len(sizes) + len(foot)) + sizes + foot
