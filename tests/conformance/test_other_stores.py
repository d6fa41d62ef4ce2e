"""The conformance suite, once more with everything in PostgreSQL and in an S3 bucket."""

import sys
from pathlib import Path

import pytest

from tests.conformance.suite import WITHIN_S, run_suite
from tests.plugins.server import TidemillProcess


@pytest.mark.slow
@pytest.mark.needs_postgres
@pytest.mark.timeout(WITHIN_S + 60)
def test_the_suite_passes_on_postgresql_and_s3(tidemill_postgres_server: TidemillProcess, tmp_path: Path) -> None:
    run_suite(Path(sys.executable), tidemill_postgres_server.uri, tmp_path)
