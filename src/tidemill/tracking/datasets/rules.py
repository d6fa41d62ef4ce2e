"""What datasets may be called and how much they may hold."""

from collections.abc import Sequence

from tidemill.core.search import is_storable
from tidemill.kit.errors import InvalidError, TooLargeError
from tidemill.tracking.experiments.models import Tag
from tidemill.tracking.names import MAX_KEY_LENGTH, MAX_TAG_LENGTH

MAX_NAME_LENGTH = 500
MAX_TAGS = 1000
MAX_EXPERIMENTS = 1000
"""Experiments that one call may name."""
MAX_RECORDS = 50_000
"""Records that one call may say, delete or list."""
MAX_RECORD_BYTES = 8 * 1024 * 1024
MAX_PAGE_BYTES = 32 * 1024 * 1024
"""A page of records ends here, however many were asked for; one record always fits."""


def check_name(name: str) -> None:
    """Return if this may be a dataset's name, else raise InvalidError."""
    check_text(name, "name", MAX_NAME_LENGTH)


def check_tags(tags: Sequence[Tag]) -> None:
    """Return if these may be tags of a dataset, else raise InvalidError or TooLargeError."""
    for tag in tags:
        if not tag.key:
            raise InvalidError("a key of the parameter 'tags' is empty", hint="give each tag a name")
        check_text(tag.key, "key", MAX_KEY_LENGTH)
        check_text(tag.value, "value", MAX_TAG_LENGTH)
    check_count("tags", len(tags), MAX_TAGS)


def check_count(what: str, count: int, limit: int) -> None:
    """Return if one call may hold so many, else raise TooLargeError."""
    if count > limit:
        raise TooLargeError(f"{count} {what} are too many: a call takes {limit}", hint="send them in several calls")


def check_text(text: str, parameter: str, limit: int) -> None:
    """Return if either database can hold the text and it is not too long, else raise InvalidError."""
    if len(text) > limit:
        raise InvalidError(
            f"'{parameter}' exceeds the maximum length of {limit} characters",
            hint="shorten it; long text belongs in a record or in an artifact",
        )
    if not is_storable(text):
        raise InvalidError(
            f"'{parameter}' has a NUL character or half of a surrogate pair in it", hint="take the character out"
        )
