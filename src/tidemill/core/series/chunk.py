"""The chunk codec: up to 8,192 canonical points of one series in one immutable blob, its columns apart.

Format 1, little-endian:

    offset  bytes  what
    0       2      "TC"
    2       1      format version: 1
    3       1      0
    4       4      n, points: 1 or more
    8       36     the directory: steps, timestamps, values, each as
                     0  1  form (see `columns`)
                     1  3  0
                     4  4  bytes of the body
                     8  4  CRC-32 of the body
    44      4      CRC-32 of bytes 0 to 44
    48      ...    the three bodies, one after another; nothing follows

So a reader can decode one column, or a few positions of it, and checks only the bytes that it uses.
"""

from dataclasses import dataclass
from struct import Struct
from typing import NamedTuple
from zlib import crc32

from tidemill.core.series import columns
from tidemill.core.series.columns import Positions
from tidemill.core.series.order import Floats, Ints
from tidemill.core.series.points import Points
from tidemill.kit.errors import DamagedError, InvalidError

FORMAT = 1
MAX_POINTS = 8192

_MAGIC = b"TC"
_HEAD = Struct("<2sBBI")
_COLUMN = Struct("<B3xII")
_CHECKSUM = Struct("<I")
_BODIES = _HEAD.size + 3 * _COLUMN.size + _CHECKSUM.size


def encode_chunk(points: Points) -> bytes:
    """The blob of 1 to 8,192 canonical points. Raises InvalidError for any others."""
    if not 0 < len(points) <= MAX_POINTS:
        raise InvalidError(f"A metric chunk holds 1 to {MAX_POINTS} points, not {len(points)}.")
    if not points.is_canonical():
        raise InvalidError("A metric chunk holds points in history order, without duplicates.")
    encoded = (
        columns.encode_ints(points.steps),
        columns.encode_ints(points.timestamps),
        columns.encode_floats(points.values),
    )
    directory = (_COLUMN.pack(form, len(body), crc32(body)) for form, body in encoded)
    head = b"".join((_HEAD.pack(_MAGIC, FORMAT, 0, len(points)), *directory))
    return b"".join((head, _CHECKSUM.pack(crc32(head)), *(body for _, body in encoded)))


def decode_chunk(blob: bytes) -> Points:
    """All points of a blob. Raises DamagedError for bytes that `encode_chunk` did not make."""
    return Chunk.parse(blob).points()


class _Column(NamedTuple):
    form: int
    body: memoryview
    checksum: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk whose head is read and checked, and whose columns are decoded on demand."""

    count: int
    _steps: _Column
    _timestamps: _Column
    _values: _Column

    @staticmethod
    def parse(blob: bytes) -> "Chunk":
        """Reads the head. Raises DamagedError when it, or the blob's length, is wrong."""
        if len(blob) < _BODIES:
            raise DamagedError(f"A metric chunk of {len(blob)} bytes is cut short.")
        magic, version, _, count = _HEAD.unpack_from(blob)
        if magic != _MAGIC or version != FORMAT:
            raise DamagedError(f"A metric chunk starts with the unknown format {magic!r}, {version}.")
        head_bytes = _BODIES - _CHECKSUM.size
        if _CHECKSUM.unpack_from(blob, head_bytes)[0] != crc32(blob[:head_bytes]):
            raise DamagedError("The head of a metric chunk does not match its checksum.")
        view = memoryview(blob)
        found: list[_Column] = []
        end = _BODIES
        for form, length, checksum in _COLUMN.iter_unpack(view[_HEAD.size : head_bytes]):
            found.append(_Column(form, view[end : end + length], checksum))
            end += length
        if end != len(blob) or not 0 < count <= MAX_POINTS:
            raise DamagedError("A metric chunk is not as long as its own head says.")
        return Chunk(count, *found)

    def points(self) -> Points:
        return Points(self.steps(), self.timestamps(), self.values())

    def steps(self) -> Ints:
        return columns.decode_ints(self._steps.form, _checked(self._steps), self.count)

    def timestamps(self) -> Ints:
        return columns.decode_ints(self._timestamps.form, _checked(self._timestamps), self.count)

    def values(self) -> Floats:
        return columns.decode_floats(self._values.form, _checked(self._values), self.count)

    def take(self, positions: Positions) -> Points:
        """The points at these positions, each from 0 to `count` - 1, in that order."""
        return Points(
            columns.take_ints(self._steps.form, _checked(self._steps), self.count, positions),
            columns.take_ints(self._timestamps.form, _checked(self._timestamps), self.count, positions),
            columns.take_floats(self._values.form, _checked(self._values), self.count, positions),
        )


def _checked(column: _Column) -> memoryview:
    if crc32(column.body) != column.checksum:
        raise DamagedError("A column of a metric chunk does not match its checksum.")
    return column.body
