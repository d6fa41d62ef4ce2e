"""`tidemill pipeline show`: a run, and its tasks as a tree."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import click
import msgspec

from tidemill.cli.jobs.words import span
from tidemill.cli.output import output_option, show_object, show_rows
from tidemill.cli.pipelines.finding import find_run, run_argument
from tidemill.cli.pipelines.words import parent_of, progress_of
from tidemill.cli.reaching import client_options
from tidemill.sdk.client import Client
from tidemill.sdk.pipeline_messages import PipelineRun, PipelineTask
from tidemill.sdk.pipelines import Pipelines

_COLUMNS = ("task", "state", "took", "error")
_INDENT = "  "
_MOST_IN_ONE = 20
_MOST_ERROR = 100
_QUIET = frozenset({"succeeded", "cached", "skipped", "upstream_failed", "waiting", "ready"})

Tree = Mapping[str, Sequence[PipelineTask]]


@click.command()
@run_argument()
@click.option("--all", "is_whole", is_flag=True, help="every iteration of loops that have many")
@output_option
@client_options
def show(*, client: Client, run: str, is_whole: bool, output: str) -> None:
    """Show a run: where it stands, and each of its tasks.

    JSON and YAML have all that every task was given and gave, and the job that ran it.
    """
    pipelines = Pipelines(client)
    found = pipelines.get(find_run(pipelines, run))
    if output in ("json", "yaml"):
        show_object(msgspec.to_builtins(found), output)
        return
    if output == "csv":
        show_rows([{"task": task.path, **_words(task)} for task in found.tasks if task.path], output, _COLUMNS)
        return
    show_object(_fields(found, pipelines), output)
    rows = list(_rows(_tree(found.tasks), "", 0, None if is_whole else _MOST_IN_ONE))
    if rows:
        click.echo("")
        show_rows(rows, output, _COLUMNS)


def _fields(run: PipelineRun, pipelines: Pipelines) -> dict[str, Any]:
    """What people want to know, without what is not there."""
    fields: dict[str, Any] = {
        "id": run.id,
        "name": run.name,
        "state": run.state.lower(),
        "error": run.error,
        "progress": progress_of(run),
        "parameters": " ".join(f"{name}={_value(value)}" for name, value in run.parameters.items()),
        "experiment": run.experiment_id,
        "pipeline": run.pipeline_id,
        "version": run.version_id,
        "begun": datetime.fromtimestamp(run.created_ms / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S"),
        "took": span(run.created_ms, run.finished_ms),
        "page": pipelines.page_of(run.id),
    }
    return {name: value for name, value in fields.items() if value != ""}


def _value(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _tree(tasks: Sequence[PipelineTask]) -> Tree:
    """What each path has in it, in the order in which it came to be."""
    known = {task.path for task in tasks}
    children: dict[str, list[PipelineTask]] = {}
    for task in tasks:
        if task.path:
            parent = parent_of(task.path)
            children.setdefault(parent if parent in known else "", []).append(task)
    return children


def _rows(tree: Tree, path: str, depth: int, most: int | None) -> Iterator[dict[str, Any]]:
    children = tree.get(path, ())
    shown, rest = _chosen(children, most)
    for task in shown:
        name = task.path[len(parent_of(task.path)) :].lstrip("/") if depth else task.path
        yield {"task": f"{_INDENT * depth}{name}", **_words(task)}
        yield from _rows(tree, task.path, depth + 1, most)
    if rest:
        counts = Counter(task.state for task in rest)
        told = ", ".join(f"{count:,} {_state(state)}" for state, count in counts.items())
        yield {
            "task": f"{_INDENT * depth}and {len(rest):,} more",
            "state": told,
            "took": "",
            "error": "--all shows them",
        }


def _chosen(tasks: Sequence[PipelineTask], most: int | None) -> tuple[Sequence[PipelineTask], Sequence[PipelineTask]]:
    """Those that are shown, and the rest: of many those that failed or run come before the others."""
    if most is None or len(tasks) <= most:
        return tasks, ()
    by_interest = sorted(range(len(tasks)), key=lambda place: (tasks[place].state in _QUIET, place))
    chosen = set(by_interest[:most])
    return (
        [task for place, task in enumerate(tasks) if place in chosen],
        [task for place, task in enumerate(tasks) if place not in chosen],
    )


def _words(task: PipelineTask) -> dict[str, Any]:
    error = " ".join(task.error.split())
    return {
        "state": _state(task.state),
        "took": span(task.started_ms, task.ended_ms) or "-",
        "error": error if len(error) <= _MOST_ERROR else f"{error[:_MOST_ERROR]}...",
    }


def _state(state: str) -> str:
    return state.replace("_", " ")
