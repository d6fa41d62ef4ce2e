"""P10 for our own API: what Schemathesis makes of its document brings nothing down, and is answered as it says."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugins.server import TidemillProcess
from tests.promises.table import Place
from tests.promises.wire import Connection
from tidemill.server.openapi import ADDRESS

CHECKS = (
    "not_a_server_error",
    "response_schema_conformance",
    "content_type_conformance",
    "status_code_conformance",
    "unsupported_method",
    "allow_header_conformance",
)
ENDLESS = "/api/v1/events"
SEED = 10
SLOWEST_S = 5


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_generated_requests_get_the_answers_that_the_document_promises(
    server: TidemillProcess, place: Place, tmp_path: Path
) -> None:
    options = {
        "--checks": ",".join(CHECKS),
        "--phases": "coverage,fuzzing",
        "--exclude-path": ENDLESS,
        "--max-examples": 15,
        "--seed": SEED,
        "--max-response-time": SLOWEST_S,
        "--request-timeout": 2 * SLOWEST_S,
        "--warnings": "off",
    }
    words = [str(word) for option in options.items() for word in option]
    program = Path(sys.executable).with_name("schemathesis")
    run = subprocess.run(
        [program, "run", f"{server.uri}{ADDRESS}", *words, "--continue-on-failure", "--no-color"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "No issues found" in run.stdout
    assert f"Tested: {len(operations(server)) - 1}" in run.stdout


def operations(server: TidemillProcess) -> list[str]:
    """Everything that the document says can be asked."""
    with Connection(server.uri) as connection:
        paths = connection.call("GET", ADDRESS).ok()["paths"]
    return [f"{method} {path}" for path, methods in paths.items() for method in methods]
