"""The suite of models of every framework, in the environment that has them all."""

from pathlib import Path

import pytest

from scripts import environments
from tests.architecture import source
from tests.conformance.suite import WITHIN_S, run_suite

SUITE = source.TESTS / "flavors" / "frameworks"


@pytest.mark.slow
@pytest.mark.needs_models
@pytest.mark.timeout(WITHIN_S + 60)
def test_models_of_every_framework_are_written_and_read_as_mlflow_does(tmp_path: Path) -> None:
    run_suite(environments.ENVIRONMENTS["models"].python, "", tmp_path, SUITE)
