"""A function as it is written: what steps and pipelines have in common before anything is made of them."""

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, cast

from tidemill.sdk.authoring.kinds import Kind, hints_of, kind_of
from tidemill.sdk.authoring.problems import NotCompilableError, refused
from tidemill.sdk.authoring.sources import Source, source_of


class Written:
    """A function, its source, and what its arguments are."""

    what: ClassVar[str]
    """What it is called where it is refused: `the step`."""
    to_annotate: ClassVar[str]
    """What to do about an argument without an annotation."""

    def __init__(self, function: Callable[..., Any], name: str) -> None:
        functools.update_wrapper(cast("Any", self), function)
        self.function = function
        self.name = name

    @functools.cached_property
    def signature(self) -> inspect.Signature:
        return inspect.signature(self.function)

    @functools.cached_property
    def source(self) -> Source:
        """Its function's source. Raises NotCompilableError."""
        return source_of(self.function)

    @functools.cached_property
    def takes(self) -> Mapping[str, Kind]:
        """What its arguments are. Raises NotCompilableError for some that no annotation says."""
        hints, found = hints_of(self.function), dict[str, Kind]()
        for name, parameter in self.signature.parameters.items():
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY):
                raise self.refused(f"the argument {parameter} has no name of its own", "name each argument")
            if name not in hints:
                raise self.refused(f"the argument {name} has no annotation", self.to_annotate)
            found[name] = kind_of(hints[name])
        return found

    def refused(self, reason: str, hint: str) -> NotCompilableError:
        """What is raised for it, at its place in its file."""
        return refused(self.source.place(self.source.tree), f"{self.what} {self.name}: {reason}", hint)
