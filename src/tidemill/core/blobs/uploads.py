"""Multipart uploads of the local store. Blocking: called in threads.

One folder per upload holds its parts as `<number>-<sha256>`, so that the folder alone tells everything after a
restart, a part sent twice harms nothing, and the etag that a client holds is the name of a file that can be verified.
A completed upload keeps one empty file `done-<sha256>-<size>`, so that a repeated completion gets the same answer.
"""

import os
import re
from collections.abc import Sequence

from tidemill.core.blobs.errors import mapped_os_errors
from tidemill.core.blobs.files import StoredFile
from tidemill.core.blobs.folders import LOCK_NAME, Folder, FolderLock
from tidemill.core.blobs.models import Blob, Part
from tidemill.core.blobs.names import (
    checked_upload_id,
    is_digest,
    no_such_upload,
    part_never_arrived,
)
from tidemill.kit.errors import ConflictError

_DONE = re.compile(r"done-([0-9a-f]{64})-([0-9]{1,19})")


class Uploads:
    """All multipart uploads of a store. `incoming` is where their parts are received."""

    def __init__(self, incoming: Folder, uploads: Folder) -> None:
        self._incoming = incoming
        self._uploads = uploads

    def begin(self, upload_id: str) -> None:
        """Make the folder of a new upload."""
        checked_upload_id(upload_id)
        with mapped_os_errors("beginning an upload"):
            self._uploads.make_folder(upload_id)
            with self._uploads.folder(upload_id) as folder:
                # Made now, so that completing needs no new name on a disk that has become full.
                folder.lock().close()
            self._uploads.sync()

    def expect_open(self, upload_id: str) -> None:
        """Raise NotFoundError or ConflictError unless parts may be put."""
        with mapped_os_errors("looking for an upload"), self._folder(upload_id) as folder:
            _refuse_completed(folder)

    def keep_part(self, upload_id: str, number: int, name: str, blob: Blob) -> str:
        """Move the synced file `name` of `incoming` into the upload; returns its etag."""
        with self._folder(upload_id) as folder:
            _refuse_completed(folder)
            self._incoming.move(name, folder, _part_name(Part(number, blob.digest)))
            folder.sync()
        return blob.digest

    def hold(self, upload_id: str) -> "Completion":
        """Hold an upload for completing it, until `release`; ConflictError if somebody else does."""
        with mapped_os_errors("completing an upload"):
            folder = self._folder(upload_id)
            try:
                lock = folder.lock(wait=False)
            except BlockingIOError:
                folder.close()
                raise ConflictError(
                    "Another request is completing this upload.",
                    hint="Repeat the request: the answer will be the same.",
                ) from None
            return Completion(folder, lock)

    def abort(self, upload_id: str) -> None:
        """Remove an upload with its parts."""
        with mapped_os_errors("aborting an upload"):
            self._uploads.remove_folder(checked_upload_id(upload_id))

    def collect(self, modified_before_ms: int) -> int:
        """Remove uploads that nothing was added to since that instant."""
        with mapped_os_errors("removing leftovers"):
            old = [entry.name for entry in self._uploads.entries() if entry.modified_ms < modified_before_ms]
            for name in old:
                self._uploads.remove_folder(name)
            return len(old)

    def _folder(self, upload_id: str) -> Folder:
        try:
            return self._uploads.folder(checked_upload_id(upload_id))
        except FileNotFoundError:
            raise no_such_upload() from None


class Completion:
    """One upload, held by whoever completes it."""

    def __init__(self, folder: Folder, lock: FolderLock) -> None:
        self._folder = folder
        self._lock = lock

    def release(self) -> None:
        """Let others have it."""
        self._lock.close()
        self._folder.close()

    def result(self) -> Blob | None:
        """The blob that the upload became, if it was completed before."""
        return _completed(self._folder)

    def expect_parts(self, parts: Sequence[Part]) -> None:
        """Raise InvalidError unless all parts are there."""
        names = {entry.name for entry in self._folder.entries()}
        for part in parts:
            if not is_digest(part.etag) or _part_name(part) not in names:
                raise part_never_arrived(part)

    def open_part(self, part: Part) -> StoredFile:
        """Open a part for reading; it is verified against its etag."""
        with mapped_os_errors("joining the parts of an upload"):
            return StoredFile(self._folder.open(_part_name(part)), part.etag)

    def finish(self, blob: Blob) -> None:
        """Note the result durably, then drop the parts."""
        with mapped_os_errors("completing an upload"):
            os.close(self._folder.create(f"done-{blob.digest}-{blob.size}"))
            self._folder.sync()
            for entry in self._folder.entries():
                if entry.name != LOCK_NAME and not entry.name.startswith("done-"):
                    self._folder.remove(entry.name)


def _completed(folder: Folder) -> Blob | None:
    for entry in folder.entries():
        if found := _DONE.fullmatch(entry.name):
            return Blob(found[1], int(found[2]))
    return None


def _refuse_completed(folder: Folder) -> None:
    if _completed(folder) is not None:
        raise ConflictError("This upload is complete.", hint="Begin a new one to store something else.")


def _part_name(part: Part) -> str:
    return f"{part.number:05d}-{part.etag}"
