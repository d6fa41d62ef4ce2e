"""Nothing is open that nobody opened: every route declares who may, and only this machine is listened to."""

import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.plugins.server import TidemillProcess
from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Nothing, Route

# What shows nothing private: the page's own files, health, and what clients ask before they say who they are.
PUBLIC = (
    "/",
    "/assets/{path:path}",
    "/s/{rest:path}",
    "/w/{rest:path}",
    "/healthz",
    "/apis/v2beta1/healthz",
    "/readyz",
    "/metrics",
    "/health",
    "/version",
    "/api/3.0/mlflow/server-info",
    "/ajax-api/3.0/mlflow/server-info",
    "/api/v1/openapi.json",
)
READS = (
    "search",
    "presigned-download-url",
    "metrics/bins",
    "search-datasets",
    "workloads/wait",
    "get-latest-versions",
)


def test_every_route_declares_a_permission(routes: tuple[Route, ...]) -> None:
    assert len(routes) > 100
    assert [route.path for route in routes if not isinstance(route.permission, Permission)] == []


def test_only_what_shows_nothing_private_is_public(routes: tuple[Route, ...]) -> None:
    public = {route.path for route in routes if route.permission is Permission.PUBLIC}
    files = {path for path in public if path.count("/") == 1 and "." in path}  # favicon and the like
    assert public - files <= set(PUBLIC)


def test_what_changes_something_takes_more_than_the_right_to_look(routes: tuple[Route, ...]) -> None:
    changing = [route for route in routes if route.method != "GET" and not route.path.endswith(READS)]
    assert len(changing) > 50
    assert [route.path for route in changing if route.permission not in (Permission.EDIT, Permission.ADMIN)] == []
    reading = [route for route in routes if route.method == "GET"]
    assert [route.path for route in reading if route.permission is Permission.EDIT] == []


@pytest.mark.parametrize("permission", [None, "", "view", True])
def test_a_route_without_a_permission_keeps_the_server_from_starting(permission: Any) -> None:
    async def handler(scope: Scope, message: Nothing) -> Nothing:
        return message

    with pytest.raises(TypeError, match="GET /open declares no permission"):
        Route(method="GET", path="/open", permission=permission, message=Nothing, handler=handler)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "evil.example", "127.0.0.1.evil.example", ""])  # noqa: S104
def test_the_server_refuses_to_listen_where_others_can_reach_it(host: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tidemill", "up", "--port", "0", "--data-dir", tmp_path / "data", "--host", host]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert run.returncode == 1
    assert "error: " in run.stderr
    assert "hint: " in run.stderr
    assert "Traceback" not in run.stderr


def test_what_the_server_keeps_is_closed_to_other_users(tidemill_server: TidemillProcess) -> None:
    for path in (tidemill_server.data_dir, *tidemill_server.data_dir.rglob("*")):
        if path.is_symlink():
            continue  # to this very program, for those who run calls
        mode = path.stat().st_mode
        assert not mode & (stat.S_IRWXG | stat.S_IRWXO), f"{path} has {stat.filemode(mode)}"
