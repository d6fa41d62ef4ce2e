"""The root of the command tree."""

import sys
from collections.abc import Sequence
from functools import partial
from io import TextIOWrapper
from pkgutil import resolve_name
from typing import TextIO

import click

from tidemill.cli import failing
from tidemill.cli.lazy import LazyGroup

# Where each command lives. Nothing is imported until it is called, so that `--help` is instant.
COMMANDS = {
    "up": ("tidemill.cli.up:up", "Start the server."),
    "down": ("tidemill.cli.down:down", "Stop the server."),
    "status": ("tidemill.cli.status:status", "Show whether the server runs, and how it fares."),
    "job": ("tidemill.cli.jobs.group:job", "Run commands on machines, and look after them."),
    "pipeline": ("tidemill.cli.pipelines.group:pipeline", "Run pipelines, and look after their runs."),
    "model": ("tidemill.cli.models.group:model", "Register, promote, ask, check and pack models."),
    "init": ("tidemill.cli.init:init", "Begin a project of a template: a pipeline on data, with tests."),
    "node": ("tidemill.cli.nodes:node", "Look at machines; close and open them for work."),
    "quota": ("tidemill.cli.quotas:quota", "Show and set what workspaces may hold at once."),
    "secret": ("tidemill.cli.secrets:secret", "Keep passwords and keys for jobs."),
    "webhook": ("tidemill.cli.webhooks.group:webhook", "Tell other systems of changes of models."),
    "env": ("tidemill.cli.environments:env", "Look at, build and remove what jobs find installed."),
    "demo": ("tidemill.cli.demo:demo", "Start the server and train real models against it."),
    "doctor": ("tidemill.cli.doctor:doctor", "Look for what is amiss, and say how to mend it."),
    "fsck": ("tidemill.cli.fsck:fsck", "Verify every stored byte."),
    "gc": ("tidemill.cli.gc:gc", "Free what nothing points to."),
    "config": ("tidemill.cli.config:config", "Show settings and where their values come from."),
    "completion": ("tidemill.cli.completion:completion", "Print the shell's completion script."),
}


@click.group(
    cls=LazyGroup, table=COMMANDS, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120}
)
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
