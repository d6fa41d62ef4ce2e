#!/usr/bin/env python3
"""Put a metric of N points into the SQLite file of a real MLflow server, as tracking_load.py's history phase would.

    python mlflow_sqlite_history.py mlflow.db RUN_ID 1000000

Only for the reference server: over REST it takes five minutes a million points.
"""
import argparse
import sqlite3

parser = argparse.ArgumentParser()
parser.add_argument("db")
parser.add_argument("run")
parser.add_argument("points", type=int)
options = parser.parse_args()
db = sqlite3.connect(options.db, timeout=60)
T0 = 1_700_000_000_000


def point(n):
    return ("m0", (n * 2654435761 % 1000003) / 1000003, T0 + n, options.run, n, 0)


columns = "(key, value, timestamp, run_uuid, step, is_nan)"
db.executemany(f"insert into metrics{columns} values(?,?,?,?,?,?)", map(point, range(options.points)))
db.execute(f"insert into latest_metrics{columns} values(?,?,?,?,?,?)", point(options.points - 1))
db.commit()
