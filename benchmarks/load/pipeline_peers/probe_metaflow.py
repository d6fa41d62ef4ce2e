"""Metaflow: its smallest flow, run as its users run it. It leaves no process behind that could be weighed."""

import os
import subprocess
import sys
import tempfile

from probing import median_of, tell

settings = {
    "METAFLOW_DATASTORE_SYSROOT_LOCAL": tempfile.mkdtemp(),
    "METAFLOW_USER": "bench",
    "USERNAME": "bench",
    "METAFLOW_HOME": tempfile.mkdtemp(),
}
flow = os.path.join(os.path.dirname(os.path.abspath(__file__)), "smallest_flow.py")


def run():
    command = [sys.executable, flow, "--no-pylint", "run"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, **settings})


run()
tell("first", 0.0)
tell("one_task", median_of(run, 5), n=5)
