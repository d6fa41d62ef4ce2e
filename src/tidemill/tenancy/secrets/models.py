"""Words of secrets."""

import re
from dataclasses import dataclass

MOST_BYTES = 64 << 10
"""Of one value, in UTF-8: the operating system takes no variable of twice that."""
MOST_SECRETS = 1000
"""In one workspace."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")


@dataclass(frozen=True, slots=True)
class Secret:
    """That there is a secret, and since when it is as it is. Its value is never among this."""

    name: str
    changed_ms: int


def is_name(name: str) -> bool:
    """Whether a secret can have this name, which is then the name of a file too."""
    return _NAME.fullmatch(name) is not None
