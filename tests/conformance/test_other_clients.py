"""The conformance suite, once more under clients that cannot share our environment: mlflow 2 and mlflow-skinny."""

import os
import subprocess
from pathlib import Path

import pytest

from scripts import environments
from tests.architecture import source

SUITE = source.TESTS / "conformance" / "mlflow"
# The suite stands alone: neither our settings for pytest nor our fixtures exist for it.
SETTINGS = "[pytest]\ntimeout = 120\n"
WITHIN_S = 900


@pytest.mark.slow
@pytest.mark.timeout(WITHIN_S + 60)
@pytest.mark.parametrize(
    "client",
    [
        pytest.param("mlflow2", marks=pytest.mark.needs_mlflow2),
        pytest.param("skinny", marks=pytest.mark.needs_skinny),
    ],
)
def test_the_suite_passes_under(client: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    server = request.getfixturevalue("tidemill_server")
    settings = tmp_path / "pytest.ini"
    settings.write_text(SETTINGS)
    run = subprocess.run(
        [
            *(environments.ENVIRONMENTS[client].python, "-m", "pytest", SUITE),
            *("-c", settings, "--rootdir", source.ROOT, "--confcutdir", SUITE, "--import-mode=importlib"),
            *("-p", "no:cacheprovider", "-q", "--tb=short", "-rfE"),
        ],
        cwd=source.ROOT,
        env={**os.environ, "TIDEMILL_TEST_URI": str(getattr(server, "uri", server)), "PYTHONPATH": str(source.ROOT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )
    assert run.returncode == 0, f"under {client}:\n{run.stdout}"
    assert " passed" in run.stdout.splitlines()[-1]
