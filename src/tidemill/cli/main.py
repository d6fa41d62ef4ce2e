"""The root of the command tree."""

import difflib
import sys
from collections.abc import Sequence
from functools import partial
from io import TextIOWrapper
from pkgutil import resolve_name
from typing import TextIO

import click
from click.shell_completion import CompletionItem

from tidemill.cli import failing

# Where each command lives. Nothing is imported until it is called, so that `--help` is instant.
COMMANDS = {
    "up": ("tidemill.cli.up:up", "Start the server."),
    "down": ("tidemill.cli.down:down", "Stop the server."),
    "status": ("tidemill.cli.status:status", "Show whether the server runs, and how it fares."),
    "demo": ("tidemill.cli.demo:demo", "Start the server and train real models against it."),
    "doctor": ("tidemill.cli.doctor:doctor", "Look for what is amiss, and say how to mend it."),
    "fsck": ("tidemill.cli.fsck:fsck", "Verify every stored byte."),
    "gc": ("tidemill.cli.gc:gc", "Free what nothing points to."),
    "config": ("tidemill.cli.config:config", "Show settings and where their values come from."),
    "completion": ("tidemill.cli.completion:completion", "Print the shell's completion script."),
}


class LazyGroup(click.Group):
    """A group that knows its commands by name, and loads one when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return resolve_name(COMMANDS[cmd_name][0]) if cmd_name in COMMANDS else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            near = difflib.get_close_matches(args[0], COMMANDS, n=1, cutoff=0.5)
            hint = f"did you mean `tidemill {near[0]}`?" if near else "`tidemill --help` lists the commands"
            raise failing.UnknownCommandError(f"there is no command {args[0]!r}", hint, ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        found = ((name, summary) for name, (_, summary) in COMMANDS.items() if name.startswith(incomplete))
        return [CompletionItem(name, help=summary) for name, summary in found]


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(package_name="tidemill", prog_name="tidemill", message="%(prog)s %(version)s")
@click.pass_context
def root(context: click.Context) -> None:
    """Tidemill: one machine-learning platform, started with one command."""
    # By name: help, which never comes here, needs no settings.
    if not resolve_name("tidemill.core.settings:wants_colour")():
        context.color = False


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and exit: 0 done, 1 failed, 2 misused, 130 interrupted, others as the command's help says."""
    _spare_what_cannot_be_shown(sys.stdout, sys.stderr)
    sys.exit(failing.run(partial(root, arguments, prog_name="tidemill", standalone_mode=False)))


def _spare_what_cannot_be_shown(*streams: TextIO) -> None:
    """A name in letters that the terminal's encoding lacks is shown by number; a whole command does not fail for it."""
    for stream in streams:
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
