"""The database and the artifact store."""

import asyncio

from tidemill.cli.checks.check import Checker, Verdict, error, ok, warning
from tidemill.cli.opening import require_same_storage, schema_revisions
from tidemill.cli.quantities import size_text
from tidemill.core.blobs import local_folder, open_artifacts
from tidemill.core.database import Database, integrity_problems, open_database, shown_url, sqlite_path
from tidemill.core.settings import Loaded, Settings


def _same_storage(loaded: Loaded) -> Verdict:
    require_same_storage(loaded.settings)
    return ok(f"{shown_url(loaded.settings.database_url)}, {loaded.settings.artifacts_url}")


def _database(loaded: Loaded) -> Verdict:
    url = loaded.settings.database_url
    path = sqlite_path(url)
    if path is not None and not path.exists():
        return ok(f"{path} is not there yet; `tidemill up` makes it")
    database = open_database(url)
    try:
        return _looked_at(database, "" if path is None else f", {size_text(path.stat().st_size)}")
    finally:
        database.close()


def _looked_at(database: Database, size: str) -> Verdict:
    current, head = schema_revisions(database)
    problems = integrity_problems(database, quick=True)
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        return error(f"{problems[0]}{more}", "restore it from a backup; `tidemill fsck` lists all of it")
    if current is None:
        return warning("it is empty", "tidemill up makes its tables")
    if current < head:
        return warning(f"schema {current}, this Tidemill works on {head}", "tidemill up upgrades it")
    if current > head:
        return error(f"schema {current} of a newer Tidemill; this one works on {head}", "upgrade Tidemill")
    return ok(f"{database.dialect}, schema {current}{size}, whole as far as a quick look tells")


def _artifacts(loaded: Loaded) -> Verdict:
    url = loaded.settings.artifacts_url
    folder = local_folder(url)
    if folder is not None and not folder.exists():
        return ok(f"{folder} is not there yet; `tidemill up` makes it")
    asyncio.run(_use_store(loaded.settings))
    return ok(f"{url} can be used")


async def _use_store(settings: Settings) -> None:
    blobs = open_artifacts(settings)
    try:
        await blobs.check()
    finally:
        await blobs.close()


STORAGE: dict[str, Checker] = {"storage": _same_storage, "database": _database, "artifacts": _artifacts}
