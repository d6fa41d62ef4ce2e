#!/usr/bin/env python3
"""Put N models of M versions into the SQLite file of a real MLflow server (its schema as of 3.17), which may be running.

    python mlflow_registry_fill.py mlflow.db 10000 10
"""
import argparse
import sqlite3

from registry_data import T0, Version, model_name, model_tags

parser = argparse.ArgumentParser()
parser.add_argument("db")
parser.add_argument("models", type=int)
parser.add_argument("versions", type=int)
options = parser.parse_args()
db = sqlite3.connect(options.db, timeout=60)


def insert(table, rows):
    known = [row[1] for row in db.execute(f"pragma table_info({table})")]
    columns = [name for name in rows[0] if name in known]
    marks = ", ".join("?" * len(columns))
    db.executemany(f"insert into {table} ({', '.join(columns)}) values ({marks})", [[row[c] for c in columns] for row in rows])


for low in range(0, options.models, 1000):
    models, versions, model_tag_rows, version_tags, aliases = [], [], [], [], []
    for model in range(low, min(low + 1000, options.models)):
        name = model_name(model)
        common = {"name": name, "workspace": "default"}
        times = {"creation_time": T0 + model, "last_updated_time": T0 + model * 100 + options.versions}
        models.append({**common, **times, "description": ""})
        model_tag_rows += [{**common, "key": key, "value": value} for key, value in model_tags(model).items()]
        aliases.append({**common, "alias": "champion", "version": options.versions})
        for number in range(1, options.versions + 1):
            version = Version(model, number, options.versions)
            times = {"creation_time": version.created_ms, "last_updated_time": version.created_ms}
            versions.append({**common, **times, "version": number, "description": "", "user_id": None,
                             "current_stage": version.stage, "source": version.source, "run_id": version.run_id,
                             "status": "READY", "status_message": None, "run_link": "",
                             "storage_location": version.source})
            version_tags += [{**common, "version": number, "key": k, "value": v} for k, v in version.tags.items()]
    for table, rows in (("registered_models", models), ("model_versions", versions),
                        ("registered_model_tags", model_tag_rows), ("model_version_tags", version_tags),
                        ("registered_model_aliases", aliases)):
        insert(table, rows)
    db.commit()
