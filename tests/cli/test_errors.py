"""Whatever goes wrong, the user reads what, why and what to do, and never a traceback."""

import subprocess
from pathlib import Path

import click
import pytest

from tests.cli.conftest import COMMAND, Cli
from tidemill.cli import failing
from tidemill.kit.errors import NotFoundError


@pytest.mark.parametrize(
    ("words", "phrases"),
    [
        (["stats"], ["no command 'stats'", "did you mean `tidemill status`?"]),
        (["zebra"], ["no command 'zebra'", "`tidemill --help`"]),
        (["up", "--prot", "1"], ["no option --prot", "--port", "`tidemill up --help`"]),
        (["up", "--port", "many"], ["'many' is not a valid integer", "`tidemill up --help`"]),
        (["status", "-o", "xml"], ["'xml' is not one of", "json", "`tidemill status --help`"]),
        (["completion"], ["missing argument", "`tidemill completion --help`"]),
        (["config", "lits"], ["lits", "`tidemill config --help`"]),
        (["gc", "--age", "soon"], ["'soon' is not a duration", "1h", "`tidemill gc --help`"]),
        (["status", "extra"], ["unexpected extra argument", "`tidemill status --help`"]),
    ],
)
def test_a_misused_command_says_how_it_is_used(cli: Cli, words: list[str], phrases: list[str]) -> None:
    cli(*words).fails(*phrases, status=2)


@pytest.mark.parametrize(
    ("words", "phrases"),
    [
        (["up", "--data-dir", "/dev/null"], ["/dev/null is not a directory", "--data-dir"]),
        (["up", "-d", "--data-dir", "/dev/null/below"], ["/dev/null/below cannot be used", "--data-dir"]),
        (["up", "--data-dir", "/proc/tidemill"], ["/proc/tidemill cannot be used", "--data-dir"]),
        (["up", "--port", "70000"], ["port cannot be 70000", "0 to 65535"]),
        (["up", "-d", "--port", "70000"], ["port cannot be 70000", "0 to 65535"]),
        (["up", "--host", "192.0.2.1"], ["192.0.2.1 can be reached by others", "127.0.0.1"]),
        (["up", "--port", "0", "--database", "tide"], ["'tide' is not a database URL", "sqlite:///PATH"]),
        (["up", "--port", "0", "--database", "mysql://x"], ["mysql is not a supported database", "sqlite:///PATH"]),
        (["up", "--port", "0", "--database", "postgresql://127.0.0.1:1/x"], ["refused", "--database"]),
        (["up", "--port", "0", "--database", "sqlite:////proc/x/y.db"], ["/proc/x", "check"]),
        (["up", "--port", "0", "--artifacts", "ftp://x"], ["no artifact store for ftp://", "s3://"]),
        (["fsck"], ["there is no database at", "--data-dir"]),
        (["gc"], ["there is no database at", "--data-dir"]),
        (["demo", "--remove"], ["there is no database at", "--data-dir"]),
    ],
)
def test_what_cannot_be_done_says_why_and_what_to_do(cli: Cli, words: list[str], phrases: list[str]) -> None:
    cli(*words).fails(*phrases)


def test_a_setting_of_the_wrong_kind_names_its_origin(cli: Cli) -> None:
    cli("config", "list", env={"TIDEMILL_PORT": "high"}).fails("environment says 'high'", "TIDEMILL_PORT")


def test_a_setting_that_has_few_values_names_them(cli: Cli) -> None:
    cli("config", "list", env={"TIDEMILL_LOG_LEVEL": "loud"}).fails(
        "environment says", "'loud'", "debug, info, warning, error"
    )


def test_an_unknown_line_of_the_file_is_named(cli: Cli) -> None:
    (cli.home / ".tidemill").mkdir()
    (cli.home / ".tidemill" / "config.toml").write_text("prot = 5\n")
    cli("status").fails("config.toml has 'prot'", "`tidemill config list`")


def test_a_reader_that_leaves_early_is_no_error(cli: Cli) -> None:
    pipeline = f"{' '.join(COMMAND)} config list -o json | head -c 1"
    done = subprocess.run(["bash", "-c", pipeline], env=cli.environment(), capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[", "")


class TestATerminal:
    """What a person sees: `script` runs a command on a terminal of its own."""

    @pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
    @pytest.mark.parametrize("words", ["stats", "doctor --port 0"])
    def test_has_colours_unless_the_user_wants_none(
        self, cli: Cli, words: str, variables: dict[str, str], coloured: bool
    ) -> None:
        said = subprocess.run(
            ["script", "-qec", f"{' '.join(COMMAND)} {words}", "/dev/null"],
            cwd=cli.home,
            env=cli.environment(**variables),
            capture_output=True,
            check=False,
        )
        assert (b"\x1b[" in said.stdout) is coloured

    def test_that_lacks_a_letter_is_shown_its_number(self, cli: Cli) -> None:
        answer = cli("status", "--data-dir", "mill-潮", env={"PYTHONIOENCODING": "iso-8859-1"})
        assert answer.status == 3
        assert "mill-\\u6f6e" in answer.out
        cli("up", "--data-dir", "/dev/null/潮", env={"PYTHONIOENCODING": "iso-8859-1"}).fails("\\u6f6e cannot be used")


class TestTheLastResort:
    def test_is_one_line_and_a_trace_in_a_file(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert failing.run(lambda: {}["tide"]) == 1
        error, hint = capsys.readouterr().err.splitlines()
        assert error == "error: unexpected KeyError: 'tide'"
        trace = Path(hint.split()[-1])
        assert "Traceback" in trace.read_text()
        trace.unlink()

    def test_takes_a_system_error_for_what_it_says(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert failing.run(Path("/nonexistent/file").read_bytes) == 1
        assert capsys.readouterr().err.startswith("error: /nonexistent/file: no such file or directory\nhint: ")

    def test_ends_quietly_when_the_user_interrupts(self, capsys: pytest.CaptureFixture[str]) -> None:
        def interrupt() -> None:
            raise click.Abort

        assert failing.run(interrupt) == 130
        assert capsys.readouterr().err == "\n"

    def test_shows_an_error_that_has_no_hint_alone(self, capsys: pytest.CaptureFixture[str]) -> None:
        def miss() -> None:
            raise NotFoundError("no such thing")

        assert failing.run(miss) == 1
        assert capsys.readouterr().err == "error: no such thing\n"
