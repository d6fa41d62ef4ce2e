"""The server goes away and comes back: the page says so, keeps what it shows, and needs no help to recover."""

import socket
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.journeys.browsing import ContextMaker, run_row
from tests.journeys.wire import Wire
from tests.plugins.server import TidemillProcess

pytestmark = [pytest.mark.journey, pytest.mark.needs_chromium]


@pytest.fixture
def fragile_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TidemillProcess]:
    """A server that comes back at the same address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with TidemillProcess(tmp_path_factory.mktemp("fragile") / "data", "--port", str(port)) as server:
        yield server


def test_the_page_outlives_a_killed_server(fragile_server: TidemillProcess, new_context: ContextMaker) -> None:
    wire = Wire(fragile_server.uri)
    experiment = wire.experiment("long-work")
    wire.end(wire.start(experiment, "before"))
    wire.close()
    context, watch = new_context(fragile_server.uri)
    watch.expects("Failed to load resource: net::ERR", "status of 404", "net::ERR_")
    page = context.new_page()
    page.goto(f"/w/default/experiments/{experiment}")
    expect(run_row(page, "before")).to_be_visible()
    expect(page.get_by_text("Live", exact=True)).to_be_visible()

    fragile_server.kill9()
    expect(page.get_by_text("The server does not answer")).to_be_visible()
    expect(page.get_by_text("Offline", exact=True)).to_be_visible()
    expect(run_row(page, "before")).to_be_visible()

    fragile_server.start()
    wire = Wire(fragile_server.uri)
    wire.start(experiment, "after")
    wire.close()
    expect(page.get_by_text("The server does not answer")).to_have_count(0)
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    expect(run_row(page, "after")).to_be_visible()
