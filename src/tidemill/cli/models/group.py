"""The commands below `tidemill model`."""

import click

from tidemill.cli.lazy import LazyGroup

COMMANDS = {
    "predict": ("tidemill.cli.models.predicting:predict", "Ask a model: rows in, predictions out."),
    "validate": ("tidemill.cli.models.validating:validate", "Look for what is wrong with a model."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def model() -> None:
    """Ask, check and pack models.

    \b
    MODEL is a folder with an MLmodel file, an archive of one, or an address at a server:
    models:/NAME/VERSION, models:/NAME@ALIAS, models:/m-ID, runs:/RUN/PATH
    """
