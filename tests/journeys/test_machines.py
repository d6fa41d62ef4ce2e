"""Machines on the page: what they have and who holds it, and what their administrator does about it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browsing import ContextMaker, toast
from tests.journeys.wire import Wire
from tests.plugins.server import TidemillProcess

pytestmark = [pytest.mark.journey, pytest.mark.needs_chromium]

MACHINES = "/w/default/machines"


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TidemillProcess]:
    """A server whose machine is said to have two GPUs."""
    flags = ("--node-gpus", "2xA100", "--node-name", "workshop", "--node-cpus", "4")
    with TidemillProcess(tmp_path_factory.mktemp("workshop") / "data", *flags) as process:
        yield process


@pytest.fixture
def shop(workshop: TidemillProcess) -> Iterator[Wire]:
    """Its API, with nothing left running afterwards."""
    wire = Wire(workshop.uri)
    yield wire
    running = wire.native("GET", "workloads?state=queued&state=running&state=admitted")["workloads"]
    ids = [row["id"] for row in running]
    if ids:
        wire.native("POST", "workloads/stop", {"ids": ids})
        wire.ended(*ids)
    wire.close()


@pytest.fixture
def machines(workshop: TidemillProcess, new_context: ContextMaker) -> Page:
    """Its machines, seen by its administrator."""
    context, _ = new_context(workshop.uri)
    page = context.new_page()
    page.goto(MACHINES)
    expect(page.get_by_role("region", name="workshop")).to_be_visible()
    return page


def hold(shop: Wire, name: str, **resources: Any) -> str:
    """A job that holds something until it is stopped."""
    return shop.job(name, "sleep", "1000", resources={"cpu_milli": 100} | resources, grace_s=1)


def test_a_machine_says_what_is_held_of_it_by_whom_and_what_it_enforces(machines: Page, shop: Wire) -> None:
    hold(shop, "holder", cpu_milli=1500, memory_bytes=1 << 30, gpus=1)
    node = machines.get_by_role("region", name="workshop")
    expect(node).to_contain_text("1.5 of 4 cores set aside")
    expect(node).to_contain_text("1.0 GiB of")
    expect(node).to_contain_text("used now")
    gpus = node.get_by_role("list", name="GPUs of workshop").get_by_role("listitem")
    expect(gpus.nth(0)).to_contain_text("holder")
    expect(gpus.nth(1)).to_contain_text("free")
    expect(node).to_contain_text(re.compile(r"Memory is (held|watched)"))
    node.get_by_role("list", name="Processes on workshop").get_by_role("link", name="holder").click()
    expect(machines.get_by_role("heading", name="holder", level=1)).to_be_visible()


def test_a_closed_machine_takes_nothing_until_it_is_opened(machines: Page, shop: Wire) -> None:
    machines.get_by_role("button", name="Close workshop").click()
    machines.get_by_role("dialog").get_by_role("button", name="Close the machine").click()
    node = machines.get_by_role("region", name="workshop")
    expect(node).to_contain_text("Closed")
    job = shop.job("shut-out", "true")
    queue = machines.get_by_role("region", name="Queue", exact=True)
    expect(queue.get_by_role("row").filter(has_text="shut-out")).to_contain_text("no open node")
    machines.get_by_role("button", name="Open workshop").click()
    machines.get_by_role("dialog").get_by_role("button", name="Open the machine").click()
    expect(node).to_contain_text("Takes new work")
    assert shop.ended(job) == {job: "succeeded"}
    expect(queue).to_contain_text("Nobody waits.")


def test_a_quota_is_set_and_holds(machines: Page, shop: Wire) -> None:
    quotas = machines.get_by_role("region", name="Quotas", exact=True)
    quotas.get_by_role("button", name="Change the quota of default").click()
    dialog = machines.get_by_role("dialog")
    dialog.get_by_label("CPU cores").fill("many")
    expect(dialog.get_by_role("button", name="Save")).to_be_disabled()
    dialog.get_by_label("CPU cores").fill("2")
    dialog.get_by_label("Jobs at once").fill("1")
    dialog.get_by_role("button", name="Save").click()
    expect(toast(machines)).to_contain_text("Quota of default saved")
    row = quotas.get_by_role("row").filter(has_text="default")
    expect(row).to_contain_text("0 of 2")
    hold(shop, "only-one")
    expect(row).to_contain_text("1 of 1")
    hold(shop, "second")
    waiting = machines.get_by_role("region", name="Queue", exact=True).get_by_role("row").filter(has_text="second")
    expect(waiting).to_contain_text("quota")
    shop.native("PUT", "compute/quotas/default", {})
    expect(row).to_contain_text("no limit")
