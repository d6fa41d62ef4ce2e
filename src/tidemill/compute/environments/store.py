"""Queries of environments, those of one place at a time."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, delete, select, update

from tidemill.compute.environments.models import BuildState, EnvironmentRecord
from tidemill.compute.environments.tables import environments
from tidemill.compute.models import Environment
from tidemill.core.database import Tx


def put(tx: Tx, place: str, record: EnvironmentRecord) -> None:
    """Write a record, over an earlier one of its hash."""
    values = {
        "spec": msgspec.json.encode(record.environment).decode(),
        "python": record.python,
        "state": record.state.value,
        "builder": record.builder,
        "created_ms": record.created_ms,
        "used_ms": record.used_ms,
        "build_ms": record.build_ms,
        "size_bytes": record.size_bytes,
        "message": record.message,
    }
    statement = tx.insert(environments).values(place=place, hash=record.hash, **values)
    tx.execute(statement.on_conflict_do_update(index_elements=["place", "hash"], set_=values))


def mark_used(tx: Tx, place: str, hash_: str, now_ms: int) -> None:
    """It is in use."""
    tx.execute(
        update(environments).where(environments.c.place == place, environments.c.hash == hash_).values(used_ms=now_ms)
    )


def remove(tx: Tx, place: str, hash_: str) -> None:
    """Forget it."""
    tx.execute(delete(environments).where(environments.c.place == place, environments.c.hash == hash_))


def all_of(tx: Tx, place: str) -> Sequence[EnvironmentRecord]:
    """All of a place, the one used last first."""
    rows = tx.execute(
        select(environments)
        .where(environments.c.place == place)
        .order_by(environments.c.used_ms.desc(), environments.c.hash)
    )
    return [_record(row) for row in rows]


def _record(row: Row[Any]) -> EnvironmentRecord:
    return EnvironmentRecord(
        hash=row.hash,
        environment=msgspec.json.decode(row.spec, type=Environment),
        python=row.python,
        state=BuildState(row.state),
        builder=row.builder,
        created_ms=row.created_ms,
        used_ms=row.used_ms,
        build_ms=row.build_ms,
        size_bytes=row.size_bytes,
        message=row.message,
    )
