"""`tidemill secret`: passwords and keys that jobs are given by name."""

import sys
from datetime import UTC, datetime

import click
import msgspec

from tidemill.cli.output import output_option, show_rows
from tidemill.cli.reaching import client_options
from tidemill.kit.errors import InvalidError
from tidemill.sdk.client import Client

_COLUMNS = ("name", "changed")


@click.group()
def secret() -> None:
    """Keep passwords and keys for jobs. What is kept is never shown again."""


@secret.command("set")
@click.argument("name", metavar="NAME")
@client_options
def set_secret(*, client: Client, name: str) -> None:
    """Set a secret: its value is asked for, or read from standard input, without the line feed at its end.

    \b
    tidemill secret set HF_TOKEN
    tidemill secret set DEPLOY_KEY < key.pem
    """
    client.set_secret(name, _value(name))
    click.echo(f"Set {name}", err=True)


@secret.command("list")
@output_option
@client_options
def list_secrets(*, client: Client, output: str) -> None:
    """List the names of secrets, and when each was set."""
    found = client.secrets()
    if output in ("json", "yaml"):
        show_rows([msgspec.to_builtins(each) for each in found], output, _COLUMNS)
    else:
        show_rows([{"name": each.name, "changed": _time(each.changed_ms)} for each in found], output, _COLUMNS)


@secret.command("delete")
@click.argument("name", metavar="NAME")
@client_options
def delete_secret(*, client: Client, name: str) -> None:
    """Delete a secret; jobs that run with it keep what they have."""
    client.delete_secret(name)
    click.echo(f"Deleted {name}", err=True)


def _value(name: str) -> str:
    """Never of the command line, which histories and lists of processes show to others."""
    if sys.stdin.isatty():
        told: str = click.prompt(f"Value of {name}", hide_input=True, confirmation_prompt=True, err=True)
        return told
    try:
        content = sys.stdin.buffer.read().decode()
    except UnicodeDecodeError:
        raise InvalidError("standard input is no text", hint="encode it, as with `base64`") from None
    return content.removesuffix("\n").removesuffix("\r")


def _time(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone().isoformat(" ", "seconds")
