"""How one column of a chunk is written: integers as a ramp or lanes of deltas, values at the narrowest exact width.

A column is a form (one byte, kept by the chunk's directory) and its body, little-endian, for n >= 1 numbers:

    form        body
    0 RAMP      first int64, stride int64: the i-th is first + i * stride; all int64 arithmetic wraps
    1..4 DELTA  first int64, least int64, then lanes of n - 1 unsigned numbers of 1, 2, 4, 8 bytes:
                each delta minus the least delta
    5 CONSTANT  the one bit pattern, float64
    6 SINGLE    lanes of n float32, each of them exactly the value
    7 DOUBLE    lanes of n float64

See `lanes` for how lanes are compressed.
"""

from struct import Struct

import numpy as np
from numpy.typing import NDArray

from tidemill.core.series.lanes import pack_lanes, take_lanes, unpack_lanes
from tidemill.core.series.order import Floats, Ints
from tidemill.kit.errors import DamagedError

RAMP = 0
DELTA = 1
CONSTANT = 5
SINGLE = 6
DOUBLE = 7

_UNSIGNED: tuple[np.dtype[np.unsignedinteger], ...] = (
    np.dtype(np.uint8),
    np.dtype(np.uint16),
    np.dtype(np.uint32),
    np.dtype(np.uint64),
)
_FLOAT32 = np.dtype(np.float32)
_FLOAT64 = np.dtype(np.float64)
_TWO_INT64 = Struct("<qq")
_ONE_FLOAT64 = Struct("<d")

Positions = NDArray[np.intp]


def encode_ints(numbers: Ints) -> tuple[int, bytes]:
    """Form and body of an integer column of at least one number."""
    first = int(numbers[0])
    if len(numbers) == 1:
        return RAMP, _TWO_INT64.pack(first, 0)
    deltas = numbers[1:] - numbers[:-1]
    least = deltas.min()
    # Deltas of int64 differ by less than 2**64, so the wrapped difference read as unsigned is the true one.
    excess = (deltas - least).view(np.uint64)
    greatest = int(excess.max())
    if greatest == 0:
        return RAMP, _TWO_INT64.pack(first, int(least))
    width = next(index for index, dtype in enumerate(_UNSIGNED) if greatest <= np.iinfo(dtype).max)
    return DELTA + width, _TWO_INT64.pack(first, int(least)) + pack_lanes(excess.astype(_UNSIGNED[width]))


def decode_ints(form: int, body: memoryview, count: int) -> Ints:
    """The column of `count` numbers. Raises DamagedError when form or body are not what `encode_ints` makes."""
    first, step = _two_ints(form, body)
    if form == RAMP:
        numbers = np.arange(count, dtype=np.int64)
        numbers *= np.int64(step)
        numbers += np.int64(first)
        return numbers
    excess = unpack_lanes(body[_TWO_INT64.size :], _UNSIGNED[form - DELTA], count - 1)
    numbers = np.empty(count, dtype=np.int64)
    numbers[0] = first
    numbers[1:] = excess.astype(np.uint64).view(np.int64)
    numbers[1:] += np.int64(step)
    return np.cumsum(numbers, out=numbers)


def take_ints(form: int, body: memoryview, count: int, positions: Positions) -> Ints:
    """The numbers at some positions; a ramp is not written out for it."""
    if form != RAMP:
        return decode_ints(form, body, count)[positions]
    first, step = _two_ints(form, body)
    return positions.astype(np.int64) * np.int64(step) + np.int64(first)


def encode_floats(values: Floats) -> tuple[int, bytes]:
    """Form and body of a value column of at least one value; every bit is kept."""
    bits = values.view(np.int64)
    if bool((bits == bits[0]).all()):
        return CONSTANT, _ONE_FLOAT64.pack(float(values[0]))
    with np.errstate(over="ignore", invalid="ignore"):
        singles = values.astype(np.float32)
        exact = np.array_equal(singles.astype(np.float64).view(np.int64), bits)
    return (SINGLE, pack_lanes(singles)) if exact else (DOUBLE, pack_lanes(values))


def decode_floats(form: int, body: memoryview, count: int) -> Floats:
    """The column of `count` values. Raises DamagedError when form or body are not what `encode_floats` makes."""
    if form == DOUBLE:
        return unpack_lanes(body, _FLOAT64, count)
    if form == SINGLE:
        return unpack_lanes(body, _FLOAT32, count).astype(np.float64)
    return np.full(count, _constant(form, body), dtype=np.float64)


def take_floats(form: int, body: memoryview, count: int, positions: Positions) -> Floats:
    """The values at some positions."""
    if form == DOUBLE:
        return take_lanes(body, _FLOAT64, count, positions)
    if form == SINGLE:
        return take_lanes(body, _FLOAT32, count, positions).astype(np.float64)
    return np.full(len(positions), _constant(form, body), dtype=np.float64)


def _two_ints(form: int, body: memoryview) -> tuple[int, int]:
    if not RAMP <= form < DELTA + len(_UNSIGNED):
        raise DamagedError(f"A metric chunk has an integer column of the unknown form {form}.")
    if len(body) < _TWO_INT64.size or (form == RAMP and len(body) != _TWO_INT64.size):
        raise DamagedError("A metric chunk has an integer column of the wrong length.")
    return _TWO_INT64.unpack_from(body)


def _constant(form: int, body: memoryview) -> float:
    if form != CONSTANT:
        raise DamagedError(f"A metric chunk has a value column of the unknown form {form}.")
    if len(body) != _ONE_FLOAT64.size:
        raise DamagedError("A metric chunk has a value column of the wrong length.")
    value: float = _ONE_FLOAT64.unpack(body)[0]
    return value
