"""The SDK on a real server, as a user's script has it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import tidemill as tm
from tests.plugins.server import TidemillProcess

RunScript = Callable[..., str]


@pytest.fixture
def client(tidemill_server: TidemillProcess) -> Iterator[tm.Client]:
    """`tm` is connected to the server for as long as the test lasts."""
    client = tm.connect(tidemill_server.uri)
    yield client
    client.close()


@pytest.fixture
def run_script(tmp_path: Path) -> RunScript:
    """Runs a script in an empty home, with other files beside it; returns what it printed."""

    def run(text: str, uri: str = "", **beside: str) -> str:
        for name, content in {"script": text, **beside}.items():
            (tmp_path / f"{name}.py").write_text(content)
        ours = {name: value for name, value in os.environ.items() if not name.startswith("TIDEMILL_")}
        env = {**ours, "HOME": str(tmp_path), **({"TIDEMILL_URI": uri} if uri else {})}
        done = subprocess.run(
            [sys.executable, "script.py"],
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
