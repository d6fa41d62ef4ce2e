"""A real browser before a real server full of real data.

The data is logged once a test run. Each process of the tests has a server of its own on a copy of it, one browser,
and for each test a context of its own: nothing that one person does is seen by another. A journey that changes data
makes its own experiment.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from scripts import programs
from tests.architecture import source
from tests.journeys import browsing
from tests.journeys.browsing import ContextMaker, Watch
from tests.journeys.facts import World
from tests.journeys.wire import Wire
from tests.plugins.requirements import require
from tests.plugins.server import TidemillProcess

_BROWSER_ARGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
_FILL_WITHIN_S = 100
_IDS = "world.json"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys of a process."""
    require("chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=programs.find_chromium(), args=_BROWSER_ARGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def filled_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A data directory with the world in it, and its ids beside it; the first process that comes here fills it."""
    root = tmp_path_factory.getbasetemp()
    folder = (root if worker_id == "master" else root.parent) / "journeys"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / _IDS).exists():
            shutil.rmtree(folder / "data", ignore_errors=True)
            _fill(folder)
    return folder


@pytest.fixture(scope="session")
def world(filled_folder: Path) -> World:
    """Where things lie on `server`."""
    return msgspec.json.decode((filled_folder / _IDS).read_bytes(), type=World)


@pytest.fixture(scope="session")
def server(filled_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TidemillProcess]:
    """A server that has the world, and whatever the journeys add."""
    data_dir = tmp_path_factory.mktemp("journeys") / "data"
    shutil.copytree(filled_folder / "data", data_dir, symlinks=True)
    with TidemillProcess(data_dir) as process:
        yield process


@pytest.fixture(scope="session")
def wire(server: TidemillProcess) -> Iterator[Wire]:
    """What a script does elsewhere while a person looks at the page."""
    wire = Wire(server.uri)
    yield wire
    wire.close()


@pytest.fixture
def new_experiment(wire: Wire, request: pytest.FixtureRequest) -> Callable[[], tuple[str, str]]:
    """A maker of empty experiments: gives the id and the name."""

    def make() -> tuple[str, str]:
        name = f"{request.node.name}-{os.urandom(3).hex()}"
        return wire.experiment(name), name

    return make


@pytest.fixture
def new_context(browser: Browser) -> Iterator[ContextMaker]:
    """A maker of browser contexts at a server, each with a `Watch`; what they do wrong fails the test at its end."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def make(uri: str, **options: Any) -> tuple[BrowserContext, Watch]:
        context = browser.new_context(
            base_url=uri,
            viewport=options.pop("viewport", browsing.DESK),
            locale="en-GB",
            timezone_id="UTC",
            reduced_motion="reduce",
            permissions=["clipboard-read", "clipboard-write"],
            **options,
        )
        context.set_default_timeout(browsing.PATIENCE_MS)
        opened.append((context, Watch(context, uri)))
        return opened[-1]

    yield make
    for context, _ in opened:
        context.close()
    assert [fault for _, watch in opened for fault in watch.faults] == []


@pytest.fixture
def visit(new_context: ContextMaker, server: TidemillProcess) -> tuple[Page, Watch]:
    """A person at a desk with `server` before them."""
    context, watch = new_context(server.uri)
    return context.new_page(), watch


@pytest.fixture
def page(visit: tuple[Page, Watch]) -> Page:
    """The tab that the person looks at."""
    return visit[0]


@pytest.fixture
def watch(visit: tuple[Page, Watch]) -> Watch:
    """What their tabs do wrong."""
    return visit[1]


def _fill(folder: Path) -> None:
    with TidemillProcess(folder / "data") as process:
        command = [sys.executable, "-m", "tests.journeys.world", process.uri, str(folder / "ids")]
        env = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "TIDEMILL_"))}
        quiet = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "GIT_PYTHON_REFRESH": "quiet"}
        done = subprocess.run(
            command,
            cwd=source.ROOT,
            env=env | quiet,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_FILL_WITHIN_S,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        process.terminate()
    (folder / "ids").rename(folder / _IDS)
