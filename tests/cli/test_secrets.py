"""`tidemill secret` against a running server: values come by prompt or standard input, and never come back."""

import os
import pty
import select
import subprocess

import pytest

from tests.cli.conftest import COMMAND, Answer, Cli
from tests.plugins.server import TidemillProcess

VALUE = "correct-horse-battery-staple"


class Commands:
    """The command, with the server's address in its environment."""

    def __init__(self, cli: Cli, server: TidemillProcess) -> None:
        self._cli = cli
        self._env = {"TIDEMILL_URI": server.uri}

    def __call__(self, *words: str) -> Answer:
        return self._cli(*words, env=self._env)

    def fed(self, content: bytes, *words: str) -> Answer:
        """What a command says that gets this as its standard input."""
        done = subprocess.run(
            [*COMMAND, *words], env=self._cli.environment(**self._env), input=content, capture_output=True, check=False
        )
        return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())

    def typed(self, *words: str, answers: list[str]) -> str:
        """All that a terminal shows while these answers are typed at its prompts; the command succeeds."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [*COMMAND, *words], env=self._cli.environment(**self._env), stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        shown = ""
        for answer in [*answers, ""]:
            before = len(shown)
            while answer and not shown[before:].endswith(": "):
                assert select.select([ours], [], [], 30)[0], shown
                shown += os.read(ours, 4096).decode()
            os.write(ours, f"{answer}\n".encode() if answer else b"")
        assert process.wait(30) == 0, shown
        while select.select([ours], [], [], 0)[0]:
            try:
                shown += os.read(ours, 4096).decode()
            except OSError:
                break
        os.close(ours)
        return shown


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory, tidemill_server: TidemillProcess) -> Commands:
    return Commands(Cli(tmp_path_factory.mktemp("secrets")), tidemill_server)


def test_a_job_gets_what_came_by_standard_input(commands: Commands) -> None:
    assert VALUE not in commands.fed(f"{VALUE}\n".encode(), "secret", "set", "PIPED").ok().err
    script = f'test "$PIPED$TOKEN" = {VALUE}{VALUE} && echo "it is $TOKEN"'
    said = commands("job", "submit", "--secret", "PIPED", "--secret", "TOKEN=PIPED", "-f", "--", "sh", "-c", script)
    assert said.ok().out == "it is ***\n"


def test_what_is_typed_is_asked_for_twice_and_not_shown(commands: Commands) -> None:
    shown = commands.typed("secret", "set", "TYPED", answers=[VALUE, VALUE])
    assert "Set TYPED" in shown
    assert VALUE not in shown
    assert "TYPED" in commands("secret", "list").ok().out


def test_it_is_listed_by_name_and_time_until_it_is_deleted(commands: Commands) -> None:
    commands.fed(b"some value", "secret", "set", "LISTED").ok()
    (row,) = [each for each in commands("secret", "list", "-o", "json").rows() if each["name"] == "LISTED"]
    assert set(row) == {"name", "changed_ms"}
    commands("secret", "delete", "LISTED").ok()
    assert "LISTED" not in commands("secret", "list").ok().out
    commands("secret", "delete", "LISTED").fails("no secret named 'LISTED'", "tidemill secret list")


def test_what_cannot_be_kept_is_refused(commands: Commands) -> None:
    commands.fed(b"", "secret", "set", "EMPTY").fails("is not empty")
    commands.fed(b"\xff", "secret", "set", "BYTES").fails("is no text", "base64")
    commands.fed(b"x", "secret", "set", "not a name").fails("cannot name a secret")
    assert commands("secret", "set", "NAME", VALUE).status == 2


def test_a_job_that_names_none_of_the_workspaces_is_refused(commands: Commands) -> None:
    commands("job", "submit", "--secret", "MISSING", "--", "true").fails(
        "no secret named 'MISSING'", "tidemill secret set"
    )
