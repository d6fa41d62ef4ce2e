"""The suite of Kubeflow Pipelines' API under its unmodified client, which cannot share our environment."""

from pathlib import Path

import pytest

from scripts import environments
from tests.conformance.suite import KFP_SUITE, WITHIN_S, run_suite
from tests.plugins.server import TidemillProcess


@pytest.mark.slow
@pytest.mark.needs_kfp
@pytest.mark.timeout(WITHIN_S + 60)
def test_the_suite_passes_under_kfp(tmp_path: Path) -> None:
    python = environments.ENVIRONMENTS["kfp"].python
    with TidemillProcess(tmp_path / "data", "--pipeline-commands", "allowed") as server:
        run_suite(python, server.uri, tmp_path, KFP_SUITE, TIDEMILL_TEST_COMMANDS="allowed")


@pytest.mark.slow
@pytest.mark.needs_kfp
@pytest.mark.needs_postgres
@pytest.mark.timeout(WITHIN_S + 60)
def test_the_suite_passes_on_postgresql_and_s3(tidemill_postgres_server: TidemillProcess, tmp_path: Path) -> None:
    run_suite(environments.ENVIRONMENTS["kfp"].python, tidemill_postgres_server.uri, tmp_path, KFP_SUITE)
