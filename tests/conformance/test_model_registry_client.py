"""The suite of Kubeflow's model registry under its unmodified client, which lives beside mlflow-skinny."""

from pathlib import Path

import pytest

from scripts import environments
from tests.conformance.suite import MODEL_REGISTRY_SUITE, WITHIN_S, run_suite
from tests.plugins.server import TidemillProcess


@pytest.mark.slow
@pytest.mark.needs_skinny
@pytest.mark.timeout(WITHIN_S + 60)
def test_the_suite_passes_under_the_client(tidemill_server: TidemillProcess, tmp_path: Path) -> None:
    run_suite(environments.ENVIRONMENTS["skinny"].python, tidemill_server.uri, tmp_path, MODEL_REGISTRY_SUITE)


@pytest.mark.slow
@pytest.mark.needs_skinny
@pytest.mark.needs_postgres
@pytest.mark.timeout(WITHIN_S + 60)
def test_the_suite_passes_on_postgresql(tidemill_postgres_server: TidemillProcess, tmp_path: Path) -> None:
    run_suite(environments.ENVIRONMENTS["skinny"].python, tidemill_postgres_server.uri, tmp_path, MODEL_REGISTRY_SUITE)
