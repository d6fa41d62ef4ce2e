"""Content stamps: a step is done again only when what it was made from has changed."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def digest_of(texts: Iterable[str]) -> str:
    """One digest of some texts, in their order."""
    digest = hashlib.sha256()
    for text in texts:
        data = text.encode()
        digest.update(f"{len(data)}:".encode() + data)
    return digest.hexdigest()


def digest_of_files(files: Iterable[Path], *, root: Path) -> str:
    """One digest of some files' names and bytes, whatever order they come in."""
    digest = hashlib.sha256()
    for file in sorted(files):
        data = file.read_bytes()
        digest.update(f"{file.relative_to(root).as_posix()}:{len(data)}:".encode() + data)
    return digest.hexdigest()


def is_fresh(stamp: Path, digest: str) -> bool:
    """Whether the step that wrote this stamp was given the same content."""
    try:
        return stamp.read_text().strip() == digest
    except OSError:
        return False


def write(stamp: Path, digest: str) -> None:
    """Note that a step is done. Written last, so that a step that was cut short is done again."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest + "\n")
