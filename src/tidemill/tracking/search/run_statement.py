"""The statement that every way of a run search is made of: runs of a source, tested, in order, up to a limit."""

from collections.abc import Sequence

from tidemill.core.database import Dialect, Tx
from tidemill.core.search import (
    Column,
    OrderKey,
    Position,
    Sql,
    after,
    all_of,
    fill,
    joins,
    order,
    places,
    position_of,
    sql,
)
from tidemill.tracking.search.run_order import column
from tidemill.tracking.search.run_query import Frame
from tidemill.tracking.search.run_sources import Source


def columns_of(tx: Tx, keys: Sequence[OrderKey], first: Column | None = None) -> list[Column]:
    """The keys as columns of a statement; `first` stands for the first one where a walk knows better."""
    columns = [column(tx.dialect, key, number) for number, key in enumerate(keys)]
    return columns if first is None else [first, *columns[1:]]


def ids(
    tx: Tx,
    frame: Frame,
    source: Source,
    tests: Sequence[Sql],
    *,
    columns: Sequence[Column],
    limit: int,
    position: Position | None = None,
) -> list[int]:
    """The first runs of a source that pass the tests, after the position if there is one."""
    begin = [] if position is None else [after(columns, position)]
    statement = fill(
        "SELECT r.id FROM {runs} {joins} WHERE {tests} ORDER BY {order} LIMIT ?",
        runs=_runs_of(tx.dialect, source),
        joins=joins(columns),
        tests=all_of([*_within(tx, frame, source), *tests, *begin]),
        order=order(columns),
    )
    return [row[0] for row in tx.sql(statement.text, (*statement.parameters, limit))]


def count(tx: Tx, frame: Frame, source: Source, tests: Sequence[Sql]) -> int:
    """How many runs of a source pass the tests."""
    statement = fill(
        "SELECT count(*) FROM {runs} WHERE {tests}",
        runs=_runs_of(tx.dialect, source),
        tests=all_of([*_within(tx, frame, source), *tests]),
    )
    return tx.sql(statement.text, statement.parameters)[0][0]


def count_listed(tx: Tx, source: Source, tests: Sequence[Sql]) -> int:
    """How many runs a source lists that pass the tests, deleted or not, without a look at the runs themselves."""
    statement = fill(
        "SELECT count(*) FROM {table} WHERE {tests}",
        table=source.table(tx.dialect),
        tests=all_of([source.condition, *tests]),
    )
    return tx.sql(statement.text, statement.parameters)[0][0]


def count_up_to(tx: Tx, source: Source, most: int) -> int:
    """How many rows a source has, by its index alone; `most` where it has more."""
    statement = fill("SELECT count(*) FROM (SELECT 1 FROM {rows} LIMIT ?) c", rows=source.rows(tx.dialect))
    return tx.sql(statement.text, (*statement.parameters, most))[0][0]


def place_of(tx: Tx, keys: Sequence[OrderKey], run_id: int) -> Position:
    """Where a run stands in an order."""
    columns = columns_of(tx, keys)
    statement = fill(
        "SELECT {places} FROM runs r {joins} WHERE {is_run}",
        places=places(columns),
        joins=joins(columns),
        is_run=sql("r.id = ?", run_id),
    )
    return position_of(tx.sql(statement.text, statement.parameters)[0])


def _within(tx: Tx, frame: Frame, source: Source) -> list[Sql]:
    return [source.condition] if source.is_runs else [source.condition, frame.holds(tx, "r")]


def _runs_of(dialect: Dialect, source: Source) -> Sql:
    """The source joined to its runs, one look-up each: CROSS JOIN and OFFSET 0 keep the planners from other ideas."""
    if source.is_runs:
        return source.table(dialect)
    if dialect is Dialect.SQLITE:
        return fill("{table} CROSS JOIN runs r ON r.id = s.run_id", table=source.table(dialect))
    return fill(
        "{table} CROSS JOIN LATERAL (SELECT * FROM runs WHERE id = s.run_id OFFSET 0) r", table=source.table(dialect)
    )
