"""The root of the command tree, and how errors reach the terminal."""

import sys
from importlib.metadata import version
from pkgutil import resolve_name

import click

from tidemill.kit.errors import TidemillError

# Where each command lives. Nothing is imported until it is called, so that `--help` is instant.
COMMANDS = {
    "up": ("tidemill.cli.up:up", "Start the server."),
    "down": ("tidemill.cli.down:down", "Stop the server."),
    "status": ("tidemill.cli.status:status", "Show whether the server runs, and how it fares."),
    "config": ("tidemill.cli.config:config", "Show settings and where their values come from."),
}


class LazyGroup(click.Group):
    """A group that knows its commands by name, and loads one when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return resolve_name(COMMANDS[cmd_name][0]) if cmd_name in COMMANDS else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(version("tidemill"), prog_name="tidemill")
def root() -> None:
    """Tidemill: one machine-learning platform, started with one command."""


def main() -> None:
    """Run a command; a user's error ends it with what, why and a hint on the terminal, and exit status 1."""
    try:
        root(prog_name="tidemill")
    except TidemillError as error:
        click.echo(f"error: {error.message}", err=True)
        if error.hint:
            click.echo(f"hint: {error.hint}", err=True)
        sys.exit(1)
