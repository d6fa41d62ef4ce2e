"""Use cases over aliases: names, each for one version of a model at a time."""

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.registry.announcing import Announcement, Change
from tidemill.registry.catalog.models import Happening, Turn
from tidemill.registry.catalog.origins import require_model, require_version
from tidemill.registry.catalog.rules import MAX_ALIASES, check_alias, check_count, check_new_alias
from tidemill.registry.catalog.service.desk import Desk
from tidemill.registry.catalog.store import history, registered_models


class Aliases:
    """Gives and takes aliases of versions in a workspace."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def set(self, scope: Scope, name: str, alias: str, version: int) -> None:
        """Give an alias to a version, away from the one that had it; giving it again is harmless."""
        check_new_alias(alias)

        def unit(tx: Tx) -> None:
            found = require_version(tx, scope, name, version)
            before = registered_models.alias_version(tx, found.model_id, alias)
            if before == version:
                return
            registered_models.set_alias(tx, found.model_id, alias, version)
            check_count("aliases", registered_models.count_aliases(tx, found.model_id), MAX_ALIASES)
            was = "" if before is None else str(before)
            happening = Happening(turn=Turn.ALIAS, version=version, before=was, after=str(version), alias=alias)
            history.add(tx, scope, found.model_id, happening, self._desk.clock())
            change = Change.PROMPT_ALIAS_CREATED if found.is_prompt else Change.ALIAS_SET
            details: dict[str, object] = {"alias": alias, "previous_version": before or 0}
            self._desk.tell(tx, scope, Announcement(change, name, version, details))

        await self._desk.prepare(scope, name, version)
        await self._desk.write(unit)

    async def delete(self, scope: Scope, name: str, alias: str) -> None:
        """Take an alias away; one that is not there is gone already."""
        check_alias(alias)

        def unit(tx: Tx) -> None:
            model = require_model(tx, scope, name)
            before = registered_models.alias_version(tx, model.id, alias)
            if before is None:
                return
            registered_models.delete_alias(tx, model.id, alias)
            history.add(tx, scope, model.id, end_of(alias, before), self._desk.clock())
            change = Change.PROMPT_ALIAS_DELETED if model.is_prompt else Change.ALIAS_DELETED
            self._desk.tell(tx, scope, Announcement(change, name, before, {"alias": alias}))

        await self._desk.write(unit)


def end_of(alias: str, version: int) -> Happening:
    """That an alias, which a version had, leads nowhere any more."""
    return Happening(turn=Turn.ALIAS, version=version, before=str(version), after="", alias=alias)
