"""A pipeline as it is written, before anything is made of it."""

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any, cast

from tidemill.sdk.authoring.dags import safe_name
from tidemill.sdk.authoring.inside import given
from tidemill.sdk.authoring.kinds import Kind, hints_of, kind_of, outputs_of
from tidemill.sdk.authoring.problems import refused
from tidemill.sdk.authoring.sources import Source, source_of


class Definition:
    """The function of a pipeline, with what it takes."""

    def __init__(self, function: Callable[..., Any], name: str = "") -> None:
        functools.update_wrapper(cast("Any", self), function)
        self.function = function
        self.name = name or safe_name(function.__name__)

    @functools.cached_property
    def signature(self) -> inspect.Signature:
        return inspect.signature(self.function)

    @functools.cached_property
    def source(self) -> Source:
        """Its function's source. Raises NotCompilableError."""
        return source_of(self.function)

    @functools.cached_property
    def description(self) -> str:
        """The first paragraph of its docstring."""
        return " ".join((inspect.getdoc(self.function) or "").partition("\n\n")[0].split())

    @functools.cached_property
    def takes(self) -> Mapping[str, Kind]:
        """What its arguments are. Raises NotCompilableError."""
        hints, found = hints_of(self.function), dict[str, Kind]()
        place = self.source.place(self.source.tree)
        for name, parameter in self.signature.parameters.items():
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY):
                reason = f"the pipeline {self.name}: the argument {parameter} has no name of its own"
                raise refused(place, reason, "name each argument")
            if name not in hints:
                reason = f"the pipeline {self.name}: the argument {name} has no annotation"
                raise refused(place, reason, "annotate it: int, float, str, bool, list, dict")
            found[name] = kind_of(hints[name])
        return found

    def opened(self, outputs: Mapping[str, Any]) -> Any:
        """What it returned, of its outputs by name: values as its annotation has them."""
        hint = hints_of(self.function).get("return")
        if not outputs:
            return None
        if list(outputs) == ["Output"]:
            return given(outputs["Output"], hint)
        if self.fields:
            hints = dict(outputs_of(hint, ())[0])
            return hint(**{name: given(outputs.get(name), hints[name].hint) for name in self.fields})  # pyright: ignore[reportOptionalCall]
        kinds = [kind.hint for _, kind in outputs_of(hint, ())[0]] if hint is not None else []
        hints = kinds if len(kinds) == len(outputs) else [None] * len(outputs)
        return tuple(given(value, each) for value, each in zip(outputs.values(), hints, strict=True))

    @functools.cached_property
    def fields(self) -> tuple[str, ...]:
        """The fields of the NamedTuple that it is annotated to return."""
        _, fields = outputs_of(hints_of(self.function).get("return"), ())
        return fields or ()
