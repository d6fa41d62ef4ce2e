"""Jobs on the page: they are submitted there, watched, understood when they fail or wait, and stopped."""

import re
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import facts
from tests.journeys.browsing import toast
from tests.journeys.facts import World
from tests.journeys.wire import Wire

pytestmark = [pytest.mark.journey, pytest.mark.needs_chromium]

JOBS = "/w/default/jobs"


@pytest.fixture
def endless(wire: Wire) -> Iterator[str]:
    """A job that runs until it is stopped."""
    job = wire.job("endless", "sh", "-c", "echo started; sleep 1000", grace_s=1)
    yield job
    wire.native("POST", "workloads/stop", {"ids": [job]})
    wire.ended(job)


@pytest.fixture
def full(wire: Wire) -> Iterator[str]:
    """A job that holds every core there is."""
    (node,) = wire.native("GET", "compute/nodes")["nodes"]
    job = wire.job("greedy", "sleep", "1000", resources={"cpu_milli": node["capacity"]["cpu_milli"]}, grace_s=1)
    yield job
    wire.native("POST", "workloads/stop", {"ids": [job]})
    wire.ended(job)


def log_of(page: Page) -> Locator:
    """Where the log is read."""
    return page.get_by_role("region", name="Log", exact=True)


def fact(page: Page, label: str) -> Locator:
    """What the header says of a job."""
    return page.locator("dt", has_text=re.compile(f"^{label}$")).locator("xpath=following-sibling::dd")


def test_a_job_is_two_clicks_away_and_is_watched_to_its_end(page: Page) -> None:
    page.goto(JOBS)
    page.evaluate("window.notReloaded = true")
    page.get_by_role("button", name="New job").click()
    dialog = page.get_by_role("dialog", name="New job")
    dialog.get_by_label("Command").fill("echo hello from the page; sleep 1; echo and goodbye")
    dialog.get_by_label("Name").fill("greeting")
    dialog.get_by_text("The same as code").click()
    expect(dialog.locator("pre")).to_contain_text("tidemill job submit --name greeting --cpu 1 -- sh -c")
    dialog.get_by_role("button", name="Run").click()
    expect(page.get_by_role("heading", name="greeting", level=1)).to_be_visible()
    page.get_by_role("tab", name="Log").click()
    expect(log_of(page)).to_contain_text("hello from the page")
    expect(fact(page, "State")).to_have_text("Succeeded")
    expect(log_of(page)).to_contain_text("and goodbye")
    page.get_by_role("link", name="Jobs", exact=True).first.click()
    expect(page.get_by_role("row").filter(has_text="greeting").first).to_contain_text("Succeeded")
    assert page.evaluate("window.notReloaded") is True


def test_why_a_job_failed_is_seen_first(page: Page, world: World) -> None:
    page.goto(world.job_path(facts.FAILED_JOB))
    expect(page.get_by_role("tab", name="Why?")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("heading", name="Exit code 1")).to_be_visible()
    error = page.get_by_role("region", name="The error")
    expect(error).to_contain_text("json.decoder.JSONDecodeError: Expecting property name")
    expect(error).to_contain_text("<string>:11 in read_batch")
    expect(error).not_to_contain_text("raw_decode")
    error.get_by_role("button", name="more frames").click()
    expect(error).to_contain_text("raw_decode")
    expect(page.get_by_role("region", name="Last lines")).to_contain_text("epoch 39")
    expect(page.get_by_role("region", name="At that moment")).to_contain_text("1: Exit code 1")
    error.get_by_role("link", name="Open the log here").click()
    expect(page).to_have_url(re.compile(r"tab=log.*#L\d+$"))
    expect(log_of(page).locator("[data-marked]")).to_contain_text("in read_batch")


def test_a_log_opens_at_the_error_and_a_line_has_an_address(page: Page, world: World) -> None:
    page.goto(f"{world.job_path(facts.FAILED_JOB)}?tab=log")
    expect(log_of(page).locator("[data-marked]")).to_contain_text('File "<string>"')
    page.goto(f"{world.job_path(facts.FAILED_JOB)}?tab=log#L5")
    page.reload()
    expect(log_of(page).locator("[data-marked]")).to_contain_text("epoch 3 loss")
    log_of(page).get_by_role("button", name="Link to line 7", exact=True).click()
    expect(page).to_have_url(re.compile(r"#L7$"))
    expect(log_of(page).locator("[data-marked]")).to_contain_text("epoch 5 loss")
    warning = log_of(page).get_by_text("the learning rate is high")
    expect(warning).to_have_attribute("data-color", "yellow")
    page.get_by_role("combobox", name="Attempt").select_option("1")
    expect(page).to_have_url(re.compile("attempt=1"))
    expect(log_of(page)).to_contain_text("JSONDecodeError")


def test_the_whole_log_is_searched_not_what_is_on_the_screen(page: Page, wire: Wire) -> None:
    script = "for n in range(20_000): print('needle' if n in (7, 15_000) else f'line {n}')"
    job = wire.job("haystack", sys.executable, "-c", script)
    wire.ended(job)
    page.goto(f"{JOBS}/{job}")
    expect(log_of(page)).to_contain_text("line 19999")
    box = page.get_by_role("searchbox", name="Search the log")
    box.fill("NEEDLE")
    expect(page.get_by_text("2 found")).to_be_visible()
    box.press("Enter")
    expect(page.get_by_text("1 of 2")).to_be_visible()
    expect(log_of(page).locator("[data-marked]")).to_have_text("needle")
    expect(log_of(page).get_by_role("button", name="Link to line 8", exact=True)).to_be_visible()
    page.get_by_role("button", name="Next match").click()
    expect(log_of(page).get_by_role("button", name="Link to line 15001", exact=True)).to_be_visible()
    page.get_by_role("button", name="End", exact=True).click()
    expect(log_of(page)).to_contain_text("line 19999")


def test_a_log_is_followed_until_one_scrolls_away(page: Page, wire: Wire) -> None:
    script = "import time\nfor n in range(100_000):\n    print('step', n, flush=True)\n    time.sleep(0.01)"
    job = wire.job("talker", sys.executable, "-c", script, grace_s=1)
    page.goto(f"{JOBS}/{job}")
    expect(log_of(page)).to_contain_text("step 120")
    expect(page.get_by_role("button", name="Follow")).to_have_count(0)
    log_of(page).hover()
    page.mouse.wheel(0, -1200)
    follow = page.get_by_role("button", name="Follow")
    expect(follow).to_be_visible()
    held = log_of(page).evaluate("element => element.scrollTop")
    page.wait_for_timeout(600)
    assert log_of(page).evaluate("element => element.scrollTop") == held
    follow.click()
    expect(follow).to_have_count(0)
    wire.native("POST", "workloads/stop", {"ids": [job]})
    expect(fact(page, "State")).to_contain_text("Stopped")


def test_a_job_is_stopped_when_one_means_it(page: Page, endless: str) -> None:
    page.goto(f"{JOBS}/{endless}")
    expect(log_of(page)).to_contain_text("started")
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(fact(page, "State")).to_contain_text("Running")
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Stop the job").click()
    expect(fact(page, "State")).to_contain_text("Stopped")
    page.get_by_role("button", name="Run again").click()
    expect(page).not_to_have_url(re.compile(endless))
    expect(fact(page, "State")).to_contain_text("Running")
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Stop the job").click()
    expect(fact(page, "State")).to_contain_text("Stopped")


def test_a_job_that_waits_says_for_what_and_where_in_line_it_is(page: Page, wire: Wire, full: str) -> None:
    first, second = (wire.job(name, "true", resources={"cpu_milli": 500}) for name in ("patient", "later"))
    page.goto(f"{JOBS}/{second}")
    why = page.get_by_role("region", name="Why it waits")
    expect(why).to_contain_text("it needs 0.5 cpu, and 0 cpu is free")
    why.get_by_role("link", name="2nd in line").click()
    rows = page.get_by_role("row")
    expect(rows.nth(1)).to_contain_text("patient")
    expect(rows.nth(1)).to_contain_text("1st in line: it needs 0.5 cpu")
    expect(rows.nth(2)).to_contain_text("later")
    for name in ("patient", "later"):
        page.get_by_role("checkbox", name=f"Select {name}").check()
    page.get_by_role("toolbar", name="Selected jobs").get_by_role("button", name="Stop").click()
    page.get_by_role("dialog").get_by_role("button", name="Stop 2 jobs").click()
    expect(toast(page)).to_contain_text("2 jobs stopping")
    expect(page.get_by_role("heading", name="No job matches the filters")).to_be_visible()
    assert set(wire.ended(first, second).values()) == {"stopped"}


def test_a_group_shows_how_far_it_is(page: Page, wire: Wire) -> None:
    items = [{"variables": {"N": str(number)}} for number in range(5)]
    template = {"command": ["sh", "-c", "test $N -ne 3"], "kind": "task", "resources": {"cpu_milli": 100}}
    wire.native("POST", "workloads/batch", {"template": template, "items": items, "name": "part", "group": "scores"})
    page.goto(f"{JOBS}?group=scores")
    group = page.get_by_role("region", name="Group scores")
    expect(group).to_contain_text("5 of 5 done · 1 failed")
    expect(group.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "5")
    page.get_by_role("button", name="Failed 1").click()
    expect(page.get_by_role("link", name="part-3")).to_be_visible()
    expect(page.get_by_role("heading", name="Jobs 1")).to_be_visible()


def test_passwords_among_the_variables_are_shown_only_to_who_asks(page: Page, world: World) -> None:
    page.goto(f"{world.job_path(facts.DONE_JOB)}?tab=spec")
    variables = page.get_by_role("region", name="Variables")
    expect(variables).to_contain_text("EPOCHS")
    expect(variables).not_to_contain_text("hf_not_one")
    variables.get_by_role("button", name="Show HF_TOKEN").click()
    expect(variables).to_contain_text("hf_not_one")


def test_home_tells_of_jobs_that_run_and_that_failed(page: Page, world: World, endless: str) -> None:
    page.goto("/")
    running = page.get_by_role("region", name="Running now")
    expect(running.get_by_role("link", name="endless")).to_be_visible()
    attention = page.get_by_role("region", name="Needs attention")
    attention.get_by_role("link", name=facts.FAILED_JOB).click()
    expect(page.get_by_role("heading", name="Exit code 1")).to_be_visible()


def test_jobs_and_machines_are_a_key_and_a_search_away(page: Page) -> None:
    page.goto("/w/default")
    expect(page.get_by_role("heading", name="Recent experiments")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("j")
    expect(page.get_by_role("heading", name=re.compile("^Jobs"))).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_role("dialog", name="New job")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(page.get_by_role("heading", name="Machines", level=1)).to_be_visible()
    page.keyboard.press("Control+k")
    page.get_by_role("dialog").get_by_role("combobox").fill(facts.DONE_JOB)
    page.get_by_role("option", name=facts.DONE_JOB).click()
    expect(page.get_by_role("heading", name=facts.DONE_JOB, level=1)).to_be_visible()
