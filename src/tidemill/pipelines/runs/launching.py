"""From a task that is to be executed to the workload that does it: what it runs, in which way, with what.

Paths are below `steps.ROOT`, which the step replaces by its own folder. Kubeflow's executor input is what kfp's own
executor reads (`{{$}}`), so that components of kfp run as they are.
"""

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from msgspec import json, structs

from tidemill.compute import Call, Containers, Environment, Kind, Mount, Spec
from tidemill.kit.errors import InvalidError
from tidemill.pipelines.ir.placeholders import Scope, TaskScope, fill, fill_value, fill_words, has_placeholder
from tidemill.pipelines.ir.platform import ExecutorConfig, Platform
from tidemill.pipelines.ir.spec import ContainerSpec, EnvVar
from tidemill.pipelines.plan.models import Execute, Inputs
from tidemill.pipelines.runs.asking import resources_of, restart_of
from tidemill.pipelines.runs.choosing import PythonChoice
from tidemill.pipelines.runs.containing import CONTAINED_WORKSPACE, Contained, contained_order
from tidemill.pipelines.runs.executor_input import content_of, executor_input, files_of
from tidemill.pipelines.runs.extras import Extras, Keeper, extras_of, mounts_of
from tidemill.pipelines.runs.handing_on import kept_for_itself, with_task_config
from tidemill.pipelines.runs.lightweight import Lightweight, is_in_its_image, lightweight
from tidemill.pipelines.runs.models import PipelineRun
from tidemill.pipelines.runs.surroundings import Lookup
from tidemill.pipelines.runs.tracking import run_tags
from tidemill.runtime.steps import ROOT

__all__ = ["How", "Launch", "Place", "Task", "content_of", "launched"]
_ENTRY = "tidemill.runtime.steps:run"
_OUTPUTS = (f"{ROOT}/outputs/parameters", f"{ROOT}/outputs/artifacts")
"""Where commands write. Python components make what they need: a folder that is left empty serves the next step."""


class How(StrEnum):
    """In which way a task is executed."""

    WORKER = "worker"
    """A Python component, in a warm process with the packages that it asks for, without its image."""
    CONTAINER = "container"
    """In a container of its image."""
    COMMAND = "command"
    """As a command of this machine, outside of its image."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where steps find what they need."""

    data_dir: Path
    workspace: str
    address: str
    """The server's, for clients of tracking in steps."""
    runs_commands: bool
    """Whether containers that are no lightweight Python components may run as commands of this machine."""
    containers: Containers
    pythons: PythonChoice
    keeper: Keeper


@dataclass(frozen=True, slots=True)
class Task:
    """A task of a run that is to be executed, and what is around it."""

    command: Execute
    uuid: str
    run: PipelineRun
    platform: Platform
    lookup: Lookup

    @property
    def label(self) -> str:
        return self.command.task.component.executor_label or ""


@dataclass(frozen=True, slots=True)
class Launch:
    """How a task is executed."""

    spec: Spec
    how: How
    inputs: Inputs
    """With the names of the run in them."""
    container: ContainerSpec
    """The same."""
    extras: Extras
    names: Scope
    """Of the run and the task, for placeholders."""
    notes: tuple[str, ...] = ()


async def launched(task: Task, place: Place) -> Launch:
    """The workload of a task. Raises InvalidError for one that cannot run here, and NotFoundError for what it lacks."""
    command = task.command
    container = command.task.executor.container if command.task.executor is not None else None
    if container is None:
        raise InvalidError("only containers are executed", hint="importers are read by the engine itself")
    known = lightweight(container)
    how = await _way(container, known, place)
    shared = _shared(task, place)
    scope = _named(task, {}, _workspace_path(how, shared))
    config = task.platform.configs.get(task.label, {})
    command = with_task_config(replace(command, inputs=_with_names(command, scope)), container, scope, config)
    scope = _named(task, executor_input(command), scope.workspace_path)
    container = _with_run_names(kept_for_itself(command.task.component, container), scope)
    extras = await _extras(task, place)
    order = {
        "data_dir": str(place.data_dir),
        "workspace": place.workspace,
        "inputs": files_of(command),
        "outputs": [*(() if how is How.WORKER else _OUTPUTS), *extras.folders],
        "executor_input": scope.executor_input,
        **({"files": extras.files} if extras.files else {}),
    }
    variables = _variables(task, container, scope, place) | extras.variables
    resources = resources_of(container, scope)
    environment = Environment()
    if how is How.CONTAINER:
        mounts = [*extras.mounts, *([Mount(shared, CONTAINED_WORKSPACE)] if shared else [])]
        names = [*variables, *(name for name in extras.secrets if name not in extras.files)]
        asked = Contained(f"tidemill-{task.uuid}-{command.attempt}", container, names, mounts, resources)
        order["contained"] = await contained_order(place.containers, asked, scope)
    else:
        order |= {"mounts": list(mounts_of(extras))} if extras.mounts else {}
    if known is not None and how is How.WORKER:
        order |= {"program": known.program, "function": known.function}
        environment, said = await place.pythons.chosen(known, container.image)
        extras.notes += [said] if said else []
    elif how is How.COMMAND:
        order["command"] = [*fill_words(container.command, scope), *fill_words(container.args, scope)]
    spec = Spec(
        kind=Kind.TASK,
        call=Call(entry=_ENTRY, arguments=pickle.dumps(((order,), {}))),
        environment=environment,
        variables=variables,
        secrets=extras.secrets,
        resources=resources,
        restart=restart_of(command.task.spec.retry_policy),
        timeout_s=extras.timeout_s or None,
        labels={"pipeline-run": task.run.uuid},
    )
    names = Scope({}, scope.names)
    return Launch(spec, how, command.inputs, container, extras, names, tuple(extras.notes))


async def _way(container: ContainerSpec, known: Lightweight | None, place: Place) -> How:
    if known is not None:
        return How.WORKER
    if await place.containers.are_there():
        return How.CONTAINER
    if place.runs_commands and not is_in_its_image(container):
        return How.COMMAND
    allow = "" if place.runs_commands else "; or the administrator allows commands, with --pipeline-commands allowed"
    what = "its code is in the image" if is_in_its_image(container) else "the task runs the image"
    raise InvalidError(
        f"{what} {container.image!r}, and no container engine answers on this machine",
        hint=f"install docker, podman or containerd and start it{allow}. Python components need nothing",
    )


async def _extras(task: Task, place: Place) -> Extras:
    config = task.platform.executors.get(task.label)
    if config is None or config == ExecutorConfig():
        return Extras()
    facts = {
        "metadata.name": f"{task.run.uuid}-{task.uuid[:8]}",
        "metadata.namespace": place.workspace,
        "metadata.uid": task.uuid,
    }
    return await extras_of(config, task.command.path, task.lookup, place.keeper, facts)


def _shared(task: Task, place: Place) -> str:
    """The folder that all tasks of the run share, where its pipeline has one."""
    if task.platform.pipeline.workspace is None:
        return ""
    return str(place.keeper.volumes.shared(task.run.uuid))


def _workspace_path(how: How, shared: str) -> str | None:
    if not shared:
        return None
    return CONTAINED_WORKSPACE if how is How.CONTAINER else shared


def _variables(task: Task, container: ContainerSpec, scope: TaskScope, place: Place) -> dict[str, str]:
    tags = run_tags(task.run, task.command.path)
    return {
        "MLFLOW_TRACKING_URI": place.address,
        "MLFLOW_EXPERIMENT_ID": str(task.run.experiment_id),
        "MLFLOW_RUN_CONTEXT": json.encode(tags).decode(),  # the client gives them to each run that it begins
        **{each.name: fill(each.value, scope) for each in container.env},
        "_KFP_RUNTIME": "true",
    }


def _named(task: Task, executor_input: Mapping[str, Any], workspace_path: str | None) -> TaskScope:
    run = task.run
    return TaskScope(
        executor_input,
        job_name=run.display_name,
        job_resource_name=run.display_name,
        job_uuid=run.uuid,
        job_create_ms=run.created_ms,
        job_schedule_ms=run.scheduled_ms,
        task_name=task.command.task.name,
        task_uuid=task.uuid,
        pipeline_root=run.pipeline_root,
        workspace_path=workspace_path,
    )


def _with_names(command: Execute, scope: TaskScope) -> Inputs:
    """Its inputs, with the names of the run and the task in constants that ask for them."""
    asked = {
        name: fill_value(command.inputs.parameters[name], scope)
        for name, source in command.task.spec.inputs.parameters.items()
        if source.runtime_value is not None
        and name in command.inputs.parameters
        and has_placeholder(source.runtime_value.constant)
    }
    for name, value in asked.items():
        if scope.workspace_path is None and "{{$.workspace_path}}" in str(value):
            raise InvalidError(
                f"the input {name!r} asks for the workspace of the run, and its pipeline has none",
                hint="give it one: dsl.PipelineConfig(workspace=dsl.WorkspaceConfig(size='1Gi'))",
            )
    return Inputs({**command.inputs.parameters, **asked}, command.inputs.artifacts) if asked else command.inputs


def _with_run_names(container: ContainerSpec, scope: TaskScope) -> ContainerSpec:
    """With the image and the variables filled, which may hold inputs and names of the run."""
    env = tuple(EnvVar(each.name, fill(each.value, scope)) for each in container.env)
    return structs.replace(container, image=fill(container.image, scope), env=env)
