"""Experiments are made, named, deleted and brought back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import facts
from tests.journeys.browsing import Watch, choose, toast
from tests.journeys.facts import World

pytestmark = [pytest.mark.journey, pytest.mark.needs_chromium]

LIST = "/w/default/experiments"


@pytest.fixture
def listed(page: Page, new_experiment: Callable[[], tuple[str, str]]) -> tuple[Page, str]:
    """The list of experiments, narrowed to one that may be changed, and its name."""
    _, name = new_experiment()
    page.goto(f"{LIST}?search={name}")
    expect(row(page, name)).to_be_visible()
    return page, name


def test_a_new_experiment_opens_and_says_how_to_log_to_it(page: Page) -> None:
    page.goto(LIST)
    page.get_by_role("button", name="New").click()
    name_box(page).fill("made by hand")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="made by hand", level=1)).to_be_visible()
    experiment = page.url.rpartition("/")[2]
    expect(page.get_by_text(f'mlflow.set_experiment(experiment_id="{experiment}")')).to_be_visible()


def test_a_name_that_is_taken_is_refused_where_it_was_typed(page: Page, watch: Watch, world: World) -> None:
    watch.expects("status of 400", "status of 409")
    page.goto(LIST)
    expect(row(page, facts.SWEEP)).to_be_visible()
    page.keyboard.press("n")
    box = name_box(page)
    box.fill(facts.SWEEP)
    page.keyboard.press("Enter")
    expect(box).to_have_accessible_description(re.compile(f"{facts.SWEEP}.*already exists"))
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_list_counts_finds_and_sorts(page: Page, world: World) -> None:
    page.goto(LIST)
    expect(row(page, facts.SWEEP)).to_contain_text("1 failed")
    page.get_by_role("columnheader").get_by_role("button", name="Runs").click()
    expect(page.get_by_role("table", name="Experiments").get_by_role("row").nth(1)).to_contain_text(facts.NIGHTLY)
    expect(row(page, facts.NIGHTLY)).to_contain_text(f"{facts.NIGHTLY_RUNS:,}")
    page.get_by_role("textbox", name="Find an experiment by name").fill(facts.SWEEP)
    expect(row(page, facts.NIGHTLY)).to_have_count(0)
    row(page, facts.SWEEP).get_by_role("link").click()
    expect(page.get_by_role("heading", name=facts.SWEEP, level=1)).to_be_visible()


def test_renaming(listed: tuple[Page, str]) -> None:
    page, name = listed
    choose(page, f"Options of {name}", "Rename")
    name_box(page).fill(f"{name}-renamed")
    page.keyboard.press("Enter")
    expect(row(page, f"{name}-renamed")).to_be_visible()


def test_deleting_can_be_undone_at_once(listed: tuple[Page, str]) -> None:
    page, name = listed
    choose(page, f"Options of {name}", "Delete")
    expect(row(page, name)).to_have_count(0)
    expect(toast(page)).to_contain_text(f"{name} deleted")
    toast(page).get_by_role("button", name="Undo").click()
    expect(row(page, name)).to_be_visible()


def test_a_deleted_experiment_is_brought_back_later(listed: tuple[Page, str]) -> None:
    page, name = listed
    choose(page, f"Options of {name}", "Delete")
    expect(row(page, name)).to_have_count(0)
    page.get_by_role("radio", name="Deleted").check()
    expect(row(page, name)).to_be_visible()
    choose(page, f"Options of {name}", "Restore")
    expect(row(page, name)).to_have_count(0)
    page.get_by_role("radio", name="Active").check()
    expect(row(page, name)).to_be_visible()


def row(page: Page, name: str) -> Locator:
    """The row of an experiment."""
    link = page.get_by_role("link", name=name, exact=True)
    return page.get_by_role("table", name="Experiments").get_by_role("row").filter(has=link)


def name_box(page: Page) -> Locator:
    """Where the dialog asks for a name; the list behind it has a box to find names."""
    return page.get_by_role("dialog").get_by_role("textbox", name="Name")
