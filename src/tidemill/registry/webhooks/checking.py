"""What a webhook may be: its name, its events and its texts."""

import re
from collections.abc import Sequence

from tidemill.kit.errors import InvalidError, TooLargeError
from tidemill.registry.webhooks.events import EVENTS

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
_LONGEST_DESCRIPTION = 5000
_SHOWN = 100


def check_name(name: str) -> None:
    """Raise InvalidError for a name that MLflow would not take either."""
    if not name:
        raise InvalidError("a webhook has a name", hint="give one of up to 63 letters, digits and . _ -")
    if not _NAME.fullmatch(name):
        raise InvalidError(
            f"Webhook name {name[:_SHOWN]!r} is invalid.",
            hint="use up to 63 letters, digits and . _ -, a letter or digit first and last",
        )


def check_description(description: str) -> None:
    """Raise TooLargeError for one that is too long."""
    if len(description) > _LONGEST_DESCRIPTION:
        raise TooLargeError(
            f"the description has {len(description)} characters, and {_LONGEST_DESCRIPTION} are the most"
        )


def checked_events(events: Sequence[str]) -> list[str]:
    """The events without repetitions, in order. Raises InvalidError for none, and for what is no event."""
    if not events:
        raise InvalidError("a webhook has at least one event", hint="such as model_version.created")
    for event in events:
        if event not in EVENTS:
            entity = event.partition(".")[0]
            near = sorted(each for each in EVENTS if each.partition(".")[0] == entity) or sorted(EVENTS)
            raise InvalidError(f"there is no event {event[:_SHOWN]!r}", hint=f"one of {', '.join(near)}")
    return sorted(set(events))
