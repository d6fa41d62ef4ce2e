"""Creating calls that may be repeated: the answer of the first one is kept under the caller's `Idempotency-Key`.

`once` is in driver-level SQL, since every task and every run passes here.
"""

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

_CLAIM = """
INSERT INTO idempotency_keys (workspace_id, key, action, result, created_ms) VALUES (?, ?, ?, '', ?)
ON CONFLICT (workspace_id, key) DO NOTHING RETURNING key
"""
_MINE = "SELECT action, result FROM idempotency_keys WHERE workspace_id = ? AND key = ?"
_KEEP = "UPDATE idempotency_keys SET result = ? WHERE workspace_id = ? AND key = ?"
KEPT_MS = 7 * 24 * 3600 * 1000
"""For how long a key is remembered: nobody repeats a request for longer."""


def once(tx: Tx, scope: Scope, action: str, create: Callable[[], str | int]) -> str:
    """Create and return the new thing's id, or return the id that this request's key created before.

    Both happen in the caller's transaction, so a key is never kept without its thing. Without a key it just creates.
    Raises InvalidError for a key that was used for another action.
    """
    key = scope.idempotency_key
    if key is None:
        return str(create())
    mine = (scope.workspace_id, key)
    # Claimed before anything is created: a twin of this request waits here until we commit, then finds our result.
    if not tx.sql(_CLAIM, (*mine, action, now_ms())):
        return _result_of(key, tx.sql(_MINE, mine)[0], action)
    result = str(create())
    tx.sql(_KEEP, (result, *mine))
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


def _result_of(key: str, row: tuple[str, str], action: str) -> str:
    used_for, result = row
    if used_for != action:
        raise InvalidError(
            f"the Idempotency-Key {key!r} was used for {used_for}",
            hint="use a fresh key for each thing to create",
        )
    return result
