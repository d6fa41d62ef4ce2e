"""Prefect: a flow of one task, with its ephemeral server and a private PREFECT_HOME."""

import os
import tempfile

os.environ.setdefault("PREFECT_HOME", tempfile.mkdtemp())
os.environ.setdefault("PREFECT_LOGGING_LEVEL", "ERROR")
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")

from prefect import flow, task
from probing import check, median_of, stand_still, tell


@task
def inc(x):
    return x + 1


@flow
def many():
    """Single tasks within one flow that runs already: a task's own cost, without that of a flow for each."""
    tell("one_task", median_of(lambda: check(lambda x: inc.submit(x).result(), 1), 50), n=50)


@flow
def first():
    check(inc, 0)


first()
tell("first", 0.0)
many()
stand_still()
