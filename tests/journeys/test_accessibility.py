"""Every main page is readable by everybody: axe finds nothing serious, light and dark, on a desk and on a phone.

On the way each of them is pictured into build/screenshots, for people to look at.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.architecture import source
from tests.journeys.browsing import DESK, PHONE, ContextMaker, runs_table
from tests.journeys.facts import World
from tests.journeys.main_pages import MAIN_PAGES, open_main_page
from tests.plugins.server import TidemillProcess

pytestmark = [pytest.mark.journey, pytest.mark.needs_chromium]

AXE = source.ROOT / "ui" / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = source.ROOT / "build" / "screenshots"
SEVERE = {"serious", "critical"}
_RUN_AXE = """async options => {
    const { violations } = await axe.run(document, options);
    const told = node => `${node.html.slice(0, 200)} ${node.failureSummary}`;
    return violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.slice(0, 5).map(told) }));
}"""


@pytest.fixture
def seen(new_context: ContextMaker, server: TidemillProcess) -> Page:
    """A page that axe may be put into, which the policy would not let in."""
    context, _ = new_context(server.uri, bypass_csp=True)
    return context.new_page()


@pytest.mark.parametrize("name", MAIN_PAGES)
def test_axe_finds_nothing_serious(seen: Page, world: World, name: str) -> None:
    open_main_page(seen, name, world)
    found = {look: severe_violations(seen, rules) for look, rules in looks(seen, name)}
    assert {look: faults for look, faults in found.items() if faults} == {}


def test_what_opens_over_a_page_is_readable_too(seen: Page, world: World) -> None:
    seen.goto(world.experiment_path())
    runs_table(seen)
    found: dict[str, list[Any]] = {}
    seen.keyboard.press("Control+k")
    seen.get_by_role("dialog").get_by_role("combobox").fill("mlp-07")
    seen.get_by_role("option", name="mlp-07").wait_for()
    found["palette"] = severe_violations(seen)
    seen.keyboard.press("Escape")
    seen.get_by_role("button", name="Columns", exact=True).click()
    seen.get_by_role("dialog", name="Columns").get_by_role("checkbox").first.wait_for()
    found["columns"] = severe_violations(seen)
    seen.keyboard.press("Escape")
    seen.get_by_role("button", name="Options of val/acc").click()
    seen.get_by_role("menuitem", name="Last value").wait_for()
    found["menu"] = severe_violations(seen)
    seen.keyboard.press("Escape")
    runs_table(seen).focus()
    seen.keyboard.press("Space")
    seen.get_by_role("toolbar", name="Selected runs").wait_for()
    found["selection"] = severe_violations(seen)
    assert {what: faults for what, faults in found.items() if faults} == {}


def looks(page: Page, name: str) -> Iterator[tuple[str, list[str]]]:
    """Show a page in each size and scheme and picture it; gives the rules that are worth running again there."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for size, viewport in (("desk", DESK), ("phone", PHONE)):
        page.set_viewport_size(viewport)  # pyright: ignore[reportArgumentType] - a plain dict has its keys
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(250)  # for the canvases to be drawn anew
            page.screenshot(path=PICTURES / f"{name}-{size}-{scheme}.png")
            yield f"{size} {scheme}", [] if scheme == "light" else ["color-contrast"]


def severe_violations(page: Page, rules: list[str] | None = None) -> list[Any]:
    """What axe finds, by all rules or the given ones."""
    if not page.evaluate("'axe' in window"):
        assert AXE.exists(), "the page's packages are missing: run `npm ci` in ui"
        page.add_script_tag(content=AXE.read_text())
    options = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
    return [violation for violation in page.evaluate(_RUN_AXE, options) if violation["impact"] in SEVERE]
