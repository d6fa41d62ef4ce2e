#!/usr/bin/env python3
"""Put N models of M versions into Tidemill's SQLite file, the same as mlflow_registry_fill.py; the server may be running.

    python tidemill_registry_fill.py tidemill.db 10000 10
"""
import argparse
import sqlite3

from registry_data import T0, Version, model_name, model_tags

parser = argparse.ArgumentParser()
parser.add_argument("db")
parser.add_argument("models", type=int)
parser.add_argument("versions", type=int)
options = parser.parse_args()
db = sqlite3.connect(options.db, timeout=60, isolation_level=None)
next_model = db.execute("select coalesce(max(id), 0) + 1 from registered_models").fetchone()[0]
next_version = db.execute("select coalesce(max(id), 0) + 1 from model_versions").fetchone()[0]
MODEL = """insert into registered_models (id, workspace_id, name, is_prompt, description, card, owner, state, last_version, created_ms, updated_ms)
values (?, 1, ?, 0, '', '', '', 'LIVE', ?, ?, ?)"""
VERSION = """insert into model_versions (id, workspace_id, model_id, version, is_prompt, description, card, user_id, stage, state, status,
status_message, source, storage_location, run_id, run_link, logged_model_uuid, created_ms, updated_ms)
values (?, 1, ?, ?, 0, '', '', 'bench', ?, 'LIVE', 'READY', '', ?, ?, ?, '', '', ?, ?)"""
MODEL_TAG = "insert into registered_model_tags (model_id, key, value, value_head, kind) values (?, ?, ?, ?, '')"
VERSION_TAG = "insert into model_version_tags (version_id, key, value, value_head, kind) values (?, ?, ?, ?, '')"
ALIAS = "insert into model_aliases (model_id, alias, version) values (?, 'champion', ?)"
for low in range(0, options.models, 1000):
    models, versions, tags, version_tags, aliases = [], [], [], [], []
    for model in range(low, min(low + 1000, options.models)):
        row = next_model + model
        models.append((row, model_name(model), options.versions, T0 + model, T0 + model * 100 + options.versions))
        tags += [(row, key, value, value) for key, value in model_tags(model).items()]
        aliases.append((row, options.versions))
        for number in range(1, options.versions + 1):
            version = Version(model, number, options.versions)
            id_ = next_version + model * options.versions + number - 1
            versions.append((id_, row, number, version.stage, version.source, version.source, version.run_id,
                             version.created_ms, version.created_ms))
            version_tags += [(id_, key, value, value) for key, value in version.tags.items()]
    db.execute("begin immediate")
    for statement, rows in ((MODEL, models), (VERSION, versions), (MODEL_TAG, tags), (VERSION_TAG, version_tags), (ALIAS, aliases)):
        db.executemany(statement, rows)
    db.execute("commit")
