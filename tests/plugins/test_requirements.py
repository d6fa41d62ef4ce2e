import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import source

SUITE = """
import pytest
from tests.plugins import requirements

requirements.REQUIREMENTS["chromium"] = requirements.Requirement("a moon", lambda: False, "look up")
requirements.REQUIREMENTS["strace"] = requirements.Requirement("air", lambda: True, "breathe")

@pytest.mark.journey
def test_journey(): pass

@pytest.mark.needs_chromium
def test_moon(): raise AssertionError("must not run")

@pytest.mark.needs_strace
def test_air(): pass

@pytest.mark.xfail(reason="known", strict=True)
def test_expected_failure(): raise AssertionError
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "test_suite.py").write_text(SUITE)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  journey\n  slow\n  needs_chromium\n  needs_strace\n")
    return tmp_path


def test_a_test_whose_need_is_not_met_is_left_out_and_named(suite: Path) -> None:
    run = _pytest(suite, ci=False)
    assert run.returncode == 0, run.stdout
    assert "1 tests left out: needs a moon: look up" in run.stdout
    assert "\ntest_suite.py::test_moon\n" in run.stdout
    assert "2 passed, 1 skipped, 1 xfailed" in run.stdout


def test_the_names_of_what_is_left_out_survive_parallel_runs(suite: Path) -> None:
    run = _pytest(suite, "-n1", ci=False)
    assert "1 tests left out: needs a moon: look up" in run.stdout
    assert "\ntest_suite.py::test_moon\n" in run.stdout


def test_in_ci_a_need_that_is_not_met_is_a_failure(suite: Path) -> None:
    run = _pytest(suite, ci=True)
    assert run.returncode == 1
    assert "needs a moon: look up" in run.stdout
    assert "must not run" not in run.stdout.split("short test summary")[1]
    assert "2 passed, 1 xfailed, 1 error" in run.stdout


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("def test_lazy(): pytest.skip('no time')", "no time"),
        ("pytest.importorskip('no_such_module')", "could not import 'no_such_module'"),
    ],
)
def test_in_ci_no_reason_for_skipping_is_good_enough(suite: Path, code: str, reason: str) -> None:
    (suite / "test_suite.py").write_text(f"import pytest\n\n{code}\n")
    run = _pytest(suite, ci=True)
    assert run.returncode != 0
    assert f"skipped, which CI does not allow: {reason}" in run.stdout


def test_journeys_run_last(suite: Path) -> None:
    run = _pytest(suite, "-v", ci=False)
    order = [
        line.split("::")[1].split()[0] for line in run.stdout.splitlines() if line.startswith("test_suite.py::test_")
    ]
    assert order.index("test_journey") == 3


def _pytest(suite: Path, *options: str, ci: bool) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.plugins.requirements", "-p", "no:cacheprovider", *options],
        cwd=suite,
        env={**os.environ, "PYTHONPATH": str(source.ROOT), "CI": str(ci).lower()},
        capture_output=True,
        text=True,
        check=False,
    )
