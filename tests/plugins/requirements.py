"""What tests need of the machine. What it lacks is skipped and named at the end; in CI it is a failure.

A test says what it needs with a mark (`@pytest.mark.needs_chromium`), a fixture with `require("postgres")`.
With `CI=true` nothing may be skipped at all, whatever the reason.
"""

import functools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts import environments, programs, terminal

_MARK = "needs_"
_PREFIX = "needs "


@dataclass(frozen=True)
class Requirement:
    """One thing that a machine has or has not, and how to get it."""

    what: str
    is_met: Callable[[], bool]
    hint: str


def require(name: str) -> None:
    """Skip the running test, or fail it in CI, unless the machine has what is named."""
    requirement = REQUIREMENTS[name]
    if requirement.is_met():
        return
    text = f"{_PREFIX}{requirement.what}: {requirement.hint}"
    if terminal.in_ci():
        pytest.fail(text, pytrace=False)
    pytest.skip(text)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers():
        if mark.name.startswith(_MARK):
            require(mark.name.removeprefix(_MARK))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The quick tests first, then the slow ones, then the journeys."""
    items.sort(key=lambda item: [item.get_closest_marker(mark) is not None for mark in ("journey", "slow")])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_skip(report)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what was left out, grouped by what it would take."""
    left_out: dict[str, list[str]] = {}
    for report in terminalreporter.getreports("skipped"):
        left_out.setdefault(_reason(report), []).append(report.nodeid)
    for reason, names in sorted(left_out.items()):
        terminalreporter.section(f"{len(names)} tests left out: {reason}", sep="-")
        for name in sorted(names):
            terminalreporter.write_line(name)


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """In CI, turn a skip into a failure; an expected failure is not a skip."""
    for_other_clients = report.nodeid.startswith("tests/conformance/mlflow/")  # those run under clients of their own
    if report.skipped and terminal.in_ci() and not hasattr(report, "wasxfail") and not for_other_clients:
        report.longrepr = f"skipped, which CI does not allow: {_reason(report)}"
        report.outcome = "failed"


@functools.cache
def _can_trace() -> bool:
    strace = programs.find_strace()
    return strace is not None and terminal.succeeds([strace, "-o", os.devnull, "true"])


def _can_contain() -> bool:
    """Running containers takes root's rights."""
    found = programs.find_containerd() and programs.find_runc() and shutil.which("ctr")
    return bool(found) and os.geteuid() == 0


@functools.cache
def _can_mount() -> bool:
    """Mounting takes root's rights, which a container's root may not have."""
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("mount"):
        return False
    with tempfile.TemporaryDirectory() as folder:
        mounted = terminal.succeeds(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder])
        if mounted:
            subprocess.run(["umount", folder], check=True)
    return mounted


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    return str(report.longrepr)


def _has_client(name: str) -> bool:
    return Path(environments.ENVIRONMENTS[name].python).exists()


_APT = "`make test` installs it where it may use apt-get"
REQUIREMENTS = {
    "postgres": Requirement("PostgreSQL's server programs", lambda: programs.find_postgres() is not None, _APT),
    "chromium": Requirement("Chromium", lambda: programs.find_chromium() is not None, _APT),
    "strace": Requirement("strace and the right to trace", _can_trace, _APT),
    "tmpfs": Requirement("the right to mount a file system", _can_mount, "run as root, outside a container"),
    "containerd": Requirement("containerd and runc, as root", _can_contain, _APT),
    "mlflow2": Requirement("the mlflow 2 client", lambda: _has_client("mlflow2"), "`make test` installs it"),
    "skinny": Requirement("the mlflow-skinny client", lambda: _has_client("skinny"), "`make test` installs it"),
    "kfp": Requirement("Kubeflow Pipelines' client", lambda: _has_client("kfp"), "`make test` installs it"),
    "models": Requirement("the frameworks of models", lambda: _has_client("models"), "`make test` installs them"),
}
