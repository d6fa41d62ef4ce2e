"""`tidemill pipeline artifacts`: what the tasks of a run made, and the files of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from tidemill.cli.output import output_option, show_rows
from tidemill.cli.pipelines.finding import find_run, find_task, run_argument
from tidemill.cli.quantities import counted
from tidemill.cli.reaching import client_options
from tidemill.kit.errors import InvalidError, NotFoundError
from tidemill.kit.quantities import show_bytes
from tidemill.sdk.artifact_files import Made, write_files
from tidemill.sdk.client import Client
from tidemill.sdk.pipeline_messages import Artifact, PipelineRun, PipelineTask
from tidemill.sdk.pipelines import Pipelines

_COLUMNS = ("artifact", "type", "size", "uri")


@click.command()
@run_argument()
@click.argument("artifact", required=False, metavar="[TASK/NAME]")
@click.option("--to", type=click.Path(path_type=Path), help="where to write its files; without it ./NAME")
@output_option
@client_options
def artifacts(*, client: Client, run: str, artifact: str | None, to: Path | None, output: str) -> None:
    """List what the tasks of a run made; of one artifact, write its files.

    \b
    tidemill pipeline artifacts hello
    tidemill pipeline artifacts hello train/fit/model --to model
    """
    pipelines = Pipelines(client)
    found = pipelines.get(find_run(pipelines, run))
    if artifact is None:
        if to is not None:
            raise InvalidError("--to is for the files of one artifact", hint="name it, as TASK/NAME")
        show_rows(list(_rows(found)), output, _COLUMNS)
        return
    task, name, given = _chosen(found, artifact)
    count = size = 0
    for number in range(len(given)):
        target = to if to is not None else Path(name)
        folder = target / str(number) if len(given) > 1 else target
        for entry in write_files(pipelines, found.id, Made(task.path, name, number), folder):
            count, size = count + 1, size + (entry.file_size or 0)
    click.echo(f"{counted(count, 'file')}, {show_bytes(size)}, in {to if to is not None else name}")


def _rows(run: PipelineRun) -> Iterator[dict[str, Any]]:
    for task in (each for each in run.tasks if each.path):
        for name, given in task.outputs.artifacts.items():
            for number, each in enumerate(given):
                yield {
                    "artifact": f"{task.path}/{name}" + (f" [{number}]" if len(given) > 1 else ""),
                    "type": each.type.removeprefix("system."),
                    "size": "-" if each.size is None else show_bytes(each.size),
                    "uri": each.uri,
                }


def _chosen(run: PipelineRun, told: str) -> tuple[PipelineTask, str, list[Artifact]]:
    """The task, and the artifact by its name: the end of what was told."""
    path, _, name = told.rpartition("/")
    if not path:
        raise InvalidError(
            f"{told!r} names no task", hint="write TASK/NAME, as `tidemill pipeline artifacts RUN` has it"
        )
    task = find_task(run, path)
    if name not in task.outputs.artifacts:
        known = ", ".join(task.outputs.artifacts) or "none"
        raise NotFoundError(f"the task {task.path} made no artifact {name!r}", hint=f"it made: {known}")
    return task, name, task.outputs.artifacts[name]
