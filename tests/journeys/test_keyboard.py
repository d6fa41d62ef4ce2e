"""Everything has a key, and one key tells them all."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import facts
from tests.journeys.browsing import run_row, runs_table
from tests.journeys.facts import World

pytestmark = [pytest.mark.journey, pytest.mark.needs_chromium]


def test_the_palette_goes_to_a_run_by_a_part_of_its_name(page: Page, world: World) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="Home", level=1)).to_be_visible()
    page.keyboard.press("Control+k")
    box = page.get_by_role("dialog").get_by_role("combobox")
    box.fill("diverg")
    expect(page.get_by_role("option", name=facts.DIVERGED)).to_be_visible()
    box.press("ArrowDown")
    box.press("ArrowUp")
    box.press("Enter")
    expect(page.get_by_role("heading", name=facts.DIVERGED, level=1)).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_palette_goes_to_an_experiment_and_runs_commands(page: Page, world: World) -> None:
    page.goto("/")
    page.get_by_role("banner").get_by_role("button", name="Search").click()
    page.get_by_role("dialog").get_by_role("combobox").fill(facts.NIGHTLY)
    page.get_by_role("option", name=facts.NIGHTLY).click()
    expect(page.get_by_role("heading", name=facts.NIGHTLY, level=1)).to_be_visible()
    page.keyboard.press("/")
    page.get_by_role("dialog").get_by_role("combobox").fill("go to home")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Home", level=1)).to_be_visible()


def test_the_help_lists_the_keys_of_this_page(page: Page, world: World) -> None:
    page.goto(world.experiment_path())
    runs_table(page)
    page.keyboard.press("?")
    help_dialog = page.get_by_role("dialog", name="Keyboard")
    expect(help_dialog).to_contain_text("Search and commands")
    expect(help_dialog).to_contain_text("Select the run, or let it go")
    page.keyboard.press("Escape")
    expect(help_dialog).to_have_count(0)


def test_two_keys_go_to_a_place(page: Page, world: World) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="Home", level=1)).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("e")
    expect(page.get_by_role("heading", name=re.compile("^Experiments"), level=1)).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("h")
    expect(page.get_by_role("heading", name="Home", level=1)).to_be_visible()


def test_the_table_is_worked_without_a_mouse(page: Page, world: World) -> None:
    page.goto(world.experiment_path())
    table = runs_table(page)
    table.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(run_row(page, "grid-3")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(run_row(page, "grid-3")).to_have_count(0)
    page.keyboard.press("v")
    draw = page.get_by_role("button", name=f"Draw {facts.PARENT}", exact=True)
    expect(draw).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Space")
    expect(page.get_by_role("toolbar", name="Selected runs")).to_contain_text("1 run selected")
    page.keyboard.press("Escape")
    expect(page.get_by_role("toolbar", name="Selected runs")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=facts.PARENT, level=1)).to_be_visible()


def test_keys_typed_into_a_field_are_text(page: Page, world: World) -> None:
    page.goto(world.experiment_path())
    runs_table(page)
    page.keyboard.press("f")
    box = page.get_by_role("combobox", name="Filter runs")
    expect(box).to_be_focused()
    page.keyboard.type("g h?/c")
    expect(box).to_have_value("g h?/c")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_first_tab_skips_to_the_content(page: Page, world: World) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="Home", level=1)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
