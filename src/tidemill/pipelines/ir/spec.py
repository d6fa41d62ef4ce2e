"""PipelineSpec IR as structs: the messages of Kubeflow's `api/v2alpha1/pipeline_spec.proto`, by their names there.

Only what an engine reads. Fields that are not known are left alone: the document is kept as it came.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec

Value = Any
"""A parameter's value: what JSON can say. Whole numbers are ints."""


class _Message(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A message of the proto, in its JSON form."""


class ParameterType(StrEnum):
    """`ParameterType.ParameterTypeEnum`."""

    UNSPECIFIED = "PARAMETER_TYPE_ENUM_UNSPECIFIED"
    """Anything."""
    NUMBER_DOUBLE = "NUMBER_DOUBLE"
    NUMBER_INTEGER = "NUMBER_INTEGER"
    STRING = "STRING"
    BOOLEAN = "BOOLEAN"
    LIST = "LIST"
    STRUCT = "STRUCT"
    TASK_FINAL_STATUS = "TASK_FINAL_STATUS"
    TASK_CONFIG = "TASK_CONFIG"


class TriggerStrategy(StrEnum):
    """`PipelineTaskSpec.TriggerPolicy.TriggerStrategy`."""

    UNSPECIFIED = "TRIGGER_STRATEGY_UNSPECIFIED"
    ALL_SUCCEEDED = "ALL_UPSTREAM_TASKS_SUCCEEDED"
    ALL_COMPLETED = "ALL_UPSTREAM_TASKS_COMPLETED"


# Inputs and outputs of components ------------------------------------------------------------------------------------


class ParameterSpec(_Message, frozen=True):
    """An input or output parameter of a component."""

    parameter_type: ParameterType = ParameterType.STRING
    default_value: Value | msgspec.UnsetType = msgspec.UNSET
    is_optional: bool = False
    description: str = ""
    literals: tuple[Value, ...] = ()
    """The only values that it may have; empty: any."""


class ArtifactType(_Message, frozen=True):
    """`ArtifactTypeSchema`: one of the three says it."""

    schema_title: str = ""
    schema_uri: str = ""
    instance_schema: str = ""
    schema_version: str = ""


class ArtifactSpec(_Message, frozen=True):
    """An input or output artifact of a component, or a list of them."""

    artifact_type: ArtifactType = ArtifactType()
    is_artifact_list: bool = False
    is_optional: bool = False
    description: str = ""


class Interface(_Message, frozen=True):
    """`ComponentInputsSpec` and `ComponentOutputsSpec`."""

    parameters: Mapping[str, ParameterSpec] = {}
    artifacts: Mapping[str, ArtifactSpec] = {}


# What a task takes, and when it runs ---------------------------------------------------------------------------------


class RuntimeValue(_Message, frozen=True):
    """`ValueOrRuntimeParameter`: a constant, in which placeholders may stand, or an input by name."""

    constant: Value | msgspec.UnsetType = msgspec.UNSET
    runtime_parameter: str = ""


class TaskOutputParameter(_Message, frozen=True):
    producer_task: str = ""
    output_parameter_key: str = ""


class TaskFinalStatus(_Message, frozen=True):
    producer_task: str = ""


class ParameterSource(_Message, frozen=True):
    """Where an input parameter of a task comes from: exactly one of the first four."""

    task_output_parameter: TaskOutputParameter | None = None
    runtime_value: RuntimeValue | None = None
    component_input_parameter: str | None = None
    task_final_status: TaskFinalStatus | None = None
    parameter_expression_selector: str = ""
    """`parseJson(string_value)["a"]`: what part of it is taken."""


class TaskOutputArtifact(_Message, frozen=True):
    producer_task: str = ""
    output_artifact_key: str = ""


class ArtifactSource(_Message, frozen=True):
    """Where an input artifact of a task comes from: one of the two."""

    task_output_artifact: TaskOutputArtifact | None = None
    component_input_artifact: str | None = None


class TaskInputs(_Message, frozen=True):
    parameters: Mapping[str, ParameterSource] = {}
    artifacts: Mapping[str, ArtifactSource] = {}


class TaskInfo(_Message, frozen=True):
    name: str = ""
    task_name: str = ""


class CachingOptions(_Message, frozen=True):
    enable_cache: bool = False
    cache_key: str = ""


class ComponentRef(_Message, frozen=True):
    name: str = ""


class TriggerPolicy(_Message, frozen=True):
    condition: str = ""
    strategy: TriggerStrategy = TriggerStrategy.UNSPECIFIED


class ArtifactItems(_Message, frozen=True):
    input_artifact: str = ""


class ArtifactIterator(_Message, frozen=True):
    items: ArtifactItems = ArtifactItems()
    item_input: str = ""


class ParameterItems(_Message, frozen=True):
    """The items as JSON text, or the input that has them."""

    raw: str | None = None
    input_parameter: str | None = None


class ParameterIterator(_Message, frozen=True):
    items: ParameterItems = ParameterItems()
    item_input: str = ""


class IteratorPolicy(_Message, frozen=True):
    parallelism_limit: int = 0
    """0: no limit."""


class RetryPolicy(_Message, frozen=True):
    """Durations are text, `10s`, as protobuf's JSON has them."""

    max_retry_count: int = 0
    backoff_duration: str = ""
    backoff_factor: float = 0.0
    backoff_max_duration: str = ""


class TaskSpec(_Message, frozen=True):
    """`PipelineTaskSpec`: a use of a component in a DAG."""

    component_ref: ComponentRef = ComponentRef()
    task_info: TaskInfo = TaskInfo()
    inputs: TaskInputs = TaskInputs()
    dependent_tasks: tuple[str, ...] = ()
    caching_options: CachingOptions = CachingOptions()
    trigger_policy: TriggerPolicy = TriggerPolicy()
    artifact_iterator: ArtifactIterator | None = None
    parameter_iterator: ParameterIterator | None = None
    iterator_policy: IteratorPolicy = IteratorPolicy()
    retry_policy: RetryPolicy | None = None


# DAGs ----------------------------------------------------------------------------------------------------------------


class ArtifactSelector(_Message, frozen=True):
    producer_subtask: str = ""
    output_artifact_key: str = ""


class DagOutputArtifact(_Message, frozen=True):
    """One selector, or those of a OneOf; lists of several are joined."""

    artifact_selectors: tuple[ArtifactSelector, ...] = ()


class ParameterSelector(_Message, frozen=True):
    producer_subtask: str = ""
    output_parameter_key: str = ""


class OneOfParameters(_Message, frozen=True):
    parameter_selectors: tuple[ParameterSelector, ...] = ()


class DagOutputParameter(_Message, frozen=True):
    value_from_parameter: ParameterSelector | None = None
    value_from_oneof: OneOfParameters | None = None


class DagOutputs(_Message, frozen=True):
    parameters: Mapping[str, DagOutputParameter] = {}
    artifacts: Mapping[str, DagOutputArtifact] = {}


class DagSpec(_Message, frozen=True):
    tasks: Mapping[str, TaskSpec] = {}
    outputs: DagOutputs = DagOutputs()


class TaskConfigPassthrough(_Message, frozen=True):
    """Something of a task that is told to it, to hand it on; applied to the task itself only where this says so."""

    field: str = ""
    apply_to_task: bool = False


class ComponentSpec(_Message, frozen=True):
    """Inputs, outputs, and one of a DAG and an executor."""

    input_definitions: Interface = Interface()
    output_definitions: Interface = Interface()
    dag: DagSpec | None = None
    executor_label: str | None = None
    task_config_passthroughs: tuple[TaskConfigPassthrough, ...] = ()


# Executors -----------------------------------------------------------------------------------------------------------


class EnvVar(_Message, frozen=True):
    name: str = ""
    value: str = ""


class Accelerator(_Message, frozen=True):
    """Numbers of old documents; texts of new ones, in which placeholders may stand."""

    type: str = ""
    count: int | str = 0
    resource_type: str = ""
    resource_count: str = ""


class ResourceSpec(_Message, frozen=True):
    """Cores and GB as numbers, or as texts such as `500m` and `4Gi`, in which placeholders may stand."""

    cpu_limit: float = 0.0
    memory_limit: float = 0.0
    cpu_request: float = 0.0
    memory_request: float = 0.0
    accelerator: Accelerator | None = None
    resource_cpu_limit: str = ""
    resource_memory_limit: str = ""
    resource_cpu_request: str = ""
    resource_memory_request: str = ""


class ContainerSpec(_Message, frozen=True):
    image: str = ""
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    env: tuple[EnvVar, ...] = ()
    resources: ResourceSpec | None = None


class ImporterSpec(_Message, frozen=True):
    artifact_uri: RuntimeValue = RuntimeValue()
    type_schema: ArtifactType = ArtifactType()
    metadata: Mapping[str, Value] = {}
    reimport: bool = False
    download_to_workspace: bool = False


class ExecutorSpec(_Message, frozen=True):
    """One of them; `resolver` and `customJob` are of the schema, and no SDK writes them."""

    container: ContainerSpec | None = None
    importer: ImporterSpec | None = None
    resolver: Value | None = None
    custom_job: Value | None = None


class DeploymentSpec(_Message, frozen=True):
    executors: Mapping[str, ExecutorSpec] = {}


class PipelineInfo(_Message, frozen=True):
    name: str = ""
    display_name: str = ""
    description: str = ""


class PipelineSpec(_Message, frozen=True):
    """A whole pipeline."""

    pipeline_info: PipelineInfo = PipelineInfo()
    deployment_spec: DeploymentSpec = DeploymentSpec()
    schema_version: str = ""
    sdk_version: str = ""
    components: Mapping[str, ComponentSpec] = {}
    root: ComponentSpec = ComponentSpec()
    default_pipeline_root: str = ""
