"""The tail codec: the points of one series in one request, as the blob that ingest appends.

Written for CPU, not for size: a tail is soon compacted into chunks. Nothing is compressed, and where points are regular
the way in uses no numpy, whose calls cost more than the rest of it. Format 1, little-endian, n points:

    offset  bytes  what
    0       1      format version: 1
    1       1      forms: bits 0-1 of the steps, bits 2-3 of the timestamps, other bits 0
    2       4      CRC-32 of bytes 6 to the end, seeded with the two bytes before as a little-endian number
    6       4      n, 1 or more
    10      ...    the steps, then the timestamps, each in one of these forms:
                     0 wide   n int64
                     1 near   first int64, then n int32: offset of each from the first; int64 arithmetic wraps
                     2 ramp   first int64, stride int64: the i-th is first + i * stride
                     3 one    int64: all are equal to it
    ...     8n     the values, float64
"""

from array import array
from collections.abc import Iterable, Sequence
from struct import Struct
from struct import error as StructError
from sys import byteorder
from zlib import crc32

import numpy as np

from tidemill.core.series.order import INT64_MAX, INT64_MIN, Ints
from tidemill.core.series.points import Points
from tidemill.kit.errors import DamagedError, InvalidError

FORMAT = 1

_WIDE, _NEAR, _RAMP, _ONE = range(4)
_HEAD = Struct("<BBI")
_COUNT = Struct("<I")
_SINGLE_POINT = Struct("<Iqqd")
_SINGLE_POINT_FORMS = _ONE | _ONE << 2
_SINGLE_POINT_SIZE = _HEAD.size + _SINGLE_POINT.size
_SINGLE_POINT_SEED = FORMAT | _SINGLE_POINT_FORMS << 8
_SINGLE_POINT_TABLE = np.dtype(
    [("seed", "<u2"), ("checksum", "<u4"), ("count", "<u4"), ("step", "<i8"), ("timestamp", "<i8"), ("value", "<f8")]
)
_INT64 = Struct("<q")
_TWO_INT64 = Struct("<qq")


def encode_tail(steps: Sequence[int], timestamps: Sequence[int], values: Sequence[float]) -> bytes:
    """One blob of all the points, in the given order. Lists are the fast way in.

    Raises InvalidError when there is no point, lengths differ or a number does not fit its 64 bits.
    """
    count = len(steps)
    if count == 0 or count != len(timestamps) or count != len(values):
        raise InvalidError("Steps, timestamps and values need one length of at least one.")
    try:
        if count == 1:
            return _sealed(_SINGLE_POINT_FORMS, _SINGLE_POINT.pack(1, steps[0], timestamps[0], values[0]))
        step_form, step_bytes = _encode_ints(steps, count)
        time_form, time_bytes = _encode_ints(timestamps, count)
        value_bytes = _little_endian(array("d", values))
    except (OverflowError, StructError) as error:
        raise InvalidError("A step, timestamp or value is outside the range of a 64-bit number.") from error
    return _sealed(step_form | time_form << 2, b"".join((_COUNT.pack(count), step_bytes, time_bytes, value_bytes)))


def decode_tail(blob: bytes) -> Points:
    """The points of one blob, in the order they were given. Raises DamagedError for any other bytes."""
    if len(blob) < _HEAD.size + _COUNT.size:
        raise DamagedError(f"A metric tail of {len(blob)} bytes is cut short.")
    version, forms, checksum = _HEAD.unpack_from(blob)
    if version != FORMAT:
        raise DamagedError(f"A metric tail has the unknown format {version}.")
    if checksum != _checksum(forms, memoryview(blob)[_HEAD.size :]):
        raise DamagedError("A metric tail does not match its checksum.")
    (count,) = _COUNT.unpack_from(blob, _HEAD.size)
    try:
        steps, offset = _decode_ints(blob, _HEAD.size + _COUNT.size, forms & 3, count)
        timestamps, offset = _decode_ints(blob, offset, forms >> 2 & 3, count)
        values = np.frombuffer(blob, dtype="<f8", count=count, offset=offset)
    except (ValueError, StructError) as error:
        raise DamagedError("A metric tail is shorter than its own count says.") from error
    if count == 0 or forms >> 4 or offset + values.nbytes != len(blob):
        raise DamagedError("A metric tail is not as long as its own count says.")
    return Points(steps, timestamps, values)


def decode_tails(blobs: Iterable[bytes]) -> Points:
    """The points of many blobs in one; not canonical. Raises DamagedError as `decode_tail` does.

    A client that logs one point a call leaves thousands of blobs of one point, which are read as one table.
    """
    single: list[bytes] = []
    several: list[bytes] = []
    for blob in blobs:
        (single if len(blob) == _SINGLE_POINT_SIZE else several).append(blob)
    return Points.concatenate([_decode_single_points(single), *map(decode_tail, several)])


def _decode_single_points(blobs: list[bytes]) -> Points:
    table = np.frombuffer(b"".join(blobs), dtype=_SINGLE_POINT_TABLE)
    checksums = [crc32(blob[_HEAD.size :], _SINGLE_POINT_SEED) for blob in blobs]
    as_written = (table["seed"] == _SINGLE_POINT_SEED) & (table["count"] == 1)
    as_written &= table["checksum"] == np.array(checksums, dtype=np.uint32)
    for position in np.flatnonzero(~as_written).tolist():
        # Raises with what is wrong; what it accepts at this length is one point in the same places.
        decode_tail(blobs[position])
    return Points(
        table["step"].astype(np.int64), table["timestamp"].astype(np.int64), table["value"].astype(np.float64)
    )


def _encode_ints(numbers: Sequence[int], count: int) -> tuple[int, bytes]:
    first = numbers[0]
    stride = numbers[1] - first
    if stride == 0:
        if numbers.count(first) == count:
            return _ONE, _INT64.pack(first)
    elif (
        INT64_MIN <= stride <= INT64_MAX
        and INT64_MIN <= numbers[-1] <= INT64_MAX
        and numbers == list(range(first, first + count * stride, stride))
    ):
        return _RAMP, _TWO_INT64.pack(first, stride)
    wide = np.array(numbers, dtype="<i8")
    # Where an offset wraps, so does the sum on the way back.
    offsets = wide - wide[0]
    near = offsets.astype("<i4")
    if np.array_equal(near, offsets):
        return _NEAR, _INT64.pack(first) + near.tobytes()
    return _WIDE, wide.tobytes()


def _decode_ints(blob: bytes, offset: int, form: int, count: int) -> tuple[Ints, int]:
    if form == _WIDE:
        return np.frombuffer(blob, dtype="<i8", count=count, offset=offset), offset + 8 * count
    (first,) = _INT64.unpack_from(blob, offset)
    offset += 8
    if form == _NEAR:
        near = np.frombuffer(blob, dtype="<i4", count=count, offset=offset)
        return near + np.int64(first), offset + 4 * count
    if form == _ONE:
        return np.full(count, first, dtype=np.int64), offset
    (stride,) = _INT64.unpack_from(blob, offset)
    return np.arange(count, dtype=np.int64) * stride + first, offset + 8


def _sealed(forms: int, body: bytes) -> bytes:
    return _HEAD.pack(FORMAT, forms, _checksum(forms, body)) + body


def _checksum(forms: int, body: bytes | memoryview) -> int:
    return crc32(body, FORMAT | forms << 8)


def _little_endian(values: "array[float]") -> bytes:
    if byteorder == "big":
        values.byteswap()
    return values.tobytes()
