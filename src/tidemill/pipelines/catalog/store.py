"""Queries over pipelines and their versions, always within one workspace."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, select, update

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.pipelines.catalog.models import Origin, Pipeline, PipelineVersion, Spec, Words
from tidemill.pipelines.catalog.tables import pipeline_versions, pipelines
from tidemill.pipelines.listing import Field, Kind, Listing, PageQuery, page_query

_OLDEST_FIRST = "created_at"
_PIPELINE_FIELDS = {
    "id": Field(pipelines.c.uuid, Kind.TEXT),
    "pipeline_id": Field(pipelines.c.uuid, Kind.TEXT),
    "name": Field(pipelines.c.name, Kind.TEXT),
    "display_name": Field(pipelines.c.display_name, Kind.TEXT),
    "description": Field(pipelines.c.description, Kind.TEXT),
    "created_at": Field(pipelines.c.created_ms, Kind.TIMESTAMP),
}
_VERSION_FIELDS = {
    "id": Field(pipeline_versions.c.uuid, Kind.TEXT),
    "pipeline_version_id": Field(pipeline_versions.c.uuid, Kind.TEXT),
    "name": Field(pipeline_versions.c.name, Kind.TEXT),
    "display_name": Field(pipeline_versions.c.display_name, Kind.TEXT),
    "description": Field(pipeline_versions.c.description, Kind.TEXT),
    "created_at": Field(pipeline_versions.c.created_ms, Kind.TIMESTAMP),
}


def by_uuid(tx: Tx, scope: Scope, uuid: str) -> Pipeline | None:
    """The pipeline of this id."""
    return _one_pipeline(tx, scope, pipelines.c.uuid == uuid)


def by_name(tx: Tx, scope: Scope, name: str) -> Pipeline | None:
    """The pipeline of exactly this name."""
    return _one_pipeline(tx, scope, pipelines.c.name == name)


def page(tx: Tx, scope: Scope, listing: Listing) -> tuple[list[Pipeline], str, int]:
    """A page of pipelines, the token of the next, and how many all pages have."""
    query = page_query(
        listing,
        _PIPELINE_FIELDS,
        id_column=pipelines.c.id,
        default_sort=_OLDEST_FIRST,
        of=("pipelines", scope.workspace),
    )
    rows, token, total = _rows_of(tx, select(pipelines), query, _scoped(scope))
    return [_pipeline(row) for row in rows], token, total


def add(tx: Tx, scope: Scope, uuid: str, words: Words, created_ms: int) -> bool:
    """Insert a pipeline; False where its name is taken."""
    values = {"workspace_id": scope.workspace_id, "uuid": uuid, **_values(words), "created_ms": created_ms}
    statement = tx.insert(pipelines).values(**values).on_conflict_do_nothing(index_elements=["workspace_id", "name"])
    return tx.execute(statement.returning(pipelines.c.id)).scalar_one_or_none() is not None


def change(tx: Tx, scope: Scope, uuid: str, words: Words) -> None:
    """Give a pipeline other words; its name stays."""
    tx.execute(update(pipelines).where(_scoped(scope), pipelines.c.uuid == uuid).values(**_values(words)))


def has_versions(tx: Tx, pipeline: Pipeline) -> bool:
    """Whether a pipeline of this scope has any version."""
    found = select(exists().where(pipeline_versions.c.pipeline_id == pipeline.id))
    return bool(tx.execute(found).scalar_one())


def remove(tx: Tx, scope: Scope, pipeline: Pipeline) -> None:
    """Remove a pipeline with all its versions."""
    tx.execute(delete(pipeline_versions).where(pipeline_versions.c.pipeline_id == pipeline.id))
    tx.execute(delete(pipelines).where(_scoped(scope), pipelines.c.id == pipeline.id))


def version(tx: Tx, scope: Scope, pipeline_uuid: str, uuid: str) -> PipelineVersion | None:
    """A version of a pipeline."""
    return _one_version(tx, scope, and_(pipelines.c.uuid == pipeline_uuid, pipeline_versions.c.uuid == uuid))


def version_of(tx: Tx, scope: Scope, uuid: str) -> PipelineVersion | None:
    """A version by its own id alone."""
    return _one_version(tx, scope, pipeline_versions.c.uuid == uuid)


def latest_version(tx: Tx, scope: Scope, pipeline_uuid: str) -> PipelineVersion | None:
    """The version of a pipeline that was made last."""
    newest = _versions().where(_scoped(scope), pipelines.c.uuid == pipeline_uuid)
    row = tx.execute(newest.order_by(pipeline_versions.c.created_ms.desc(), pipeline_versions.c.id.desc()).limit(1))
    found = row.one_or_none()
    return None if found is None else _version(found)


def version_page(tx: Tx, scope: Scope, pipeline: Pipeline, listing: Listing) -> tuple[list[PipelineVersion], str, int]:
    """A page of a pipeline's versions, the token of the next, and how many all pages have."""
    key = pipeline_versions.c.id
    of = ("versions", pipeline.uuid)
    query = page_query(listing, _VERSION_FIELDS, id_column=key, default_sort=_OLDEST_FIRST, of=of)
    mine = and_(_scoped(scope), pipeline_versions.c.pipeline_id == pipeline.id)
    rows, token, total = _rows_of(tx, _versions(), query, mine)
    return [_version(row) for row in rows], token, total


def add_version(tx: Tx, pipeline: Pipeline, new: PipelineVersion) -> bool:
    """Insert a version of a pipeline of this scope; False where its name is taken."""
    values = {
        "pipeline_id": pipeline.id,
        "uuid": new.uuid,
        **_values(new.words),
        "document": _encoded(new.spec.document),
        "platforms": _encoded(new.spec.platforms),
        "code_source_url": new.origin.code_source_url,
        "package_url": new.origin.package_url,
        "created_ms": new.created_ms,
    }
    statement = tx.insert(pipeline_versions).values(**values)
    statement = statement.on_conflict_do_nothing(index_elements=["pipeline_id", "name"])
    return tx.execute(statement.returning(pipeline_versions.c.id)).scalar_one_or_none() is not None


def change_version(tx: Tx, found: PipelineVersion, words: Words) -> None:
    """Give a version of this scope other words; its name and its spec stay."""
    tx.execute(update(pipeline_versions).where(pipeline_versions.c.id == found.id).values(**_values(words)))


def remove_version(tx: Tx, found: PipelineVersion) -> None:
    """Remove a version of this scope."""
    tx.execute(delete(pipeline_versions).where(pipeline_versions.c.id == found.id))


def _scoped(scope: Scope) -> ColumnElement[bool]:
    return pipelines.c.workspace_id == scope.workspace_id


def _versions() -> Select[Any]:
    columns = select(pipeline_versions, pipelines.c.uuid.label("pipeline_uuid"))
    return columns.join(pipelines, pipelines.c.id == pipeline_versions.c.pipeline_id)


def _one_pipeline(tx: Tx, scope: Scope, test: ColumnElement[bool]) -> Pipeline | None:
    row = tx.execute(select(pipelines).where(_scoped(scope), test)).one_or_none()
    return None if row is None else _pipeline(row)


def _one_version(tx: Tx, scope: Scope, test: ColumnElement[bool]) -> PipelineVersion | None:
    row = tx.execute(_versions().where(_scoped(scope), test)).one_or_none()
    return None if row is None else _version(row)


def _rows_of(tx: Tx, rows: Select[Any], query: PageQuery, mine: ColumnElement[bool]) -> tuple[list[Any], str, int]:
    wanted = rows.where(mine, query.where)
    total = tx.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()
    found = wanted.add_columns(*query.marks).where(query.after).order_by(*query.order).limit(query.limit)
    shown, token = query.page(tx.execute(found).all())
    return list(shown), token, int(total)


def _values(words: Words) -> dict[str, Any]:
    return {
        "name": words.name,
        "display_name": words.display_name or words.name,
        "description": words.description,
        "tags": _encoded(words.tags),
    }


def _encoded(value: Mapping[str, Any]) -> str:
    return msgspec.json.encode(value).decode()


def _words(row: Any) -> Words:
    return Words(row.name, row.display_name, row.description, msgspec.json.decode(row.tags, type=dict[str, str]))


def _pipeline(row: Any) -> Pipeline:
    return Pipeline(row.id, row.uuid, _words(row), row.created_ms)


def _version(row: Any) -> PipelineVersion:
    document: dict[str, Any] = msgspec.json.decode(row.document)
    spec = Spec(document, msgspec.json.decode(row.platforms))
    origin = Origin(row.code_source_url, row.package_url)
    return PipelineVersion(row.id, row.uuid, row.pipeline_uuid, _words(row), origin, spec, row.created_ms)
