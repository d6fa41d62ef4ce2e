"""A kept log gives every range of itself, unpacks with any zstd, and tells when it is damaged."""

import random

import pytest

from tidemill.compute.backends.fakes import FakeBackend, FakeMachine, Part, always
from tidemill.compute.controller import INLINE_BYTES, WholeLogKeeper
from tidemill.compute.logs.frames import FRAME_BYTES, Packer, index_size, read_index, unpack, zstd
from tidemill.compute.logs.records import line_number, line_start, read_block, read_lines, tail_start
from tidemill.compute.logs.sources import KeptSource
from tidemill.compute.models import Node, ProcessKey, Resources
from tidemill.compute.records import KeptLog
from tidemill.core.blobs.fakes import MemoryBlobStore
from tidemill.kit.errors import DamagedError

pytestmark = pytest.mark.anyio
KEY = ProcessKey("a", 1)


def log_of(lines: int, *, seed: int = 1) -> bytes:
    """A log of noise, which shrinks little."""
    numbers = random.Random(seed)  # noqa: S311 - the same noise each time
    return b"".join(b"1700000000000 o %d %x\n" % (n, numbers.getrandbits(300)) for n in range(lines))


async def kept(log: bytes, blobs: MemoryBlobStore) -> KeptLog:
    machine = FakeMachine([Node("n", "fake", Resources())], always(Part(runs_ms=None, log=log)))
    machine.start(KEY, "n")
    machine.advance(0)
    return await WholeLogKeeper(blobs).keep(FakeBackend(machine), KEY)


@pytest.mark.parametrize("lines", [1, 50, 20_000])
async def test_every_range_of_a_kept_log_is_as_it_was_written(lines: int) -> None:
    log, blobs = log_of(lines), MemoryBlobStore()
    where = await kept(log, blobs)
    assert (where.data is None) == (where.stored_size > INLINE_BYTES)
    source = KeptSource(blobs, where)
    assert await source.size() == len(log)
    size = len(log)
    for start in (0, 1, size // 3, size // 2, size - 1, size, size + 9, FRAME_BYTES - 1, FRAME_BYTES):
        assert await read_block(source, start, len(log)) == log[start:]


async def test_lines_are_found_by_number_and_from_the_end_across_frames() -> None:
    log, blobs = log_of(20_000), MemoryBlobStore()
    source, lines = KeptSource(blobs, await kept(log, blobs)), log.splitlines(keepends=True)
    for number in (0, 1, 777, 19_999, 20_000, 30_000):
        assert await line_start(source, number) == len(b"".join(lines[:number]))
    for count in (0, 1, 2, 15_000, 20_000, 30_000):
        assert await tail_start(source, count, 64 << 20) == len(log) - len(b"".join(lines[-count:] if count else []))
    far = await tail_start(source, 15_000, 100_000)
    first = await anext(read_lines(source, far, rank=0, is_whole=True))
    assert len(log) - 100_000 <= first.offset < len(log) - 99_000


async def test_a_line_knows_its_number_wherever_it_is_read() -> None:
    log, blobs = log_of(20_000), MemoryBlobStore()
    source = KeptSource(blobs, await kept(log, blobs))
    for number in (0, 1, 777, 3_500, 19_999, 20_000):
        assert await line_number(source, await line_start(source, number)) == number


async def test_an_empty_log_needs_no_bytes() -> None:
    where = await kept(b"", MemoryBlobStore())
    assert (where.data, where.digest, where.size, where.stored_size) == (None, "", 0, 0)
    source = KeptSource(MemoryBlobStore(), where)
    assert await read_block(source, 0, 10) == b""
    assert await line_start(source, 3) == await tail_start(source, 3, 1000) == await line_number(source, 0) == 0


def test_any_zstd_unpacks_it_whole() -> None:
    log, packer = log_of(9000), Packer()
    packed = b"".join([*(packer.take(log[at : at + 1000]) for at in range(0, len(log), 1000)), packer.end()])
    assert zstd.decompress(packed) == log


def test_a_line_longer_than_a_frame_is_cut_and_nothing_lost() -> None:
    packer = Packer()
    log = b"1 o " + b"x" * (3 * FRAME_BYTES) + b"\n1 o y\n"
    assert zstd.decompress(packer.take(log) + packer.end()) == log


def test_damage_is_noticed() -> None:
    log, packer = log_of(50), Packer()
    packed = packer.take(log) + packer.end()
    frame = read_index(packed[-index_size(packed) :]).frames_from(0)[0]
    spoilt = bytearray(packed[frame.packed_start : frame.packed_end])
    spoilt[len(spoilt) // 2] ^= 1
    with pytest.raises(DamagedError):
        unpack(bytes(spoilt), frame.end)
    with pytest.raises(DamagedError):
        index_size(packed[:-1])
