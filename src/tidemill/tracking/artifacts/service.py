"""Use cases over artifacts: bytes go to the blob store first, then one row makes them visible."""

from collections.abc import AsyncGenerator, AsyncIterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from tidemill.core.blobs import Blob, BlobStore, OpenBlob, PresignsDownloads, PresignsUploads
from tidemill.core.database import Database, Tx
from tidemill.core.events import Event, EventBus
from tidemill.core.identity import Scope
from tidemill.kit.clock import Clock, now_ms
from tidemill.kit.errors import DamagedError, InvalidError, NotFoundError, NotImplementedHereError
from tidemill.kit.ids import random_hex
from tidemill.tracking.artifacts import store
from tidemill.tracking.artifacts.models import ArtifactFile, Entry
from tidemill.tracking.artifacts.paths import ArtifactPath, parse_path
from tidemill.tracking.artifacts.uploads import stored_upload
from tidemill.tracking.locations import stored_folder
from tidemill.tracking.runs.service import require

_RUN_PATH_LENGTH = 3  # <experiment>/<run>/artifacts


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Where a run's artifacts lie in our store, and the URI by which clients know it."""

    uri: str
    path: ArtifactPath


class Artifacts:
    """Stores, lists, reads and removes artifact files of a workspace."""

    def __init__(self, database: Database, blobs: BlobStore, events: EventBus, clock: Clock = now_ms) -> None:
        self._database = database
        self._blobs = blobs
        self._events = events
        self._clock = clock

    async def put(
        self, scope: Scope, path: ArtifactPath, chunks: AsyncIterable[bytes], *, limit_bytes: int
    ) -> ArtifactFile:
        """Store a file, over one of the same path. Returns once its bytes and its row are synced."""
        await self._database.read(lambda tx: _check_free(tx, scope, path))
        return await self._link(scope, path, await self._blobs.put(chunks, limit_bytes=limit_bytes))

    async def find(self, scope: Scope, path: ArtifactPath) -> ArtifactFile:
        """The file of this path; InvalidError for a folder, NotFoundError for nothing."""

        def unit(tx: Tx) -> ArtifactFile:
            if path.names and (found := store.find(tx, scope, path)) is not None:
                return found
            if not path.names or store.is_folder(tx, scope, path):
                raise InvalidError(f"Artifact path refers to a directory, not a file: '{path.text}'")
            raise NotFoundError(f"No such artifact: '{path.text}'")

        return await self._database.read(unit)

    @asynccontextmanager
    async def open(self, file: ArtifactFile, start: int = 0, end: int | None = None) -> AsyncGenerator[OpenBlob, None]:
        """The bytes of a file, from start to end (exclusive), verified as the blob store promises.

        Raises DamagedError for bytes that are not those acknowledged, or that are gone.
        """
        async with AsyncExitStack() as stack:
            try:
                opened = await stack.enter_async_context(self._blobs.open(file.digest, start=start, end=end))
            except NotFoundError as error:
                raise DamagedError(
                    f"the bytes of '{file.name}' are missing from the artifact store (blob {file.digest})",
                    hint="upload the file again, or restore a backup; `tidemill fsck` lists all such files",
                ) from error
            yield opened

    async def entries(self, scope: Scope, folder: ArtifactPath) -> Sequence[Entry]:
        """What lies directly in a folder, by name; nothing for a file or for what is not there."""
        return await self._database.read(lambda tx: store.entries(tx, scope, folder))

    async def remove(self, scope: Scope, path: ArtifactPath) -> int:
        """Delete a file or a whole folder; returns how many files that were. `gc` frees their bytes."""

        def unit(tx: Tx) -> int:
            self._tell(tx, scope, path)
            return store.remove(tx, scope, path)

        return await self._database.write(unit)

    async def folder_of_run(self, scope: Scope, uuid: str) -> RunFolder:
        """Where a run's artifacts lie; InvalidError when that is another store, which this server never opens."""
        run = await self._database.read(lambda tx: require(tx, scope, uuid))
        return own_folder(run.artifact_uri)

    @property
    def presigns_downloads(self) -> bool:
        """Whether clients can be sent to the store itself for bytes."""
        return isinstance(self._blobs, PresignsDownloads)

    async def presign_download(self, file: ArtifactFile, expires_s: int) -> str:
        """A URL of the store itself; NotImplementedHereError where bytes only come through this server."""
        if not isinstance(self._blobs, PresignsDownloads):
            raise NotImplementedHereError("Multipart download is not supported for the current artifact repository")
        return await self._blobs.presign_download(file.digest, expires_seconds=expires_s)

    async def begin_parts(self, scope: Scope) -> str:
        """Begin an upload in parts; returns its id, by which it is known in this workspace and in no other."""
        upload_id = random_hex()
        await self._blobs.begin_multipart(stored_upload(scope, upload_id))
        return upload_id

    async def presign_part(self, scope: Scope, upload_id: str, number: int, expires_s: int) -> str | None:
        """A URL of the store itself for one part; None where parts come through this server."""
        if not isinstance(self._blobs, PresignsUploads):
            return None
        return await self._blobs.presign_part(stored_upload(scope, upload_id), number, expires_seconds=expires_s)

    async def put_part(
        self, scope: Scope, upload_id: str, number: int, chunks: AsyncIterable[bytes], *, limit_bytes: int
    ) -> str:
        """Store one part of an upload; returns its etag."""
        stored = stored_upload(scope, upload_id)
        return await self._blobs.put_part(stored, number, chunks, limit_bytes=limit_bytes)

    async def join_parts(
        self, scope: Scope, path: ArtifactPath, upload_id: str, parts: Sequence[tuple[int, str]], *, limit_bytes: int
    ) -> ArtifactFile:
        """Make the file of an upload's parts."""
        await self._database.read(lambda tx: _check_free(tx, scope, path))
        stored = stored_upload(scope, upload_id)
        blob = await self._blobs.complete_multipart(stored, parts, limit_bytes=limit_bytes)
        return await self._link(scope, path, blob)

    async def drop_parts(self, scope: Scope, upload_id: str) -> None:
        """Forget an upload."""
        await self._blobs.abort_multipart(stored_upload(scope, upload_id))

    async def _link(self, scope: Scope, path: ArtifactPath, blob: Blob) -> ArtifactFile:
        file = ArtifactFile(path.folder, path.name, blob.digest, blob.size, self._clock())

        def unit(tx: Tx) -> None:
            _check_free(tx, scope, path)
            store.put(tx, scope, file)
            self._tell(tx, scope, path)

        await self._database.write(unit)
        return file

    def _tell(self, tx: Tx, scope: Scope, path: ArtifactPath) -> None:
        run_id = path.names[1] if len(path.names) > _RUN_PATH_LENGTH else None
        experiment = int(path.names[0]) if path.names and path.names[0].isdecimal() else None
        event = Event("artifact", scope.workspace_id, experiment, run_id)
        tx.after_commit.append(lambda: self._events.publish(event))


def artifacts_below(tx: Tx, scope: Scope, folder: ArtifactPath, limit: int) -> tuple[Sequence[ArtifactFile], int, int]:
    """The first files below a folder by path, how many there are in all, and their bytes; for other slices' units."""
    return store.files_below(tx, scope, folder, limit), *store.totals(tx, scope, folder)


def own_folder(uri: str) -> RunFolder:
    """The folder that a URI names in our own store; InvalidError where it names another."""
    folder = stored_folder(uri)
    if folder is None:
        raise InvalidError(
            f"the artifacts of {uri[:200]!r} lie outside this server, which opens no store but its own",
            hint="read them with the store's own client",
        )
    return RunFolder(uri, parse_path(folder))


def _check_free(tx: Tx, scope: Scope, path: ArtifactPath) -> None:
    """Refuse a path that would make a file a folder or a folder a file."""
    if (blocking := store.any_file(tx, scope, path.ancestors)) is not None:
        raise InvalidError(f"'{path.text}' cannot lie below '{blocking}', which is a file")
    if store.is_folder(tx, scope, path):
        raise InvalidError(f"'{path.text}' is a directory, and cannot be overwritten by a file")
