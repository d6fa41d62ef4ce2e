"""Order keys of a run search as columns of a statement over `runs r`."""

from tidemill.core.database import Dialect
from tidemill.core.search import NO_JOIN, Column, Entity, OrderKey, binary, sql
from tidemill.tracking.search.run_query import RUN_ID
from tidemill.tracking.search.run_sources import COLUMNS, NUMBERS, TABLES


def column(dialect: Dialect, key: OrderKey, number: int) -> Column:
    """The key as the `number`-th of a statement."""
    if key.entity is Entity.ATTRIBUTE:
        return _attribute_column(dialect, key)
    alias = f"k{number}"
    joined = sql(f"LEFT JOIN {TABLES[key.entity]} {alias} ON {alias}.run_id = r.id AND {alias}.key = ?", key.key)
    if key.entity is Entity.METRIC:
        value = f"{alias}.{key.aggregate.value}"
        rank = f"CASE WHEN {value} IS NOT NULL THEN 0 WHEN {alias}.run_id IS NOT NULL THEN 1 ELSE 2 END"
        return Column(joined, rank, value, key.descending)
    rank = f"CASE WHEN {alias}.run_id IS NOT NULL THEN 0 ELSE 2 END"
    return Column(joined, rank, binary(dialect, f"{alias}.value"), key.descending)


def _attribute_column(dialect: Dialect, key: OrderKey) -> Column:
    name = COLUMNS[key.key]
    if key.key in NUMBERS:
        return Column(NO_JOIN, f"CASE WHEN {name} IS NULL THEN 2 ELSE 0 END", name, key.descending)
    # Ids are hexadecimal: every collation orders them alike, and the listing index has the plain column.
    value = name if key.key == RUN_ID.key else binary(dialect, name)
    return Column(NO_JOIN, "0", value, key.descending)
