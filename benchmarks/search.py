"""How long it takes to find the ids of a page of runs, by number of runs, kind of query and selectivity.

    python benchmarks/search.py --runs 10000 --runs 100000 [--database postgresql://user@/empty_database?host=...]

Fills the tables of a fresh database directly (twelve metrics and three params a run, values at random, seed fixed) and
prints the best and the median time of some repetitions of each query: on a busy machine the best says most. Without
`--database` the database is SQLite in a temporary folder.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tidemill.core.database import Database, Dialect, Tx, metadata, open_database
from tidemill.tenancy import tables as _tenancy
from tidemill.tracking.artifacts import tables as _artifacts
from tidemill.tracking.datasets import tables as _datasets
from tidemill.tracking.experiments import tables as _experiments
from tidemill.tracking.logged_models import tables as _logged_models
from tidemill.tracking.metrics import tables as _metrics
from tidemill.tracking.runs import tables as _runs
from tidemill.tracking.search import RunQuery, count_runs, parse_run_filter, parse_run_order, search_runs

TABLES = (_tenancy, _artifacts, _datasets, _experiments, _logged_models, _metrics, _runs)
METRICS = 10
EXPERIMENT = 1
REPETITIONS = 15
Case = tuple[str, str, list[str], int]

_THREE = "metrics.m3 > .95 AND metrics.m4 > .95 AND metrics.m5 > .95"
CASES: list[Case] = [
    ("default order, 50", "", [], 50),
    ("default order, 1,000", "", [], 1000),
    ("order by a metric, 100", "", ["metrics.m1 DESC"], 100),
    ("order by a metric all share, 100", "", ["metrics.epoch DESC"], 100),
    ("order by a param of 4 values, 50", "", ["params.opt"], 50),
    ("order by two metrics, 50", "", ["metrics.epoch", "metrics.m1 DESC"], 50),
    ("order by param, metric, start, 50", "", ["params.opt DESC", "metrics.m1", "start_time"], 50),
    ("metric 50 %, by metric, 50", "metrics.m3 > 0.5", ["metrics.m1 DESC"], 50),
    ("metric 10 %, by metric, 50", "metrics.m3 > 0.9", ["metrics.m1 DESC"], 50),
    ("metric 3 %, by metric, 50", "metrics.m3 > 0.97", ["metrics.m1 DESC"], 50),
    ("metric 1 %, by metric, 50", "metrics.m3 > 0.99", ["metrics.m1 DESC"], 50),
    ("metric 0.1 %, by metric, 50", "metrics.m3 > 0.999", ["metrics.m1 DESC"], 50),
    ("metric matches nothing, by metric, 50", "metrics.m3 > 2", ["metrics.m1 DESC"], 50),
    ("metric 50 %, the same metric, 50", "metrics.m3 < 0.5", ["metrics.m3 DESC"], 50),
    ("metric 50 % and param 50 %, by metric, 50", "metrics.m3 > 0.5 AND params.opt = 'adam'", ["metrics.m1 DESC"], 50),
    ("metric 10 % and param 10 %, by metric, 50", "metrics.m3 > 0.9 AND params.opt = 'sgd'", ["metrics.m1 DESC"], 50),
    ("rare param and metric 50 %, by metric, 50", "metrics.m3 > 0.5 AND params.opt = 'rare'", ["metrics.m1 DESC"], 50),
    ("three metrics of 5 %, by metric, 50", _THREE, ["metrics.m1"], 50),
    ("param LIKE prefix, by metric, 50", "params.name LIKE 'run-99%'", ["metrics.m1 DESC"], 50),
    ("param LIKE inside 0.1 %, by metric, 50", "params.name LIKE '%-777%'", ["metrics.m1 DESC"], 50),
    ("metric 0.1 %, default order, 50", "metrics.m3 > 0.999", [], 50),
    ("metric 50 %, default order, 50", "metrics.m3 > 0.5", [], 50),
    ("metric 50 %, by metric, 1,000", "metrics.m3 > 0.5", ["metrics.m1 DESC"], 1000),
    ("metric 10 %, by metric, 1,000", "metrics.m3 > 0.9", ["metrics.m1 DESC"], 1000),
    ("opposite metric, by metric, 50", "metrics.opposite > 0.5", ["metrics.m1 DESC"], 50),
    ("param missing, by metric, 50", "params.sometimes IS NULL", ["metrics.m1 DESC"], 50),
    ("run name, default order, 50", "attributes.run_name = 'name-77'", [], 50),
]


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, action="append", help="how many runs; may be repeated")
    parser.add_argument("--database", help="an empty PostgreSQL database; SQLite in a temporary folder without")
    parser.add_argument("--only", default="", help="only cases whose name contains this")
    options = parser.parse_args(arguments)
    for runs in options.runs or [10_000, 100_000]:
        with tempfile.TemporaryDirectory() as folder:
            database = open_database(options.database or f"sqlite:///{Path(folder) / 'search.db'}")
            print(f"\n{runs:,} runs on {database.dialect}")
            _fill(database, runs)
            _measure(database, options.only)
            if options.database:
                metadata.drop_all(database.engine)
            database.close()


def _measure(database: Database, only: str) -> None:
    print(f"{'query':<44} {'best ms':>8} {'median':>8} {'rows':>6} {'count ms':>9} {'total':>9}")
    for name, text, order, limit in CASES:
        if only not in name:
            continue
        query = RunQuery(1, (EXPERIMENT,), parse_run_filter(text), parse_run_order(order), limit=limit)
        page, times = _timed(database, lambda tx, query=query: len(search_runs(tx, query).ids))
        total, count_times = _timed(database, lambda tx, query=query: count_runs(tx, query))
        print(
            f"{name:<44} {min(times):>8.2f} {statistics.median(times):>8.2f} {page:>6}"
            f" {min(count_times):>9.2f} {total:>9,}"
        )


def _timed(database: Database, unit: Callable[[Tx], int]) -> tuple[int, list[float]]:
    """The unit's result, and its times in ms without the first, which warms caches up.

    SQLite works on this thread, so its CPU time is the time that it takes; PostgreSQL is waited for.
    """
    clock = time.thread_time if database.dialect is Dialect.SQLITE else time.perf_counter
    times: list[float] = []
    result = 0
    for _ in range(REPETITIONS + 1):
        began = clock()
        result = database.read_now(unit)
        times.append((clock() - began) * 1000)
    return result, times[1:]


def _fill(database: Database, runs: int) -> None:
    metadata.create_all(database.engine)
    copy = _copy_postgres if database.dialect is Dialect.POSTGRESQL else _copy_sqlite
    database.write_now(lambda tx: _fill_parents(tx))
    database.write_now(lambda tx: copy(tx, "runs", _run_rows(runs)))
    database.write_now(lambda tx: copy(tx, "latest_metrics", _metric_rows(runs)))
    database.write_now(lambda tx: copy(tx, "run_params", _param_rows(runs)))
    with database.engine.connect() as connection:
        if database.dialect is Dialect.POSTGRESQL:
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql("VACUUM ANALYZE")


def _fill_parents(tx: Tx) -> None:
    tx.sql("INSERT INTO workspaces (id, name, description, created_ms) VALUES (1, 'default', '', 0)")
    tx.sql(
        """INSERT INTO experiments (id, workspace_id, name, artifact_location, lifecycle_stage, created_ms, updated_ms)
        VALUES (1, 1, 'bench', '', 'active', 0, 0)"""
    )


def _run_rows(runs: int) -> Iterator[dict[str, Any]]:
    for id_ in range(1, runs + 1):
        uuid = random.Random(id_).randbytes(16).hex()  # noqa: S311 - data, not a secret
        yield {
            "id": id_,
            "workspace_id": 1,
            "experiment_id": EXPERIMENT,
            "uuid": uuid,
            "name": f"name-{id_}",
            "user_id": "somebody",
            "status": "FINISHED",
            "start_ms": 1_700_000_000_000 + id_ * 1000,
            "end_ms": 1_700_000_000_500 + id_ * 1000,
            "lifecycle_stage": "deleted" if id_ % 100 == 0 else "active",
            "artifact_uri": f"mlflow-artifacts:/1/{uuid}/artifacts",
        }


def _metric_rows(runs: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(1)  # noqa: S311 - data, not a secret
    for run_id in range(1, runs + 1):
        values = {f"m{number}": chance.random() for number in range(METRICS)}
        values |= {"opposite": 1 - values["m1"], "epoch": float(chance.randrange(9, 11))}
        for key, value in values.items():
            yield {
                "run_id": run_id,
                "experiment_id": EXPERIMENT,
                "key": key,
                "value": value,
                "is_nan": False,
                "step": 0,
                "timestamp_ms": 0,
                "min_value": value,
                "max_value": value,
                "points": 1,
            }


def _param_rows(runs: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(2)  # noqa: S311 - data, not a secret
    for run_id in range(1, runs + 1):
        draw = chance.random()
        optimizer = "rare" if draw < 0.001 else "sgd" if draw < 0.1 else "adam" if draw < 0.6 else "lion"
        params = {"opt": optimizer, "name": f"run-{chance.randrange(100_000)}"}
        if run_id % 2:
            params["sometimes"] = "yes"
        for key, value in params.items():
            yield {"run_id": run_id, "experiment_id": EXPERIMENT, "key": key, "value": value, "value_head": value}


def _copy_sqlite(tx: Tx, table: str, rows: Iterator[dict[str, Any]]) -> None:
    listed = list(rows)
    columns = list(listed[0])
    marks = ", ".join("?" * len(columns))
    tx.sql_many(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", [tuple(row.values()) for row in listed])


def _copy_postgres(tx: Tx, table: str, rows: Iterator[dict[str, Any]]) -> None:
    first = next(rows)
    cursor: Any = tx.connection.connection.cursor()
    with cursor.copy(f"COPY {table} ({', '.join(first)}) FROM STDIN") as copy:
        copy.write_row(tuple(first.values()))
        for row in rows:
            copy.write_row(tuple(row.values()))


if __name__ == "__main__":
    main(sys.argv[1:])
