"""Finding the route of a request: a dictionary for fixed paths, compiled patterns for the rest."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from starlette.convertors import IntegerConvertor
from starlette.routing import compile_path

from tidemill.core.web.route import Route

Entry = TypeVar("Entry")
_ANY_DIGITS = IntegerConvertor.regex
_A_NUMBER = "[0-9]{1,18}"


@dataclass(frozen=True, slots=True)
class Match:
    """A route and what its path parameters stand for; or no route, and the methods that the path does have."""

    route: Route | None
    parameters: Mapping[str, str]
    allowed: frozenset[str] = frozenset()


class Router:
    """All routes of the server. Fixed paths win over patterns; among patterns the first that fits wins."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = tuple(routes)
        self._fixed: dict[str, dict[str, Match]] = {}
        self._patterns: list[tuple[re.Pattern[str], dict[str, Route]]] = []
        by_pattern: dict[str, dict[str, Route]] = {}
        for route in self.routes:
            if "{" not in route.path:
                _add(self._fixed.setdefault(route.path, {}), route, Match(route, {}))
            elif route.path in by_pattern:
                _add(by_pattern[route.path], route, route)
            else:
                by_pattern[route.path] = {route.method: route}
                self._patterns.append((_pattern(route.path), by_pattern[route.path]))

    def match(self, method: str, path: str) -> Match:
        """The route of this method and path; HEAD is answered by GET's."""
        wanted = "GET" if method == "HEAD" else method
        if (fixed := self._fixed.get(path)) is not None:
            return fixed.get(wanted) or Match(None, {}, frozenset(fixed))
        allowed: frozenset[str] = frozenset()
        for pattern, methods in self._patterns:
            if (found := pattern.match(path)) is not None:
                if wanted in methods:
                    return Match(methods[wanted], found.groupdict())
                allowed |= frozenset(methods)
        return Match(None, {}, allowed)


def _pattern(path: str) -> re.Pattern[str]:
    """What a path with parameters looks like. A newline is a character of a path like any other, and an `{x:int}` is a
    number that `int` takes and a database holds: Python refuses to read thousands of digits."""
    pattern, _, _ = compile_path(path)
    return re.compile(pattern.pattern.replace(_ANY_DIGITS, _A_NUMBER), re.DOTALL)


def _add(methods: dict[str, Entry], route: Route, entry: Entry) -> None:
    if route.method in methods:
        raise ValueError(f"{route.method} {route.path} is declared twice")
    methods[route.method] = entry
