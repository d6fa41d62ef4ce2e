"""The OpenAPI document of Tidemill's own API, made from the routes and their msgspec types."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, cast, get_type_hints

import msgspec

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Nothing, Reply, Route, json_reply

PREFIX = "/api/v1/"
ADDRESS = f"{PREFIX}openapi.json"
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_REFERENCES = "#/components/schemas/{name}"


class Problem(msgspec.Struct):
    """What an error says: code, message, and what to do about it."""

    code: str
    message: str
    hint: str | None


class ProblemReply(msgspec.Struct):
    error: Problem


class OpenApi:
    """`/api/v1/openapi.json`."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = [route for route in routes if route.path.startswith(PREFIX) and route.path != ADDRESS]

    def routes(self) -> Sequence[Route]:
        return [
            Route(
                method="GET",
                path=ADDRESS,
                permission=Permission.PUBLIC,
                message=Nothing,
                handler=self.show,
            )
        ]

    async def show(self, scope: Scope, message: Nothing) -> Reply:
        return json_reply(self.document)

    @cached_property
    def document(self) -> Mapping[str, Any]:
        """The whole document."""
        types = {route.message for route in self._routes} | {route.answer for route in self._routes}
        wanted = sorted((kind for kind in types if kind not in (None, Nothing)), key=lambda kind: kind.__name__)
        schemas, components = msgspec.json.schema_components([*wanted, ProblemReply], ref_template=_REFERENCES)
        by_type = dict(zip([*wanted, ProblemReply], schemas, strict=True))
        paths: dict[str, dict[str, Any]] = {}
        for route in self._routes:
            path = _PARAMETER.sub(r"{\1}", route.path)
            paths.setdefault(path, {})[route.method.lower()] = _operation(route, by_type)
        return {
            "openapi": "3.1.0",
            "info": {"title": "Tidemill", "version": "1"},
            "paths": paths,
            "components": {"schemas": components},
        }


def _operation(route: Route, schemas: Mapping[Any, Any]) -> dict[str, Any]:
    answer = {"schema": schemas[route.answer]} if route.answer in schemas else {}
    kind = "application/json" if route.handler is not None else route.content_type
    problem = {"description": "error", "content": {"application/json": {"schema": schemas[ProblemReply]}}}
    operation: dict[str, Any] = {
        "operationId": _operation_id(route),
        "summary": route.summary,
        "parameters": _parameters(route),
        "responses": {"200": {"description": "done", "content": {kind: answer}}, "4XX": problem, "5XX": problem},
    }
    if route.method != "GET" and route.message in schemas:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schemas[route.message]}},
        }
    return operation


def _operation_id(route: Route) -> str:
    words = [route.method.lower(), *re.findall(r"\w+", route.path.removeprefix(PREFIX))]
    return words[0] + "".join(part.capitalize() for word in words[1:] for part in word.split("_"))


def _parameters(route: Route) -> list[dict[str, Any]]:
    in_path = _PARAMETER.findall(route.path)
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in in_path
    ]
    if route.method != "GET" or route.message is None:
        return found
    info: Any = msgspec.inspect.type_info(route.message)
    for field in info.fields:
        if field.encode_name not in in_path:
            kind = _annotation(route.message, field.name)
            (schema,), _ = msgspec.json.schema_components([kind], ref_template=_REFERENCES)
            found.append({"name": field.encode_name, "in": "query", "required": field.required, "schema": schema})
    return found


def _annotation(message: type[msgspec.Struct], name: str) -> Any:
    kind: Any = get_type_hints(message, include_extras=True)[name]
    return str if isinstance(kind, type) and issubclass(cast("type[Any]", kind), str) else kind
