"""The native API of compute, through the gate, over real tables and a fake backend."""

import hashlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest

from tests.compute.world import World
from tidemill.compute.backends.fakes import Part, always
from tidemill.compute.machines import Machines
from tidemill.compute.models import Result
from tidemill.compute.parcels import Parcels
from tidemill.compute.routes import MachineApi, ParcelApi, WorkloadApi
from tidemill.core.database import Database
from tidemill.core.settings import LimitSettings
from tidemill.core.telemetry import Telemetry
from tidemill.core.web import NATIVE, Router
from tidemill.tenancy import Gate, OriginRules, SingleUser, Workspaces

pytestmark = pytest.mark.anyio
COMMAND = {"command": ["work", "hard"], "backend": "fake"}
CONTENT = b"a pickled function"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


class Client:
    """Asks as a workspace's user would."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def ask(self, method: str, path: str, body: object = None, *, workspace: str = "default", **more: Any) -> Any:
        """The decoded answer, which must be a good one."""
        answer = await self.answer(method, path, body, workspace=workspace, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def refusal(
        self, method: str, path: str, body: object = None, *, workspace: str = "default"
    ) -> tuple[int, str]:
        """Status and text of an answer that must be a refusal with a hint."""
        answer = await self.answer(method, path, body, workspace=workspace)
        error = answer.json()["error"]
        assert error["hint"]
        return answer.status_code, error["message"]

    async def answer(
        self, method: str, path: str, body: object = None, *, workspace: str = "default", **more: Any
    ) -> httpx.Response:
        headers = {"X-Workspace": workspace, **more.pop("headers", {})}
        if body is not None or (method in ("POST", "PUT") and "content" not in more):
            more["content"] = msgspec.json.encode(body if body is not None else {})
            headers["Content-Type"] = "application/json"
        return await self._http.request(method, f"/api/v1/{path}", headers=headers, **more)


@pytest.fixture
def world(sqlite: Database) -> World:
    return World(sqlite, always(Part(runs_ms=0, result=Result(b"\x80pickled"), log=b"1 o hi\n")))


@pytest.fixture
async def client(world: World) -> AsyncIterator[Client]:
    database, workspaces = world.database, Workspaces(world.database)
    machines = Machines(database, world.kick, world.clock)
    routes = [
        *WorkloadApi(world.workloads, world.waits, world.blobs).routes(),
        *MachineApi(machines, world.workloads, workspaces).routes(),
        *ParcelApi(Parcels(database, world.blobs, limit_bytes=10_000)).routes(),
    ]
    gate = Gate(
        Router(routes),
        origins=OriginRules([]),
        identities=SingleUser(),
        workspaces=workspaces,
        limits=LimitSettings(),
        telemetry=Telemetry(),
        fallback=lambda path: NATIVE,
    )
    transport = httpx.ASGITransport(gate)
    async with world.server(), httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=30) as http:
        yield Client(http)


async def test_a_workload_is_submitted_waited_for_and_gives_its_result(client: Client) -> None:
    row = await client.ask("POST", "workloads", {"spec": {**COMMAND, "kind": "task"}, "name": "mine"})
    assert (row["state"], row["name"], row["what"], row["kind"]) == ("queued", "mine", "work hard", "task")
    waited = await client.ask("POST", "workloads/wait", {"ids": [row["id"]]})
    (ended,) = waited["ended"]
    assert (ended["id"], ended["state"], ended["raised"], waited["pending"]) == (row["id"], "succeeded", False, 0)
    answer = await client.answer("GET", f"workloads/{row['id']}/result")
    assert (answer.content, answer.headers["x-tidemill-raised"]) == (b"\x80pickled", "false")
    details = await client.ask("GET", f"workloads/{row['id']}")
    assert [moment["state"] for moment in details["history"]] == ["queued", "admitted", "running", "succeeded"]
    assert details["processes"][0]["outcome"] == "succeeded"
    assert details["spec"]["command"] == ["work", "hard"]


async def test_a_batch_is_listed_counted_and_waited_for_by_its_group(client: Client) -> None:
    labelled = [{"labels": {"part": str(number % 2)}, "name": f"part {number}"} for number in range(10)]
    body = {"template": COMMAND, "items": labelled, "group": "map-7"}
    ids = (await client.ask("POST", "workloads/batch", body))["ids"]
    await client.ask("POST", "workloads", {"spec": COMMAND, "name": "alone"})
    await client.ask("POST", "workloads/wait", {"group": "map-7"})
    listed = await client.ask("GET", "workloads?group=map-7&limit=3&sort=name&descending=false")
    assert (listed["total"], len(listed["workloads"]), listed["states"]["succeeded"]) == (10, 3, 10)
    assert [row["name"] for row in listed["workloads"]] == ["part 0", "part 1", "part 2"]
    assert (await client.ask("GET", "workloads?label=part=1&state=succeeded"))["total"] == 5
    assert (await client.ask("GET", "workloads?search=ALONE"))["total"] == 1
    assert (await client.ask("GET", "workloads?kind=replica"))["total"] == 0
    assert len(set(ids)) == 10


async def test_a_repeated_submission_with_its_key_is_one(client: Client) -> None:
    headers = {"Idempotency-Key": "once"}
    first = await client.ask("POST", "workloads", {"spec": COMMAND}, headers=headers)
    assert (await client.ask("POST", "workloads", {"spec": COMMAND}, headers=headers))["id"] == first["id"]
    batch = {"template": COMMAND, "items": [{}, {}]}
    headers = {"Idempotency-Key": "many"}
    ids = await client.ask("POST", "workloads/batch", batch, headers=headers)
    assert await client.ask("POST", "workloads/batch", batch, headers=headers) == ids
    assert (await client.ask("GET", "workloads"))["total"] == 3


async def test_what_can_never_start_is_refused_at_once_with_the_reason(client: Client) -> None:
    status, why = await client.refusal("POST", "workloads", {"spec": {**COMMAND, "resources": {"cpu_milli": 99_000}}})
    assert status == 400
    assert "99 cpu" in why


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"backend": "fake"}, "either a command or a call"),
        ({**COMMAND, "call": {"entry": "a:b"}}, "either a command or a call"),
        ({**COMMAND, "backend": "moon"}, "no backend 'moon'"),
        ({**COMMAND, "files": [{"path": "../up", "digest": DIGEST}]}, "cannot be placed"),
        ({**COMMAND, "files": [{"path": "/etc/x", "digest": DIGEST}]}, "cannot be placed"),
        (
            {**COMMAND, "files": [{"path": "a", "digest": DIGEST}, {"path": "a/b", "digest": DIGEST}]},
            "file and a folder",
        ),
        ({**COMMAND, "files": [{"path": "a", "digest": "short"}]}, "no SHA-256"),
        ({**COMMAND, "files": [{"path": "a", "digest": DIGEST}]}, "has no blob"),
        ({"backend": "fake", "call": {"entry": "not an entry"}}, "no entry"),
        ({"backend": "fake", "call": {}}, "either a function by digest or an entry"),
        ({**COMMAND, "variables": {"A B": "x"}}, "cannot name a variable"),
        ({**COMMAND, "secrets": {"A": "x"}}, "keeps no secrets"),
        ({**COMMAND, "gpu_model": "tesla"}, "no gpu"),
        ({**COMMAND, "labels": {"": "x"}}, "is empty or too long"),
        ({**COMMAND, "ports": ["http", "http"]}, "same name"),
        ({**COMMAND, "replicas": 0}, "expected form"),
        ({**COMMAND, "environment": {"image": "a", "requirements": ["b"]}}, "container image or"),
        ({**COMMAND, "environment": {"requirements": ["-r /etc/passwd"]}}, "not allowed among requirements"),
        ({**COMMAND, "environment": {"python": "three"}}, "no version of Python"),
    ],
)
async def test_what_is_not_sound_is_refused_with_a_hint(client: Client, spec: object, words: str) -> None:
    status, why = await client.refusal("POST", "workloads", {"spec": spec})
    assert status == 400
    assert words in why


async def test_an_id_that_nobody_has_is_not_found(client: Client) -> None:
    for method, path, body in [
        ("GET", "workloads/nobody", None),
        ("POST", "workloads/nobody/stop", {}),
        ("POST", "workloads/wait", {"ids": ["nobody"]}),
        ("GET", "workloads/nobody/result", None),
        ("POST", "compute/nodes/nobody/close", {}),
    ]:
        assert (await client.refusal(method, path, body))[0] == 404


async def test_another_workspace_sees_and_stops_nothing_of_it(client: Client) -> None:
    row = await client.ask("POST", "workloads", {"spec": COMMAND})
    for method, path in [("GET", ""), ("POST", "/stop"), ("GET", "/result")]:
        status, _ = await client.refusal(method, f"workloads/{row['id']}{path}", workspace="other")
        assert status == 404
    assert (await client.ask("GET", "workloads", workspace="other"))["total"] == 0


async def test_content_is_handed_in_once_under_its_digest_and_is_the_workspaces_own(client: Client) -> None:
    assert (await client.answer("HEAD", f"blobs/{DIGEST}")).status_code == 404
    put = await client.answer("PUT", f"blobs/{DIGEST}", content=CONTENT)
    assert put.json() == {"digest": DIGEST, "size": len(CONTENT)}
    assert (await client.answer("HEAD", f"blobs/{DIGEST}")).status_code == 200
    assert (await client.answer("HEAD", f"blobs/{DIGEST}", workspace="other")).status_code == 404
    spec = {"backend": "fake", "call": {"function": DIGEST}}
    await client.ask("POST", "workloads", {"spec": spec})
    status, why = await client.refusal("POST", "workloads", {"spec": spec}, workspace="other")
    assert status == 400
    assert "has no blob" in why


async def test_content_that_is_not_what_its_digest_says_is_refused(client: Client) -> None:
    answer = await client.answer("PUT", f"blobs/{DIGEST}", content=b"something else")
    assert answer.status_code == 400
    assert (await client.answer("PUT", f"blobs/{DIGEST}", content=b"x" * 10_001)).status_code == 413
    assert (await client.answer("HEAD", f"blobs/{DIGEST}")).status_code == 404


async def test_a_closed_node_takes_no_new_work_until_it_is_open_again(client: Client) -> None:
    await client.ask(
        "POST", "workloads/wait", {"ids": [(await client.ask("POST", "workloads", {"spec": COMMAND}))["id"]]}
    )
    await client.ask("POST", "compute/nodes/n1/close")
    (node,) = (await client.ask("GET", "compute/nodes"))["nodes"]
    assert (node["is_open"], node["takes_work"], node["capacity"]["cpu_milli"]) == (False, False, 4000)
    row = await client.ask("POST", "workloads", {"spec": COMMAND})
    details = await client.ask("GET", f"workloads/{row['id']}")
    assert "no open node of the backend fake" in details["why"]
    await client.ask("POST", "compute/nodes/n1/open")
    assert (await client.ask("POST", "workloads/wait", {"ids": [row["id"]]}))["pending"] == 0


async def test_a_quota_holds_back_what_is_over_it_and_says_so(client: Client, world: World) -> None:
    world.machine.change_script(always(Part(runs_ms=None)))
    row = await client.ask("PUT", "compute/quotas/default", {"workloads": 1, "cpu_milli": 3000})
    assert (row["quota"]["workloads"], row["workspace"]) == (1, "default")
    ids = (await client.ask("POST", "workloads/batch", {"template": COMMAND, "items": [{}, {}]}))["ids"]
    waited = await client.ask("POST", "workloads/wait", {"ids": ids, "timeout_s": 0.2})
    assert waited["pending"] == 2
    details = [await client.ask("GET", f"workloads/{each}") for each in ids]
    assert sorted(each["workload"]["state"] for each in details) == ["queued", "running"]
    assert [each["why"] for each in details if each["why"]] != []
    summary = await client.ask("GET", "compute/summary")
    assert (summary["states"]["running"], summary["quota"]["live"], summary["quota"]["waiting"]) == (1, 1, 1)
    await client.ask("PUT", "compute/quotas/default", {"workloads": 2})
    stopped = await client.ask("POST", "workloads/stop", {"ids": ids})
    assert stopped["ids"] == ids
    assert (await client.ask("POST", "workloads/wait", {"ids": ids}))["pending"] == 0


async def test_a_quota_that_cannot_be_is_refused(client: Client) -> None:
    for quota in ({"cpu_milli": -1}, {"weight": 0}, {"cohort": "x" * 64}):
        assert (await client.refusal("PUT", "compute/quotas/default", quota))[0] == 400


async def test_lists_say_who_waits_in_which_order_and_for_what(client: Client, world: World) -> None:
    world.machine.change_script(always(Part(runs_ms=None)))
    await client.ask("PUT", "compute/quotas/default", {"workloads": 1})
    first = await client.ask("POST", "workloads", {"spec": COMMAND, "name": "first"})
    assert (first["most_attempts"], first["place"]) == (1, None)
    await client.ask("POST", "workloads/wait", {"ids": [first["id"]], "timeout_s": 0.2})
    for name, priority in (("calm", 0), ("urgent", 5), ("late", 0)):
        spec = {**COMMAND, "priority": priority, "restart": {"max_retries": 2}}
        await client.ask("POST", "workloads", {"spec": spec, "name": name})
    listed = await client.ask("GET", "workloads?state=queued&sort=queue&limit=2")
    assert listed["total"] == 3
    assert [(row["name"], row["place"], row["most_attempts"]) for row in listed["workloads"]] == [
        ("urgent", 1, 3),
        ("calm", 2, 3),
    ]
    assert all("quota" in row["why"] for row in listed["workloads"]), listed
    line = (await client.ask("GET", "compute/queue"))["waiting"]
    assert [(row["name"], row["place"], row["workspace"]) for row in line] == [
        ("urgent", 1, "default"),
        ("calm", 2, "default"),
        ("late", 3, "default"),
    ]
    assert line[0]["resources"] == {"cpu_milli": 1000}
    assert line[0]["why"] == listed["workloads"][0]["why"]


async def test_a_node_tells_who_holds_it_by_name_only_to_those_of_the_same_workspace(
    client: Client, world: World
) -> None:
    world.machine.change_script(always(Part(runs_ms=None)))
    spec = {**COMMAND, "resources": {"cpu_milli": 500, "gpus": 1}}
    row = await client.ask("POST", "workloads", {"spec": spec, "name": "mine"})
    await client.ask("POST", "workloads/wait", {"ids": [row["id"]], "timeout_s": 0.2})
    (node,) = (await client.ask("GET", "compute/nodes"))["nodes"]
    (holder,) = node["holders"]
    assert (holder["id"], holder["name"], holder["workspace"], holder["state"]) == (
        row["id"],
        "mine",
        "default",
        "running",
    )
    assert (holder["devices"], holder["resources"]) == (["0"], {"cpu_milli": 500, "gpus": 1})
    assert node["limits"] is None  # a node of no server of ours
    (seen,) = (await client.ask("GET", "compute/nodes", workspace="other"))["nodes"][0]["holders"]
    assert (seen["id"], seen["name"], seen["devices"]) == ("", "", ["0"])


async def test_those_that_ended_lately_can_be_listed(client: Client, world: World) -> None:
    early = await client.ask("POST", "workloads", {"spec": COMMAND})
    await client.ask("POST", "workloads/wait", {"ids": [early["id"]]})
    world.advance(60_000)
    late = await client.ask("POST", "workloads", {"spec": COMMAND})
    await client.ask("POST", "workloads/wait", {"ids": [late["id"]]})
    listed = await client.ask("GET", f"workloads?ended_since_ms={world.now - 30_000}")
    assert [row["id"] for row in listed["workloads"]] == [late["id"]]
