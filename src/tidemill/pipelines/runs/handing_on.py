"""`dsl.TaskConfig`: what a task was given, told to it as Kubernetes writes it, so that it can hand it on to others."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from msgspec import structs

from tidemill.pipelines.ir.placeholders import TaskScope, fill
from tidemill.pipelines.ir.spec import ComponentSpec, ContainerSpec, ParameterType
from tidemill.pipelines.plan.models import Execute, Inputs
from tidemill.pipelines.runs.asking import requirements_of

_RESOURCES, _ENVIRONMENT, _VOLUMES = "RESOURCES", "ENV", "KUBERNETES_VOLUMES"
_OF_PLATFORM = {
    "KUBERNETES_AFFINITY": ("affinity", "nodeAffinity"),
    "KUBERNETES_TOLERATIONS": ("tolerations", "tolerations"),
    "KUBERNETES_NODE_SELECTOR": ("nodeSelector", "nodeSelector"),
}
"""Where `TaskConfig` has what a platform says: its name, and the platform's."""


def with_task_config(
    command: Execute, container: ContainerSpec, scope: TaskScope, config: Mapping[str, Any]
) -> Execute:
    """The same command, with the struct in each input of the type TASK_CONFIG."""
    declared = command.task.component.input_definitions.parameters
    names = [name for name, spec in declared.items() if spec.parameter_type is ParameterType.TASK_CONFIG]
    if not names:
        return command
    told = _told(command.task.component, container, scope, config)
    parameters = {**command.inputs.parameters, **dict.fromkeys(names, told)}
    return replace(command, inputs=Inputs(parameters, command.inputs.artifacts))


def kept_for_itself(component: ComponentSpec, container: ContainerSpec) -> ContainerSpec:
    """The container without what is for others only."""
    others = {each.field for each in component.task_config_passthroughs if not each.apply_to_task}
    changed: dict[str, Any] = {}
    if _RESOURCES in others:
        changed["resources"] = None
    if _ENVIRONMENT in others:
        changed["env"] = ()
    return structs.replace(container, **changed)


def _told(
    component: ComponentSpec, container: ContainerSpec, scope: TaskScope, config: Mapping[str, Any]
) -> Mapping[str, Any]:
    told: dict[str, Any] = {}
    for each in component.task_config_passthroughs:
        if each.field == _RESOURCES:
            told["resources"] = requirements_of(container, scope)
        elif each.field == _ENVIRONMENT:
            told["env"] = [{"name": one.name, "value": fill(one.value, scope)} for one in container.env]
        elif each.field == _VOLUMES:
            told |= _volumes(config)
        elif each.field in _OF_PLATFORM:
            name, theirs = _OF_PLATFORM[each.field]
            if theirs in config:
                told[name] = config[theirs]
    return told


def _volumes(config: Mapping[str, Any]) -> Mapping[str, Any]:
    mounts = [each for each in config.get("pvcMount", ()) if each.get("constant")]
    return {
        "volumes": [
            {"name": each["constant"], "persistentVolumeClaim": {"claimName": each["constant"]}} for each in mounts
        ],
        "volumeMounts": [{"name": each["constant"], "mountPath": each.get("mountPath", "")} for each in mounts],
    }
