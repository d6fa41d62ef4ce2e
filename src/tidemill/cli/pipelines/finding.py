"""Runs and tasks as people name them, and completion of both."""

from collections.abc import Callable, Iterator
from typing import Any

import click
from click.shell_completion import CompletionItem

from tidemill.cli.reaching import client_told
from tidemill.kit.errors import InvalidError, NotFoundError, TidemillError
from tidemill.sdk.pipeline_messages import FINAL_RUN, PipelineRun, PipelineTask
from tidemill.sdk.pipelines import Pipelines

_ID_LENGTH = 36
_LEAST_PREFIX = 4
_MOST_LOOKED_AT = 1000
_SHOWN_ID = 8
_COMPLETED = 50
_MOST_NAMED = 10

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def run_argument() -> Decorator:
    """A run by its id, the begin of its id, or its name."""
    return click.argument("run", metavar="RUN", shell_complete=_runs)


def task_argument() -> Decorator:
    """A task of that run by its path, or by its name where only one has it."""
    return click.argument("task", required=False, metavar="[TASK]", shell_complete=_tasks)


def find_run(pipelines: Pipelines, told: str) -> str:
    """The id of a run by its id, the begin of one, or a name: of several with that name the newest.

    Raises NotFoundError, InvalidError where several ids begin so.
    """
    if len(told) == _ID_LENGTH and told.count("-") == 4:
        return told
    begun = list[PipelineRun]()
    if len(told) >= _LEAST_PREFIX:
        begun = [each for each in pipelines.list_all(_MOST_LOOKED_AT)[0] if each.id.startswith(told)]
    if len(begun) == 1:
        return begun[0].id
    named = pipelines.list_all(_MOST_LOOKED_AT, search=told)[0] if told else []
    for each in named:
        if each.name == told:
            return each.id
    if begun:
        raise InvalidError(f"{len(begun)} runs have an id that begins with {told}", hint="write more of it")
    raise NotFoundError(f"no pipeline run has the name or id {told!r}", hint="`tidemill pipeline list` shows them")


def find_task(run: PipelineRun, told: str) -> PipelineTask:
    """A task by its path, or by its name where only one has it. Raises NotFoundError, InvalidError."""
    found = [task for task in run.tasks if task.path and told in (task.path, task.name)]
    exact = [task for task in found if task.path == told]
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0]
    if found:
        raise InvalidError(f"{len(found)} tasks have the name {told!r}", hint=f"name one by its path: {paths(found)}")
    raise NotFoundError(
        f"the run {run.name} has no task {told!r}",
        hint=f"it has: {paths([task for task in run.tasks if task.path]) or 'none yet'}",
    )


def paths(tasks: list[PipelineTask]) -> str:
    """The first paths in words."""
    more = f" and {len(tasks) - _MOST_NAMED} more" if len(tasks) > _MOST_NAMED else ""
    return ", ".join(task.path for task in tasks[:_MOST_NAMED]) + more


def short_run_id(run_id: str) -> str:
    """As much of a run's id as people need."""
    return run_id[:_SHOWN_ID]


def files_and_pipelines(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Files, and the names of uploaded pipelines that begin so."""
    named = list[str]()
    try:
        with client_told(context) as client:
            named = [each.name for each in Pipelines(client).catalog(_MOST_LOOKED_AT, search=incomplete)[0]]
    except (TidemillError, OSError):
        pass
    offered = [CompletionItem(name) for name in named if name.startswith(incomplete)]
    return [CompletionItem(incomplete, type="file"), *offered[:_COMPLETED]]


def _runs(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of the newest runs, those that have not ended first. Where no server answers, nothing is offered."""
    try:
        with client_told(context) as client:
            found = Pipelines(client).list_all(_MOST_LOOKED_AT)[0]
    except (TidemillError, OSError):
        return []
    found.sort(key=lambda each: each.state in FINAL_RUN)
    return list(_offered(found, incomplete))[:_COMPLETED]


def _offered(found: list[PipelineRun], incomplete: str) -> Iterator[CompletionItem]:
    for each in found:
        shown = short_run_id(each.id)
        if each.id.startswith(incomplete):
            yield CompletionItem(
                each.id if len(incomplete) > _SHOWN_ID else shown, help=f"{each.name} {each.state.lower()}"
            )
        elif incomplete and each.name.startswith(incomplete):
            yield CompletionItem(each.name, help=f"{shown} {each.state.lower()}")


def _tasks(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Paths of the tasks of the run that is named, which have a log."""
    try:
        with client_told(context) as client:
            pipelines = Pipelines(client)
            run = pipelines.get(find_run(pipelines, str(context.params.get("run") or "")))
    except (TidemillError, OSError):
        return []
    return [
        CompletionItem(task.path, help=task.state)
        for task in run.tasks
        if task.workload and task.path.startswith(incomplete)
    ][:_COMPLETED]
