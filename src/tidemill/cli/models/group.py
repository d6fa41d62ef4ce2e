"""The commands below `tidemill model`."""

import click

from tidemill.cli.lazy import LazyGroup

COMMANDS = {
    "list": ("tidemill.cli.models.listing:list_models", "List registered models."),
    "show": ("tidemill.cli.models.showing:show", "Show a model, or a version with its checks."),
    "versions": ("tidemill.cli.models.listing:versions", "List the versions of a model."),
    "register": ("tidemill.cli.models.registering:register", "Register a model as the next version of a name."),
    "alias": ("tidemill.cli.models.registering:alias", "Give an alias to a version, or take it away."),
    "stage": ("tidemill.cli.models.registering:stage", "Take a version to a stage."),
    "promote": ("tidemill.cli.models.promoting:promote", "Show the checks of a version, and promote it."),
    "rule": ("tidemill.cli.models.promoting:rule", "Show or set who may promote, and what must be green."),
    "check": ("tidemill.cli.models.promoting:check", "Report how a check of a version ended."),
    "card": ("tidemill.cli.models.describing:card", "Print or set the card of a model or version."),
    "lineage": ("tidemill.cli.models.describing:lineage", "Show where a version came from, and what came of it."),
    "compare": ("tidemill.cli.models.describing:compare", "Show what differs between two versions."),
    "delete": ("tidemill.cli.models.describing:delete", "Delete a model, or a version."),
    "predict": ("tidemill.cli.models.predicting:predict", "Ask a model: rows in, predictions out."),
    "validate": ("tidemill.cli.models.validating:validate", "Look for what is wrong with a model."),
    "package": ("tidemill.cli.models.packing:package", "Write what a container that asks a model is built from."),
    "export": ("tidemill.cli.models.exporting:export", "Convert a model to ONNX, proven on its own example."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def model() -> None:
    """Register, promote, ask, check and pack models.

    \b
    NAME/VERSION is a registered version: churn/7, churn@champion, churn/latest
    MODEL is a folder with an MLmodel file, an archive of one, or an address at a server:
    models:/NAME/VERSION, models:/NAME@ALIAS, models:/m-ID, runs:/RUN/PATH
    """
