"""`tidemill pipeline compile`."""

from pathlib import Path

import click
from click.shell_completion import CompletionItem

from tidemill.cli.pipelines.python_files import is_python, pipeline_in
from tidemill.cli.quantities import counted
from tidemill.kit.errors import InvalidError


def _files(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(incomplete, type="file")]


@click.command("compile")
@click.argument("file", metavar="FILE.py[:NAME]", shell_complete=_files)
@click.option(
    "-o", "--output", "target", default="", metavar="FILE", help="where to; else beside it, as NAME.yaml; .json too"
)
def compile_(*, file: str, target: str) -> None:
    """Write the PipelineSpec of a pipeline in Python, as any Kubeflow takes it.

    \b
    tidemill pipeline compile training.py
    tidemill pipeline compile training.py:fit -o fit.json
    """
    if not is_python(file):
        raise InvalidError(f"{file} is no Python file", hint="name one in which a function has @tm.pipeline")
    pipeline = pipeline_in(file)
    spec = pipeline.spec()
    written = pipeline.compile(target or Path(file.rpartition(":")[0] or file).with_name(f"{pipeline.name}.yaml"))
    steps = len(spec["deploymentSpec"]["executors"])
    click.echo(str(written))
    click.echo(
        f"Compiled {pipeline.name}, of {counted(steps, 'step')}. Run it: tidemill pipeline run {written}", err=True
    )
