"""`tidemill model validate`."""

import click

from tidemill.cli.models.sources import allow_pickle_option, model_argument, opened
from tidemill.cli.output import output_option, show_rows
from tidemill.cli.reaching import client_options
from tidemill.flavors import checking
from tidemill.sdk.client import Client

_COLUMNS = ("check", "state", "message", "hint")


@click.command()
@model_argument
@allow_pickle_option
@output_option
@client_options
def validate(*, client: Client, model: str, allow_pickle: bool, output: str) -> int:
    """Look for what is wrong with a model: its files, their digests, its signature, what it needs, its own example.

    Ends with 1 where something failed. A warning is no failure.

    \b
    tidemill model validate ./model
    tidemill model validate models:/iris/3 --allow-pickle -o json
    """
    with opened(model, client) as folder:
        findings = list(checking.check(folder, allow_pickle=allow_pickle))
    rows = [
        {"check": one.check, "state": one.state, "message": one.message, "hint": one.hint or None} for one in findings
    ]
    show_rows(rows, output, _COLUMNS)
    return 1 if any(one.state == checking.FAILED for one in findings) else 0
