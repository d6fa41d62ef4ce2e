"""Environments over the API, as their administrator sees them."""

import httpx
import pytest

from tests.compute.environments.conftest import MakeWheel
from tidemill.compute.environments import BuildState, Environments
from tidemill.compute.models import Environment
from tidemill.compute.routes import EnvironmentApi
from tidemill.core.database import Database
from tidemill.core.settings import LimitSettings
from tidemill.core.telemetry import Telemetry
from tidemill.core.web import NATIVE, Router
from tidemill.tenancy import Gate, OriginRules, SingleUser, Workspaces

pytestmark = pytest.mark.anyio


ROOT = "/api/v1/compute/environments"


def reaching(environments: Environments, database: Database) -> httpx.AsyncClient:
    gate = Gate(
        Router(EnvironmentApi(environments).routes()),
        origins=OriginRules([]),
        identities=SingleUser(),
        workspaces=Workspaces(database),
        limits=LimitSettings(),
        telemetry=Telemetry(),
        fallback=lambda path: NATIVE,
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(gate), base_url="http://localhost")


async def test_one_is_built_when_it_is_asked_for_and_found_by_the_begin_of_its_hash(
    sqlite: Database, environments: Environments, make_wheel: MakeWheel
) -> None:
    make_wheel("tidy")
    async with reaching(environments, sqlite) as http:
        built = (await http.post(ROOT, json={"requirements": ["tidy"]})).json()
        assert built["state"] == "ready"
        assert (await http.get(f"{ROOT}/{built['hash'][:8]}")).json() == built
        again = (await http.post(ROOT, json={"requirements": ["tidy"], "again": True})).json()
        assert (again["hash"], again["created_ms"] > built["created_ms"]) == (built["hash"], True)


async def test_what_cannot_be_built_is_a_refusal_that_tells_why(sqlite: Database, environments: Environments) -> None:
    async with reaching(environments, sqlite) as http:
        refused = await http.post(ROOT, json={"requirements": ["no-such-package"]})
        assert refused.status_code == 400
        assert "no-such-package" in refused.text
        assert (await http.post(ROOT, json={})).status_code == 400


async def test_a_build_that_takes_long_is_answered_before_it_has_ended(
    environments: Environments, make_wheel: MakeWheel
) -> None:
    make_wheel("tidy")
    begun = await environments.begin(Environment(requirements=("tidy",)), wait_s=0)
    assert begun.state is BuildState.BUILDING
    await environments.python(Environment(requirements=("tidy",)))
    assert (await environments.get(begun.hash)).state is BuildState.READY


async def test_what_was_built_is_listed_with_its_log_and_can_be_removed(
    sqlite: Database, environments: Environments, make_wheel: MakeWheel
) -> None:
    make_wheel("tidy")
    built = await environments.build(Environment(requirements=("tidy",)))
    async with reaching(environments, sqlite) as http:
        (row,) = (await http.get(ROOT)).json()["environments"]
        assert (row["hash"], row["requirements"], row["state"], row["has_lock"]) == (
            built.hash,
            ["tidy"],
            "ready",
            False,
        )
        assert row["size_bytes"] > 0
        assert "tidy" in (await http.get(f"{ROOT}/{built.hash}/log")).json()["text"]
        assert (await http.delete(f"{ROOT}/{built.hash}")).status_code == 200
        assert (await http.get(ROOT)).json()["environments"] == []
        assert (await http.delete(f"{ROOT}/{built.hash}")).status_code == 404
