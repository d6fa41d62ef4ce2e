"""Use cases over secrets: set, list, delete; and reveal, to what starts processes only."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tidemill.core.identity import Scope
from tidemill.kit.clock import Clock, now_ms
from tidemill.kit.errors import InvalidError, NotFoundError, TooLargeError
from tidemill.tenancy.secrets.models import MOST_BYTES, MOST_SECRETS, Secret, is_name
from tidemill.tenancy.secrets.store import SecretFiles

_LISTED = "`tidemill secret list` shows those there are"


class WorkspaceSecrets:
    """Secrets by name, of each workspace its own. No route reads a value back."""

    def __init__(self, root: Path, clock: Clock = now_ms) -> None:
        self._files = SecretFiles(root, clock)

    async def set(self, scope: Scope, name: str, value: str) -> Secret:
        """Keep a value, whatever it was before. Raises InvalidError, and TooLargeError over a limit."""
        _check_name(name)
        data = _checked_value(value)
        known = await asyncio.to_thread(self._files.entries, scope.workspace_id)
        if len(known) >= MOST_SECRETS and all(each.name != name for each in known):
            raise TooLargeError(f"the workspace has {MOST_SECRETS} secrets, which is the most", hint="delete some")
        return await asyncio.to_thread(self._files.put, scope.workspace_id, name, data)

    async def list_all(self, scope: Scope) -> Sequence[Secret]:
        """The secrets of the workspace, by name."""
        return await asyncio.to_thread(self._files.entries, scope.workspace_id)

    async def delete(self, scope: Scope, name: str) -> None:
        """Delete a secret; what runs with it keeps what it has. Raises NotFoundError."""
        _check_name(name)
        if not await asyncio.to_thread(self._files.remove, scope.workspace_id, name):
            raise NotFoundError(f"the workspace has no secret named {name!r}", hint=_LISTED)

    async def absent(self, workspace_id: int, names: Iterable[str]) -> Sequence[str]:
        """Those of these names that no secret of the workspace has."""
        known = {each.name for each in await asyncio.to_thread(self._files.entries, workspace_id)}
        return [name for name in names if name not in known]

    async def reveal(self, workspace_id: int, names: Iterable[str]) -> Mapping[str, str]:
        """The values of these secrets, for a process that is to start. Raises NotFoundError, naming the missing one."""
        return await asyncio.to_thread(self._reveal, workspace_id, list(names))

    def _reveal(self, workspace_id: int, names: Sequence[str]) -> Mapping[str, str]:
        values: dict[str, str] = {}
        for name in names:
            value = self._files.read(workspace_id, name) if is_name(name) else None
            if value is None:
                raise NotFoundError(f"the workspace has no secret named {name[:100]!r} on this server", hint=_LISTED)
            values[name] = value
        return values


def _check_name(name: str) -> None:
    if not is_name(name):
        raise InvalidError(
            f"{name[:100]!r} cannot name a secret",
            hint="use up to 100 letters, digits and _ . -, the first a letter or _",
        )


def _checked_value(value: str) -> bytes:
    """The value's bytes. What is wrong with it is said without any of it."""
    if not value:
        raise InvalidError("a secret's value is not empty", hint="delete the secret instead")
    if "\0" in value:
        raise InvalidError("the value holds the character NUL, which no variable can", hint="encode it, as in Base64")
    try:
        data = value.encode()
    except UnicodeEncodeError:
        raise InvalidError("the value is no text", hint="encode it, as in Base64") from None
    if len(data) > MOST_BYTES:
        raise TooLargeError(f"the value has {len(data)} bytes, and {MOST_BYTES} are the most", hint="keep a key to it")
    return data
