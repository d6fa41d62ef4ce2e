"""How what goes wrong reaches the terminal: one line of what and why, one line of what to do, never a traceback."""

import errno
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from pkgutil import resolve_name

import click

from tidemill.kit.errors import TidemillError

FAILED = 1
MISUSED = 2
INTERRUPTED = 130

_HINTS = {
    errno.ENOSPC: "free some space on its disk; `tidemill gc` removes what nothing points to",
    errno.EDQUOT: "free some of your quota; `tidemill gc` removes what nothing points to",
    errno.EACCES: "check who owns it, or name another place",
    errno.EPERM: "check who owns it, or name another place",
    errno.EROFS: "its disk is mounted read-only: name another place",
    errno.ENOTDIR: "a file stands where a directory must be: name another place",
    errno.ENOENT: "check the path",
}


def run(command: Callable[[], object]) -> int:
    """Run a click command that was told not to handle errors itself; returns the exit status."""
    try:
        status = command()
    except TidemillError as error:
        _say(error.message, error.hint)
        return FAILED
    except click.UsageError as error:
        _say(*_misuse(error))
        return MISUSED
    except click.ClickException as error:
        _say(error.format_message(), "`tidemill --help` shows every command")
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("", err=True)
        return INTERRUPTED
    except OSError as error:
        _say(*_refusal(error))
        return FAILED
    except Exception as error:  # noqa: BLE001 - whatever it is, the user gets a line and the trace goes to a file
        _say(*_defect(error))
        return FAILED
    return status if isinstance(status, int) else 0


def _say(message: str, hint: str | None) -> None:
    # By name: only what goes wrong loads the settings.
    colour = None if resolve_name("tidemill.core.settings:wants_colour")() else False
    click.echo(f"{click.style('error:', fg='red', bold=True)} {message}", err=True, color=colour)
    if hint:
        click.echo(f"{click.style('hint:', fg='cyan', bold=True)} {hint}", err=True, color=colour)


def _misuse(error: click.UsageError) -> tuple[str, str]:
    path = error.ctx.command_path if error.ctx is not None else "tidemill"
    if isinstance(error, click.NoSuchOption):
        near = sorted(error.possibilities or ())
        suggestion = f"did you mean {' or '.join(near)}? " if near else ""
        return f"`{path}` has no option {error.option_name}", f"{suggestion}`{path} --help` lists them"
    if isinstance(error, UnknownCommandError):
        return error.message, error.hint
    message = " ".join(error.format_message().split()).rstrip(".")
    return message[:1].lower() + message[1:], f"`{path} --help` shows how it is used"


class UnknownCommandError(click.UsageError):
    """A command that is not there, and the one that was probably meant."""

    def __init__(self, message: str, hint: str, ctx: click.Context) -> None:
        super().__init__(message, ctx)
        self.hint = hint


def _refusal(error: OSError) -> tuple[str, str | None]:
    """What the system refused, of which file, and what usually helps."""
    place = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
    reason = error.strerror or str(error) or type(error).__name__
    return f"{place}{reason[:1].lower()}{reason[1:]}", _HINTS.get(error.errno or 0)


def _defect(error: Exception) -> tuple[str, str]:
    with tempfile.NamedTemporaryFile("w", prefix="tidemill-", suffix=".log", delete=False) as file:
        file.write(f"{sys.argv}\n")
        traceback.print_exception(error, file=file)
    text = str(error).splitlines()
    message = f"unexpected {type(error).__name__}{': ' + text[0] if text else ''}"
    return message, f"this is a defect of Tidemill: please report it, with the trace in {file.name}"
