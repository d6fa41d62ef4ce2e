"""One run: what went in, what came out, where it came from; and what one may change."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import facts
from tests.journeys.browsing import Watch, chart, choose, clipboard, toast
from tests.journeys.facts import World
from tests.journeys.wire import Wire

pytestmark = [pytest.mark.journey, pytest.mark.needs_chromium]


@pytest.fixture
def rich(page: Page, world: World) -> Page:
    """The page of the run that has one of everything."""
    page.goto(world.run_path(facts.RICH))
    return page


@pytest.fixture
def own_run(page: Page, wire: Wire, new_experiment: Callable[[], tuple[str, str]]) -> Page:
    """The page of a run that may be changed."""
    experiment, _ = new_experiment()
    run = wire.start(experiment, "draft", stage="early")
    wire.end(run)
    page.goto(f"/w/default/experiments/{experiment}/runs/{run}")
    expect(page.get_by_role("heading", name="draft", level=1)).to_be_visible()
    return page


def test_the_overview_has_metrics_parameters_and_origin(rich: Page) -> None:
    loss = panel(rich, "Metrics").get_by_role("row").filter(has_text="train/loss")
    values = [facts.loss(1, step) for step in range(0, facts.STEPS, 20)]
    for value in (values[-1], min(values), max(values)):
        expect(loss).to_contain_text(f"{value:.5g}"[:7])
    expect(loss).to_contain_text("980")
    expect(panel(rich, "Parameters").get_by_role("row").filter(has_text="augment")).to_contain_text("empty")
    expect(panel(rich, "Note")).to_contain_text("Tried wider layers.")
    origin = panel(rich, "Origin")
    expect(origin.get_by_role("link", name=facts.COMMIT[:10])).to_have_attribute(
        "href", f"https://github.com/example/digits/commit/{facts.COMMIT}"
    )
    expect(origin).to_contain_text(facts.DATA)


def test_parameters_are_found_and_copied(rich: Page) -> None:
    parameters = panel(rich, "Parameters")
    parameters.get_by_role("searchbox").fill("optim")
    expect(parameters).to_contain_text("1 of 13")
    expect(parameters.get_by_role("row").filter(has_text="adam")).to_be_visible()
    rich.get_by_role("button", name="Copy value of optimizer").click()
    expect(toast(rich)).to_contain_text("copied")
    assert clipboard(rich) == "adam"


def test_the_charts_of_a_run_leave_its_machine_to_their_own_tab(rich: Page) -> None:
    rich.get_by_role("tab", name="Charts").click()
    expect(chart(rich, "val/acc")).to_contain_text("50 points")
    expect(rich.get_by_role("article", name=re.compile(r"^system\/"))).to_have_count(0)
    rich.get_by_role("tab", name="System").click()
    expect(chart(rich, "system/cpu_utilization_percentage")).to_be_visible()
    expect(rich.get_by_role("article", name="val/acc")).to_have_count(0)
    expect(rich).to_have_url(re.compile("tab=system"))


def test_code_and_data_say_how_to_do_it_again(rich: Page) -> None:
    rich.get_by_role("tab", name="Code & data").click()
    expect(panel(rich, "Code")).to_contain_text(f"git checkout {facts.COMMIT[:12]}")
    data = panel(rich, "Data")
    expect(data).to_contain_text(facts.DATA)
    expect(data).to_contain_text("training")
    expect(data.get_by_role("row").filter(has_text="width")).to_contain_text("double")
    expect(panel(rich, "Environment and changes")).to_contain_text("numpy==2.2")
    expect(panel(rich, "Logged models")).to_contain_text(facts.MODEL)


def test_parents_and_children_lead_to_each_other(page: Page, world: World) -> None:
    page.goto(world.run_path(facts.PARENT))
    children = panel(page, "Children")
    expect(children.get_by_role("row")).to_have_count(facts.CHILDREN + 1)
    children.get_by_role("link", name="grid-2").click()
    expect(page.get_by_role("heading", name="grid-2", level=1)).to_be_visible()
    page.get_by_role("main").get_by_role("link", name=facts.PARENT, exact=True).click()
    expect(page.get_by_role("heading", name=facts.PARENT, level=1)).to_be_visible()


def test_a_tag_is_added_changed_removed_and_brought_back(own_run: Page) -> None:
    tags = panel(own_run, "Tags")
    tags.get_by_role("button", name="Add").click()
    tags.get_by_role("textbox", name="Tag key").fill("reviewed")
    tags.get_by_role("textbox", name="Tag value").fill("by ada")
    own_run.keyboard.press("Enter")
    expect(tags.get_by_role("listitem").filter(has_text="reviewed")).to_contain_text("by ada")
    tags.get_by_role("button", name="Edit tag stage").click()
    tags.get_by_role("textbox", name="Value of tag stage").fill("late")
    own_run.keyboard.press("Enter")
    expect(tags.get_by_role("listitem").filter(has_text="stage")).to_contain_text("late")
    tags.get_by_role("button", name="Remove tag stage").click()
    expect(tags.get_by_role("listitem").filter(has_text="stage")).to_have_count(0)
    toast(own_run).get_by_role("button", name="Undo").last.click()
    expect(tags.get_by_role("listitem").filter(has_text="stage")).to_contain_text("late")
    own_run.reload()
    expect(tags.get_by_role("listitem").filter(has_text="stage")).to_contain_text("late")


def test_a_note_is_written_in_markdown(own_run: Page, watch: Watch) -> None:
    watch.expects("Executing inline event handler violates")  # the browser tells of what it did not run
    note = panel(own_run, "Note")
    note.get_by_role("button", name="Write").click()
    note.get_by_role("textbox").fill("# It works\n\n<img src=x onerror=\"document.title='taken'\">\n\n- on **Mondays**")
    note.get_by_role("textbox").press("Control+Enter")
    expect(note.get_by_role("heading", name="It works")).to_be_visible()
    expect(note.get_by_role("listitem")).to_have_text("on Mondays")
    expect(own_run).to_have_title(re.compile("draft"))


def test_a_run_is_renamed_in_place(own_run: Page) -> None:
    own_run.get_by_role("button", name="Rename the run").click()
    own_run.get_by_role("textbox", name="Run name").fill("final")
    own_run.keyboard.press("Enter")
    expect(own_run.get_by_role("heading", name="final", level=1)).to_be_visible()
    expect(own_run).to_have_title(re.compile("^final"))


def test_a_deleted_run_says_so_and_comes_back(own_run: Page) -> None:
    choose(own_run, "More for this run", "Delete run")
    expect(own_run.get_by_text("Deleted", exact=True)).to_be_visible()
    toast(own_run).get_by_role("button", name="Undo").click()
    expect(own_run.get_by_text("Deleted", exact=True)).to_have_count(0)
    choose(own_run, "More for this run", "Delete run")
    own_run.get_by_role("button", name="Restore").click()
    expect(own_run.get_by_text("Deleted", exact=True)).to_have_count(0)


def test_a_model_leads_to_its_run(page: Page, world: World) -> None:
    page.goto(f"{world.experiment_path()}/models/{world.model}")
    expect(page.get_by_text("ready", exact=True)).to_be_visible()
    page.get_by_role("main").get_by_role("link", name=facts.RICH).click()
    expect(page.get_by_role("heading", name=facts.RICH, level=1)).to_be_visible()


def panel(page: Page, title: str) -> Locator:
    """A panel of the page by its heading."""
    return page.get_by_role("region", name=title, exact=True)
