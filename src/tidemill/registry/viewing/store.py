"""Queries for the pages of models: which are on a page, and how many versions they have."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, tuple_

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.core.lineage import Described
from tidemill.registry.catalog.models import Stage
from tidemill.registry.catalog.tables import (
    model_aliases,
    model_versions,
    registered_model_tags,
    registered_models,
)
from tidemill.registry.viewing.models import Listing, ModelSort

_AT_ONCE = 500
_VERSION_ID = re.compile(r"[0-9]{1,18}/[0-9]{1,9}")
_models, _versions = registered_models.c, model_versions.c


def page_of_models(tx: Tx, scope: Scope, listing: Listing) -> tuple[int, list[int]]:
    """How many models a listing has in all, and the row ids of one page of them."""
    wanted = and_(
        _models.workspace_id == scope.workspace_id, _models.is_prompt == listing.prompts, *_conditions(listing)
    )
    total = int(tx.execute(select(func.count()).select_from(registered_models).where(wanted)).scalar_one())
    key = _sort_key(listing.sort)
    query = select(_models.id).where(wanted).order_by(key.desc() if listing.descending else key, _models.name)
    return total, [row.id for row in tx.execute(query.offset(listing.offset).limit(listing.limit))]


def counts_of_models(tx: Tx, ids: Sequence[int]) -> Mapping[int, Mapping[str, int]]:
    """How many versions of each of these models are in each stage; models without versions are left out."""
    counted = select(_versions.model_id, _versions.stage, func.count().label("versions"))
    found: dict[int, dict[str, int]] = {}
    grouped = counted.where(_versions.model_id.in_(ids)).group_by(_versions.model_id, _versions.stage)
    for row in tx.execute(grouped):
        found.setdefault(row.model_id, {})[row.stage] = row.versions
    return found


def page_of_versions(tx: Tx, model_id: int, *, offset: int, limit: int) -> tuple[int, list[int]]:
    """How many versions a model has, and the row ids of a page of them, the greatest number first."""
    of_model = _versions.model_id == model_id
    total = int(tx.execute(select(func.count()).select_from(model_versions).where(of_model)).scalar_one())
    query = select(_versions.id).where(of_model).order_by(_versions.version.desc())
    return total, [row.id for row in tx.execute(query.offset(offset).limit(limit))]


def versions_named(tx: Tx, scope: Scope, ids: Sequence[str]) -> Mapping[str, Described]:
    """Versions as lineage knows them: `<row id of the model>/<number>`."""
    wanted = {id_: tuple(map(int, id_.split("/"))) for id_ in ids if _VERSION_ID.fullmatch(id_)}
    columns = (_versions.model_id, _versions.version, _versions.stage, _models.name)
    query = select(*columns).join(registered_models).where(_versions.workspace_id == scope.workspace_id)
    found: dict[str, Described] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = list(wanted.values())[start : start + _AT_ONCE]
        for row in tx.execute(query.where(tuple_(_versions.model_id, _versions.version).in_(some))):
            page = f"models/{quote(row.name, safe='')}/versions/{row.version}"
            state = "" if row.stage == Stage.NONE else row.stage
            found[f"{row.model_id}/{row.version}"] = Described(row.name, str(row.version), page, state)
    return found


def _conditions(listing: Listing) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for word in listing.search.split():
        holds = [column.icontains(word, autoescape=True) for column in (_models.name, _models.description)]
        found.append(or_(*holds))
    if listing.owner:
        found.append(_models.owner == listing.owner)
    if listing.tag:
        key, has_value, value = listing.tag.partition("=")
        tags = registered_model_tags.c
        of_value = (tags.value == value,) if has_value else ()
        found.append(exists().where(tags.model_id == _models.id, tags.key == key, *of_value))
    if listing.alias:
        aliases = model_aliases.c
        found.append(exists().where(aliases.model_id == _models.id, aliases.alias == listing.alias))
    if listing.stage:
        found.append(exists().where(_versions.model_id == _models.id, _versions.stage == listing.stage))
    return found


def _sort_key(sort: ModelSort) -> Any:
    if sort is ModelSort.VERSIONS:
        return (
            select(func.count())
            .select_from(model_versions)
            .where(_versions.model_id == _models.id)
            .correlate(registered_models)
            .scalar_subquery()
        )
    return {ModelSort.NAME: _models.name, ModelSort.CREATED: _models.created_ms}.get(sort, _models.updated_ms)
