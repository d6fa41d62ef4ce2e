"""A pipeline as it is written, before anything is made of it."""

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from tidemill.sdk.authoring.dags import safe_name
from tidemill.sdk.authoring.inside import given
from tidemill.sdk.authoring.kinds import hints_of, outputs_of
from tidemill.sdk.authoring.written import Written


class Definition(Written):
    """The function of a pipeline, with what it takes."""

    what = "the pipeline"
    to_annotate = "annotate it: int, float, str, bool, list, dict"

    def __init__(self, function: Callable[..., Any], name: str = "") -> None:
        super().__init__(function, name or safe_name(function.__name__))

    @functools.cached_property
    def description(self) -> str:
        """The first paragraph of its docstring."""
        return " ".join((inspect.getdoc(self.function) or "").partition("\n\n")[0].split())

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
