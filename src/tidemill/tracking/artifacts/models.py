"""Words of artifacts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ArtifactFile:
    """A file: its logical path's two halves, and the blob that holds its bytes."""

    folder: str
    name: str
    digest: str
    size: int
    written_ms: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a listing: a file with its size in bytes, or a folder without one."""

    name: str
    size: int | None

    @property
    def is_folder(self) -> bool:
        return self.size is None
