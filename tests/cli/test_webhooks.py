"""`tidemill webhook` against a running server: made, tried, looked at and removed by name."""

import http.server
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.cli.conftest import COMMAND, Answer, Cli
from tests.plugins.server import TidemillProcess


class Commands:
    """The command, with the server's address in its environment."""

    def __init__(self, cli: Cli, server: TidemillProcess) -> None:
        self._cli = cli
        self._env = {"TIDEMILL_URI": server.uri}

    def __call__(self, *words: str) -> Answer:
        return self._cli("webhook", *words, env=self._env)

    def fed(self, content: bytes, *words: str) -> Answer:
        """What a command says that gets this as its standard input."""
        command = [*COMMAND, "webhook", *words]
        done = subprocess.run(
            command, env=self._cli.environment(**self._env), input=content, capture_output=True, check=False
        )
        return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory, tidemill_server: TidemillProcess) -> Commands:
    return Commands(Cli(tmp_path_factory.mktemp("webhooks")), tidemill_server)


@pytest.fixture
def url() -> Iterator[str]:
    """What answers 200 to /good, and 404 to the rest."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200 if self.path == "/good" else 404)
            self.end_headers()
            self.wfile.write(b"signed" if "X-MLflow-Signature" in self.headers else b"plain")

        def log_message(self, format: str, *args: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_webhook_is_made_tried_looked_at_and_removed(commands: Commands, url: str) -> None:
    made = commands.fed(b"key\n", "create", "cli-hook", f"{url}/good", "--event", "prompt.created", "--secret")
    assert made.status == 0, made.err
    listed = msgspec.json.decode(commands("list", "-o", "json").out)
    (mine,) = [each for each in listed if each["id"] == made.out.strip()]
    assert (mine["name"], mine["events"], mine["status"], mine["has_secret"]) == (
        "cli-hook",
        ["prompt.created"],
        "ACTIVE",
        True,
    )
    assert "key" not in mine.values()
    assert commands("test", "cli-hook").out == "200 signed\n"
    assert commands("deliveries", "cli-hook", "-o", "json").out.strip() == "[]"
    assert commands("disable", "cli-hook").status == 0
    assert "disabled" in commands("list").out
    assert commands("delete", made.out[:8]).status == 0
    assert "cli-hook" not in commands("list").out


def test_what_fails_is_said(commands: Commands, url: str) -> None:
    assert commands("create", "cli-bad", f"{url}/bad", "--event", "prompt.created").status == 0
    tried = commands("test", "cli-bad")
    assert (tried.status, tried.out) == (1, "404 plain\n")
    assert "answered with 404" in tried.err
    assert "no delivery 'x'" in commands("resend", "cli-bad", "x").err
    assert commands("delete", "cli-bad").status == 0
    missing = commands("test", "cli-bad")
    assert missing.status == 1
    assert "no webhook has the name or id 'cli-bad'" in missing.err
    refused = commands("create", "x", "http://169.254.169.254/", "--event", "prompt.created")
    assert refused.status == 1
    assert "--outbound-allow" in refused.err
    assert "no event 'prompt.made'" in commands("create", "x", f"{url}/good", "--event", "prompt.made").err


def test_a_secret_of_standard_input_is_not_empty(commands: Commands, tmp_path: Path) -> None:
    refused = commands.fed(b"", "create", "x", "https://hooks.example.com/", "--event", "prompt.created", "--secret")
    assert refused.status != 0
    assert "no secret" in refused.err
