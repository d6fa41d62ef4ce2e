"""`tidemill webhook create`, `enable`, `disable`, `delete`, `test` and `resend`."""

import sys

import click

from tidemill.cli.reaching import client_options
from tidemill.cli.webhooks.finding import find_webhook, webhook_argument
from tidemill.kit.errors import InvalidError, UnavailableError
from tidemill.sdk.client import Client
from tidemill.sdk.webhook_messages import NewWebhook
from tidemill.sdk.webhooks import Webhooks


@click.command()
@click.argument("name", metavar="NAME")
@click.argument("url", metavar="URL")
@click.option(
    "--event", "events", multiple=True, required=True, metavar="EVENT", help="such as model_version.created; several"
)
@click.option("--description", default="", help="what it is for")
@click.option("--secret", "asks_secret", is_flag=True, help="ask for a secret to sign with, or read it from stdin")
@client_options
def create(
    *, client: Client, name: str, url: str, events: tuple[str, ...], description: str, asks_secret: bool
) -> None:
    """Have a URL told of changes of models.

    \b
    tidemill webhook create ci https://ci.example/hook --event model_version.created --secret
    """
    secret = _secret() if asks_secret else ""
    made = Webhooks(client).create(NewWebhook(name, url, list(events), description, secret))
    click.echo(made.id)


@click.command()
@webhook_argument()
@client_options
def enable(*, client: Client, webhook: str) -> None:
    """Switch a webhook on. What waited when it was switched off is sent now."""
    webhooks = Webhooks(client)
    click.echo(f"On: {webhooks.switch(find_webhook(webhooks, webhook), on=True).id}")


@click.command()
@webhook_argument()
@client_options
def disable(*, client: Client, webhook: str) -> None:
    """Switch a webhook off: of what changes meanwhile it is not told."""
    webhooks = Webhooks(client)
    click.echo(f"Off: {webhooks.switch(find_webhook(webhooks, webhook), on=False).id}")


@click.command()
@webhook_argument()
@client_options
def delete(*, client: Client, webhook: str) -> None:
    """Remove a webhook, with what it was told and was to be told."""
    webhooks = Webhooks(client)
    webhook_id = find_webhook(webhooks, webhook)
    webhooks.delete(webhook_id)
    click.echo(f"Deleted {webhook_id}")


@click.command()
@webhook_argument()
@click.option("--event", default="", metavar="EVENT", help="of which event; else of its first one")
@client_options
def test(*, client: Client, webhook: str, event: str) -> None:
    """Send an example, and show the answer. Fails where it is not taken."""
    webhooks = Webhooks(client)
    trial = webhooks.test(find_webhook(webhooks, webhook), event)
    if trial.status is not None:
        click.echo(f"{trial.status} {trial.body or ''}".rstrip())
    if not trial.success:
        raise UnavailableError(trial.error or f"the example was answered with {trial.status}")


@click.command()
@webhook_argument()
@click.argument("delivery", metavar="DELIVERY")
@client_options
def resend(*, client: Client, webhook: str, delivery: str) -> None:
    """Send a delivery that is over once more: DELIVERY is its id, as `deliveries` shows it."""
    webhooks = Webhooks(client)
    click.echo(f"To be sent: {webhooks.resend(find_webhook(webhooks, webhook), delivery).id}")


def _secret() -> str:
    """Never of the command line, which histories and lists of processes show to others."""
    if sys.stdin.isatty():
        told: str = click.prompt("Secret", hide_input=True, confirmation_prompt=True, err=True)
        return told
    if not (told := sys.stdin.readline().removesuffix("\n").removesuffix("\r")):
        raise InvalidError("standard input holds no secret", hint="give one line, or leave out --secret")
    return told
