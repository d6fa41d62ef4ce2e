"""`tidemill pipeline logs`: what a task of a run said."""

from typing import Any

import click

from tidemill.cli.jobs.logs import log_options, print_log
from tidemill.cli.pipelines.finding import find_run, find_task, paths, run_argument, task_argument
from tidemill.cli.pipelines.words import around, failures
from tidemill.cli.reaching import client_options
from tidemill.kit.errors import InvalidError, NotFoundError
from tidemill.sdk.client import Client
from tidemill.sdk.pipeline_messages import PipelineRun, PipelineTask
from tidemill.sdk.pipelines import Pipelines


@click.command()
@run_argument()
@task_argument()
@log_options
@client_options
def logs(*, client: Client, run: str, task: str | None, **told: Any) -> int | None:
    """Print what a task said: its errors to standard error, as it did.

    A task has a path, as `tidemill pipeline show` has it: train/fit, or loop[3]/fit in a loop. Without one it is the
    task that failed first, or the only one.

    \b
    tidemill pipeline logs hello --error
    tidemill pipeline logs hello loop[3]/fit --follow
    """
    pipelines = Pipelines(client)
    found = pipelines.get(find_run(pipelines, run))
    chosen = _default(found) if task is None else find_task(found, task)
    if not chosen.workload:
        raise _without_log(found, chosen)
    return print_log(client, chosen.workload, **told)


def _default(run: PipelineRun) -> PipelineTask:
    """The one that is most probably meant: the first that failed, the only one that runs, or the only one."""
    logged = _logged(run)
    failed = [task for task in failures(run) if task.workload]
    if failed:
        click.echo(_heading(failed), err=True)
        return failed[0]
    running = [task for task in logged if task.state == "running"]
    for candidates in (logged, running):
        if len(candidates) == 1:
            return candidates[0]
    if not logged:
        raise NotFoundError(f"no task of the run {run.name} has a log: {run.error or run.state.lower()}",
                            hint=f"`tidemill pipeline show {run.id}` shows where it stands")  # fmt: skip
    raise InvalidError(f"{len(logged)} tasks of the run {run.name} have a log", hint=f"name one: {paths(logged)}")


def _without_log(run: PipelineRun, task: PipelineTask) -> NotFoundError:
    inside = [each for each in _logged(run) if task.path in around(each.path)]
    if inside:
        return NotFoundError(f"{task.path} has no log of its own, those in it have", hint=f"name one: {paths(inside)}")
    why = "what it made was taken from an earlier run" if task.state == "cached" else task.error or task.state
    return NotFoundError(
        f"the task {task.path} has no log, since no process was begun for it: {why}",
        hint=f"these have one: {paths(_logged(run)) or 'none yet'}",
    )


def _logged(run: PipelineRun) -> list[PipelineTask]:
    return [task for task in run.tasks if task.workload]


def _heading(failed: list[PipelineTask]) -> str:
    others = f"; {len(failed) - 1} more failed: {paths(failed[1:])}" if failed[1:] else ""
    return f"Of {failed[0].path}, which failed{others}"
