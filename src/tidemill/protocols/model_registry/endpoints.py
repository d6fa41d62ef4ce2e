"""One endpoint of Kubeflow's registry, and its two addresses."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from tidemill.core.identity import Permission
from tidemill.core.web import Handler, Route
from tidemill.protocols.model_registry.form import MODEL_REGISTRY

PREFIXES = ("/api/model_registry/v1", "/api/model_registry/v1alpha3")
"""The client of 2026 asks the first, its server's own definition says the second."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint; `path` stands below the prefixes."""

    method: str
    path: str
    message: type[msgspec.Struct]
    handler: Handler


def routes_of(endpoints: Iterable[Endpoint]) -> Iterator[Route]:
    """The routes of endpoints at both their addresses."""
    for endpoint in endpoints:
        for prefix in PREFIXES:
            yield Route(
                method=endpoint.method,
                path=f"{prefix}/{endpoint.path}",
                permission=Permission.VIEW if endpoint.method == "GET" else Permission.EDIT,
                message=endpoint.message,
                handler=endpoint.handler,
                form=MODEL_REGISTRY,
            )
