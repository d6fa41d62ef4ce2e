"""What a name stands for while a pipeline is read: a constant, or what there will be when it runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tidemill.sdk.authoring.dags import Dag, Reference


@dataclass(frozen=True, slots=True)
class Constant:
    """Known while compiling: what Python has there."""

    value: Any


@dataclass(frozen=True, slots=True)
class Many:
    """Several values, as written: a list or a tuple, or what a step gives that returns several."""

    items: Sequence["Value"]
    form: str = "list"
    """`list` or `tuple`."""
    fields: Sequence[str] = ()
    """Of a NamedTuple."""


@dataclass(frozen=True, slots=True)
class Entries:
    """A dict as written."""

    items: Mapping[str, "Value"]


@dataclass(frozen=True, slots=True)
class Done:
    """What a step gives that returns nothing: it can be waited for."""

    dag: Dag
    task: str


@dataclass(slots=True, eq=False)
class Gathered:
    """A list to which a pipeline appends what steps give."""

    dag: Dag
    entries: list["Entry"] = field(default_factory=list["Entry"])
    read_in: list[Dag] = field(default_factory=list[Dag])
    """The loops and branches in which it was read."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What was appended: once, or in each round of a loop."""

    value: "Value"
    place: str
    is_of_loop: bool = False
    is_conditional: bool = False


@dataclass(frozen=True, slots=True)
class Later:
    """What is worked out when somebody asks for it, and refused where it cannot be."""

    resolve: Callable[[], "Value"]


@dataclass(frozen=True, slots=True)
class Unusable:
    """A name that has no value here, and why."""

    reason: str
    hint: str


Value = Constant | Reference | Many | Entries | Done | Gathered | Later | Unusable


def is_constant(value: Value) -> bool:
    """Whether all of it is known while compiling."""
    match value:
        case Constant():
            return True
        case Many(items):
            return all(map(is_constant, items))
        case Entries(entries):
            return all(map(is_constant, entries.values()))
        case _:
            return False


def constant_of(value: Value) -> Any:
    """What it is, of one that is constant."""
    match value:
        case Constant(known):
            return known
        case Many(items, form):
            return (list if form == "list" else tuple)(constant_of(each) for each in items)
        case Entries(entries):
            return {name: constant_of(each) for name, each in entries.items()}
        case _:
            raise TypeError(f"{value!r} is no constant")
