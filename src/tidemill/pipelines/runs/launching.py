"""From a task that is to be executed to the workload that does it: what it runs, with what, and where it writes.

Paths are below `steps.ROOT`, which the step replaces by its own folder. Kubeflow's executor input is what kfp's own
executor reads (`{{$}}`), so that components of kfp run as they are.
"""

import pickle
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from tidemill.compute import Call, Environment, Kind, Resources, Restart, Spec
from tidemill.kit.errors import InvalidError
from tidemill.kit.quantities import parse_bytes, parse_cpu
from tidemill.pipelines.ir.placeholders import TaskScope, fill, fill_value, fill_words, has_placeholder
from tidemill.pipelines.ir.spec import ArtifactSpec, ContainerSpec, ResourceSpec, RetryPolicy
from tidemill.pipelines.plan.models import Artifact, Execute, Inputs
from tidemill.pipelines.runs.lightweight import lightweight
from tidemill.pipelines.runs.models import PipelineRun
from tidemill.runtime.steps import ROOT

_ENTRY = "tidemill.runtime.steps:run"
_NO_FILE_NAME = re.compile(r"[^\w.-]")
_GIGABYTE = 10**9
_DEFAULT_CPU_MILLI = 100
"""A task that asks for nothing: it is queued as one that takes a tenth of a core, as many small ones fit together."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where steps find what they need."""

    data_dir: Path
    workspace: str
    address: str
    """The server's, for clients of tracking in steps."""
    runs_commands: bool
    """Whether containers that are no lightweight Python components may run as commands of this machine."""


def spec_of(command: Execute, run: PipelineRun, task_uuid: str, place: Place) -> Spec:
    """The workload of a task. Raises InvalidError for one that cannot run here."""
    container = command.task.executor.container if command.task.executor is not None else None
    if container is None:
        raise InvalidError("only containers are executed", hint="importers are read by the engine itself")
    scope = _named(command, run, task_uuid, {})
    command = replace(command, inputs=_with_names(command, scope))
    scope = _named(command, run, task_uuid, _executor_input(command))
    order: dict[str, Any] = {
        "data_dir": str(place.data_dir),
        "workspace": place.workspace,
        "inputs": _files(command),
        "outputs": [],
        "executor_input": scope.executor_input,
    }
    environment = Environment()
    if (known := lightweight(container)) is not None:
        order |= {"program": known.program, "function": known.function}
        environment = known.environment
    elif place.runs_commands:
        order["outputs"] = [f"{ROOT}/outputs/parameters", f"{ROOT}/outputs/artifacts"]
        order["command"] = [*fill_words(container.command, scope), *fill_words(container.args, scope)]
    else:
        raise InvalidError(
            f"the task runs the image {container.image!r}, and this server runs no commands of images as processes",
            hint="the administrator allows it with --pipeline-commands allowed; Python components need nothing",
        )
    return Spec(
        kind=Kind.TASK,
        call=Call(entry=_ENTRY, arguments=pickle.dumps(((order,), {}))),
        environment=environment,
        variables={
            "MLFLOW_TRACKING_URI": place.address,
            "MLFLOW_EXPERIMENT_ID": str(run.experiment_id),
            **{each.name: fill(each.value, scope) for each in container.env},
            "_KFP_RUNTIME": "true",
        },
        resources=_resources(container, scope),
        restart=_restart(command.task.spec.retry_policy),
        labels={"pipeline-run": run.uuid},
    )


def content_of(artifact: Artifact) -> Mapping[str, Any]:
    """The files of an artifact: digest and size by path below it, empty for a single file."""
    return msgspec.json.decode(artifact.id) if artifact.id else {}


def _named(command: Execute, run: PipelineRun, task_uuid: str, executor_input: Mapping[str, Any]) -> TaskScope:
    return TaskScope(
        executor_input,
        job_name=run.display_name,
        job_resource_name=run.display_name,
        job_uuid=run.uuid,
        job_create_ms=run.created_ms,
        job_schedule_ms=run.scheduled_ms,
        task_name=command.task.name,
        task_uuid=task_uuid,
        pipeline_root=run.pipeline_root,
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
    return Inputs({**command.inputs.parameters, **asked}, command.inputs.artifacts)


def _executor_input(command: Execute) -> dict[str, Any]:
    """Kubeflow's `ExecutorInput`: what the task takes, and where it is to write."""
    declared = command.task.component.output_definitions
    return {
        "inputs": {
            "parameterValues": dict(command.inputs.parameters),
            "artifacts": {
                name: {"artifacts": [_given(name, number, each) for number, each in enumerate(artifacts)]}
                for name, artifacts in command.inputs.artifacts.items()
            },
        },
        "outputs": {
            "parameters": {
                name: {"outputFile": f"{ROOT}/outputs/parameters/{_file_name(name)}"} for name in declared.parameters
            },
            "artifacts": {name: {"artifacts": [_made(name, spec)]} for name, spec in declared.artifacts.items()},
            "outputFile": f"{ROOT}/executor_output.json",
        },
    }


def _given(name: str, number: int, artifact: Artifact) -> dict[str, Any]:
    return {
        "name": artifact.name,
        "uri": _place_of(name, number, artifact) if artifact.id else artifact.uri,
        "type": msgspec.to_builtins(artifact.type),
        "metadata": dict(artifact.metadata),
    }


def _made(name: str, spec: ArtifactSpec) -> dict[str, Any]:
    uri = f"{ROOT}/outputs/artifacts/{_file_name(name)}"
    return {"name": name, "uri": uri, "type": msgspec.to_builtins(spec.artifact_type), "metadata": {}}


def _place_of(name: str, number: int, artifact: Artifact) -> str:
    return f"{ROOT}/inputs/{_file_name(name)}/{number}/{_file_name(artifact.name)}"


def _file_name(name: str) -> str:
    """A name as one part of a path."""
    return _NO_FILE_NAME.sub("_", name).lstrip(".") or "_"


def _files(command: Execute) -> dict[str, dict[str, str]]:
    """What is to be put in place before the step runs."""
    return {
        _place_of(name, number, each): {below: digest for below, (digest, _) in content_of(each).items()}
        for name, artifacts in command.inputs.artifacts.items()
        for number, each in enumerate(artifacts)
        if each.id
    }


# Resources -----------------------------------------------------------------------------------------------------------


def _resources(container: ContainerSpec, scope: TaskScope) -> Resources:
    asked = container.resources or ResourceSpec()
    cpu = fill(asked.resource_cpu_request or asked.resource_cpu_limit, scope)
    memory = fill(asked.resource_memory_limit or asked.resource_memory_request, scope)
    gpu = asked.accelerator
    count = fill(str(gpu.resource_count or gpu.count), scope) if gpu is not None else "0"
    if not count.isdecimal():
        raise InvalidError(f"{count[:50]!r} is no number of accelerators")
    return Resources(
        cpu_milli=parse_cpu(cpu) if cpu else round((asked.cpu_request or asked.cpu_limit) * 1000) or _DEFAULT_CPU_MILLI,
        memory_bytes=parse_bytes(memory) if memory else round((asked.memory_limit or asked.memory_request) * _GIGABYTE),
        gpus=int(count),
    )


def _restart(policy: RetryPolicy | None) -> Restart:
    if policy is None:
        return Restart()
    return Restart(
        max_retries=policy.max_retry_count,
        backoff_initial_s=_seconds(policy.backoff_duration, 0.0),
        backoff_factor=max(policy.backoff_factor or 2.0, 1.0),
        backoff_most_s=_seconds(policy.backoff_max_duration, 3600.0),
    )


def _seconds(text: str, otherwise: float) -> float:
    """A duration as protobuf's JSON has it: `1.5s`."""
    try:
        return float(text.removesuffix("s")) if text else otherwise
    except ValueError as error:
        raise InvalidError(f"{text[:50]!r} is no duration", hint='write seconds, such as "10s"') from error
