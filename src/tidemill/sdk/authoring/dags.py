"""DAGs of the IR while they are made: their tasks, and what goes in and out of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tidemill.sdk.authoring.kinds import LIST, Kind, part_of, value_kind

MADE_UP = "pipelinechannel--"
"""Begins the names of inputs and outputs that nobody wrote: kfp's backend and ours know them by it."""
_VERSION = "0.0.1"


@dataclass(frozen=True, slots=True)
class Reference:
    """An output of a task, or an input of a DAG, or a part of such a value."""

    dag: "Dag"
    """In whose terms it is."""
    task: str
    """Empty for an input of the DAG."""
    key: str
    kind: Kind
    is_collection: bool = False
    """Whether it is a list of artifacts, each of `kind`."""
    path: tuple[str | int, ...] = ()
    whole: Kind | None = None
    """Of what a part is taken."""

    def part(self, key: str | int) -> "Reference":
        """What stands under a key of it."""
        found = value_kind(part_of(self.kind.hint, key))
        return replace(self, kind=found, path=(*self.path, key), whole=self.whole or self.kind)

    @property
    def is_list(self) -> bool:
        """Whether it can be iterated over."""
        return self.is_collection or (self.kind.is_value and self.kind.type in (LIST, ""))


class Dag:
    """A DAG, and the task of the DAG around it that it belongs to."""

    def __init__(self, parent: "Dag | None" = None, task: str = "", *, is_loop: bool = False) -> None:
        self.parent = parent
        self.task = task
        self.is_loop = is_loop
        self.tasks: dict[str, dict[str, Any]] = {}
        self.inputs = Interface()
        self.outputs = Interface()
        self._sources: dict[str, dict[str, Any]] = {"parameters": {}, "artifacts": {}}
        """Where outputs come from."""
        self._taken: dict[tuple[str, str, tuple[str | int, ...]], Reference] = {}

    def add(self, name: str, component: str) -> str:
        """A task; returns its name, which is unique here."""
        unique = unique_name(safe_name(name), self.tasks)
        self.tasks[unique] = {"componentRef": {"name": component}, "taskInfo": {"name": unique}}
        return unique

    def give(self, task: str, name: str, found: Reference) -> None:
        """Let an input of a task be something that this DAG has."""
        group = "parameters" if found.kind.is_value and not found.is_collection else "artifacts"
        self._inputs_of(task).setdefault(group, {})[name] = _source(found)
        if found.task:
            self.order(task, found.task)

    def give_constant(self, task: str, name: str, value: Any) -> None:
        """Let an input of a task be a constant."""
        self._inputs_of(task).setdefault("parameters", {})[name] = {"runtimeValue": {"constant": value}}

    def order(self, task: str, before: str) -> None:
        """Let a task run after another."""
        known = self.tasks[task].setdefault("dependentTasks", [])
        if before not in known and before != task:
            known.append(before)

    def bring(self, found: Reference, *, whole: bool = True) -> Reference:
        """The same in terms of this DAG: handed down through the DAGs in between.

        `whole`: hand down all of a value of which a part is meant; else the part, for who cannot take one.
        """
        if found.dag is self:
            return found
        if self.parent is None:
            raise LookupError(f"{found.key} is of another pipeline")
        outer = self.parent.bring(found, whole=whole)
        brought = replace(outer, path=()) if whole else outer
        known = self._taken.get((brought.task, brought.key, brought.path))
        if known is None:
            wanted = MADE_UP + "-".join(
                str(each) for each in (outer.task, _bare(outer.key), *brought.path) if each != ""
            )
            name = unique_name(wanted, {**self.inputs.parameters, **self.inputs.artifacts})
            told = outer.kind if brought.path else outer.whole or outer.kind
            self.inputs.declare(name, told, outer.is_collection)
            self.parent.give(self.task, name, brought)
            known = Reference(self, "", name, outer.kind, outer.is_collection)
            self._taken[brought.task, brought.key, brought.path] = known
        kept = outer.path if whole else ()
        return replace(known, kind=outer.kind, path=kept, whole=outer.whole if kept else None)

    def export(self, found: Reference) -> Reference:
        """What a task of this DAG gave, in terms of the DAG around it; of a loop, all that its rounds gave."""
        name = f"{MADE_UP}{found.task}-{_bare(found.key)}"
        self.put_out(name, found)
        return self.outside(name, found.kind, is_collection=found.is_collection)

    def outside(self, name: str, kind: Kind, *, is_collection: bool = False) -> Reference:
        """An output of this DAG in terms of the DAG around it."""
        if self.parent is None:
            raise LookupError(f"{name} has nowhere to go")
        if not self.is_loop:
            return Reference(self.parent, self.task, name, kind, is_collection)
        if kind.is_value:
            inner = kind.hint if kind.hint is not None else Any
            return Reference(self.parent, self.task, name, Kind("value", list[inner], LIST))
        return Reference(self.parent, self.task, name, kind, True)

    def put_out(self, name: str, found: Reference) -> None:
        """Let an output of this DAG be what a task of it gave."""
        if found.kind.is_value and not found.is_collection:
            source = {"valueFromParameter": {"producerSubtask": found.task, "outputParameterKey": found.key}}
            self._sources["parameters"][name] = source
        else:
            selector = {"producerSubtask": found.task, "outputArtifactKey": found.key}
            self._sources["artifacts"][name] = {"artifactSelectors": [selector]}
        is_list = found.is_collection or (self.is_loop and not found.kind.is_value)
        kind = Kind("value", list, LIST) if self.is_loop and found.kind.is_value else found.kind
        self.outputs.declare(name, kind, is_list)

    def put_out_one_of(self, name: str, found: Iterable[Reference], kind: Kind, *, is_collection: bool) -> None:
        """Let an output be the first of these that there is."""
        if kind.is_value and not is_collection:
            selectors = [{"producerSubtask": each.task, "outputParameterKey": each.key} for each in found]
            self._sources["parameters"][name] = {"valueFromOneof": {"parameterSelectors": selectors}}
        else:
            selectors = [{"producerSubtask": each.task, "outputArtifactKey": each.key} for each in found]
            self._sources["artifacts"][name] = {"artifactSelectors": selectors}
        self.outputs.declare(name, kind, is_collection)

    def component(self) -> dict[str, Any]:
        """It as a component of the IR."""
        dag: dict[str, Any] = {"tasks": self.tasks}
        sources = {group: found for group, found in self._sources.items() if found}
        if sources:
            dag["outputs"] = sources
        made: dict[str, Any] = {"dag": dag}
        for name, interface in (("inputDefinitions", self.inputs), ("outputDefinitions", self.outputs)):
            if told := interface.told():
                made[name] = told
        return made

    def _inputs_of(self, task: str) -> dict[str, Any]:
        return self.tasks[task].setdefault("inputs", {})


class Interface:
    """Inputs or outputs that are declared."""

    def __init__(self) -> None:
        self.parameters: dict[str, dict[str, Any]] = {}
        self.artifacts: dict[str, dict[str, Any]] = {}

    def declare(self, name: str, kind: Kind, is_list: bool = False, more: Mapping[str, Any] | None = None) -> None:
        if kind.is_value and not is_list:
            self.parameters[name] = {"parameterType": kind.type or "STRING", **(more or {})}
            return
        type_ = {"schemaTitle": kind.schema, "schemaVersion": _VERSION}
        told: dict[str, Any] = {"artifactType": type_, **(more or {})}
        self.artifacts[name] = {**told, "isArtifactList": True} if is_list else told

    def told(self) -> dict[str, Any]:
        found = {"parameters": self.parameters, "artifacts": self.artifacts}
        return {group: declared for group, declared in found.items() if declared}


def _source(found: Reference) -> dict[str, Any]:
    is_value = (found.kind.is_value and not found.is_collection) or bool(found.path)
    word = "Parameter" if is_value else "Artifact"
    if found.task:
        source: dict[str, Any] = {f"taskOutput{word}": {"producerTask": found.task, f"output{word}Key": found.key}}
    else:
        source = {f"componentInput{word}": found.key}
    if found.path:
        steps = "".join(f"[{each}]" if isinstance(each, int) else f'["{_escaped(each)}"]' for each in found.path)
        source["parameterExpressionSelector"] = f"parseJson(string_value){steps}"
    return source


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _bare(name: str) -> str:
    return name.removeprefix(MADE_UP)


def safe_name(name: str) -> str:
    """A name as Kubernetes takes it."""
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name.lower())
    return "-".join(part for part in kept.split("-") if part) or "task"


def unique_name(name: str, taken: Iterable[str]) -> str:
    known, unique, number = set(taken), name, 2
    while unique in known:
        unique, number = f"{name}-{number}", number + 1
    return unique
