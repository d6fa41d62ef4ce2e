"""Tables of use. A row is a stretch of one curve of one process, packed by `core.series`.

`part` 0 is folded (`folding.py`): bins of `width_ms` with means in `points`, and `low` and `high`. Any other is a tail:
samples as they were taken, in `points`; it is named by the time of its first.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, PrimaryKeyConstraint, String, Table

from tidemill.core.database import BIG_KEY, metadata

workload_usage = Table(
    "workload_usage",
    metadata,
    Column("workload_id", BIG_KEY, ForeignKey("workloads.id", ondelete="CASCADE"), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("measure", String(16), nullable=False),
    Column("part", BigInteger, nullable=False),
    Column("width_ms", BigInteger, nullable=False),
    Column("points", LargeBinary, nullable=False),
    Column("low", LargeBinary),
    Column("high", LargeBinary),
    PrimaryKeyConstraint("workload_id", "attempt", "rank", "measure", "part"),
)
