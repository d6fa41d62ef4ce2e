"""A checked spec made ready to run: what follows whom is worked out once, however many instances there will be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tidemill.pipelines.ir.conditions import Condition
from tidemill.pipelines.ir.spec import ComponentSpec, ExecutorSpec, PipelineSpec, TaskSpec, TriggerStrategy


@dataclass(frozen=True, slots=True)
class Task:
    """A task of a DAG. Its names of others are names in the same DAG."""

    name: str
    spec: TaskSpec
    component: ComponentSpec
    upstream: Sequence[str]
    """Those that it takes something from, or is to run after."""
    followers: Sequence[str]
    """Those of which it is an upstream task."""
    condition: Condition | None
    is_exit: bool
    """Whether it runs however its upstream tasks have ended."""
    dag: "Dag | None" = None
    """What it is opened into; one of `dag` and `executor`."""
    executor: ExecutorSpec | None = None

    @property
    def is_loop(self) -> bool:
        return self.spec.parameter_iterator is not None or self.spec.artifact_iterator is not None


@dataclass(frozen=True, slots=True)
class Dag:
    """The tasks of one component, each behind those that it waits for; `sources` wait for none."""

    component: ComponentSpec
    tasks: Mapping[str, Task] = field(repr=False)
    sources: Sequence[str]


@dataclass(frozen=True, slots=True)
class Graph:
    """A whole pipeline; a component that is used many times is here once."""

    name: str
    root: Dag
    spec: PipelineSpec = field(repr=False)


def is_exit(spec: TaskSpec) -> bool:
    return spec.trigger_policy.strategy is TriggerStrategy.ALL_COMPLETED
