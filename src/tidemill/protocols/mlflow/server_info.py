"""What clients ask a server about itself before they rely on it."""

from collections.abc import Iterator

import msgspec

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Nothing, Reply, Route
from tidemill.protocols.mlflow.form import MLFLOW

SPOKEN_VERSION = "3.17.2"
"""The MLflow version whose API this is; clients choose newer or older calls by it."""


class ServerInfo(msgspec.Struct):
    store_type: str = "SqlStore"
    workspaces_enabled: bool = False
    trace_archival_enabled: bool = False
    multipart_uploads_enabled: bool = True
    multipart_downloads_enabled: bool = False
    presigned_upload_run_id_supported: bool = True
    presigned_upload_model_id_supported: bool = True
    features_enabled: dict[str, bool] = {}


def server_info_routes(*, presigns_downloads: bool) -> Iterator[Route]:
    """`/health`, `/version` and `3.0/mlflow/server-info`."""
    info = ServerInfo(multipart_downloads_enabled=presigns_downloads)

    async def server_info(scope: Scope, message: Nothing) -> ServerInfo:
        return info

    for path, handler in (
        ("/health", _health),
        ("/version", _version),
        ("/api/3.0/mlflow/server-info", server_info),
        ("/ajax-api/3.0/mlflow/server-info", server_info),
    ):
        yield Route(
            method="GET", path=path, permission=Permission.PUBLIC, message=Nothing, handler=handler, form=MLFLOW
        )


async def _health(scope: Scope, message: Nothing) -> Reply:
    return Reply(b"OK", content_type="text/plain")


async def _version(scope: Scope, message: Nothing) -> Reply:
    return Reply(SPOKEN_VERSION.encode(), content_type="text/html")
