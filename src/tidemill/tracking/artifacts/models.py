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
class FileRow:
    """A file as who walks over all workspaces sees it."""

    id: int
    workspace_id: int
    file: ArtifactFile

    @property
    def path(self) -> str:
        return f"{self.file.folder}/{self.file.name}".lstrip("/")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a listing: a file with its size in bytes, or a folder without one."""

    name: str
    size: int | None

    @property
    def is_folder(self) -> bool:
        return self.size is None
