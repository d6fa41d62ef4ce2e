"""Somebody has CI told of new versions, sees that it was, and sends again what it did not take."""

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browsing import PATIENCE_MS, ContextMaker, toast
from tests.journeys.test_accessibility import severe_violations
from tests.journeys.wire import Wire
from tests.plugins.server import TidemillProcess

pytestmark = [pytest.mark.journey, pytest.mark.needs_chromium]

WEBHOOKS = "/w/default/models?kind=webhook"


@dataclass
class Listener:
    """What is told: it answers with `status`, and keeps what it heard."""

    status: int = 200
    heard: list[Any] = field(default_factory=list[Any])
    port: int = 0
    twice: threading.Event = field(default_factory=threading.Event)
    """Set when it was told the same once more."""


@pytest.fixture
def listener() -> Iterator[Listener]:
    told = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if body in told.heard:
                told.twice.set()
            told.heard.append(body)
            self.send_response(told.status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told.port = server.server_port
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield told
        server.shutdown()


@pytest.fixture(scope="module")
def allowing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TidemillProcess]:
    """A server that may call this machine."""
    with TidemillProcess(tmp_path_factory.mktemp("webhooks") / "data", "--outbound-allow", "127.0.0.0/8") as process:
        yield process


def fill_form(page: Page, listener: Listener) -> None:
    """Make a webhook with a secret, told of models too."""
    page.keyboard.press("n")
    form = page.get_by_role("dialog", name="New webhook")
    form.get_by_label("Name", exact=True).fill("ci")
    form.get_by_label("Address").fill(f"http://127.0.0.1:{listener.port}/hook")
    form.get_by_label("Secret").fill("correct horse")
    form.get_by_role("group", name="Models").get_by_label("made", exact=True).check()
    assert severe_violations(page) == []
    form.get_by_role("button", name="Create").click()


def test_a_webhook_is_made_tried_told_and_told_again(
    new_context: ContextMaker, allowing: TidemillProcess, listener: Listener
) -> None:
    page: Page = new_context(allowing.uri, bypass_csp=True)[0].new_page()
    page.goto(WEBHOOKS)
    expect(page.get_by_role("heading", name="Tell others of changes")).to_be_visible()
    fill_form(page, listener)
    hook = page.get_by_role("region", name="ci", exact=True)
    expect(hook).to_contain_text("signed")
    expect(hook.get_by_role("listitem").filter(has_text="registered_model.created")).to_be_visible()
    hook.get_by_role("button", name="Try").click()
    expect(hook.get_by_role("status")).to_have_text("It answered 200.")
    hook.get_by_text("What it was told").click()
    expect(hook).to_contain_text("Nothing yet.")

    wire = Wire(allowing.uri)
    wire.post("registered-models/create", {"name": "fraud"})
    told = hook.get_by_role("listitem").filter(has_text="Delivered")
    expect(told).to_contain_text("registered_model.created")
    told.get_by_text("Body").click()
    expect(told).to_contain_text('"name": "fraud"')
    assert listener.heard[-1]["data"]["name"] == "fraud"
    assert severe_violations(page) == []
    told.get_by_role("button", name="Send again").click()
    expect(toast(page)).to_contain_text("It is sent again")
    assert listener.twice.wait(PATIENCE_MS / 1000)
    expect(told).to_be_visible()
    listener.status = 500
    hook.get_by_role("button", name="Try").click()
    expect(hook.get_by_role("status")).to_contain_text("It answered 500")
    wire.post("registered-models/create", {"name": "other"})
    expect(hook.get_by_role("listitem").filter(has_text="Waiting")).to_contain_text(re.compile("answered 500 next at"))
    wire.close()

    hook.get_by_role("switch", name="ci is told").click()
    expect(hook.get_by_role("switch", name="ci is told")).not_to_be_checked()
    page.reload()
    expect(hook.get_by_role("switch", name="ci is told")).not_to_be_checked()
    hook.get_by_role("button", name="Delete ci").click()
    page.get_by_role("button", name="Delete the webhook").click()
    expect(page.get_by_role("heading", name="Tell others of changes")).to_be_visible()
