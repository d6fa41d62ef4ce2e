"""Groups of commands that know their commands by name, and load one when it is asked for."""

import difflib
from collections.abc import Mapping
from pkgutil import resolve_name
from typing import Any

import click
from click.shell_completion import CompletionItem

from tidemill.cli import failing

Table = Mapping[str, tuple[str, str]]
"""Name → where the command lives ("package.module:name") and what it does in a line."""


class LazyGroup(click.Group):
    """Nothing is imported until a command is called, so that help and completion are instant."""

    def __init__(self, *args: Any, table: Table, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return resolve_name(self._table[cmd_name][0]) if cmd_name in self._table else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in self._table:
            path = ctx.command_path
            near = difflib.get_close_matches(args[0], self._table, n=1, cutoff=0.5)
            hint = f"did you mean `{path} {near[0]}`?" if near else f"`{path} --help` lists the commands"
            raise failing.UnknownCommandError(f"there is no command {args[0]!r}", hint, ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in self._table.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        found = ((name, summary) for name, (_, summary) in self._table.items() if name.startswith(incomplete))
        return [CompletionItem(name, help=summary) for name, summary in found]
