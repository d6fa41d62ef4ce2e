"""The structure of a pipeline as it is drawn: what is in what, and what follows from what, also before it has begun."""

from collections.abc import Iterator

import msgspec

from tidemill.kit.errors import TooLargeError
from tidemill.pipelines.ir.graph import Dag, Graph, Task

_ROOT = "root"
MOST_TASKS = 20_000
"""Those of a DAG counted once, however often it is used."""


class DrawnInput(msgspec.Struct):
    """Something that a task takes from another of its DAG."""

    name: str
    producer: str
    output: str
    kind: str
    """`parameter` or `artifact`."""
    type: str
    """As `system.Dataset`, or `STRING`; empty where the pipeline does not say."""


class DrawnTask(msgspec.Struct):
    """A task of a DAG. Names of others are names in the same DAG."""

    name: str
    label: str
    """What its author calls it."""
    kind: str
    """`executor`, `importer`, `dag` or `loop`."""
    component: str
    dag: str
    """The DAG that it is opened into, each iteration of a loop; empty for what is executed."""
    after: list[str]
    """All that it waits for."""
    takes: list[DrawnInput]
    condition: str
    """Empty where it always runs."""
    is_exit: bool
    """Whether it runs however those before it ended."""
    outputs: list[str]
    """Names of the artifacts that it makes."""


class DrawnDag(msgspec.Struct):
    """Tasks, each behind those that it waits for."""

    id: str
    tasks: list[DrawnTask]


class Drawing(msgspec.Struct):
    """A whole pipeline; a DAG that is used many times is here once."""

    name: str
    root: str
    dags: list[DrawnDag]


def drawn(graph: Graph) -> Drawing:
    """A pipeline's structure. Raises TooLargeError for one that nobody could look at."""
    dags = list(_dags(graph))
    count = sum(len(dag.tasks) for _, dag in dags)
    if count > MOST_TASKS:
        raise TooLargeError(
            f"the pipeline has {count:,} tasks, and up to {MOST_TASKS:,} are drawn",
            hint="the list of steps has all that have begun",
        )
    return Drawing(graph.name, _ROOT, [_dag(name, dag) for name, dag in dags])


def _dags(graph: Graph) -> Iterator[tuple[str, Dag]]:
    waiting, seen = [(_ROOT, graph.root)], {_ROOT}
    while waiting:
        name, dag = waiting.pop()
        yield name, dag
        for task in dag.tasks.values():
            inner = _name_of(task)
            if task.dag is not None and inner not in seen:
                seen.add(inner)
                waiting.append((inner, task.dag))


def _dag(name: str, dag: Dag) -> DrawnDag:
    return DrawnDag(name, [_task(task, dag) for task in dag.tasks.values()])


def _task(task: Task, around: Dag) -> DrawnTask:
    return DrawnTask(
        name=task.name,
        label=task.spec.task_info.name or task.name,
        kind=_kind(task),
        component=task.spec.component_ref.name,
        dag=_name_of(task) if task.dag is not None else "",
        after=list(task.upstream),
        takes=list(_takes(task, around)),
        condition=task.spec.trigger_policy.condition,
        is_exit=task.is_exit,
        outputs=list(task.component.output_definitions.artifacts),
    )


def _kind(task: Task) -> str:
    if task.is_loop:
        return "loop"
    if task.dag is not None:
        return "dag"
    return "importer" if task.executor is not None and task.executor.importer is not None else "executor"


def _takes(task: Task, around: Dag) -> Iterator[DrawnInput]:
    declared = task.component.input_definitions
    for name, parameter in task.spec.inputs.parameters.items():
        if (made := parameter.task_output_parameter) is not None and made.producer_task in around.tasks:
            spec = declared.parameters.get(name)
            kind = spec.parameter_type.value if spec is not None else ""
            yield DrawnInput(name, made.producer_task, made.output_parameter_key, "parameter", kind)
    for name, artifact in task.spec.inputs.artifacts.items():
        if (given := artifact.task_output_artifact) is not None and given.producer_task in around.tasks:
            taken = declared.artifacts.get(name)
            title = taken.artifact_type.schema_title if taken is not None else ""
            yield DrawnInput(name, given.producer_task, given.output_artifact_key, "artifact", title)


def _name_of(task: Task) -> str:
    """A DAG is known by its component: `root` is no component's name that a task may use."""
    return f"components/{task.spec.component_ref.name}"
