"""Values of parameters as people write them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from tidemill.kit.errors import InvalidError

_TEXT = "STRING"


def values_given(given: Sequence[str], types: Mapping[str, str]) -> dict[str, Any]:
    """What `-p NAME=VALUE` say, by the types of the pipeline's parameters. Raises InvalidError."""
    found: dict[str, Any] = {}
    for told in given:
        name, sign, value = told.partition("=")
        if not name or not sign:
            raise InvalidError(f"-p takes NAME=VALUE, and not {told!r}", hint="-p count=3")
        found[name] = value if types.get(name) == _TEXT else _value(value)
    return found


def values_of_file(path: str) -> dict[str, Any]:
    """What `--params FILE` says; nothing without a file. Raises InvalidError, OSError."""
    if not path:
        return {}
    try:
        return msgspec.json.decode(Path(path).read_bytes(), type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InvalidError(
            f"{path} holds no JSON object of parameters: {error}", hint='such as {"count": 3, "name": "a"}'
        ) from error


def _value(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text
