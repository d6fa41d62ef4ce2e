"""One endpoint of MLflow's API, and its two addresses."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from tidemill.core.identity import Permission
from tidemill.core.web import Handler, Route
from tidemill.protocols.mlflow.form import MLFLOW


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint below `/api/<version>/mlflow/` and its twin below `/ajax-api/`; `api` False leaves only the twin."""

    method: str
    path: str
    permission: Permission
    message: type[msgspec.Struct]
    handler: Handler
    version: str = "2.0"
    api: bool = True


def routes_of(endpoints: Iterable[Endpoint]) -> Iterator[Route]:
    """The routes of endpoints at all their addresses."""
    for endpoint in endpoints:
        for prefix in ("api", "ajax-api") if endpoint.api else ("ajax-api",):
            common: dict[str, Any] = {"message": endpoint.message, "handler": endpoint.handler, "form": MLFLOW}
            yield Route(
                method=endpoint.method,
                path=f"/{prefix}/{endpoint.version}/mlflow/{endpoint.path}",
                permission=endpoint.permission,
                **common,
            )
