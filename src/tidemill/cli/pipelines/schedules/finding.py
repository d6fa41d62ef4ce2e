"""Schedules as people name them, and their completion."""

from collections.abc import Callable
from typing import Any

import click
from click.shell_completion import CompletionItem

from tidemill.cli.reaching import client_told
from tidemill.kit.errors import InvalidError, NotFoundError, TidemillError
from tidemill.sdk.schedules import Schedules

_ID_LENGTH = 36
_LEAST_PREFIX = 4
_MOST_LOOKED_AT = 1000
_COMPLETED = 50

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def schedule_argument() -> Decorator:
    """A schedule by its name, its id, or the begin of its id."""
    return click.argument("schedule", metavar="SCHEDULE", shell_complete=_schedules)


def find_schedule(schedules: Schedules, told: str) -> str:
    """The id of a schedule by its id, its name, or the begin of an id. Raises NotFoundError, InvalidError."""
    if len(told) == _ID_LENGTH and told.count("-") == 4:
        return told
    named = schedules.list_all(_MOST_LOOKED_AT, name=told)[0] if told else []
    begun = list[Any]()
    if not named and len(told) >= _LEAST_PREFIX:
        begun = [each for each in schedules.list_all(_MOST_LOOKED_AT)[0] if each.id.startswith(told)]
    found = named or begun
    if len(found) == 1:
        return found[0].id
    if found:
        ids = ", ".join(each.id for each in found[:5])
        raise InvalidError(f"{len(found)} schedules are called {told!r}", hint=f"name one by its id: {ids}")
    raise NotFoundError(f"no schedule has the name or id {told!r}", hint="`tidemill pipeline schedule list` shows them")


def _schedules(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of schedules. Where no server answers, nothing is offered."""
    try:
        with client_told(context) as client:
            found = Schedules(client).list_all(_MOST_LOOKED_AT)[0]
    except (TidemillError, OSError):
        return []
    return [CompletionItem(each.name, help=each.words) for each in found if each.name.startswith(incomplete)][
        :_COMPLETED
    ]
