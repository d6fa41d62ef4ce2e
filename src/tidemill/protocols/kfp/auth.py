"""`auth`: Kubeflow's other servers ask it whether their caller may see a namespace. Who gets here may."""

from collections.abc import Sequence

import msgspec

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Nothing
from tidemill.protocols.kfp.endpoints import Endpoint
from tidemill.protocols.kfp.messages import check_namespace


class Authorize(msgspec.Struct):
    namespace: str = ""
    resources: str | int = ""
    verb: str | int = ""


def auth_endpoints() -> Sequence[Endpoint]:
    """`auth`."""
    return [Endpoint("GET", "auth", Permission.VIEW, Authorize, _authorize)]


async def _authorize(scope: Scope, message: Authorize) -> Nothing:
    check_namespace(scope, message.namespace)
    return Nothing()
