"""What is wrong with blobs that somebody needs, for whoever names those that need them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tidemill.core.blobs.port import BlobStore
from tidemill.kit.errors import TidemillError

_LOOKS_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a blob (damaged, missing, unreadable), and in a sentence how."""

    problem: str
    detail: str


async def faults_among(blobs: BlobStore, digests: Sequence[str], known: Mapping[str, Fault]) -> dict[str, Fault]:
    """Those of these blobs that are known to be faulty, or that the store does not hold."""
    faults = {digest: known[digest] for digest in digests if digest in known}
    unknown = [digest for digest in digests if digest not in known]
    for start in range(0, len(unknown), _LOOKS_AT_ONCE):
        part = unknown[start : start + _LOOKS_AT_ONCE]
        found = await asyncio.gather(*(_look(blobs, digest) for digest in part))
        faults |= {digest: fault for digest, fault in zip(part, found, strict=True) if fault is not None}
    return faults


async def _look(blobs: BlobStore, digest: str) -> Fault | None:
    try:
        found = await blobs.stat(digest)
    except TidemillError as error:
        return Fault("unreadable", error.message)
    return Fault("missing", "The store does not hold its bytes.") if found is None else None
