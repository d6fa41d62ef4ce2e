"""Running a conformance suite in a process of its own, against a server that runs."""

import os
import subprocess
from pathlib import Path

from tests.architecture import source

SUITE = source.TESTS / "conformance" / "mlflow"
KFP_SUITE = source.TESTS / "conformance" / "kfp"
MODEL_REGISTRY_SUITE = source.TESTS / "conformance" / "model_registry"
WITHIN_S = 900
# The suite stands alone: neither our settings for pytest nor our fixtures exist for it.
# kfp warns at every component of the Python that it will name one day.
_SETTINGS = "[pytest]\ntimeout = 120\nfilterwarnings =\n    ignore::FutureWarning\n"


def run_suite(python: Path, uri: str, folder: Path, suite: Path = SUITE, **variables: str) -> None:
    """Run a whole suite under an interpreter and its client; AssertionError with its output where a test fails.

    `variables` say what the suite cannot ask the server.
    """
    settings = folder / "pytest.ini"
    settings.write_text(_SETTINGS)
    run = subprocess.run(
        [
            *(python, "-m", "pytest", suite),
            *("-c", settings, "--rootdir", source.ROOT, "--confcutdir", suite, "--import-mode=importlib"),
            *("-p", "no:cacheprovider", "-q", "--tb=short", "-rfE"),
        ],
        cwd=source.ROOT,
        env={**_environment(), "TIDEMILL_TEST_URI": uri, "PYTHONPATH": str(source.ROOT), **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )
    assert run.returncode == 0, f"under {python} at {uri}:\n{run.stdout}"
    assert " passed" in run.stdout.splitlines()[-1]


def _environment() -> dict[str, str]:
    """Ours, without the addresses that MLflow's client leaves there for the processes that it starts."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MLFLOW_")}
