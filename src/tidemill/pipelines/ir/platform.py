"""What the second document says for Kubernetes: read, and told apart by what has a meaning here.

The messages of `kubernetes_platform/proto/kubernetes_executor_config.proto`, as the `kfp-kubernetes` package writes
them, and of `PipelineConfig`.
"""

from collections.abc import Iterator, Mapping
from typing import Any, cast

import msgspec

from tidemill.kit.errors import InvalidError
from tidemill.pipelines.ir.problems import problem
from tidemill.pipelines.ir.spec import ParameterSource, TaskOutputParameter, Value

_HINT = "write it with the kfp-kubernetes package"
_PLACE = "platforms.kubernetes"


class _Message(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A message of the proto, in its JSON form."""


class KeyToVariable(_Message, frozen=True):
    """A key of a secret or a config map, and the variable that gets its value."""

    env_var: str = ""
    secret_key: str = ""
    config_map_key: str = ""

    @property
    def key(self) -> str:
        return self.secret_key or self.config_map_key


class _Named(_Message, frozen=True):
    """Something that is named by a constant, or by a parameter as a task's inputs are."""

    secret_name: str = ""
    config_map_name: str = ""
    secret_name_parameter: ParameterSource | None = None
    config_map_name_parameter: ParameterSource | None = None
    optional: bool = False

    @property
    def source(self) -> ParameterSource | None:
        return self.secret_name_parameter or self.config_map_name_parameter

    @property
    def constant(self) -> str:
        return self.secret_name or self.config_map_name


class AsVariables(_Named, frozen=True):
    """`SecretAsEnv` and `ConfigMapAsEnv`."""

    key_to_env: tuple[KeyToVariable, ...] = ()


class AsVolume(_Named, frozen=True):
    """`SecretAsVolume` and `ConfigMapAsVolume`."""

    mount_path: str = ""


class VolumeMount(_Message, frozen=True):
    """`PvcMount`: a volume that outlives the task."""

    mount_path: str = ""
    sub_path: str = ""
    pvc_name_parameter: ParameterSource | None = None
    constant: str = ""
    """The old form, as are the next two."""
    task_output_parameter: TaskOutputParameter | None = None
    component_input_parameter: str | None = None

    @property
    def source(self) -> ParameterSource | None:
        if self.pvc_name_parameter is not None or self.constant:
            return self.pvc_name_parameter
        return ParameterSource(
            task_output_parameter=self.task_output_parameter, component_input_parameter=self.component_input_parameter
        )


class ScratchMount(_Message, frozen=True):
    """`EmptyDirMount` and `GenericEphemeralVolume`: a volume of one task alone."""

    volume_name: str = ""
    mount_path: str = ""


class FieldVariable(_Message, frozen=True):
    """`FieldPathAsEnv`: a variable that says something of the pod."""

    name: str = ""
    field_path: str = ""


class ExecutorConfig(_Message, frozen=True):
    """`KubernetesExecutorConfig`, as far as it has a meaning here."""

    secret_as_env: tuple[AsVariables, ...] = ()
    secret_as_volume: tuple[AsVolume, ...] = ()
    config_map_as_env: tuple[AsVariables, ...] = ()
    config_map_as_volume: tuple[AsVolume, ...] = ()
    pvc_mount: tuple[VolumeMount, ...] = ()
    empty_dir_mounts: tuple[ScratchMount, ...] = ()
    generic_ephemeral_volume: tuple[ScratchMount, ...] = ()
    field_path_as_env: tuple[FieldVariable, ...] = ()
    active_deadline_seconds: int | str = 0


class WorkspaceSpec(_Message, frozen=True):
    """A folder that all tasks of a run share."""

    size: str = ""


class PipelineConfig(_Message, frozen=True):
    """What holds for a whole run."""

    workspace: WorkspaceSpec | None = None
    active_deadline_seconds: int | str = 0


class Platform(msgspec.Struct, frozen=True):
    """What of it all has a meaning here, and what has none."""

    executors: Mapping[str, ExecutorConfig] = {}
    """By executor label."""
    configs: Mapping[str, Any] = {}
    """The same as it came: what a task hands on to others it hands on whole."""
    pipeline: PipelineConfig = PipelineConfig()
    not_applied: tuple[str, ...] = ()


def read_platform(platforms: Mapping[str, Value]) -> Platform:
    """What the platforms' part of a package says. Raises InvalidError with the place."""
    kubernetes = _map(platforms.get("kubernetes"), _PLACE)
    place = f"{_PLACE}.deploymentSpec.executors"
    configs = _map(_map(kubernetes.get("deploymentSpec"), place).get("executors"), place)
    executors = {label: _converted(config, ExecutorConfig, f"{place}.{label}") for label, config in configs.items()}
    given = kubernetes.get("pipelineConfig")
    pipeline = _converted(given, PipelineConfig, f"{_PLACE}.pipelineConfig") if given else PipelineConfig()
    for label, config in executors.items():
        seconds(config.active_deadline_seconds, f"{place}.{label}.activeDeadlineSeconds")
    seconds(pipeline.active_deadline_seconds, f"{_PLACE}.pipelineConfig.activeDeadlineSeconds")
    left = [*_left_of_executors(configs), *_left_of_pipeline(_map(given, _PLACE))]
    others = [f"platforms.{name}" for name in platforms if name != "kubernetes"]
    return Platform(executors, configs, pipeline, (*left, *others))


def seconds(given: int | str, place: str) -> int:
    """A time, which protobuf writes as a number or as a text."""
    try:
        return max(0, int(given or 0))
    except ValueError:
        raise problem(place, f"{given!r} is no number of seconds", _HINT) from None


def _left_of_executors(configs: Mapping[str, Any]) -> Iterator[str]:
    known = {field.encode_name for field in msgspec.structs.fields(ExecutorConfig)}
    for label, config in configs.items():
        for name in cast("Mapping[str, Any]", config):
            if name not in known:
                yield f"{label}: {name}"


def _left_of_pipeline(config: Mapping[str, Any]) -> Iterator[str]:
    known = {field.encode_name for field in msgspec.structs.fields(PipelineConfig)}
    for name, value in config.items():
        if name not in known:
            yield f"pipelineConfig: {name}"
        elif name == "workspace" and _map(_map(value, _PLACE).get("kubernetes"), _PLACE).get("pvcSpecPatch"):
            yield "pipelineConfig: workspace.kubernetes.pvcSpecPatch"


def _converted(value: Any, kind: Any, place: str) -> Any:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise problem(place, str(error), _HINT) from error


def _map(value: Any, place: str) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InvalidError(f"{place}: a map is expected", hint=_HINT)
    return cast("Mapping[str, Any]", value)
