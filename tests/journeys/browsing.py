"""What a person does on the page and sees there, in words that all journeys share; nothing here knows a CSS class."""

import re
from typing import Any, Protocol
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, Response, WebError, expect

PATIENCE_MS = 20_000
"""How long a busy machine may take to show what a person waits for."""
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}

expect.set_options(timeout=PATIENCE_MS)


class Watch:
    """Notes what the pages of a context do that no user should ever cause.

    These are requests to any other place than the server, errors on the console (where the browser also tells of
    breaches of the content security policy), exceptions that nobody caught, and answers of 500 and more.
    """

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self._origin = origin
        self._expected: list[str] = []
        self._faults: list[str] = []
        self.requests: list[Request] = []
        context.on("request", self._on_request)
        context.on("response", self._on_response)
        context.on("console", self._on_console)
        context.on("weberror", self._on_web_error)

    def expects(self, *parts: str) -> None:
        """Faults that hold one of these texts belong to the story."""
        self._expected.extend(parts)

    @property
    def faults(self) -> list[str]:
        """Everything noted that was not expected."""
        return [fault for fault in self._faults if not any(part in fault for part in self._expected)]

    def _on_request(self, request: Request) -> None:
        self.requests.append(request)
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob"} and f"{address.scheme}://{address.netloc}" != self._origin:
            self._faults.append(f"request to {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 500:
            self._faults.append(f"answer {response.status} of {response.url}")

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._faults.append(f"console {message.type}: {message.text}")

    def _on_web_error(self, error: WebError) -> None:
        self._faults.append(f"uncaught {error.error}")


class ContextMaker(Protocol):
    """Opens a browser of its own at a server: gives the context and its `Watch`."""

    def __call__(self, uri: str, **options: Any) -> tuple[BrowserContext, Watch]: ...


def runs_table(page: Page) -> Locator:
    """The table of runs, once it has rows."""
    table = page.get_by_role("grid", name="Runs", exact=True)
    expect(table.get_by_role("rowheader").first).to_be_visible()
    return table


def run_row(page: Page, name: str) -> Locator:
    """The row of a run in the table."""
    link = page.get_by_role("link", name=name, exact=True)
    return page.get_by_role("grid", name="Runs", exact=True).get_by_role("row").filter(has=link)


def run_link(page: Page, row: int) -> Locator:
    """The name in a row of the table, counted from the top of what is drawn."""
    return page.get_by_role("grid", name="Runs", exact=True).get_by_role("rowheader").nth(row).get_by_role("link")


def sort_by(page: Page, column: str) -> Locator:
    """Click the name of a column; gives its heading."""
    head = column_head(page, column)
    head.get_by_role("button").first.click()
    return head


def column_head(page: Page, column: str) -> Locator:
    """The heading of a column of the table."""
    options = page.get_by_role("button", name=f"Options of {column}", exact=True)
    return page.get_by_role("columnheader").filter(has=options)


def filter_runs(page: Page, text: str) -> Locator:
    """Type a filter and press Enter; gives the box."""
    box = page.get_by_role("combobox", name="Filter runs")
    box.fill(text)
    box.press("Enter")
    return box


def chart(page: Page, metric: str) -> Locator:
    """The card of a metric, scrolled to and drawn."""
    card = page.get_by_role("article", name=metric, exact=True)
    card.scroll_into_view_if_needed(timeout=PATIENCE_MS)
    expect(card.get_by_text(re.compile(r"\d points?\b")).first).to_be_visible()
    return card


def curves(card: Locator) -> Locator:
    """The drawing on the card of a metric, which takes the keyboard."""
    return card.get_by_role("group")


def choose(page: Page, menu: str, item: str) -> None:
    """Open a menu by its button and take an item."""
    page.get_by_role("button", name=menu, exact=True).click()
    page.get_by_role("menuitem", name=item).click()


def toast(page: Page) -> Locator:
    """Where the page says what it has done."""
    return page.get_by_role("region", name="Notifications")


def clipboard(page: Page) -> str:
    """What was copied."""
    return page.evaluate("navigator.clipboard.readText()")
