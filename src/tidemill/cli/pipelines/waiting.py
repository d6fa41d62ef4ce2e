"""Waiting for a run, and what Ctrl-C means meanwhile."""

import time

from tidemill.cli.failing import INTERRUPTED
from tidemill.cli.jobs.following import asked_to_stop
from tidemill.cli.pipelines.finding import short_run_id
from tidemill.cli.pipelines.words import exit_status, progress_of, tell_end
from tidemill.cli.telling import Telling
from tidemill.kit.errors import ConflictError
from tidemill.sdk.pipeline_messages import FINAL_RUN, PipelineRun
from tidemill.sdk.pipelines import Pipelines

_LEAST_PAUSE_S = 0.2
_MOST_PAUSE_S = 10.0
_SHARE = 10
"""A run of many tasks is a large answer: it is asked for a tenth of the time at most."""


def wait_for_run(pipelines: Pipelines, run_id: str) -> int:
    """Wait until a run has ended, say how, and return the exit status that says so.

    On Ctrl-C a person is asked whether to leave it running or to stop it; without a terminal it is left running.
    """
    while True:
        try:
            run = _ended(pipelines, run_id)
            break
        except KeyboardInterrupt:
            shown = short_run_id(run_id)
            told = f"See it: tidemill pipeline show {shown}; stop it: tidemill pipeline stop {shown}"
            if not asked_to_stop(told):
                return INTERRUPTED
            _stop(pipelines, run_id)
    tell_end(run)
    return exit_status(run)


def _ended(pipelines: Pipelines, run_id: str) -> PipelineRun:
    began = time.monotonic()
    run = pipelines.get(run_id)
    with Telling(run.name) as line:
        while run.state not in FINAL_RUN:
            asked_s = time.monotonic() - began
            line.at(0, progress_of(run))
            time.sleep(min(max(_LEAST_PAUSE_S, asked_s * _SHARE), _MOST_PAUSE_S))
            began = time.monotonic()
            run = pipelines.get(run_id)
    return run


def _stop(pipelines: Pipelines, run_id: str) -> None:
    try:
        pipelines.stop(run_id)
    except ConflictError:
        return  # it has ended meanwhile
