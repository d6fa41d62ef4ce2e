"""Run searches that were thought of one by one: confinement, ties, pages while runs come and go, wide frames."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pytest

from tests.tracking.search import oracle, worlds
from tests.tracking.search.filling import empty, fill
from tests.tracking.search.oracle import KnownMetric, KnownRun
from tidemill.core.database import Database, Tx
from tidemill.core.search import Aggregate, OrderKey
from tidemill.kit.errors import InvalidError
from tidemill.tracking.experiments.models import View
from tidemill.tracking.runs.models import PARENT_TAG
from tidemill.tracking.runs.tables import HEAD_LENGTH
from tidemill.tracking.search import (
    RunQuery,
    count_runs,
    parse_run_filter,
    parse_run_order,
    parse_run_order_key,
    run_sources,
    search_runs,
)
from tidemill.tracking.search.run_costs import Costs
from tidemill.tracking.search.run_fields import TABLE_NUMBERS

Made = Callable[[Sequence[KnownRun]], None]


@pytest.fixture
def made(database: Database) -> Iterator[Made]:
    """Puts runs into the tables for one test."""
    yield lambda runs: database.write_now(lambda tx: fill(tx, runs))
    database.write_now(empty)


def run(id_: int, **fields: object) -> KnownRun:
    values: dict[str, object] = {"workspace_id": 1, "experiment_id": 1, "uuid": f"{id_:032x}", "start": id_, **fields}
    return KnownRun(id=id_, **values)  # pyright: ignore[reportArgumentType]


def query(text: str = "", *order: str, **fields: object) -> RunQuery:
    values: dict[str, object] = {"experiment_ids": (1,), **fields}
    return RunQuery(1, filter=parse_run_filter(text), order_by=parse_run_order(order), **values)  # pyright: ignore[reportArgumentType]


def found(database: Database, asked: RunQuery) -> list[int]:
    return database.read_now(lambda tx: search_runs(tx, asked)).ids


def counted(database: Database, asked: RunQuery) -> int:
    return database.read_now(lambda tx: count_runs(tx, asked))


def test_the_head_of_a_value_is_as_long_as_the_tables_say() -> None:
    assert run_sources.HEAD_LENGTH == HEAD_LENGTH


# --- which experiments


def test_no_experiments_hold_no_runs(database: Database, made: Made) -> None:
    made([run(1)])
    assert found(database, query(experiment_ids=())) == []
    assert counted(database, query(experiment_ids=())) == 0


def test_experiments_that_are_none_hold_no_runs(database: Database, made: Made) -> None:
    made([run(1)])
    assert found(database, query(experiment_ids=(99, 2**40))) == []


def test_another_workspace_is_never_searched(database: Database, made: Made) -> None:
    elsewhere = run(2, workspace_id=2, experiment_id=4, params={"p": "v"}, metrics={"m": KnownMetric(1.0)})
    made([run(1, params={"p": "v"}, metrics={"m": KnownMetric(1.0)}), elsewhere])
    for text in ("", "params.p = 'v'", "metrics.m > 0", f"run_id = '{elsewhere.uuid}'"):
        for experiments in ((1, 4), (4,), None):
            ids = found(database, query(text, "metrics.m", experiment_ids=experiments))
            assert elsewhere.id not in ids
            assert counted(database, query(text, experiment_ids=experiments)) == len(ids)


@pytest.mark.parametrize("order", ["metrics.m DESC", "params.p", "start_time", "run_name"])
def test_very_many_experiments_are_searched_as_one(database: Database, made: Made, order: str) -> None:
    ids = range(1, 61)
    made([run(id_, metrics={"m": KnownMetric(id_ % 7)}, params={"p": str(id_ % 5)}, name=str(id_)) for id_ in ids])

    def spread(tx: Tx) -> None:
        tx.sql_many(
            """INSERT INTO experiments
            (id, workspace_id, name, artifact_location, lifecycle_stage, created_ms, updated_ms)
            VALUES (?, 1, ?, '', 'active', 0, 0)""",
            [(100 + id_, f"many {id_}") for id_ in ids],
        )
        tx.sql("UPDATE runs SET experiment_id = 100 + id")
        for table in ("latest_metrics", "run_params"):
            tx.sql(f"UPDATE {table} SET experiment_id = 100 + run_id")

    database.write_now(spread)
    runs = [
        run(
            id_, experiment_id=100 + id_, metrics={"m": KnownMetric(id_ % 7)}, params={"p": str(id_ % 5)}, name=str(id_)
        )
        for id_ in ids
    ]
    for text in ("", "metrics.m > 3", "params.p = '3'", "params.p = '3' AND metrics.m > 3"):
        asked = query(text, order, experiment_ids=tuple(100 + id_ for id_ in ids))
        assert found(database, asked) == oracle.found(runs, asked)
        assert found(database, replace(asked, experiment_ids=None)) == oracle.found(runs, asked)


# --- order and ties


def test_thousands_of_ties_are_ordered_by_what_comes_next(database: Database, made: Made) -> None:
    runs = [
        run(id_, start=id_ % 3, metrics={"epoch": KnownMetric(10.0), "m": KnownMetric(id_ % 11)}, params={"p": "same"})
        for id_ in range(1, 1201)
    ]
    made(runs)
    orders: list[tuple[str, ...]] = [
        ("metrics.epoch DESC",),
        ("metrics.epoch", "metrics.m DESC"),
        ("params.p", "metrics.epoch", "metrics.m"),
        ("metrics.nothing", "metrics.m"),
        ("start_time",),
    ]
    for order in orders:
        for text in ("", "metrics.m > 8", "metrics.m > 8 AND params.p = 'same'"):
            asked = query(text, *order, limit=40, offset=500)
            assert found(database, asked) == oracle.found(runs, asked)[500:540], order


def test_long_values_that_begin_alike_are_told_apart(database: Database, made: Made) -> None:
    stem = "x" * HEAD_LENGTH
    runs = [run(id_, params={"p": stem + str(id_ * 37 % 400).zfill(3)}) for id_ in range(1, 401)]
    made(runs)
    asked = query("", "params.p DESC", limit=30)
    assert found(database, asked) == oracle.found(runs, asked)[:30]
    assert found(database, query(f"params.p = '{runs[4].params['p']}'")) == [5]
    assert found(database, query(f"params.p = '{stem}'")) == []
    assert len(found(database, query(f"params.p LIKE '{stem}%'"))) == 400
    assert found(database, query(f"params.p LIKE '{stem}'")) == []
    assert counted(database, query(f"params.p LIKE '%{runs[4].params['p'][-3:]}'")) == 1


def test_runs_are_ordered_by_the_extremes_of_a_metric(database: Database, made: Made) -> None:
    made(
        [
            run(1, metrics={"m": KnownMetric(5.0, 1.0, 9.0)}),
            run(2, metrics={"m": KnownMetric(4.0, 2.0, 7.0)}),
            run(3, metrics={"m": KnownMetric(float("nan"), None, None)}),
            run(4),
        ]
    )

    def by(aggregate: Aggregate, *, descending: bool) -> list[int]:
        key: OrderKey = replace(parse_run_order_key("metrics.m"), aggregate=aggregate, descending=descending)
        return found(database, replace(query(), order_by=(key,)))

    assert by(Aggregate.LAST, descending=False) == [2, 1, 3, 4]
    assert by(Aggregate.MIN, descending=False) == [1, 2, 3, 4]
    assert by(Aggregate.MAX, descending=True) == [1, 2, 3, 4]
    assert by(Aggregate.MAX, descending=False) == [2, 1, 3, 4]


# --- counting


def test_deleted_runs_count_where_they_are_shown(database: Database, made: Made) -> None:
    made([run(id_, stage="deleted" if id_ % 3 else "active", metrics={"m": KnownMetric(1.0)}) for id_ in range(1, 31)])
    for text in ("", "metrics.m > 0", "metrics.m > 0 AND metrics.m < 2"):
        assert counted(database, query(text)) == 10
        assert counted(database, query(text, view=View.DELETED_ONLY)) == 20
        assert counted(database, query(text, view=View.ALL)) == 30


def test_the_few_deleted_runs_among_many_are_not_counted(database: Database, made: Made) -> None:
    ids = range(1, 41)
    made(
        [
            run(
                id_,
                stage="deleted" if id_ in (7, 8) else "active",
                metrics={"m": KnownMetric(id_)},
                params={"p": str(id_ % 2)},
                datasets=(("d", "1", "train"), ("d", "2", "train")),
            )
            for id_ in ids
        ]
    )
    for text, total in {
        "metrics.m > 0": 38,
        "metrics.m < 8": 6,
        "metrics.m > 0 AND params.p = '1'": 19,
        "params.p != '1'": 19,
        "dataset.name = 'd'": 38,
        "metrics.m > 0 AND user_id = ''": 38,
    }.items():
        assert counted(database, query(text)) == total == len(found(database, query(text))), text


# --- patterns


@pytest.mark.parametrize("field", ["params.p", "tags.t", "run_name", "datasets.name"])
@pytest.mark.parametrize("comparator", ["LIKE", "ILIKE"])
def test_every_pattern_finds_the_texts_that_it_should(
    database: Database, made: Made, field: str, comparator: str
) -> None:
    runs = [
        run(id_, name=text, params={"p": text}, tags={"t": text}, datasets=((text, "1", ""),))
        for id_, text in enumerate(worlds.TEXTS, start=1)
    ]
    made(runs)
    [clause] = parse_run_filter(f"{field} {comparator} ''")
    for pattern in worlds.PATTERNS:
        asked = replace(query(), filter=(replace(clause, value=pattern),))
        for costs in (Costs(), Costs(first_stretch=1, growth=1, run=1e-6, probe=1e6)):
            ids = database.read_now(lambda tx, asked=asked, costs=costs: search_runs(tx, asked, costs)).ids
            assert ids == oracle.found(runs, asked), pattern


# --- pages


@contextmanager
def begun_pages(database: Database, asked: RunQuery) -> Iterator[tuple[list[int], RunQuery]]:
    """The first page, and the query of the second."""
    page = database.read_now(lambda tx: search_runs(tx, asked))
    assert page.next is not None
    yield page.ids, replace(asked, after=page.next)


def test_a_run_that_begins_meanwhile_repeats_nothing_on_the_next_page(database: Database, made: Made) -> None:
    made([run(id_) for id_ in range(1, 7)])
    with begun_pages(database, query(limit=3)) as (first, rest):
        database.write_now(
            lambda tx: tx.sql(
                """INSERT INTO runs (id, workspace_id, experiment_id, uuid, name, user_id, status, start_ms,
                lifecycle_stage, artifact_uri) VALUES (9, 1, 1, 'new', '', '', 'RUNNING', 99, 'active', '')"""
            )
        )
        assert (first, found(database, rest)) == ([6, 5, 4], [3, 2, 1])


def test_a_run_that_goes_meanwhile_hides_nothing_on_the_next_page(database: Database, made: Made) -> None:
    made([run(id_, metrics={"m": KnownMetric(id_)}) for id_ in range(1, 7)])
    with begun_pages(database, query("", "metrics.m", limit=3)) as (first, rest):
        database.write_now(lambda tx: tx.sql("DELETE FROM runs WHERE id IN (1, 3)"))
        assert (first, found(database, rest)) == ([1, 2, 3], [4, 5, 6])


def test_a_full_last_page_is_the_last(database: Database, made: Made) -> None:
    made([run(id_) for id_ in range(1, 5)])
    pages = [database.read_now(lambda tx, limit=limit: search_runs(tx, query(limit=limit))) for limit in (3, 4, 5)]
    assert [page.next is None for page in pages] == [False, True, True]


def test_a_page_of_nothing_is_empty(database: Database, made: Made) -> None:
    made([run(1)])
    page = database.read_now(lambda tx: search_runs(tx, query(limit=0)))
    assert (page.ids, page.next) == ([], None)


# --- text that SQL would stumble on


@pytest.mark.parametrize("text", ["'; DROP TABLE runs; --", "?", "%s", "%(x)s", ":x", "{0}", "\\", "a%b", "[a]", "*"])
def test_text_is_never_taken_for_sql(database: Database, made: Made, text: str) -> None:
    made([run(1, params={text: text}, name=text), run(2, params={"p": "other"})])
    quoted = f'"{text}"'
    assert found(database, query(f"params.`{text}` = {quoted}", f"params.`{text}`")) == [1]
    assert found(database, query(f"run_name = {quoted}")) == [1]
    assert counted(database, query(f"params.`{text}` != {quoted}")) == 0


def test_thousands_of_run_ids_are_one_clause(database: Database, made: Made) -> None:
    made([run(id_) for id_ in range(1, 4)])
    ids = ", ".join(f"'{number:032x}'" for number in range(2, 20_000))
    assert found(database, query(f"run_id IN ({ids})")) == [3, 2]
    assert found(database, query(f"run_id NOT IN ({ids})")) == [1]


# --- what only our own tables know


def test_a_duration_orders_and_filters_in_seconds_and_runs_that_go_on_have_none(database: Database, made: Made) -> None:
    made([run(1, start=0, end=2_500), run(2, start=1_000, end=2_000), run(3, start=5), run(4, start=0, end=61_000)])
    key = parse_run_order_key("attributes.duration DESC", TABLE_NUMBERS)
    assert found(database, replace(query(), order_by=(key,))) == [4, 1, 2, 3]
    assert found(database, replace(query(), order_by=(replace(key, descending=False),))) == [2, 1, 4, 3]
    long = replace(query(), filter=parse_run_filter("attributes.duration >= 2.5", TABLE_NUMBERS))
    assert found(database, long) == [1, 4]
    assert counted(database, long) == 2


def test_mlflow_knows_no_duration() -> None:
    for parse in (lambda: parse_run_filter("attributes.duration > 1"), lambda: parse_run_order_key("duration")):
        with pytest.raises(InvalidError, match="Invalid attribute key 'duration'"):
            parse()


def test_roots_are_runs_whose_parent_is_not_in_the_table(database: Database, made: Made) -> None:
    def child(id_: int, parent: str, **fields: object) -> KnownRun:
        return run(id_, tags={PARENT_TAG: parent}, **fields)

    top, deleted, elsewhere = run(1), run(2, stage="deleted"), run(3, experiment_id=2)
    below = child(4, top.uuid, metrics={"m": KnownMetric(9.0)})
    orphans = [child(6, deleted.uuid), child(7, elsewhere.uuid), child(8, "0" * 32), child(9, f"{9:032x}")]
    made([top, deleted, elsewhere, below, child(5, below.uuid), *orphans])
    roots = replace(query(), roots=True)
    assert found(database, roots) == [9, 8, 7, 6, 1]
    assert counted(database, roots) == 5
    assert found(database, replace(query("metrics.m > 1"), roots=True)) == []
    assert found(database, replace(roots, view=View.ALL)) == [9, 8, 7, 2, 1]
    assert found(database, replace(roots, limit=2, offset=1)) == [8, 7]
