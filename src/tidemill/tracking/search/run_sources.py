"""Clauses and pinned order keys of a run search as SQL.

Each has three forms. A *source* lists the runs by the covering index that begins with experiment and key. A *probe*
tests one run: `(SELECT value > ? FROM latest_metrics WHERE run_id = s.run_id AND key = ?)`, one look into the unique
index, which neither database turns into a join of its own choice. A *membership* tests a run against all that the
source lists, which the database collects first.
"""

from dataclasses import dataclass
from typing import Any

from tidemill.core.database import Dialect, Tx
from tidemill.core.search import (
    Clause,
    Comparator,
    Entity,
    OrderKey,
    Sql,
    after_prefix,
    all_of,
    any_of,
    binary,
    compare,
    fill,
    literal_prefix,
    sql,
    text_test,
)
from tidemill.tracking.runs.models import PARENT_TAG
from tidemill.tracking.search.run_query import Frame

HEAD_LENGTH = 120
"""How many characters of a param or tag `value_head` holds, as `runs/tables.py` says."""

TABLES = {Entity.METRIC: "latest_metrics", Entity.PARAM: "run_params", Entity.TAG: "run_tags"}
INDEXES = {
    Entity.METRIC: "ix_latest_metrics_search",
    Entity.PARAM: "ix_run_params_search",
    Entity.TAG: "ix_run_tags_search",
}
COLUMNS = {
    "run_id": "r.uuid",
    "run_name": "r.name",
    "status": "r.status",
    "artifact_uri": "r.artifact_uri",
    "user_id": "r.user_id",
    "start_time": "r.start_ms",
    "end_time": "r.end_ms",
    "duration": "((r.end_ms - r.start_ms) / 1000.0)",
}
"""Attributes as expressions over `runs r`; of these MLflow does not know the duration, in seconds."""
NUMBERS = frozenset({"start_time", "end_time", "duration"})
LISTING = "ix_runs_listing"
_MARGIN = 1000


@dataclass(frozen=True, slots=True)
class Pin:
    """That an order key stands at this rank, and at this value where the rank is 0: one group of ties."""

    key: OrderKey
    rank: int
    value: Any = None


@dataclass(frozen=True, slots=True)
class HeadPin:
    """That the first HEAD_LENGTH characters of a param or tag are these."""

    key: OrderKey
    head: str


@dataclass(frozen=True, slots=True)
class Root:
    """That no other run of this frame is the parent: what stands at the top of a tree of the frame's runs."""

    frame: Frame


Condition = Clause | Pin | HeadPin | Root


@dataclass(frozen=True, slots=True)
class Source:
    """A stretch of an index that lists runs: rows of `name` aliased `s`, or `r` where it is `runs` itself."""

    name: str
    index: str | None
    condition: Sql
    subquery: Sql | None = None
    """What stands for the table, where it is not one."""

    @property
    def is_runs(self) -> bool:
        return self.name == "runs"

    @property
    def run_id(self) -> str:
        return "r.id" if self.is_runs else "s.run_id"

    def table(self, dialect: Dialect) -> Sql:
        """What comes after FROM. SQLite is told the index; PostgreSQL finds it."""
        alias = "r" if self.is_runs else "s"
        if self.subquery is not None:
            return fill(f"{{subquery}} {alias}", subquery=self.subquery)
        forced = f" INDEXED BY {self.index}" if dialect is Dialect.SQLITE and self.index else ""
        return Sql(f"{self.name} {alias}{forced}")

    def rows(self, dialect: Dialect) -> Sql:
        """What comes after FROM, up to the condition."""
        return fill("{table} WHERE {condition}", table=self.table(dialect), condition=self.condition)


def probe(tx: Tx, condition: Condition, run_id: str) -> Sql:
    """That the run with this id meets the condition; conditions on attributes speak of the alias `r`."""
    match condition:
        case Pin():
            return _probe_pin(tx, condition, run_id)
        case HeadPin(key, head):
            return _look_up(key.entity, key.key, run_id, sql("x.value_head = ?", head))
        case Root(frame):
            return _probe_root(tx, frame, run_id)
        case Clause(entity=Entity.ATTRIBUTE):
            return _attribute(tx, condition)
        case Clause(entity=Entity.DATASET):
            test = _dataset_test(tx, condition)
            return fill(
                f"""EXISTS (SELECT 1 FROM run_dataset_inputs i CROSS JOIN input_datasets d
                WHERE i.run_id = {run_id} AND d.id = i.dataset_id AND {{test}})""",  # noqa: S608
                test=test,
            )
        case Clause(comparator=Comparator.IS_NULL):
            return fill("NOT {there}", there=_exists(condition.entity, condition.key, run_id))
        case Clause(comparator=Comparator.IS_NOT_NULL):
            return _exists(condition.entity, condition.key, run_id)
        case Clause():
            return _look_up(condition.entity, condition.key, run_id, _test(tx, condition, "x"))


def membership(tx: Tx, listed: Source, run_id: str, rows: int) -> Sql:
    """That the run with this id is one of those that a source lists, which are about so many."""
    if tx.dialect is Dialect.SQLITE:
        return fill(f"{run_id} IN (SELECT {listed.run_id} FROM {{rows}})", rows=listed.rows(tx.dialect))  # noqa: S608
    # IS TRUE keeps PostgreSQL from making a join of it, which it would then probe row by row, and the limit, which is
    # never reached, tells it that a hash table of all has room in memory.
    ids = f"SELECT {listed.run_id} FROM {{rows}} LIMIT {2 * rows + _MARGIN}"  # noqa: S608
    return fill(f"({run_id} IN ({ids})) IS TRUE", rows=listed.rows(tx.dialect))


def source(tx: Tx, frame: Frame, condition: Condition) -> Source | None:
    """Where the runs that meet the condition are listed; None where no index lists them."""
    match condition:
        case Pin():
            return _pin_source(tx, frame, condition)
        case HeadPin(key, head):
            return keyed_source(tx, frame, key, sql("s.value_head = ?", head))
        case Clause(entity=Entity.ATTRIBUTE):
            return _attribute_source(tx, frame, condition)
        case Clause(entity=Entity.DATASET):
            return _dataset_source(tx, frame, condition)
        case Root() | Clause(comparator=Comparator.IS_NULL):
            return None
        case Clause():
            return keyed_source(tx, frame, condition, range_test(tx, condition))


def keyed_source(tx: Tx, frame: Frame, of: OrderKey | Clause | HeadPin, test: Sql) -> Source:
    """The stretch of a covering index with this key's rows that pass the test."""
    key = of.key if isinstance(of, OrderKey | Clause) else of.key.key
    entity = of.entity if isinstance(of, OrderKey | Clause) else of.key.entity
    condition = all_of([frame.in_experiments(tx, "s"), sql("s.key = ?", key), test])
    return Source(TABLES[entity], INDEXES[entity], condition)


def listing_source(tx: Tx, frame: Frame, test: Sql) -> Source:
    """The stretch of the listing index with the frame's runs that pass the test."""
    return Source("runs", LISTING, all_of([frame.holds(tx, "r"), test]))


def range_test(tx: Tx, clause: Clause) -> Sql:
    """The clause as a test of a row `s` of its covering index, which knows the head of a text only."""
    if clause.comparator is Comparator.IS_NOT_NULL:
        return Sql("1 = 1")
    if clause.entity is Entity.METRIC:
        return _metric_test(clause, "s")
    text = str(clause.value)
    # The index has no more than heads: only where a head is full must the run be looked up.
    probed = _look_up(clause.entity, clause.key, "s.run_id", text_test(tx.dialect, "x.value", clause))
    if clause.comparator is Comparator.EQ:
        is_head = sql("s.value_head = ?", text[:HEAD_LENGTH])
        return all_of([is_head, probed]) if len(text) >= HEAD_LENGTH else is_head
    test = fill(
        f"CASE WHEN length(s.value_head) < {HEAD_LENGTH} THEN {{by_head}} ELSE {{probed}} END",
        by_head=text_test(tx.dialect, "s.value_head", clause),
        probed=probed,
    )
    if clause.comparator is not Comparator.LIKE:
        return test
    prefix = literal_prefix(text)[:HEAD_LENGTH]
    head = binary(tx.dialect, "s.value_head")
    end = after_prefix(prefix)
    lower = [sql(f"{head} >= ?", prefix)] if prefix else []
    upper = [sql(f"{head} < ?", end)] if end is not None else []
    return all_of([*lower, *upper, test])


def _look_up(entity: Entity, key: str, run_id: str, test: Sql) -> Sql:
    return fill(
        f"(SELECT {{test}} FROM {TABLES[entity]} x WHERE x.run_id = {run_id} AND {{is_key}})",  # noqa: S608
        test=test,
        is_key=sql("x.key = ?", key),
    )


def _exists(entity: Entity, key: str, run_id: str) -> Sql:
    return sql(f"EXISTS (SELECT 1 FROM {TABLES[entity]} x WHERE x.run_id = {run_id} AND x.key = ?)", key)  # noqa: S608


def _test(tx: Tx, clause: Clause, alias: str) -> Sql:
    """The clause as a test of one row of its table, whatever index led there."""
    if clause.entity is Entity.METRIC:
        return _metric_test(clause, alias)
    return text_test(tx.dialect, f"{alias}.value", clause)


def _metric_test(clause: Clause, alias: str) -> Sql:
    column = f"{alias}.value"
    if not isinstance(clause.value, int | float):
        raise TypeError("a metric is compared with a number")
    test = compare(column, clause.comparator, float(clause.value))
    # NaN is stored as NULL, and differs from every number.
    return any_of([test, sql(f"{column} IS NULL")]) if clause.comparator is Comparator.NE else test


def _attribute(tx: Tx, clause: Clause) -> Sql:
    return text_test(tx.dialect, COLUMNS[clause.key], clause)


def _attribute_source(tx: Tx, frame: Frame, clause: Clause) -> Source | None:
    test = _attribute(tx, clause)
    if clause.key == "run_id" and clause.comparator in (Comparator.EQ, Comparator.IN):
        return Source("runs", None, all_of([test, frame.holds(tx, "r")]))
    if clause.key == "start_time" and clause.comparator is not Comparator.NE:
        return listing_source(tx, frame, test)
    return None


def _dataset_test(tx: Tx, clause: Clause) -> Sql:
    column = "i.context" if clause.key == "context" else f"d.{clause.key}"
    return text_test(tx.dialect, column, clause)


def _dataset_source(tx: Tx, frame: Frame, clause: Clause) -> Source:
    pieces = {"in_experiments": frame.in_experiments(tx, "d"), "test": _dataset_test(tx, clause)}
    inner = fill(
        """(SELECT DISTINCT i.run_id FROM input_datasets d CROSS JOIN run_dataset_inputs i
        WHERE {in_experiments} AND i.dataset_id = d.id AND {test})""",
        **pieces,
    )
    return Source("run_dataset_inputs", None, Sql("1 = 1"), inner)


def _probe_root(tx: Tx, frame: Frame, run_id: str) -> Sql:
    return fill(
        f"""NOT EXISTS (SELECT 1 FROM run_tags x CROSS JOIN runs p
        WHERE x.run_id = {run_id} AND {{is_parent}} AND p.uuid = x.value AND p.id <> x.run_id AND {{within}})""",  # noqa: S608
        is_parent=sql("x.key = ?", PARENT_TAG),
        within=frame.holds(tx, "p"),
    )


def _probe_pin(tx: Tx, pin: Pin, run_id: str) -> Sql:
    key = pin.key
    if key.entity is Entity.ATTRIBUTE:
        column = COLUMNS[key.key]
        return sql(f"{column} = ?", pin.value) if pin.rank == 0 else sql(f"{column} IS NULL")
    match pin.rank:
        case 0:
            return _look_up(key.entity, key.key, run_id, sql("x.value = ?", pin.value))
        case 1:
            return _look_up(key.entity, key.key, run_id, Sql("x.value IS NULL"))
        case _:
            return fill("NOT {there}", there=_exists(key.entity, key.key, run_id))


def _pin_source(tx: Tx, frame: Frame, pin: Pin) -> Source | None:
    key = pin.key
    if key.entity is Entity.ATTRIBUTE:
        return listing_source(tx, frame, _probe_pin(tx, pin, "r.id"))
    match pin.rank, key.entity:
        case 0, Entity.METRIC:
            return keyed_source(tx, frame, key, sql("s.value = ?", pin.value))
        case 0, _:
            equal = Clause(key.entity, key.key, Comparator.EQ, pin.value)
            return keyed_source(tx, frame, key, range_test(tx, equal))
        case 1, _:
            return keyed_source(tx, frame, key, Sql("s.value IS NULL"))
        case _:
            return None
