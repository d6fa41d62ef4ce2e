"""Runs of pipelines in words: how far they are, how they ended, which tasks failed, and the exit status for that."""

import shlex
from collections.abc import Sequence

import click

from tidemill.cli.jobs.words import STOPPED, span
from tidemill.cli.pipelines.finding import short_run_id
from tidemill.cli.quantities import counted
from tidemill.sdk.pipeline_messages import PipelineRun, PipelineTask

_FAILED = 1
_ENDED = frozenset({"succeeded", "cached", "skipped", "failed", "canceled", "upstream_failed"})
_OPENED = ("dag", "loop")
_MOST_TOLD = 10


def exit_status(run: PipelineRun) -> int:
    """0 for success, 143 where it was cancelled, else 1."""
    return {"SUCCEEDED": 0, "CANCELED": STOPPED}.get(run.state, _FAILED)


def progress_of(run: PipelineRun) -> str:
    """`3 of 7 tasks, 1 failed`: of those that are known; loops and conditions make more while it runs."""
    tasks = [task for task in run.tasks if task.path and task.kind not in _OPENED]
    ended = sum(task.state in _ENDED for task in tasks)
    failed = sum(task.state == "failed" for task in tasks)
    told = f"{ended:,} of {counted(len(tasks), 'task')}"
    return f"{told}, {failed:,} failed" if failed else told


def failures(run: PipelineRun) -> list[PipelineTask]:
    """The tasks that failed by themselves, the first to do so first: not those around them."""
    failed = [task for task in run.tasks if task.path and task.state == "failed"]
    outer = {path for task in failed for path in around(task.path)}
    own = [task for task in failed if task.path not in outer]
    return sorted(own, key=lambda task: (task.ended_ms or 0, task.path))


def parent_of(path: str) -> str:
    """The path of what a task is in: `loop[3]` of `loop[3]/fit`, `loop` of `loop[3]`."""
    head, _, last = path.rpartition("/")
    if last.endswith("]") and "[" in last:
        loop = last[: last.rindex("[")]
        return f"{head}/{loop}" if head else loop
    return head


def around(path: str) -> list[str]:
    """The paths of all that a task is in, from the inside out."""
    found = list[str]()
    while path := parent_of(path):
        found.append(path)
    return found


def tell_end(run: PipelineRun) -> None:
    """On standard error a line that says how a run ended, and one for each task that failed, with its error."""
    took = span(run.created_ms, run.finished_ms)
    colour = {"SUCCEEDED": "green", "FAILED": "red"}.get(run.state, "yellow")
    click.echo(f"{run.name} {click.style(run.state.lower(), fg=colour)} after {took}, {progress_of(run)}", err=True)
    if run.state != "FAILED":
        return
    own = failures(run)
    if not own:
        click.echo(run.error, err=True)
    for task in own[:_MOST_TOLD]:
        click.echo(f"{click.style(task.path, bold=True)}: {task.error}", err=True)
    if len(own) > _MOST_TOLD:
        click.echo(f"and {len(own) - _MOST_TOLD:,} more", err=True)
    _tell_logs(run, own)


def _tell_logs(run: PipelineRun, failed: Sequence[PipelineTask]) -> None:
    logged = next((task for task in failed if task.workload), None)
    if logged is not None:
        shown = short_run_id(run.id)
        click.echo(f"Its error: tidemill pipeline logs {shown} {shlex.quote(logged.path)} --error", err=True)
    click.echo(f"Again from there: tidemill pipeline retry {short_run_id(run.id)}", err=True)
