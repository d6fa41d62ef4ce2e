"""One page of a table small enough to be tested row by row: experiments, logged models."""

from collections.abc import Sequence

from tidemill.core.database import Tx
from tidemill.core.search.columns import Column, Page, Position, after, joins, order, places, position_of
from tidemill.core.search.pieces import Sql, all_of, fill


def page(
    tx: Tx, table: str, tests: Sequence[Sql], *, columns: Sequence[Column], limit: int, position: Position | None
) -> Page:
    """The first rows of a table (its name and alias `t`) that pass the tests, after the position if there is one."""
    begin = [] if position is None else [after(columns, position)]
    statement = fill(
        f"SELECT t.id, {{places}} FROM {table} t {{joins}} WHERE {{tests}} ORDER BY {{order}} LIMIT ?",  # noqa: S608
        places=places(columns),
        joins=joins(columns),
        tests=all_of([*tests, *begin]),
        order=order(columns),
    )
    rows = tx.sql(statement.text, (*statement.parameters, limit + 1))
    found = rows[:limit]
    more = len(rows) > limit and found
    return Page([row[0] for row in found], position_of(found[-1][1:]) if more else None)
