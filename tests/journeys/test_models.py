"""Somebody registers what a run logged, judges it, puts it into use, and finds the way back to where it came from."""

import os
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import facts
from tests.journeys.browsing import PHONE, Watch, choose, toast
from tests.journeys.facts import World
from tests.journeys.wire import Wire

pytestmark = [pytest.mark.journey, pytest.mark.needs_chromium]

MODELS = "/w/default/models"
NET = f"{MODELS}/{facts.NET}"


@pytest.fixture
def new_model(wire: Wire, world: World) -> Callable[..., str]:
    """A maker of models with versions of the net's logged models, by their numbers there; gives the name."""

    def make(*versions: int) -> str:
        name = f"net-{os.urandom(4).hex()}"
        for version in versions:
            wire.native("POST", f"models/{name}/versions", {"source": f"models:/{world.nets.logged[version - 1]}"})
        return name

    return make


def region(page: Page, name: str) -> Locator:
    """A titled part of the page."""
    return page.get_by_role("region", name=name, exact=True)


def facts_of(page: Page) -> Locator:
    """What the head of the page says of its object."""
    return page.get_by_role("main").locator("header").first


def test_a_run_is_registered_and_both_lead_to_each_other(page: Page, world: World) -> None:
    name = f"mine-{os.urandom(4).hex()}"
    page.goto(world.net_run_path(2))
    page.get_by_role("button", name="Register model").click()
    form = page.get_by_role("dialog", name="Register model")
    form.get_by_label("Name of the registered model").fill(name)
    expect(form).to_contain_text("Makes the model, with this as version 1.")
    form.get_by_label("What changed").fill("First of all")
    form.get_by_role("button", name="Register", exact=True).click()
    expect(page.get_by_role("heading", name=f"{name} v1", level=1)).to_be_visible()
    expect(region(page, "Notes")).to_contain_text("First of all")
    strip = region(page, "Lineage")
    expect(strip.get_by_role("listitem").filter(has_text="Data")).to_contain_text(facts.DATA)
    expect(strip.get_by_role("listitem").filter(has_text="Endpoints")).to_contain_text("none yet")
    strip.get_by_role("link", name=facts.COMMIT[:12]).click()
    expect(page.get_by_role("heading", name="Code", level=2)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(facts.COMMIT)
    page.get_by_role("link", name=f"{name} v1").click()
    strip.get_by_role("link", name="net", exact=True).click()
    expect(page.get_by_role("heading", name="net", level=1)).to_be_visible()
    expect(page.get_by_role("link", name=f"{name} v1")).to_be_visible()
    page.keyboard.press("Control+k")
    page.get_by_role("dialog").get_by_role("combobox").fill(name)
    page.get_by_role("option", name=name).click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def test_a_promotion_waits_until_its_checks_are_green(page: Page, watch: Watch, new_model: Callable[..., str]) -> None:
    name = new_model(1, 2)
    watch.expects("409 (Conflict)")
    page.goto(f"{MODELS}/{name}")
    region(page, "Rule for promotions").get_by_role("button", name="Set").click()
    form = page.get_by_role("dialog", name=f"Rule of {name}")
    expect(form.get_by_label("Aliases that it guards")).to_have_value("champion")
    form.get_by_role("button", name="signature", exact=True).click()
    form.get_by_role("button", name="tags.reviewed = yes").click()
    form.get_by_role("button", name="Save the rule").click()
    expect(region(page, "Rule for promotions")).to_contain_text("tags.reviewed = yes")

    page.goto(f"{MODELS}/{name}/versions/2")
    checks = region(page, "Checks")
    expect(checks.get_by_role("heading", name="Checks")).to_contain_text("1 of 2 green")
    expect(checks.get_by_role("listitem").filter(has_text="reviewed")).to_contain_text("Redtags.reviewed = yes")
    page.get_by_role("button", name="Promote").click()
    form = page.get_by_role("dialog", name="Promote version 2")
    verdict = form.get_by_role("region", name="What the rule says")
    expect(form.get_by_role("combobox", name="Alias")).to_have_value("champion")
    expect(verdict).to_contain_text("The rule does not allow it: 1 check red")
    form.get_by_role("button", name="Promote").click()
    expect(form.get_by_role("alert")).to_contain_text("may not have the alias 'champion': a check is red")
    form.get_by_role("button", name="Cancel").click()

    tags = region(page, "Tags")
    tags.get_by_role("button", name="Add").click()
    tags.get_by_label("Tag key").fill("reviewed")
    tags.get_by_label("Tag value").fill("yes")
    tags.get_by_role("button", name="Save").click()
    expect(checks.get_by_role("heading", name="Checks")).to_contain_text("2 of 2 green")
    page.keyboard.press("p")
    expect(verdict).to_contain_text("The rule allows it")
    form.get_by_role("button", name="Promote").click()
    expect(toast(page)).to_contain_text("Version 2 is champion now")
    expect(facts_of(page)).to_contain_text("champion")
    expect(region(page, "History")).to_contain_text("got the alias champion")


def test_an_alias_moves_and_a_stage_archives_what_was_in_it(page: Page, new_model: Callable[..., str]) -> None:
    name = new_model(1, 2)
    for number in (1, 2):
        page.goto(f"{MODELS}/{name}/versions/{number}")
        page.get_by_role("button", name="Promote").click()
        form = page.get_by_role("dialog", name=f"Promote version {number}")
        form.get_by_role("combobox", name="Alias").fill("live")
        if number == 2:
            expect(form).to_contain_text("Version 1 has it now, and loses it.")
        form.get_by_role("button", name="Promote").click()
        expect(facts_of(page)).to_contain_text("live")
        page.get_by_role("button", name="Promote").click()
        form.get_by_role("radio", name="Stage").check()
        expect(form.get_by_role("combobox", name="Stage")).to_have_value("Production")
        if number == 2:
            expect(form.get_by_label("Archive the 1 other version in Production")).to_be_checked()
        form.get_by_role("button", name="Promote").click()
        expect(facts_of(page)).to_contain_text("Production")
    page.get_by_role("button", name="Take the alias live away").click()
    expect(region(page, "Aliases and stage")).to_contain_text("No alias")
    page.goto(f"{MODELS}/{name}")
    versions = region(page, "Versions table")
    expect(versions.get_by_role("row").filter(has_text="v2")).to_contain_text("Production")
    expect(versions.get_by_role("row").filter(has_text="v1")).to_contain_text("Archived")
    told = region(page, "History").get_by_role("listitem")
    expect(told.first).to_contain_text("v2 lost the alias live")
    expect(region(page, "History")).to_contain_text("v1 went from Production to Archived")
    expect(region(page, "History")).to_contain_text("v2 took the alias live from version 1")


def test_two_versions_are_compared_with_what_differs_first(page: Page) -> None:
    page.goto(NET)
    expect(page.get_by_title("0.966", exact=False).first).to_be_visible()
    page.get_by_label("Select version 1").check()
    bar = page.get_by_role("toolbar", name="Selected versions")
    expect(bar.get_by_role("button", name="Compare")).to_be_disabled()
    page.get_by_label("Select version 2").check()
    bar.get_by_role("button", name="Compare").click()
    expect(page).to_have_url(re.compile("left=1&right=2"))
    metrics = region(page, "Metrics table")
    expect(metrics.get_by_role("row").filter(has_text="accuracy")).to_contain_text(", the better one")
    expect(metrics.get_by_role("row").filter(has_text="loss").get_by_role("cell").last).to_have_text(
        "0.2, the better one"
    )
    params = region(page, "Parameters table")
    expect(params.get_by_role("row")).to_have_count(2)
    region(page, "Parameters").get_by_text("Also 1 that is equal").click()
    expect(params).to_contain_text("solver")
    expect(region(page, "Inputs table").get_by_role("row").nth(1)).to_contain_text(re.compile("width.double"))
    expect(region(page, "Format table").get_by_role("row").filter(has_text="input example")).to_be_visible()
    page.get_by_role("button", name="Swap").click()
    expect(page).to_have_url(re.compile("left=2&right=1"))
    expect(page.get_by_role("region", name="Left: version 2")).to_be_visible()


def test_a_card_is_looked_at_before_it_is_kept_and_is_there_after_a_reload(
    page: Page, new_model: Callable[..., str]
) -> None:
    name = new_model(2)
    page.goto(f"{MODELS}/{name}")
    card = region(page, "Card")
    card.get_by_role("button", name="Write").click()
    editor = card.get_by_label("Card, in Markdown")
    expect(editor).to_have_value(re.compile("What it is for"))
    editor.fill("# About\n\n| kind | f1 |\n| --- | --- |\n| zero | 0.9 |\n\n<script>window.broken = 1</script>")
    card.get_by_role("button", name="Preview").click()
    expect(card.get_by_role("heading", name="About")).to_be_visible()
    card.get_by_role("button", name="Save").click()
    expect(toast(page)).to_contain_text("Card saved")
    page.reload()
    expect(card.get_by_role("cell", name="0.9")).to_be_visible()
    assert page.evaluate("window.broken") is None
    card.get_by_role("button", name="Edit").click()
    editor.fill("# Other")
    editor.press("Control+Enter")
    expect(card.get_by_role("heading", name="Other")).to_be_visible()
    toast(page).get_by_role("button", name="Undo").last.click()
    expect(card.get_by_role("heading", name="About")).to_be_visible()


def test_a_version_shows_what_it_takes_and_what_loading_it_does(page: Page) -> None:
    page.goto(f"{NET}/versions/2")
    expect(region(page, "Inputs table").get_by_role("row").nth(1)).to_contain_text("widthdoubleyes")
    expect(region(page, "Files")).to_contain_text("Safe to load")
    expect(region(page, "Files")).to_contain_text("sklearn")
    expect(region(page, "Load it")).to_contain_text(f"models:/{facts.NET}/2")
    expect(region(page, "Metrics table")).to_contain_text("0.96667")
    expect(region(page, "Parameters table")).to_contain_text("lbfgs")
    region(page, "Files").get_by_role("link", name=re.compile("files")).click()
    page.get_by_role("treeitem", name="requirements.txt").click()
    expect(page.get_by_text("scikit-learn", exact=True).first).to_be_visible()
    page.goto(f"{NET}/versions/1")
    expect(region(page, "Signature")).to_contain_text("The model does not say what goes in")


def test_a_prompt_is_written_changed_and_shown_line_by_line(page: Page) -> None:
    name = f"prompt-{os.urandom(4).hex()}"
    page.goto(f"{MODELS}?kind=prompt")
    page.get_by_role("button", name="New prompt").click()
    form = page.get_by_role("dialog", name="New prompt")
    form.get_by_label("Name").fill(name)
    form.get_by_label("Text").fill("Say {{what}}.\nBe brief.")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Filled in: what")
    page.get_by_role("button", name="New version").click()
    form = page.get_by_role("dialog", name=f"New version of {name}")
    form.get_by_label("Text").fill("Say {{what}} to {{whom}}.\nBe brief.")
    form.get_by_label("What changed").fill("whom")
    form.get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile("version=2"))
    page.get_by_label("Compare with").select_option(label="v1")
    changes = region(page, "Changes")
    expect(changes).to_contain_text("removed: Say {{what}}.")
    expect(changes).to_contain_text("added: Say {{what}} to {{whom}}.")
    expect(page.get_by_text("1 line added, 1 line removed")).to_be_visible()
    page.goto(f"{MODELS}?kind=prompt&search={name}")
    expect(region(page, "Prompts table").get_by_role("row").nth(1)).to_contain_text(name)


def test_the_list_is_searched_narrowed_and_made_longer(page: Page, watch: Watch, wire: Wire) -> None:
    watch.expects("400 (Bad Request)")
    word = f"w{os.urandom(4).hex()}"
    page.goto(MODELS)
    page.get_by_role("button", name="New model").click()
    form = page.get_by_role("dialog", name="New model")
    form.get_by_label("Name").fill(f"{word}/x")
    form.get_by_role("button", name="Create").click()
    expect(form.get_by_role("alert")).to_contain_text("Names cannot contain '/' or ':'")
    form.get_by_label("Name").fill(f"{word}-a")
    form.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name=f"{word}-a", level=1)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("No version yet")
    tag = {"key": "group", "value": word}
    wire.post("registered-models/create", {"name": f"{word}-b", "tags": [tag]})
    page.goto(MODELS)
    page.get_by_label("Find a model by name or description").fill(word)
    table = region(page, "Models table")
    expect(table.get_by_role("row")).to_have_count(3)
    page.get_by_role("link", name=f"group={word}").click()
    expect(table.get_by_role("row")).to_have_count(2)
    page.get_by_role("button", name=f"No longer: Tag group={word}").click()
    expect(page).not_to_have_url(re.compile("tag="))
    page.goto(f"{MODELS}?search={word}-z")
    page.get_by_role("button", name="Show all models").click()
    expect(page.get_by_role("link", name=facts.NET, exact=True)).to_be_visible()


def test_what_is_made_elsewhere_appears_by_itself(
    page: Page, wire: Wire, world: World, new_model: Callable[..., str]
) -> None:
    name = new_model(1)
    page.goto(f"{MODELS}/{name}")
    expect(region(page, "Versions table").get_by_role("row")).to_have_count(2)
    wire.native("POST", f"models/{name}/versions", {"source": f"models:/{world.nets.logged[1]}"})
    expect(region(page, "Versions table").get_by_role("row")).to_have_count(3)


def test_a_deletion_says_what_goes_and_what_is_in_use_stays(
    page: Page, watch: Watch, wire: Wire, new_model: Callable[..., str]
) -> None:
    name = new_model(1, 2)
    wire.native("POST", f"models/{name}/versions/1/promote", {"alias": "live"})
    wire.native("PUT", f"models/{name}/rule", {"aliases": ["live"]})
    watch.expects("409 (Conflict)")
    page.goto(f"{MODELS}/{name}/versions/1")
    choose(page, "More for this version", "Delete the version")
    dialog = page.get_by_role("dialog", name=f"Delete version 1 of {name}?")
    expect(dialog).to_contain_text("It is in use: the alias 'live'")
    dialog.get_by_role("button", name="Delete the version").click()
    expect(dialog.get_by_role("alert")).to_contain_text("live")
    page.goto(f"{MODELS}/{name}/versions/2")
    choose(page, "More for this version", "Delete the version")
    page.get_by_role("button", name="Delete the version").click()
    expect(region(page, "Versions table").get_by_role("row")).to_have_count(2)
    region(page, "Rule for promotions").get_by_role("button", name="Edit").click()
    page.get_by_role("button", name="Remove the rule").click()
    expect(region(page, "Rule for promotions")).to_contain_text("None")
    choose(page, "More for this model", "Delete the model")
    dialog = page.get_by_role("dialog", name=f"Delete {name}?")
    expect(dialog).to_contain_text("its 1 version are gone for good, with live")
    dialog.get_by_role("button", name="Delete the model").click()
    expect(page).to_have_url(re.compile("/models$"))
    watch.expects("404 (Not Found)")
    page.goto(f"{MODELS}/{name}")
    expect(page.get_by_role("heading", name="There is no such model")).to_be_visible()


def test_on_a_phone_nothing_is_wider_than_the_screen(page: Page) -> None:
    page.set_viewport_size(PHONE)  # pyright: ignore[reportArgumentType] - a plain dict has its keys
    page.goto(MODELS)
    page.get_by_role("link", name=facts.NET, exact=True).click()
    page.get_by_role("link", name="v2", exact=True).first.click()
    expect(region(page, "Lineage").get_by_role("link", name="net-2")).to_be_visible()
    for address in (NET, f"{NET}/versions/2", f"{NET}/compare?left=1&right=2", f"{MODELS}/{facts.PROMPT}?against=1"):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_load_state("load")
        assert page.evaluate("document.querySelector('main').scrollWidth <= innerWidth"), address
