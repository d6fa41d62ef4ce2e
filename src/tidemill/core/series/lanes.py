"""Lanes: fixed-width numbers as byte planes in one zstd frame.

The bytes of equal weight of all numbers stand together (a *lane*), and each lane ends a zstd block, so that the noisy
low bytes of a float, which cannot shrink, do not spoil the code table of its quiet high bytes.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tidemill.core.compression import zstd
from tidemill.kit.errors import DamagedError

_LEVEL = 3

Number = TypeVar("Number", bound=np.generic)


def pack_lanes(numbers: NDArray[Number]) -> bytes:
    """One zstd frame holding the lanes of `numbers`, lowest byte first."""
    width = numbers.dtype.itemsize
    little_endian = np.ascontiguousarray(numbers.astype(numbers.dtype.newbyteorder("<"), copy=False))
    lanes = np.ascontiguousarray(little_endian.view(np.uint8).reshape(-1, width).T)
    compressor = zstd.ZstdCompressor(level=_LEVEL)
    blocks = [compressor.compress(lane.tobytes(), zstd.ZstdCompressor.FLUSH_BLOCK) for lane in lanes]
    return b"".join((*blocks, compressor.flush(zstd.ZstdCompressor.FLUSH_FRAME)))


def unpack_lanes(frame: bytes | memoryview, dtype: np.dtype[Number], count: int) -> NDArray[Number]:
    """The `count` numbers of a frame. Raises DamagedError when it does not hold exactly that many."""
    return _numbers(_lanes(frame, dtype.itemsize, count).T, dtype)


def take_lanes(
    frame: bytes | memoryview, dtype: np.dtype[Number], count: int, positions: NDArray[np.intp]
) -> NDArray[Number]:
    """The numbers at some positions of a frame of `count`; saves the transposition of the others."""
    return _numbers(_lanes(frame, dtype.itemsize, count).T[positions], dtype)


def _lanes(frame: bytes | memoryview, width: int, count: int) -> NDArray[np.uint8]:
    """Row i is lane i."""
    decompressor = zstd.ZstdDecompressor()
    try:
        # One byte more than wanted, so that a frame that is too long shows without being unpacked whole.
        content = decompressor.decompress(frame, max_length=width * count + 1)
    except zstd.ZstdError as error:
        raise DamagedError("A metric column cannot be decompressed.") from error
    if len(content) != width * count or not decompressor.eof or decompressor.unused_data:
        raise DamagedError("A metric column does not hold as many numbers as its chunk says.")
    return np.frombuffer(content, dtype=np.uint8).reshape(width, count)


def _numbers(rows: NDArray[np.uint8], dtype: np.dtype[Number]) -> NDArray[Number]:
    """Row i holds the bytes of number i."""
    little_endian = np.ascontiguousarray(rows).view(dtype.newbyteorder("<")).reshape(len(rows))
    return little_endian.astype(dtype, copy=False)
