"""Where things lie in a local store, and the steps that make a name durable. Blocking: called in threads.

    <root>/<aa>/<sha256>              blobs; aa = the digest's first two digits
    <root>/lock                       held together by puts, alone by removals, each for one rename or unlink
    <root>/incoming/put-<random>      what is being received
    <root>/incoming/uploads/<id>/     multipart uploads, see `uploads`

Folders have mode 0700, files 0600.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from tidemill.core.blobs.errors import mapped_os_errors
from tidemill.core.blobs.files import StoredFile
from tidemill.core.blobs.folders import Folder
from tidemill.core.blobs.models import Blob, StoredBlob
from tidemill.core.blobs.names import is_digest, no_such_blob
from tidemill.kit.errors import UnavailableError


class Layout:
    """The folders of one local store."""

    def __init__(self, root: Path) -> None:
        with mapped_os_errors("opening its folder"):
            self._root = Folder.root(root)
            self._root.make_folder("incoming")
            self.incoming = self._root.folder("incoming")
            self.incoming.make_folder("uploads")
            self.uploads = self.incoming.folder("uploads")
            self._root.lock(shared=True).close()
            self.incoming.sync()
            self._root.sync()
        self._synced_shards: set[str] = set()

    def check(self) -> None:
        """Raise UnavailableError unless files can be created here."""
        with mapped_os_errors("checking its folder"):
            if not self.incoming.writable():
                raise UnavailableError(
                    "The artifact store's folder cannot be written.",
                    hint="Check who owns the folder, and that its disk is not mounted read-only.",
                )

    def publish(self, name: str, blob: Blob) -> Blob:
        """Move the synced file `name` of `incoming` to its place as `blob`, durably.

        It replaces a blob that is there: the bytes are the same, unless the old ones were damaged, and the new
        modified time tells a collector that somebody has just put this.
        """
        shard = blob.digest[:2]
        self._make_shard(shard)
        with self._root.folder(shard) as folder:
            with self._root.lock(shared=True):
                self.incoming.move(name, folder, blob.digest)
            folder.sync()
        return blob

    def open_blob(self, digest: str) -> StoredFile:
        """Open a blob; NotFoundError if there is none, DamagedError if it is small and not what it should be."""
        with mapped_os_errors("opening a blob"):
            try:
                with self._root.folder(digest[:2]) as folder:
                    descriptor = folder.open(digest)
            except FileNotFoundError:
                raise no_such_blob(digest) from None
            return StoredFile(descriptor, digest)

    def stat(self, digest: str) -> StoredBlob | None:
        """Describe a blob without opening it."""
        with mapped_os_errors("looking for a blob"), contextlib.suppress(FileNotFoundError):
            with self._root.folder(digest[:2]) as folder:
                entry = folder.entry(digest)
            return None if entry is None else StoredBlob(*entry)
        return None

    def remove(self, digest: str, if_modified_before_ms: int | None) -> bool:
        """Remove a blob. The lock keeps a put from landing between the look at its age and the removal."""
        with mapped_os_errors("removing a blob"):
            try:
                folder = self._root.folder(digest[:2])
            except FileNotFoundError:
                return False
            with folder, self._root.lock():
                entry = folder.entry(digest)
                if entry is None or (if_modified_before_ms is not None and entry.modified_ms >= if_modified_before_ms):
                    return False
                return folder.remove(digest)

    def shards(self) -> Iterator[str]:
        """Names of all shard folders there could be."""
        return (f"{number:02x}" for number in range(256))

    def shard_blobs(self, shard: str) -> list[StoredBlob]:
        """All blobs of one shard. What cannot be a blob or a shard of ours is passed over: a read of it says so."""
        with mapped_os_errors("walking over the blobs"), contextlib.suppress(FileNotFoundError, NotADirectoryError):
            with self._root.folder(shard) as folder:
                entries = folder.entries()
            return [StoredBlob(*entry) for entry in entries if is_digest(entry.name) and entry.name[:2] == shard]
        return []

    def collect_incoming(self, modified_before_ms: int) -> int:
        """Remove files whose receiver is gone: not written to since that instant."""
        with mapped_os_errors("removing leftovers"):
            old = [
                entry.name
                for entry in self.incoming.entries()
                if entry.name.startswith("put-") and entry.modified_ms < modified_before_ms
            ]
            return sum(self.incoming.remove(name) for name in old)

    def close(self) -> None:
        """Close the folders."""
        for folder in (self.uploads, self.incoming, self._root):
            folder.close()

    def _make_shard(self, shard: str) -> None:
        """Make a shard's folder. Each process syncs it once itself: one that finds it made cannot know it is synced."""
        if shard not in self._synced_shards:
            self._root.make_folder(shard)
            self._root.sync()
            self._synced_shards.add(shard)
