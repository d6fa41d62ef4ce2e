"""Every example runs as a user would run it, against a real server."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import source

EXAMPLES = sorted((source.ROOT / "examples").glob("*.py"))


@pytest.mark.slow
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda file: file.stem)
def test_the_example_runs(example: Path, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    uri = str(request.getfixturevalue("tidemill_server").uri)
    run = subprocess.run(
        [sys.executable, example],
        cwd=tmp_path,
        env={**os.environ, "MLFLOW_TRACKING_URI": uri, "TIDEMILL_URI": uri, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip(), "an example shows what it did"
