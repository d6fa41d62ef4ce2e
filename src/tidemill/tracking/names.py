"""What keys of params, tags and metrics may look like: MLflow's rules, with its messages."""

import json
import posixpath
import re
from functools import lru_cache

from tidemill.kit.errors import InvalidError

MAX_KEY_LENGTH = 250
MAX_PARAM_LENGTH = 6000
MAX_TAG_LENGTH = 8000

_ALLOWED = re.compile(r"[/\w.\- :]*")
_CHARACTERS = (
    "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) "
    "and slashes (/)."
)


def is_key(key: str) -> bool:
    """Whether this may be a key."""
    return len(key) <= MAX_KEY_LENGTH and _problem(key) is None


def check_key(key: str, parameter: str, length_parameter: str | None = None) -> None:
    """Return if this may be a key, else raise InvalidError naming the request's parameter that held it."""
    if len(key) > MAX_KEY_LENGTH:
        raise InvalidError(
            f"'{length_parameter or parameter}' exceeds the maximum length of {MAX_KEY_LENGTH} characters",
            hint="shorten it; long text belongs in the value of a tag or in an artifact",
        )
    if (problem := _problem(key)) is not None:
        raise InvalidError(f"Invalid value {json.dumps(key)} for parameter '{parameter}' supplied: {problem}")


@lru_cache(maxsize=4096)
def _problem(key: str) -> str | None:
    if not _ALLOWED.fullmatch(key):
        return _CHARACTERS
    normal = posixpath.normpath(key)
    if normal != key or normal == "." or normal.startswith(("..", "/")):
        return (
            "Names may be treated as files in certain cases, and must not resolve to other names when treated as "
            f"such. This name would resolve to '{normal}'"
        )
    return None
