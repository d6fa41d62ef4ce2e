"""A page asks for little, only of its own server, and shows nothing that nobody asked for."""

import pytest
from playwright.sync_api import Page, Request, expect

from tests.journeys import facts
from tests.journeys.browsing import Watch
from tests.journeys.facts import World
from tests.journeys.main_pages import MAIN_PAGES, open_main_page

pytestmark = [pytest.mark.journey, pytest.mark.needs_chromium]

REQUESTS_MAX = 15
SCRIPT_BYTES_MAX = 250_000
ENTRANCES = ("home", "experiments", "experiment", "run", "compare")
"""Pages on which a visit begins; the budget of a first load is theirs."""


@pytest.mark.parametrize("name", ENTRANCES)
def test_a_first_load_is_small(page: Page, watch: Watch, world: World, name: str) -> None:
    open_main_page(page, name, world)
    page.wait_for_timeout(500)  # for what might come after what one came for
    addresses = [f"{request.method} {request.url}" for request in watch.requests]
    assert len(addresses) <= REQUESTS_MAX, "\n".join(addresses)
    sizes = {request.url: request.sizes()["responseBodySize"] for request in watch.requests if is_script(request)}
    assert 0 < sum(sizes.values()) <= SCRIPT_BYTES_MAX, sizes


@pytest.mark.parametrize("name", MAIN_PAGES)
def test_no_page_asks_elsewhere_complains_or_covers_itself(page: Page, world: World, name: str) -> None:
    """What `page` watches fails the test: requests to other hosts, console errors, breaches of the policy."""
    open_main_page(page, name, world)
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.context.cookies() == []


def test_a_second_look_loads_no_script_again(page: Page, watch: Watch, world: World) -> None:
    open_main_page(page, "home", world)
    before = len(watch.requests)
    open_main_page(page, "experiment", world)
    page.get_by_role("link", name=facts.RICH, exact=True).click()
    expect(page.get_by_role("heading", name=facts.RICH, level=1)).to_be_visible()
    urls = [request.url for request in watch.requests[before:] if is_script(request) and not from_cache(request)]
    assert len(urls) == len(set(urls))


def is_script(request: Request) -> bool:
    return request.resource_type == "script"


def from_cache(request: Request) -> bool:
    return request.sizes()["responseBodySize"] == 0
