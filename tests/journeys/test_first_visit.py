"""A new server, a new person: the page says what to do, and it works when they do it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browsing import ContextMaker, clipboard, toast
from tests.plugins.server import TidemillProcess

pytestmark = [pytest.mark.journey, pytest.mark.needs_chromium]

_RUNS_WITHIN_S = 60


@pytest.fixture
def empty_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TidemillProcess]:
    """A server on which nobody has ever logged anything."""
    with TidemillProcess(tmp_path_factory.mktemp("empty") / "data") as server:
        yield server


@pytest.fixture
def home(empty_server: TidemillProcess, new_context: ContextMaker) -> Page:
    """Its home, seen for the first time."""
    context, _ = new_context(empty_server.uri)
    page = context.new_page()
    page.goto("/")
    expect(page.get_by_role("heading", name="Log your first run")).to_be_visible()
    return page


def test_the_code_shown_logs_a_run_that_appears_at_once(home: Page) -> None:
    expect(home.get_by_role("dialog")).to_have_count(0)
    home.get_by_role("button", name="Copy python code").click()
    expect(toast(home)).to_contain_text("copied")
    printed = run([sys.executable, "-c", clipboard(home)])
    recent = home.get_by_role("region", name="Recent experiments")
    expect(recent.get_by_role("link", name="first-steps")).to_be_visible()
    printed_run = re.search(r"View run .* at: (\S+)", printed)
    assert printed_run is not None, printed
    home.goto(printed_run[1])
    expect(home.get_by_role("row").filter(has_text="loss")).to_contain_text("0.42")


def test_code_that_logs_already_needs_one_line_of_shell(home: Page) -> None:
    home.get_by_role("button", name="Copy shell command").click()
    expect(toast(home)).to_contain_text("copied")
    script = f"{clipboard(home)}\n{sys.executable} -c 'import mlflow; mlflow.log_param(\"depth\", 3)'"
    run(["sh", "-c", script])
    home.get_by_role("region", name="Recent experiments").get_by_role("link", name="Default").click()
    expect(home.get_by_role("grid", name="Runs").get_by_role("rowheader")).to_have_count(1)


def run(command: list[str]) -> str:
    """Run what a person would, in an environment that knows no MLflow server; gives what it printed."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "TIDEMILL_"))}
    done = subprocess.run(
        command,
        env=env | {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_RUNS_WITHIN_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_the_first_job_is_submitted_by_what_the_page_teaches(
    empty_server: TidemillProcess, new_context: ContextMaker
) -> None:
    context, _ = new_context(empty_server.uri)
    page = context.new_page()
    page.goto("/w/default/jobs")
    expect(page.get_by_role("heading", name="Run your first job")).to_be_visible()
    page.get_by_role("button", name="Copy python code").click()
    expect(toast(page)).to_contain_text("copied")
    python = clipboard(page)
    page.get_by_role("button", name="Copy shell command").click()
    expect(toast(page)).to_contain_text("Shell command copied")
    shell = clipboard(page)
    assert run([sys.executable, "-c", python]).strip() == "49"
    expect(page.get_by_role("link", name="square")).to_be_visible()
    bin_folder = os.path.dirname(sys.executable)
    run(["sh", "-c", f"export PATH={bin_folder}:$PATH\n{shell}"])
    expect(page.get_by_role("row").filter(has_text="hello")).to_contain_text("Succeeded")
