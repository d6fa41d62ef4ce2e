"""`tidemill pipeline run`."""

from collections.abc import Sequence

import click
import msgspec

from tidemill.cli.output import output_option, show_object
from tidemill.cli.pipelines.finding import files_and_pipelines
from tidemill.cli.pipelines.packages import is_file, parameter_types, read_package
from tidemill.cli.pipelines.values import values_given, values_of_file
from tidemill.cli.pipelines.waiting import wait_for_run
from tidemill.cli.reaching import client_options
from tidemill.kit.errors import InvalidError, NotFoundError
from tidemill.sdk.client import Client
from tidemill.sdk.pipeline_messages import NewRun, RuntimeConfig, VersionReference
from tidemill.sdk.pipelines import Pipelines


@click.command()
@click.argument("pipeline", metavar="FILE|NAME", shell_complete=files_and_pipelines)
@click.option("-p", "-P", "--param", "given", multiple=True, metavar="NAME=VALUE", help="a parameter; more than once")
@click.option("--params", "file", metavar="FILE", default="", help="a JSON object of parameters; -p comes before it")
@click.option("--name", default="", help="the run's name; else the pipeline's")
@click.option("--experiment", default="", metavar="NAME", help="the experiment it is in, made where there is none")
@click.option("--version", default="", metavar="NAME", help="this version of an uploaded pipeline; else the latest")
@click.option(
    "-f",
    "--wait",
    "--follow",
    "is_waited_for",
    is_flag=True,
    help="wait for its end, and show how far it is; the exit status says how it ended",
)
@output_option
@client_options
def run(
    *,
    client: Client,
    pipeline: str,
    given: Sequence[str],
    file: str,
    name: str,
    experiment: str,
    version: str,
    is_waited_for: bool,
    output: str,
) -> int | None:
    """Begin a run, of a Python file, of a package that kfp compiled, or of a pipeline that was uploaded.

    A value is JSON where it reads as JSON and the parameter is no text. With --wait the exit status is 0 where the run
    succeeds, 1 where it fails, 143 where it is stopped.

    \b
    tidemill pipeline run hello.yaml -p count=3 -p 'names=["a", "b"]' --wait
    tidemill pipeline run training.py -p rate=0.1 --wait
    tidemill pipeline run training --version v2
    """
    pipelines = Pipelines(client)
    source, types = _of_file(pipeline, version) if is_file(pipeline) else _of_name(pipelines, pipeline, version)
    parameters = {**values_of_file(file), **values_given(given, types)}
    asked = msgspec.structs.replace(
        source,
        display_name=name or source.display_name,
        experiment_id=pipelines.experiment(experiment) if experiment else "",
        runtime_config=RuntimeConfig(parameters),
    )
    run_id = _begun(pipelines, asked)
    if output == "table":
        click.echo(run_id)
        click.echo(f"Began {name or source.display_name}: {pipelines.page_of(run_id)}", err=True)
    else:
        show_object(msgspec.to_builtins(pipelines.get(run_id)), output)
    return wait_for_run(pipelines, run_id) if is_waited_for else None


def _begun(pipelines: Pipelines, asked: NewRun) -> str:
    try:
        return pipelines.begin(asked)
    except InvalidError as error:
        # A value of another type: the server has its name, and does not know how it was written here.
        raise InvalidError(
            error.message, hint=error.hint or 'values are JSON: -p count=3, -p \'names=["a", "b"]\''
        ) from error


def _of_file(path: str, version: str) -> tuple[NewRun, dict[str, str]]:
    if version:
        raise InvalidError(f"{path} is a file, and has no versions", hint="leave out --version, or name a pipeline")
    read = read_package(path)
    return NewRun(display_name=read.name, pipeline_spec=read.document), parameter_types(read.document)


def _of_name(pipelines: Pipelines, told: str, version: str) -> tuple[NewRun, dict[str, str]]:
    try:
        pipeline = pipelines.pipeline(told)
    except NotFoundError as error:
        raise NotFoundError(
            f"there is no file {told!r}, and no pipeline of that name was uploaded",
            hint="`tidemill pipeline list --pipelines` shows those that were",
        ) from error
    found = pipelines.version(pipeline, version)
    reference = VersionReference(pipeline.pipeline_id, found.pipeline_version_id)
    return NewRun(display_name=pipeline.name, pipeline_version_reference=reference), parameter_types(
        found.pipeline_spec
    )
