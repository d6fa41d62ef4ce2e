"""Queries over artifact files, always within one workspace. Folders exist only as parts of paths."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, delete, func, or_, select, tuple_

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.tracking.artifacts.models import ArtifactFile, Entry, FileRow
from tidemill.tracking.artifacts.paths import ArtifactPath
from tidemill.tracking.artifacts.tables import artifact_files

_AFTER_SLASH = "0"  # the character after "/" in code point order


def put(tx: Tx, scope: Scope, file: ArtifactFile) -> None:
    """Insert or overwrite a file."""
    values = {"folder": file.folder, "name": file.name}
    bytes_ = {"digest": file.digest, "size": file.size, "written_ms": file.written_ms}
    statement = tx.insert(artifact_files).values(workspace_id=scope.workspace_id, **values, **bytes_)
    tx.execute(statement.on_conflict_do_update(index_elements=["workspace_id", "folder", "name"], set_=bytes_))


def find(tx: Tx, scope: Scope, path: ArtifactPath) -> ArtifactFile | None:
    """The file of exactly this path."""
    row = tx.execute(select(artifact_files).where(_is(scope, path))).one_or_none()
    return None if row is None else _file(row)


def any_file(tx: Tx, scope: Scope, paths: Sequence[ArtifactPath]) -> str | None:
    """The first of these paths that is a file."""
    if not paths:
        return None
    columns = (artifact_files.c.folder, artifact_files.c.name)
    # One list: a database refuses a condition of a thousand steps, and a path may well have as many folders.
    among = tuple_(*columns).in_([(path.folder, path.name) for path in paths])
    query = select(*columns).where(artifact_files.c.workspace_id == scope.workspace_id, among)
    row = tx.execute(query.limit(1)).one_or_none()
    return None if row is None else f"{row.folder}/{row.name}".lstrip("/")


def is_folder(tx: Tx, scope: Scope, path: ArtifactPath) -> bool:
    """Whether any file lies below this path."""
    query = select(artifact_files.c.id).where(_below(scope, path)).limit(1)
    return tx.execute(query).one_or_none() is not None


def entries(tx: Tx, scope: Scope, folder: ArtifactPath) -> list[Entry]:
    """What lies directly in a folder, by name in code point order."""
    query = select(artifact_files.c.name, artifact_files.c.size).where(
        artifact_files.c.workspace_id == scope.workspace_id, artifact_files.c.folder == folder.text
    )
    found = [Entry(row.name, row.size) for row in tx.execute(query)]
    found += [Entry(name, None) for name in _subfolders(tx, scope, folder)]
    return sorted(found, key=lambda entry: entry.name)


def remove(tx: Tx, scope: Scope, path: ArtifactPath) -> int:
    """Delete the file or the whole folder of this path; returns how many files that were."""
    condition = _below(scope, path) if not path.names else or_(_is(scope, path), _below(scope, path))
    return tx.execute(delete(artifact_files).where(condition)).rowcount


def totals(tx: Tx, scope: Scope, folder: ArtifactPath) -> tuple[int, int]:
    """How many files lie below a folder, and their bytes."""
    query = select(func.count(), func.coalesce(func.sum(artifact_files.c.size), 0)).where(_below(scope, folder))
    row: Any = tx.execute(query).one()
    return int(row[0]), int(row[1])


def files_below(tx: Tx, scope: Scope, folder: ArtifactPath, limit: int) -> list[ArtifactFile]:
    """Up to `limit` files below a folder, by folder and name."""
    columns = artifact_files.c
    query = select(artifact_files).where(_below(scope, folder)).order_by(columns.folder, columns.name).limit(limit)
    return [_file(row) for row in tx.execute(query)]


def files_after(tx: Tx, file_id: int, limit: int) -> list[FileRow]:
    """Up to `limit` files of all workspaces, by row, from after this one: for whoever checks the whole store."""
    query = select(artifact_files).where(artifact_files.c.id > file_id).order_by(artifact_files.c.id).limit(limit)
    return [_stored(row) for row in tx.execute(query)]


def files_of(tx: Tx, digest: str) -> list[FileRow]:
    """Every file of any workspace that has these bytes."""
    query = select(artifact_files).where(artifact_files.c.digest == digest).order_by(artifact_files.c.id)
    return [_stored(row) for row in tx.execute(query)]


def all_bytes(tx: Tx) -> tuple[int, int]:
    """How many different contents the files of all workspaces have, and their bytes."""
    different = select(artifact_files.c.digest, func.max(artifact_files.c.size).label("size"))
    different = different.group_by(artifact_files.c.digest).subquery()
    count, size = select(func.count()).select_from(different), select(func.coalesce(func.sum(different.c.size), 0))
    return int(tx.execute(count).scalar_one()), int(tx.execute(size).scalar_one())


def folders_by_digest(tx: Tx, digests: Sequence[str]) -> list[tuple[str, int, str]]:
    """Which of these bytes are some file's, of any workspace: (digest, workspace, folder), once each."""
    columns = (artifact_files.c.digest, artifact_files.c.workspace_id, artifact_files.c.folder)
    rows = tx.execute(select(*columns).where(artifact_files.c.digest.in_(digests)).distinct())
    return [(row.digest, row.workspace_id, row.folder) for row in rows]


def _subfolders(tx: Tx, scope: Scope, folder: ArtifactPath) -> list[str]:
    """One index seek per subfolder, however many files lie in them."""
    prefix = f"{folder.text}/" if folder.names else ""
    column = artifact_files.c.folder
    inside = [artifact_files.c.workspace_id == scope.workspace_id, column > prefix]
    if prefix:
        inside.append(column < prefix[:-1] + _AFTER_SLASH)
    names: list[str] = []
    after = prefix
    while (found := tx.execute(select(func.min(column)).where(*inside, column > after)).scalar_one()) is not None:
        name = found[len(prefix) :].split("/")[0]
        if name not in names:
            names.append(name)
        # "a-b" sorts between "a" and "a/c": only what lies below the found folder may be skipped.
        after = found if found == f"{prefix}{name}" else f"{prefix}{name}{_AFTER_SLASH}"
    return names


def _is(scope: Scope, path: ArtifactPath) -> Any:
    return and_(
        artifact_files.c.workspace_id == scope.workspace_id,
        artifact_files.c.folder == path.folder,
        artifact_files.c.name == path.name,
    )


def _below(scope: Scope, path: ArtifactPath) -> Any:
    of_workspace = artifact_files.c.workspace_id == scope.workspace_id
    if not path.names:
        return of_workspace
    column, text = artifact_files.c.folder, path.text
    return and_(of_workspace, or_(column == text, and_(column >= f"{text}/", column < text + _AFTER_SLASH)))


def _file(row: Any) -> ArtifactFile:
    return ArtifactFile(row.folder, row.name, row.digest, row.size, row.written_ms)


def _stored(row: Any) -> FileRow:
    return FileRow(row.id, row.workspace_id, _file(row))
