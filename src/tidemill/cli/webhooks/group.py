"""The commands below `tidemill webhook`."""

import click

from tidemill.cli.lazy import LazyGroup

_HERE = "tidemill.cli.webhooks"
COMMANDS = {
    "create": (f"{_HERE}.making:create", "Have a URL told of changes of models."),
    "list": (f"{_HERE}.listing:list_webhooks", "List webhooks, the newest first."),
    "enable": (f"{_HERE}.making:enable", "Switch a webhook on."),
    "disable": (f"{_HERE}.making:disable", "Switch a webhook off: what changes meanwhile it is not told."),
    "delete": (f"{_HERE}.making:delete", "Remove a webhook, with what it was to be told."),
    "test": (f"{_HERE}.making:test", "Send an example, and show the answer."),
    "deliveries": (f"{_HERE}.listing:deliveries", "Show what a webhook was told, and what came of it."),
    "resend": (f"{_HERE}.making:resend", "Send a delivery once more."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def webhook() -> None:
    """Tell other systems of changes of models: signed requests, repeated until they are taken."""
