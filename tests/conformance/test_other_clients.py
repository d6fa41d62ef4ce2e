"""The conformance suite, once more under clients that cannot share our environment: mlflow 2 and mlflow-skinny."""

from pathlib import Path

import pytest

from scripts import environments
from tests.conformance.suite import WITHIN_S, run_suite
from tests.plugins.server import TidemillProcess


@pytest.mark.slow
@pytest.mark.timeout(WITHIN_S + 60)
@pytest.mark.parametrize(
    "client",
    [
        pytest.param("mlflow2", marks=pytest.mark.needs_mlflow2),
        pytest.param("skinny", marks=pytest.mark.needs_skinny),
    ],
)
def test_the_suite_passes_under(client: str, tidemill_server: TidemillProcess, tmp_path: Path) -> None:
    run_suite(environments.ENVIRONMENTS[client].python, tidemill_server.uri, tmp_path)
