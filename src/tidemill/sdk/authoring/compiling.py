"""From a pipeline's function to Kubeflow's PipelineSpec."""

import ast
import inspect
from collections.abc import Mapping, Sequence
from typing import Any, cast

from tidemill.sdk.authoring.branches import read_choice, read_if, read_try
from tidemill.sdk.authoring.calls import call_pipeline, call_step, named_tuple
from tidemill.sdk.authoring.components import Components
from tidemill.sdk.authoring.dags import Dag, Reference
from tidemill.sdk.authoring.definitions import Definition
from tidemill.sdk.authoring.expressions import describe, plain_value, pure_call
from tidemill.sdk.authoring.inside import checked
from tidemill.sdk.authoring.kinds import Kind, is_named_tuple, literals_of
from tidemill.sdk.authoring.loops import begun, gathered, read_append, read_comprehension, read_for, read_map
from tidemill.sdk.authoring.problems import refused
from tidemill.sdk.authoring.reading import Reader
from tidemill.sdk.authoring.steps import Step
from tidemill.sdk.authoring.values import Constant, Gathered, Later, Many, Value

SCHEMA = "2.1.0"
_SDK = "kfp-2.17.0"
"""The version of Kubeflow's compiler whose form the document has; backends read it."""
_MOST_NESTED = 20


def compile_pipeline(definition: Definition) -> tuple[dict[str, Any], dict[str, Any]]:
    """The PipelineSpec of a pipeline, and what it asks of the platform: empty where it asks for nothing.

    Raises NotCompilableError, with file and line.
    """
    components = Components()
    root = Dag()
    _PipelineReader.read_definition(definition, components, root, frozenset())
    if root.inputs.artifacts:
        name = next(iter(root.inputs.artifacts))
        reason = f"the pipeline {definition.name} takes {name}, which is kept in a file: {definition.takes[name].name}"
        hint = "take a path or an address as a text, and read it in a step; other pipelines may call this one as it is"
        raise refused(definition.source.place(definition.source.tree), reason, hint)
    info = {"name": definition.name}
    if definition.description:
        info["description"] = definition.description
    spec = {
        "pipelineInfo": info,
        "deploymentSpec": {"executors": components.executors},
        "components": components.told(),
        "root": root.component(),
        "schemaVersion": SCHEMA,
        "sdkVersion": _SDK,
    }
    if not components.configs:
        return spec, {}
    return spec, {"platforms": {"kubernetes": {"deploymentSpec": {"executors": components.configs}}}}


class _PipelineReader(Reader):
    """All parts of the reader together."""

    @classmethod
    def read_definition(
        cls, definition: Definition, components: Components, dag: Dag, lists: frozenset[str], inside: Sequence[str] = ()
    ) -> Mapping[str, tuple[Kind, bool]]:
        """Read a pipeline into a DAG; returns what it gives."""
        source = definition.source
        if len(inside) > _MOST_NESTED:
            reason = f"pipelines call each other more than {_MOST_NESTED} deep: {' → '.join(inside[:3])} ..."
            raise refused(source.place(source.tree), reason, "a pipeline cannot call itself")
        names = getattr(definition.function, "__globals__", {})
        known = inspect.getclosurevars(definition.function).nonlocals
        reader = cls(source, names, components, dag, {name: Constant(value) for name, value in known.items()})
        reader.nested = (*inside, definition.name)
        for name, kind in definition.takes.items():
            _declare(definition, dag, name, kind, is_list=name in lists)
            reader.known[name] = Reference(dag, "", name, kind, name in lists)
        body = source.tree.body
        reader.read(body[1:] if ast.get_docstring(source.tree) is not None else body)
        if not dag.tasks:
            reason = f"the pipeline {definition.name} calls no step"
            raise refused(source.place(source.tree), reason, "call functions that are made steps with @step")
        return _put_out(reader, definition)

    def value(self, node: ast.expr) -> Value:
        found = self._value(node)
        while isinstance(found, Later):
            found = found.resolve()
        return gathered(self, node, found) if isinstance(found, Gathered) else found

    def _value(self, node: ast.expr) -> Value:
        match node:
            case ast.Call():
                return self._call(node)
            case ast.ListComp():
                return read_comprehension(self, node)
            case ast.IfExp():
                return read_choice(self, node)
            case _:
                return plain_value(self, node)

    def read(self, body: Sequence[ast.stmt]) -> None:
        for node in body:
            if self.returned is not None:
                raise self.refused(node, "there is something behind `return`", "end the pipeline with it")
            self._statement(node)

    def sub_pipeline(
        self, definition: Definition, lists: frozenset[str]
    ) -> tuple[str, Mapping[str, tuple[Kind, bool]]]:
        known = self.components.pipelines.get((id(definition), lists))
        if known is None:
            name, dag = self.components.sub_dag(definition.name)
            gives = type(self).read_definition(definition, self.components, dag, lists, self.nested)
            known = self.components.pipelines[id(definition), lists] = (name, gives)
        return known

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Expr(value):
                self._expression(value)
            case ast.Assign(targets, value):
                self._assign(targets, value)
            case ast.AnnAssign(target, _, value) if value is not None:
                self._assign([target], value)
            case ast.If():
                read_if(self, node)
            case ast.For():
                read_for(self, node)
            case ast.Try():
                read_try(self, node)
            case ast.Return():
                self._return(node)
            case ast.Pass():
                pass
            case _:
                raise self.refuse_statement(node)

    def _expression(self, node: ast.expr) -> None:
        """An expression as a statement: a call for what it does."""
        if isinstance(node, ast.Call):
            self._call(node)
        elif not isinstance(node, ast.Constant):
            self.value(node)

    def _assign(self, targets: Sequence[ast.expr], node: ast.expr) -> None:
        target = targets[0]
        if isinstance(node, ast.List) and len(targets) == 1 and isinstance(target, ast.Name):
            self.known[target.id] = begun(self, node)
            return
        if (
            len(targets) == 1
            and isinstance(node, ast.Tuple)
            and isinstance(target, ast.Tuple)
            and _begins(node, target)
        ):
            for one, value in zip(target.elts, node.elts, strict=True):
                self._assign([one], value)
            return
        if isinstance(node, ast.Name) and isinstance(self.known.get(node.id), Gathered):
            reason = f"`{ast.unparse(targets[0])} = {node.id}` gives a list a second name"
            raise self.refused(node, reason, "use one name: what is appended later is in both")
        value = self.value(node)
        for target in targets:
            self.bind(target, value)

    def _return(self, node: ast.Return) -> None:
        if self.dag.parent is not None:
            hint = "let each branch set a name, and return that at the end"
            raise self.refused(node, "`return` in a branch or a loop cannot be compiled", hint)
        self.returned = (node, self.value(node.value) if node.value is not None else Constant(None))

    def _call(self, node: ast.Call) -> Value:
        if isinstance(node.func, ast.Attribute):
            found = self._method(node, node.func)
            if found is not None:
                return found
        callee, before = self._callee(node.func)
        if isinstance(callee, Step):
            return call_step(self, node, cast("Step[..., Any]", callee), before)
        if isinstance(callee, Definition):
            return call_pipeline(self, node, callee)
        if is_named_tuple(callee):
            return named_tuple(self, node, callee)
        return pure_call(self, node, callee)

    def _method(self, node: ast.Call, function: ast.Attribute) -> Value | None:
        """`found.append(x)` and `step.map(xs)`; None for anything else."""
        if function.attr == "append" and isinstance(function.value, ast.Name):
            found = self.name(function.value) if function.value.id in self.known else None
            if isinstance(found, Gathered):
                read_append(self, node, found)
                return Constant(None)
        if function.attr == "map":
            callee, before = self._callee(function.value)
            if isinstance(callee, Step):
                return read_map(self, node, cast("Step[..., Any]", callee), before)
        return None

    def _callee(self, node: ast.expr) -> tuple[Any, Sequence[Value]]:
        """What is called, and what it is to run after: `step`, `step.after(a)`, `step.with_options(cpu=2)`."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            found, before = self._callee(node.func.value)
            if isinstance(found, Step):
                step = cast("Step[..., Any]", found)
                if node.func.attr == "after":
                    return step, [*before, *(self.value(each) for each in node.args)]
                if node.func.attr == "with_options":
                    return self._with_options(step, node), before
        value = self.value(node)
        if not isinstance(value, Constant):
            raise self.refused(node, f"`{ast.unparse(node)}(...)` calls {describe(value)}", "do that in a step")
        return value.value, ()

    def _with_options(self, step: Step[..., Any], node: ast.Call) -> Step[..., Any]:
        options = {each.arg: self.value(each.value) for each in node.keywords}
        if node.args or not all(isinstance(each, Constant) for each in options.values()):
            hint = "give constants: with_options(cpu=2)"
            raise self.refused(node, f"`{ast.unparse(node)}`: options are known before the pipeline runs", hint)
        chosen: Any = {name: each.value for name, each in options.items() if isinstance(each, Constant)}
        try:
            return step.with_options(**chosen)
        except TypeError as error:
            raise self.refused(node, str(error), "the options are those of @step") from error


def _begins(node: ast.Tuple, target: ast.Tuple) -> bool:
    """Whether it is `a, b = [], []`, whose parts have nothing to do with each other."""
    set_here = {each.id for each in ast.walk(target) if isinstance(each, ast.Name)}
    used = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    has_list = any(isinstance(each, ast.List) for each in node.elts)
    return has_list and len(node.elts) == len(target.elts) and not set_here & used


def _declare(definition: Definition, dag: Dag, name: str, kind: Kind, *, is_list: bool) -> None:
    """An input of a pipeline."""
    more: dict[str, Any] = {}
    default = definition.signature.parameters[name].default
    place = definition.source.place(definition.source.tree)
    if default is not inspect.Parameter.empty:
        more["isOptional"] = True
        if default is not None and kind.is_value:
            try:
                more["defaultValue"] = checked(default, kind.hint, f"the default of {name}")
            except (TypeError, ValueError) as error:
                raise refused(place, f"the pipeline {definition.name}: {error}", "check the annotation") from error
        elif not kind.optional:
            reason = f"the pipeline {definition.name}: the default of {name} is {default!r}"
            raise refused(place, reason, f"annotate {kind.name} | None" if default is None else "leave it out")
    elif kind.optional:
        reason = f"the pipeline {definition.name}: {name} may be None, and has no default"
        raise refused(place, reason, f"write {name}: {kind.name} | None = None")
    if literals := literals_of(kind.hint):
        more["literals"] = literals
    dag.inputs.declare(name, kind, is_list, more)


def _put_out(reader: Reader, definition: Definition) -> Mapping[str, tuple[Kind, bool]]:
    """What a pipeline returns, as outputs of its DAG."""
    if reader.returned is None:
        return {}
    node, value = reader.returned
    if isinstance(value, Constant) and value.value is None:
        return {}
    named = _named(node, value, definition)
    found = dict[str, tuple[Kind, bool]]()
    for name, each in named.items():
        if not isinstance(each, Reference) or not each.task or each.path or each.dag is not reader.dag:
            reason = f"the pipeline returns {describe(each)}, which no step gives as it is"
            raise reader.refused(node, reason, "return what a step returns, whole")
        reader.dag.put_out(name, each)
        found[name] = (each.kind, each.is_collection)
    return found


def _named(node: ast.Return, value: Value, definition: Definition) -> Mapping[str, Value]:
    if not isinstance(value, Many):
        return {"Output": value}
    fields = definition.fields or value.fields
    if len(fields) == len(value.items):
        return dict(zip(fields, value.items, strict=True))
    shown = node.value.elts if isinstance(node.value, ast.Tuple) else []
    names = [each.id for each in shown if isinstance(each, ast.Name)]
    if len(set(names)) != len(value.items):
        names = [f"output_{number + 1}" for number in range(len(value.items))]
    return dict(zip(names, value.items, strict=True))
