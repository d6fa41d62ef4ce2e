"""What the client asks a server about itself before anything else."""

from collections.abc import Sequence

import msgspec

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Nothing
from tidemill.protocols.kfp.endpoints import Endpoint


class Healthz(msgspec.Struct):
    """Whether namespaces are asked for, and where pipelines are kept."""

    multi_user: bool = False
    pipeline_store: str = "database"


def healthz_endpoints() -> Sequence[Endpoint]:
    """`healthz`."""
    return [Endpoint("GET", "healthz", Permission.PUBLIC, Nothing, _healthz)]


async def _healthz(scope: Scope, message: Nothing) -> Healthz:
    return Healthz()
