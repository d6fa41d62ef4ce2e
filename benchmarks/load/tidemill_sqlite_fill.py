#!/usr/bin/env python3
"""Put N runs into Tidemill's SQLite file, the same rows that tracking_load.py's `fill` would create over REST.

    python tidemill_sqlite_fill.py tidemill.db 100000 --experiment bench-search

The twin of mlflow_sqlite_fill.py, so that both sides are filled in the same way. The server may be running.
"""
import argparse
import sqlite3
import uuid

from tracking_load import SEARCH_T0, run_values

parser = argparse.ArgumentParser()
parser.add_argument("db")
parser.add_argument("runs", type=int)
parser.add_argument("--experiment", default="bench-search")
options = parser.parse_args()
db = sqlite3.connect(options.db, timeout=60, isolation_level=None)
experiment, location = db.execute(
    "select id, artifact_location from experiments where name = ?", (options.experiment,)
).fetchone()
have = db.execute("select count(*) from runs where experiment_id = ?", (experiment,)).fetchone()[0]
next_run = db.execute("select coalesce(max(id), 0) + 1 from runs").fetchone()[0]
RUN = """insert into runs (id, workspace_id, experiment_id, uuid, name, user_id, status, start_ms, lifecycle_stage, artifact_uri)
values (?, 1, ?, ?, ?, '', 'RUNNING', ?, 'active', ?)"""
PAIR = "insert into {} (run_id, experiment_id, key, value, value_head) values (?, ?, ?, ?, ?)"
METRIC = """insert into latest_metrics (run_id, experiment_id, key, value, is_nan, step, timestamp_ms, min_value, max_value, points)
values (?, ?, ?, ?, 0, 0, ?, ?, ?, 1)"""
for low in range(have, options.runs, 5000):
    runs, params, tags, metrics = [], [], [], []
    for number in range(low, min(low + 5000, options.runs)):
        row, start, run_uuid = next_run + number - have, SEARCH_T0 + number, uuid.uuid4().hex
        runs.append((row, experiment, run_uuid, f"run-{number}", start, f"{location}/{run_uuid}/artifacts"))
        tags += [(row, experiment, "mlflow.user", "bench", "bench")]
        tags += [(row, experiment, "mlflow.runName", f"run-{number}", f"run-{number}")]
        p, m = run_values(number)
        params += [(row, experiment, key, value, value) for key, value in p]
        metrics += [(row, experiment, key, value, start, value, value) for key, value in m]
    db.execute("begin immediate")
    db.executemany(RUN, runs)
    db.executemany(PAIR.format("run_params"), params)
    db.executemany(PAIR.format("run_tags"), tags)
    db.executemany(METRIC, metrics)
    db.execute("commit")
