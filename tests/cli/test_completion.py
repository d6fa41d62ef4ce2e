"""Shells complete our commands, options and values."""

import subprocess

import pytest

from tests.cli.conftest import Cli

SHELLS = ("bash", "zsh", "fish")


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_asks_our_own_command(cli: Cli, shell: str) -> None:
    script = cli("completion", shell).ok().out
    assert f"_TIDEMILL_COMPLETE={shell}_complete" in script


def test_bash_takes_the_script(cli: Cli) -> None:
    script = cli("completion", "bash").ok().out
    subprocess.run(["bash", "-c", f"{script}\ncomplete -p tidemill"], check=True, capture_output=True)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("tidemill sta", ["status"]),
        ("tidemill d", ["down", "demo", "doctor"]),
        ("tidemill up --po", ["--port"]),
        ("tidemill status -o ", ["table", "json", "yaml", "csv"]),
        ("tidemill completion f", ["fish"]),
        ("tidemill up --log-level ", ["debug", "info", "warning", "error"]),
    ],
)
def test_what_is_typed_is_completed(cli: Cli, typed: str, offered: list[str]) -> None:
    position = str(len(typed.split(" ")) - 1)
    asked = {"_TIDEMILL_COMPLETE": "bash_complete", "COMP_WORDS": typed, "COMP_CWORD": position}
    assert [line.split(",")[1] for line in cli(env=asked).out.splitlines()] == offered


def test_a_data_directory_is_completed_as_a_directory(cli: Cli) -> None:
    asked = {"_TIDEMILL_COMPLETE": "bash_complete", "COMP_WORDS": "tidemill up --data-dir ", "COMP_CWORD": "3"}
    assert cli(env=asked).out.startswith("dir,")
