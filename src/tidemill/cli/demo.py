"""`tidemill demo`: a server with something to look at, made by real scripts that train, run jobs and a pipeline."""

import asyncio
import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from tidemill.cli.models.lineage_text import lineage_lines
from tidemill.cli.opening import Storage, opened
from tidemill.cli.options import loaded_settings, setting_options
from tidemill.cli.quantities import counted
from tidemill.cli.starting import start_behind
from tidemill.cli.telling import Telling
from tidemill.compute import WorkloadRetention
from tidemill.core.events import EventBus
from tidemill.core.identity import Scope
from tidemill.core.settings import Settings
from tidemill.kit.clock import now_ms
from tidemill.kit.errors import InvalidError, NotFoundError, TidemillError
from tidemill.pipelines import PipelineRetention
from tidemill.registry import SearchForm, holders_needed, open_catalog
from tidemill.runtime.server_note import running_server
from tidemill.sdk.client import Client
from tidemill.sdk.registry import Registry
from tidemill.tracking import Removed, Retention

_MADE_BY = "tidemill.demo"  # the tag, or label, that the scripts give to the experiments and jobs that they make
_MODEL, _ALIAS = "breast-cancer", "champion"  # which the pipeline registers, and gives to the best

_NEEDED = ("mlflow", "sklearn", "matplotlib", "pandas")
_PACKAGES = "mlflow scikit-learn matplotlib pandas"
# The script is a user's own. Around it: no proxy to this machine, no telemetry, no chatter, and one thread for models
# so small that more threads only wait for each other.
_ENVIRONMENT = {
    "NO_PROXY": "127.0.0.1,localhost,::1",
    "no_proxy": "127.0.0.1,localhost,::1",
    "DO_NOT_TRACK": "true",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_LOGGING_LEVEL": "ERROR",
    "GIT_PYTHON_REFRESH": "quiet",
    "PYTHONWARNINGS": "ignore",
    "PYTHONUNBUFFERED": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}

# What a user's own work may have set, and what would lead the script elsewhere.
_UNSET = (
    "MLFLOW_EXPERIMENT_ID",
    "MLFLOW_EXPERIMENT_NAME",
    "MLFLOW_RUN_ID",
    "MLFLOW_TRACKING_PASSWORD",
    "MLFLOW_TRACKING_TOKEN",
    "MLFLOW_TRACKING_USERNAME",
    "TIDEMILL_WORKSPACE",
)


@click.command()
@click.option(
    "--remove",
    is_flag=True,
    help="permanently remove the experiments, models, jobs and pipelines that the demo made",
)
@setting_options
def demo(*, remove: bool, **flags: Any) -> None:
    """Start the server where none runs, train models against it with the mlflow client, run jobs and a pipeline.

    The server is left running. It takes about a minute; a second time it adds further runs.
    """
    loaded = loaded_settings(flags)
    if remove:
        asyncio.run(_remove(loaded.settings))
        return
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise InvalidError(
            f"the demo trains with {_PACKAGES.replace(' ', ', ')}, and {', '.join(missing)} cannot be imported here",
            hint=f"{shlex.quote(sys.executable)} -m pip install {_PACKAGES}",
        )
    data_dir = loaded.settings.data_dir
    note = running_server(data_dir)
    if note is None:
        note = start_behind(loaded, flags).note
        click.echo(f"Started the server at {note.url}")
    else:
        click.echo(f"Using the server at {note.url}")
    click.echo(f"Training with {_script('train.py')}; to import mlflow and scikit-learn takes a few seconds")
    _run("train.py", "--tracking-uri", note.url)
    click.echo(f"\nRunning jobs with {_script('jobs.py')}")
    _run("jobs.py", "--uri", note.url)
    click.echo(f"\nRunning a pipeline with {_script('pipeline.py')}")
    _run("pipeline.py", "--uri", note.url)
    _tell_champion(note.url)
    click.echo("")
    click.echo(f"Look at it    {click.style(f'{note.url}/w/default/experiments', bold=True)}")
    click.echo(f"Stop it       tidemill down --data-dir {shlex.quote(str(data_dir))}")
    click.echo(f"Remove it     tidemill demo --remove --data-dir {shlex.quote(str(data_dir))}")


def _tell_champion(uri: str) -> None:
    """Where the model came from that the pipeline has registered."""
    with Client(uri) as client:
        registry = Registry(client)
        version = registry.get(_MODEL).model.aliases[_ALIAS]
        lineage = registry.lineage_of_version(_MODEL, version)
        click.echo(f"\nThe champion of {_MODEL}, and what it came of\n  {registry.page_of(_MODEL, version)}")
    for line in lineage_lines(lineage):
        click.echo(f"  {line}")


async def _remove(settings: Settings) -> None:
    async with opened(settings, "demo") as storage:
        with Telling("Removing") as telling:
            # Models first: what they need stays.
            models = sum([await _remove_models(scope, storage) for scope in storage.scopes.values()])
            pipeline_runs = [
                run
                for scope in storage.scopes.values()
                for run in await PipelineRetention(storage.database).remove_of(
                    scope, await Retention(storage.database).tagged(scope, _MADE_BY)
                )
            ]
            removed = sum(
                [
                    await Retention(storage.database, [holders_needed]).remove_tagged(
                        scope, _MADE_BY, lambda so_far: telling.at(0, counted(so_far.runs, "run"))
                    )
                    for scope in storage.scopes.values()
                ],
                Removed(),
            )
            jobs, workloads = 0, WorkloadRetention(storage.database)
            for label in (_MADE_BY, *(f"pipeline-run={run}" for run in pipeline_runs)):
                jobs += (await workloads.remove(now_ms(), lambda _: telling.at(0, "jobs"), label=label)).workloads
    experiments, runs = counted(removed.experiments, "experiment"), counted(removed.runs, "run")
    went = f"{experiments} with {runs}, {counted(models, 'model')}, and {counted(jobs, 'job')}"
    click.echo(f"Removed {went}; `tidemill gc` frees the bytes of their artifacts")


async def _remove_models(scope: Scope, storage: Storage) -> int:
    catalog = open_catalog(storage.database, EventBus())
    found = await catalog.search.models(scope, SearchForm(filter=f"tags.`{_MADE_BY}` = 'true'"))
    for model in found.models:
        await catalog.models.delete(scope, model.name)
    return len(found.models)


def _run(name: str, *words: str) -> None:
    removals = [word for name in _UNSET for word in ("-u", name)]
    assignments = [f"{name}={value}" for name, value in _ENVIRONMENT.items()]
    ended = subprocess.run(  # noqa: S603 - our own script
        ["/usr/bin/env", *removals, *assignments, sys.executable, _script(name), *words], check=False
    )
    if ended.returncode:
        raise TidemillError(
            f"the script {name} ended with status {ended.returncode}; what it said stands above",
            hint="`tidemill doctor` looks at the server and the installed clients",
        )


def _script(name: str) -> Path:
    """A script of the demo: beside this file in a wheel, in the examples of a source checkout."""
    here = Path(__file__).resolve().parent
    for folder in (here / "quickstart", here.parents[2] / "examples" / "quickstart"):
        if (folder / name).exists():
            return folder / name
    raise NotFoundError(f"this installation of Tidemill lacks the demo's script {name}", hint="install it again")
