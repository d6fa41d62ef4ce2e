"""Environments over the API, as their administrator sees them."""

import httpx
import pytest

from tests.compute.environments.conftest import MakeWheel
from tidemill.compute.environments import Environments
from tidemill.compute.models import Environment
from tidemill.compute.routes import EnvironmentApi
from tidemill.core.database import Database
from tidemill.core.settings import LimitSettings
from tidemill.core.telemetry import Telemetry
from tidemill.core.web import NATIVE, Router
from tidemill.tenancy import Gate, OriginRules, SingleUser, Workspaces

pytestmark = pytest.mark.anyio


async def test_what_was_built_is_listed_with_its_log_and_can_be_removed(
    sqlite: Database, environments: Environments, make_wheel: MakeWheel
) -> None:
    make_wheel("tidy")
    built = await environments.build(Environment(requirements=("tidy",)))
    gate = Gate(
        Router(EnvironmentApi(environments).routes()),
        origins=OriginRules([]),
        identities=SingleUser(),
        workspaces=Workspaces(sqlite),
        limits=LimitSettings(),
        telemetry=Telemetry(),
        fallback=lambda path: NATIVE,
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gate), base_url="http://localhost") as http:
        root = "/api/v1/compute/environments"
        (row,) = (await http.get(root)).json()["environments"]
        assert (row["hash"], row["requirements"], row["state"], row["has_lock"]) == (
            built.hash,
            ["tidy"],
            "ready",
            False,
        )
        assert row["size_bytes"] > 0
        assert "tidy" in (await http.get(f"{root}/{built.hash}/log")).json()["text"]
        assert (await http.delete(f"{root}/{built.hash}")).status_code == 200
        assert (await http.get(root)).json()["environments"] == []
        assert (await http.delete(f"{root}/{built.hash}")).status_code == 404
