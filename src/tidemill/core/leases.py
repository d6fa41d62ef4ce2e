"""Leases: who may do a named piece of background work now, across servers of one database.

A lease is a row with a holder, an expiry and a fencing number that grows with each change of holder. Work done under a
lease carries its number, so that a holder that slept through its expiry cannot undo its successor's work.
"""

from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, String, Table, and_, or_, select, update

from tidemill.core.database import Database, Tx, metadata, timestamp_ms
from tidemill.kit.clock import Clock, now_ms

leases = Table(
    "leases",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("fence", BigInteger, nullable=False),
    timestamp_ms("expires_ms"),
)


@dataclass(frozen=True, slots=True)
class Lease:
    """A piece of work that is ours until `expires_ms`."""

    name: str
    holder: str
    fence: int
    expires_ms: int


class Leases:
    """Takes, renews and gives back leases for one holder (one server process)."""

    def __init__(self, database: Database, holder: str, *, duration_ms: int = 15_000, clock: Clock = now_ms) -> None:
        self._database = database
        self._holder = holder
        self._duration_ms = duration_ms
        self._clock = clock

    async def take(self, name: str) -> Lease | None:
        """Take the lease, or renew our own; None while somebody else holds it."""
        return await self._database.write(lambda tx: self._take(tx, name))

    async def give_back(self, lease: Lease) -> None:
        """Let the next one have it now rather than at its expiry; harmless when it is no longer ours."""
        ours = and_(leases.c.name == lease.name, leases.c.holder == lease.holder, leases.c.fence == lease.fence)
        await self._database.write(lambda tx: tx.execute(update(leases).where(ours).values(expires_ms=0)))

    def _take(self, tx: Tx, name: str) -> Lease | None:
        now = self._clock()
        expires = now + self._duration_ms
        first = tx.insert(leases).values(name=name, holder=self._holder, fence=1, expires_ms=expires)
        if tx.execute(first.on_conflict_do_nothing().returning(leases.c.name)).one_or_none() is not None:
            return Lease(name, self._holder, 1, expires)
        free = and_(leases.c.name == name, or_(leases.c.holder == self._holder, leases.c.expires_ms <= now))
        row = tx.execute(select(leases.c.holder, leases.c.fence).where(free).with_for_update()).one_or_none()
        if row is None:
            return None
        fence = row.fence if row.holder == self._holder else row.fence + 1
        tx.execute(update(leases).where(free).values(holder=self._holder, fence=fence, expires_ms=expires))
        return Lease(name, self._holder, fence, expires)
