"""Calls of steps and of pipelines: a task for each, with what it is given."""

import ast
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from tidemill.sdk.authoring.components import Interfaces
from tidemill.sdk.authoring.dags import MADE_UP, Dag, Reference
from tidemill.sdk.authoring.definitions import Definition
from tidemill.sdk.authoring.expressions import describe
from tidemill.sdk.authoring.inside import checked
from tidemill.sdk.authoring.kinds import (
    BOOLEAN,
    DOUBLE,
    INTEGER,
    LIST,
    STRUCT,
    TEXT,
    Kind,
    element_of,
    fits,
    kind_of,
    literals_of,
)
from tidemill.sdk.authoring.programs import Plan, program_of
from tidemill.sdk.authoring.reading import Reader
from tidemill.sdk.authoring.steps import Step
from tidemill.sdk.authoring.values import Constant, Done, Entries, Many, Value, constant_of, is_constant

_BACKOFF = {"backoffDuration": "0s", "backoffFactor": 2.0, "backoffMaxDuration": "3600s"}
_ANYTHING = (Any, object)
_TYPES: Mapping[type, str] = {bool: BOOLEAN, int: INTEGER, float: DOUBLE, str: TEXT, list: LIST, dict: STRUCT}


@dataclass(slots=True)
class _Given:
    """What a task is given: by input, in terms of any DAG around it."""

    references: dict[str, Reference] = field(default_factory=dict[str, Reference])
    constants: dict[str, Any] = field(default_factory=dict[str, Any])
    texts: dict[str, Many] = field(default_factory=dict[str, Many])


def call_step(reader: Reader, node: ast.Call, step: Step[..., Any], before: Sequence[Value] = ()) -> Value:
    """The task that a call of a step becomes, and what it gives. Raises NotCompilableError."""
    arguments = _bound(reader, node, step.signature, step.name)
    return add_step(reader, node, step, arguments, before)


def add_step(
    reader: Reader, node: ast.AST, step: Step[..., Any], arguments: Mapping[str, Value], before: Sequence[Value] = ()
) -> Value:
    """The task of a step with these arguments, and what it gives."""
    given, interfaces, takes = _Given(), Interfaces(), dict[str, Plan]()
    for name, value in arguments.items():
        planning = _Planning(reader, node, step, name, given, interfaces)
        plan = planning.plan(value, step.takes[name], name)
        if plan is not None:
            takes[name] = plan
    outputs, fields = step.outputs
    interfaces.gives(outputs)
    hints = [kind.hint for kind in step.takes.values()] + [kind.hint for _, kind in outputs]
    program = program_of(step.function, step.source, takes, outputs, is_single=fields is None, hints=hints)
    component = reader.components.step(step.function.__name__, program, interfaces, step.options)
    dag = reader.dag
    task = dag.add(step.name, component)
    dag.tasks[task]["cachingOptions"] = {"enableCache": True} if step.options.cache else {}
    if step.options.retries:
        dag.tasks[task]["retryPolicy"] = {"maxRetryCount": step.options.retries, **_BACKOFF}
    _give(dag, task, given)
    for value in before:
        run_after(dag, task, value)
    if not outputs:
        return Done(dag, task)
    found = [Reference(dag, task, name, kind) for name, kind in outputs]
    return found[0] if fields is None else Many(found, "tuple", fields)


def call_pipeline(reader: Reader, node: ast.Call, definition: Definition) -> Value:
    """The task that a call of a pipeline becomes, and what that gives."""
    given, lists = _Given(), set[str]()
    for name, value in _bound(reader, node, definition.signature, definition.name).items():
        kind = definition.takes[name]
        planning = _Planning(reader, node, definition, name, given, Interfaces())
        plan = planning.plan(value, kind, name)
        if plan is not None and plan[0] not in (
            "value",
            "artifacts",
            "artifact",
            "file",
            "html",
            "markdown",
            "constant",
        ):
            hint = "make it in a step, or hand its parts over one by one"
            raise reader.refused(node, f"{definition.name} is given a list or dict of values of steps for {name}", hint)
        if plan is not None and plan[0] == "artifacts":
            lists.add(name)
    component, gives = reader.sub_pipeline(definition, frozenset(lists))
    task = reader.dag.add(definition.name, component)
    _give(reader.dag, task, given)
    return _outputs_of(reader.dag, task, gives, definition)


def named_tuple(reader: Reader, node: ast.Call, class_: Any) -> Value:
    """A NamedTuple of values: what a pipeline returns under names."""
    signature = inspect.signature(class_)
    given = _bound(reader, node, signature, class_.__name__)
    items = [given.get(name, Constant(parameter.default)) for name, parameter in signature.parameters.items()]
    return Many(items, "tuple", class_._fields)


def run_after(dag: Dag, task: str, value: Value) -> None:
    """Let a task run after what a value came from, however far outside that is."""
    match value:
        case Done(producer, name) | Reference(producer, name) if name:
            _order(dag, task, producer, name)
        case Many(items):
            for each in items:
                run_after(dag, task, each)
        case Entries(entries):
            for each in entries.values():
                run_after(dag, task, each)
        case _:
            pass  # what is there from the beginning


def _order(dag: Dag, task: str, producer: Dag, name: str) -> None:
    while dag is not producer and dag.parent is not None:
        dag, task = dag.parent, dag.task
    if dag is producer:
        dag.order(task, name)


def _outputs_of(dag: Dag, task: str, gives: Mapping[str, tuple[Kind, bool]], definition: Definition) -> Value:
    found = {name: Reference(dag, task, name, kind, is_list) for name, (kind, is_list) in gives.items()}
    if not found:
        return Done(dag, task)
    if list(found) == ["Output"]:
        return found["Output"]
    fields = definition.fields
    return Many([found[name] for name in fields] if fields else list(found.values()), "tuple", fields)


def _give(dag: Dag, task: str, given: _Given) -> None:
    for name, found in given.references.items():
        dag.give(task, name, dag.bring(found))
    for name, constant in given.constants.items():
        dag.give_constant(task, name, constant)
    for name, many in given.texts.items():
        dag.give_constant(task, name, "".join(_placed(dag, task, part) for part in many.items))


def _placed(dag: Dag, task: str, part: Value) -> str:
    """A part of a text: itself, or a placeholder for an input that the task is given for that."""
    if not isinstance(part, Reference):
        return str(constant_of(part))
    found = dag.bring(part)
    words = (found.task, found.key.removeprefix(MADE_UP), *map(str, found.path))
    name = MADE_UP + "-".join(each for each in words if each)
    dag.give(task, name, found)
    return f"{{{{$.inputs.parameters['{name}']}}}}"


def _bound(reader: Reader, node: ast.Call, signature: inspect.Signature, name: str) -> Mapping[str, Value]:
    """Arguments by name. Raises NotCompilableError where Python would refuse the call."""
    positional = list[Value]()
    for each in node.args:
        value = reader.value(each.value if isinstance(each, ast.Starred) else each)
        if isinstance(each, ast.Starred):
            positional += _spread(reader, each, value)
        else:
            positional.append(value)
    keywords = dict[str, Value]()
    for each in node.keywords:
        value = reader.value(each.value)
        if each.arg is not None:
            keywords[each.arg] = value
        elif is_constant(value):
            keywords |= {key: Constant(found) for key, found in constant_of(value).items()}
        elif isinstance(value, Entries):
            keywords |= value.items
        else:
            raise reader.refused(node, "`**` of what a step gives", "name the arguments")
    try:
        return signature.bind(*positional, **keywords).arguments
    except TypeError as error:
        raise reader.refused(node, f"{name}: {error}", f"it takes {signature}") from error


def _spread(reader: Reader, node: ast.Starred, value: Value) -> list[Value]:
    if is_constant(value):
        return [Constant(each) for each in constant_of(value)]
    if isinstance(value, Many):
        return list(value.items)
    raise reader.refused(node, "`*` of a list whose length is known only when the pipeline runs", "hand over the list")


@dataclass(slots=True)
class _Planning:
    """How an argument of a step is made of inputs."""

    reader: Reader
    node: ast.AST
    callee: "Step[..., Any] | Definition"
    argument: str
    given: _Given
    interfaces: Interfaces

    def plan(self, value: Value, kind: Kind, name: str) -> Plan | None:
        """None where the argument is left to its default."""
        match value:
            case Reference():
                return self._reference(value, kind, name)
            case Many(form="text"):
                return self._text(value, kind, name)
            case _ if is_constant(value):
                return self._constant(constant_of(value), kind, name)
            case Many(items, form):
                inner = _element(kind)
                return (form, [self._required(each, inner, f"{name}_{number}") for number, each in enumerate(items)])
            case Entries(entries):
                inner = kind if kind.hint in _ANYTHING else _of(None)
                return (
                    "dict",
                    {
                        key: self._required(each, inner, f"{name}_{number}")
                        for number, (key, each) in enumerate(entries.items())
                    },
                )
            case _:
                raise self._refused(f"is given {describe(value)}", "give it what a step returns")

    def _required(self, value: Value, kind: Kind, name: str) -> Plan:
        plan = self.plan(value, kind, name)
        return ("constant", None) if plan is None else plan

    def _reference(self, value: Reference, kind: Kind, name: str) -> Plan:
        if value.kind.is_value and not value.is_collection:
            self._check_value(value, kind)
            taken = kind if kind.is_value and kind.type else value.kind
            self.interfaces.inputs.declare(name, taken, more={"isOptional": True} if kind.optional else None)
            self.given.references[name] = value
            return ("value", name, kind.hint if kind.is_value else value.kind.hint)
        if kind.is_value and kind.type and not (value.is_collection and kind.type == LIST):
            raise self._refused(
                f"takes {kind.name}, and is given {describe(value)}", "that is kept in a file; annotate its type"
            )
        wanted = element_of(kind.hint) if value.is_collection else kind.hint
        if not fits(value.kind.hint, wanted) and kind.hint not in _ANYTHING:
            raise self._refused(
                f"takes {kind.name}, and is given {describe(value)}", "check the annotations of both steps"
            )
        self.interfaces.inputs.declare(name, value.kind, value.is_collection)
        self.given.references[name] = value
        return ("artifacts", name, value.kind.what) if value.is_collection else (value.kind.what, name)

    def _check_value(self, value: Reference, kind: Kind) -> None:
        if value.kind.optional and not kind.optional:
            raise self._refused(f"takes {kind.name}, and is given what may be None", f"annotate {kind.name} | None")
        if not kind.is_value:
            if kind.hint in _ANYTHING:
                return
            raise self._refused(
                f"takes {kind.name}, and is given {describe(value)}", "check the annotations of both steps"
            )
        given, wanted = value.kind.type, kind.type
        is_widened = (given, wanted) == (INTEGER, DOUBLE)
        if given and wanted and given != wanted and not is_widened:
            hint = "convert it in a step, or change an annotation"
            raise self._refused(f"takes {kind.name}, and is given {describe(value)}", hint)

    def _constant(self, constant: Any, kind: Kind, name: str) -> Plan | None:
        if constant is None and kind.optional:
            default = self.callee.signature.parameters[self.argument].default
            if default is None or name != self.argument:
                return None
            raise self._refused(f"is given None, and its default is {default!r}", "make None its default")
        if not kind.is_value and kind.hint not in _ANYTHING:
            reason = f"takes {kind.name}, and is given {describe(Constant(constant))}"
            raise self._refused(reason, "what is kept in a file is made by a step: call one that returns it")
        try:
            plain = checked(constant, kind.hint if kind.is_value else None, "it")
        except (TypeError, ValueError) as error:
            raise self._refused(f"is given {describe(Constant(constant))}: {error}", "check the annotation") from error
        literals = literals_of(kind.hint)
        if literals and plain not in literals:
            raise self._refused(f"is given {plain!r}", f"it may be: {', '.join(map(repr, literals))}")
        if "{{$" in repr(plain):
            raise self._refused("is given a text with {{$ in it, which Kubeflow fills in", "make the text in the step")
        self._declare_constant(name, kind, plain)
        self.given.constants[name] = plain
        return ("value", name, kind.hint if kind.is_value else None)

    def _declare_constant(self, name: str, kind: Kind, plain: Any) -> None:
        known = kind if kind.is_value and kind.type else _of(plain)
        self.interfaces.inputs.declare(name, known)

    def _text(self, value: Many, kind: Kind, name: str) -> Plan:
        if kind.is_value and kind.type not in (TEXT, ""):
            raise self._refused(f"takes {kind.name}, and is given a text", "check the annotation")
        self.interfaces.inputs.declare(name, Kind("value", str, TEXT))
        self.given.texts[name] = value
        return ("value", name, str)

    def _refused(self, what: str, hint: str) -> Exception:
        return self.reader.refused(self.node, f"{self.callee.name}: the argument {self.argument} {what}", hint)


def _element(kind: Kind) -> Kind:
    """What the parts of a list may be."""
    inner = element_of(kind.hint)
    return _of(None) if inner is None or inner in _ANYTHING else kind_of(inner)


def _of(plain: Any) -> Kind:
    """The kind of a constant; of None that anything may come."""
    type_ = _TYPES.get(type(cast("object", plain)), "")
    return Kind("value", type(plain), type_) if type_ else Kind("artifact", object)
