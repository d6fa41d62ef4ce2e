"""One endpoint of Kubeflow's API."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from tidemill.core.identity import Permission
from tidemill.core.web import Handler, Route
from tidemill.protocols.kfp.form import KFP

PREFIX = "/apis/v2beta1"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint; `path` stands below `/apis/v2beta1`."""

    method: str
    path: str
    permission: Permission
    message: type[msgspec.Struct]
    handler: Handler


def routes_of(endpoints: Iterable[Endpoint]) -> Iterator[Route]:
    """The routes of endpoints."""
    for endpoint in endpoints:
        yield Route(
            method=endpoint.method,
            path=f"{PREFIX}/{endpoint.path}",
            permission=endpoint.permission,
            message=endpoint.message,
            handler=endpoint.handler,
            form=KFP,
        )
