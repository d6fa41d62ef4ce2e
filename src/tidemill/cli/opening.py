"""Opening what a server keeps, beside it or without it, for commands that look after it."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pkgutil import resolve_name

from tidemill.core.blobs import BlobStore, local_folder, open_artifacts
from tidemill.core.database import Database, open_database, shown_url, sqlite_path
from tidemill.core.identity import Scope, Subject
from tidemill.core.settings import Settings
from tidemill.kit.errors import ConflictError, NotFoundError
from tidemill.runtime.server_note import running_server
from tidemill.tenancy import Workspaces


@dataclass(frozen=True, slots=True)
class Storage:
    """A database of this version's schema, its artifact store, and a scope for each workspace, by its id."""

    database: Database
    blobs: BlobStore
    scopes: Mapping[int, Scope]

    def workspace(self, workspace_id: int | None) -> str:
        """The name of a workspace; empty for none."""
        scope = None if workspace_id is None else self.scopes.get(workspace_id)
        return "" if scope is None else scope.workspace


@asynccontextmanager
async def opened(settings: Settings, command: str) -> AsyncGenerator[Storage]:
    """Open the storage that the settings name; nothing is made that is not there.

    Raises NotFoundError where there is none, ConflictError where it is not the one that this data directory's server
    uses, or of another version's schema.
    """
    require_same_storage(settings)
    path, folder = sqlite_path(settings.database_url), local_folder(settings.artifacts_url)
    if path is not None and not path.exists():
        raise NotFoundError(
            f"there is no database at {path}", hint="`tidemill up` makes it; or name another --data-dir"
        )
    if folder is not None and not folder.is_dir():
        raise NotFoundError(
            f"the artifact store's folder {folder} is not there", hint="restore it, or name another --artifacts"
        )
    database = open_database(settings.database_url)
    try:
        require_schema(database)
        blobs = open_artifacts(settings)
        try:
            await blobs.check()
            found = await Workspaces(database).list_all()
            subject = Subject(f"tidemill {command}")
            yield Storage(database, blobs, {item.id: Scope(item.id, item.name, subject) for item in found})
        finally:
            await blobs.close()
    finally:
        database.close()


def require_same_storage(settings: Settings) -> None:
    """Raise ConflictError where this directory's server uses other storage than the settings name."""
    note = running_server(settings.data_dir)
    if note is None:
        return
    for what, theirs, ours in (
        ("database", note.database, shown_url(settings.database_url)),
        ("artifacts", note.artifacts, settings.artifacts_url),
    ):
        if theirs and theirs != ours:  # an older version's server says nothing of its storage
            raise ConflictError(
                f"the server of {settings.data_dir} keeps its {what} in {theirs}, and this command was told {ours}",
                hint=f"give --{what} as it was given to `tidemill up`, or set it in config.toml for both",
            )


def require_schema(database: Database) -> None:
    """Raise ConflictError unless the database has this version's schema."""
    current, head = schema_revisions(database)
    if current != head:
        raise ConflictError(
            f"the database is at revision {current or 'none'} of the schema, and this Tidemill works on {head}",
            hint="`tidemill up` upgrades an older one; for a newer one upgrade Tidemill",
        )


def schema_revisions(database: Database) -> tuple[str | None, str]:
    """The revision that a database is at, and the one that this version works on."""
    # By name: a composition root does not lean on the other, and only this needs it.
    current: Callable[[Database], str | None] = resolve_name("tidemill.server.migrating:current_revision")
    head: Callable[[], str] = resolve_name("tidemill.server.migrating:head_revision")
    return current(database), head()
