"""Webhooks as people name them, and their completion."""

from collections.abc import Callable
from typing import Any

import click
from click.shell_completion import CompletionItem

from tidemill.cli.reaching import client_told
from tidemill.kit.errors import InvalidError, NotFoundError, TidemillError
from tidemill.sdk.webhooks import Webhooks

_LEAST_PREFIX = 4

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def webhook_argument() -> Decorator:
    """A webhook by its name, its id, or the begin of its id."""
    return click.argument("webhook", metavar="WEBHOOK", shell_complete=_webhooks)


def find_webhook(webhooks: Webhooks, told: str) -> str:
    """The id of a webhook by its name, its id, or the begin of an id. Raises NotFoundError, InvalidError."""
    known = webhooks.list_all()
    named = [each for each in known if told in (each.name, each.id)]
    begun = [each for each in known if len(told) >= _LEAST_PREFIX and each.id.startswith(told)]
    found = named or begun
    if len(found) == 1:
        return found[0].id
    if found:
        ids = ", ".join(each.id for each in found[:5])
        raise InvalidError(f"{len(found)} webhooks are called {told!r}", hint=f"name one by its id: {ids}")
    raise NotFoundError(f"no webhook has the name or id {told!r}", hint="`tidemill webhook list` shows them")


def _webhooks(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of webhooks. Where no server answers, nothing is offered."""
    try:
        with client_told(context) as client:
            found = Webhooks(client).list_all()
    except (TidemillError, OSError):
        return []
    return [CompletionItem(each.name, help=each.url) for each in found if each.name.startswith(incomplete)]
