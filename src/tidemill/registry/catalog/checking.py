"""Looking for versions whose files are not there: whoever loads one would find nothing."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from tidemill.core.database import Database, Tx
from tidemill.core.identity import Scope
from tidemill.registry.catalog.store import needs
from tidemill.tracking import artifacts_below, parse_path, stored_folder

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class VersionFinding:
    """A version, as name and number, whose files this server should have and has not."""

    workspace_id: int
    version: str
    location: str


class VersionCheck:
    """Looks for the files of every version whose place is in this server's own store; reads only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def findings(self, scope: Scope) -> AsyncIterator[VersionFinding]:
        """The versions of a workspace without files, by row."""
        last = 0
        while True:

            def look(tx: Tx, after: int = last) -> tuple[int, list[VersionFinding]]:
                rows = needs.places_after(tx, scope, after, _AT_ONCE)
                found = [
                    VersionFinding(scope.workspace_id, f"{row.name}/{row.version}", row.location)
                    for row in rows
                    if _is_empty(tx, scope, row.location)
                ]
                return (rows[-1].id if rows else 0), found

            last, found = await self._database.read(look)
            for finding in found:
                yield finding
            if not last:
                return


def _is_empty(tx: Tx, scope: Scope, location: str) -> bool:
    folder = stored_folder(location)
    return folder is not None and not artifacts_below(tx, scope, parse_path(folder), 1)[0]
