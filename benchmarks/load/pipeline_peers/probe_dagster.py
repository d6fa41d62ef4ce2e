"""Dagster: a job of one op, in process, with its SQLite instance."""

import logging
import os
import tempfile

os.environ.setdefault("DAGSTER_HOME", tempfile.mkdtemp())
os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")
with open(os.path.join(os.environ["DAGSTER_HOME"], "dagster.yaml"), "w") as config:
    config.write("telemetry:\n  enabled: false\n")

import dagster as dg
from probing import probe, stand_still

logging.disable(logging.CRITICAL)


@dg.op(config_schema={"x": int})
def inc(context) -> int:
    return context.op_config["x"] + 1


@dg.job(executor_def=dg.in_process_executor)
def one():
    inc()


instance = dg.DagsterInstance.get()


def one_task(x):
    config = {"ops": {"inc": {"config": {"x": x}}}}
    return one.execute_in_process(instance=instance, run_config=config).output_for_node("inc")


probe(one_task)
stand_still()
