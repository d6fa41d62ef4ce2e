"""Searching as services do it: text in, whole things out, one page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tidemill.core.database import Database, Tx
from tidemill.core.identity import Scope
from tidemill.core.search import Entity, OrderKey, read_token, write_token
from tidemill.registry.catalog.models import ModelVersion, RegisteredModel
from tidemill.registry.catalog.search.fields import MODELS, VERSIONS, Fields, wants_prompts
from tidemill.registry.catalog.store import reading
from tidemill.registry.catalog.store.finding import Query, find_models, find_versions

_MODEL_TIES = (OrderKey(Entity.ATTRIBUTE, "name"),)
_VERSION_TIES = (OrderKey(Entity.ATTRIBUTE, "name"), OrderKey(Entity.ATTRIBUTE, "version", descending=True))
_NEWEST = (OrderKey(Entity.ATTRIBUTE, "updated", descending=True),)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchForm:
    """A search as clients send it."""

    filter: str = ""
    order_by: Sequence[str] = ()
    limit: int = 100
    token: str = ""


@dataclass(frozen=True, slots=True)
class FoundModels:
    """One page of registered models, and the token of the next; empty on the last."""

    models: list[RegisteredModel]
    next_token: str


@dataclass(frozen=True, slots=True)
class FoundVersions:
    """One page of versions, and the token of the next; empty on the last."""

    versions: list[ModelVersion]
    next_token: str


class RegistrySearch:
    """Searches the registered models, prompts and versions of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def models(self, scope: Scope, form: SearchForm) -> FoundModels:
        """Models, or prompts where the filter asks for them, by name. Raises InvalidError for what means nothing."""
        query = _query(scope, form, MODELS, (), _MODEL_TIES)

        def unit(tx: Tx) -> FoundModels:
            found = find_models(tx, query)
            next_token = write_token(found.next, ("registered models", query.asked)) if found.next else ""
            return FoundModels(reading.models(tx, scope, found.ids), next_token)

        if form.token:
            place = read_token(form.token, ("registered models", query.asked), query.are_numbers)
            query = replace(query, after=place)
        return await self._database.read(unit)

    async def versions(self, scope: Scope, form: SearchForm) -> FoundVersions:
        """Versions of models, or of prompts where the filter asks for them, the last changed first."""
        query = _query(scope, form, VERSIONS, _NEWEST, _VERSION_TIES)

        def unit(tx: Tx) -> FoundVersions:
            found = find_versions(tx, query)
            next_token = write_token(found.next, ("versions", query.asked)) if found.next else ""
            return FoundVersions(reading.versions(tx, scope, found.ids), next_token)

        if form.token:
            query = replace(query, after=read_token(form.token, ("versions", query.asked), query.are_numbers))
        return await self._database.read(unit)


def _query(
    scope: Scope, form: SearchForm, fields: Fields, default: tuple[OrderKey, ...], ties: tuple[OrderKey, ...]
) -> Query:
    prompts, clauses = wants_prompts(fields.parse_filter(form.filter))
    order = fields.parse_order(form.order_by) or default
    asked = {key.key for key in order}
    whole = (*order, *(key for key in ties if key.key not in asked))
    return Query(scope.workspace_id, prompts, clauses, whole, form.limit)
