"""Creating calls that may be repeated: the answer of the first one is kept under the caller's `Idempotency-Key`."""

from collections.abc import Callable

from sqlalchemy import Column, String, Table, Text, delete, func, select, tuple_

from tidemill.core.database import WORKSPACE_ID, Tx, metadata, timestamp_ms
from tidemill.core.identity import Scope
from tidemill.kit.clock import now_ms
from tidemill.kit.errors import InvalidError

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    WORKSPACE_ID(primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("action", String(64), nullable=False),
    Column("result", Text, nullable=False),
    timestamp_ms("created_ms"),
)

KEPT_MS = 7 * 24 * 3600 * 1000
"""For how long a key is remembered: nobody repeats a request for longer."""


def once(tx: Tx, scope: Scope, action: str, create: Callable[[], str | int]) -> str:
    """Create and return the new thing's id, or return the id that this request's key created before.

    Both happen in the caller's transaction, so a key is never kept without its thing. Without a key it just creates.
    Raises InvalidError for a key that was used for another action.
    """
    if scope.idempotency_key is None:
        return str(create())
    mine = (
        idempotency_keys.c.workspace_id == scope.workspace_id,
        idempotency_keys.c.key == scope.idempotency_key,
    )
    found = tx.execute(select(idempotency_keys).where(*mine)).one_or_none()
    if found is not None:
        if found.action != action:
            raise InvalidError(
                f"the Idempotency-Key {scope.idempotency_key!r} was used for {found.action}",
                hint="use a fresh key for each thing to create",
            )
        return str(found.result)
    result = str(create())
    values = {
        "workspace_id": scope.workspace_id,
        "key": scope.idempotency_key,
        "action": action,
        "result": result,
        "created_ms": now_ms(),
    }
    tx.execute(tx.insert(idempotency_keys).values(**values))
    return result


def count_expired(tx: Tx, before_ms: int) -> int:
    """How many keys, of all workspaces, were first used before that instant."""
    query = select(func.count()).select_from(idempotency_keys).where(idempotency_keys.c.created_ms < before_ms)
    return int(tx.execute(query).scalar_one())


def forget_expired(tx: Tx, before_ms: int, limit: int) -> int:
    """Forget up to `limit` keys that were first used before that instant; returns how many."""
    keys = (idempotency_keys.c.workspace_id, idempotency_keys.c.key)
    old = select(*keys).where(idempotency_keys.c.created_ms < before_ms).limit(limit)
    return tx.execute(delete(idempotency_keys).where(tuple_(*keys).in_(old))).rowcount
