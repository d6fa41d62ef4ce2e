"""From an admitted workload to what a backend needs to start one of its processes."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Protocol

from tidemill.compute.backends.port import Launch, PlacedFile
from tidemill.compute.controller.stepping import Start
from tidemill.compute.models import Spec
from tidemill.core.blobs import BlobStore, get_bytes
from tidemill.kit.errors import NotFoundError, UnavailableError

MOST_CONTENT_BYTES = 512 << 20
_CACHED_BYTES = 64 << 20
_CACHED_BLOB_BYTES = 16 << 20
_TRIES = 3
_PAUSE_S = 1.0

WorkspaceName = Callable[[int], Awaitable[str]]


class Secrets(Protocol):
    """Where the secrets of workspaces lie."""

    async def reveal(self, workspace_id: int, names: Iterable[str]) -> Mapping[str, str]:
        """The values of these secrets. Raises NotFoundError, naming it, for one that there is not."""
        ...

    async def absent(self, workspace_id: int, names: Iterable[str]) -> Sequence[str]:
        """Those of these secrets that there are not."""
        ...


class Launcher:
    """Makes launches. Functions and files come from the blob store; those used lately are at hand in memory."""

    def __init__(self, blobs: BlobStore, workspace_name: WorkspaceName, secrets: Secrets | None) -> None:
        self._blobs = blobs
        self._workspace_name = workspace_name
        self._secrets = secrets
        self._cache = _Cache()

    def needs_nothing(self, start: Start) -> bool:
        """Whether all that it takes is at hand, so that `launch` waits for nothing slow."""
        spec = start.workload.spec
        return not spec.secrets and all(self._cache.has(digest) for digest in digests_of(spec))

    async def launch(self, start: Start) -> Launch:
        """All that is needed to start this process. Raises an error of the tree where something cannot be had."""
        workload, spec = start.workload, start.workload.spec
        function = spec.call.function if spec.call else ""
        revealed = await self._revealed(workload.workspace_id, spec)
        return Launch(
            key=start.key,
            workspace=await self._workspace_name(workload.workspace_id),
            node=start.node,
            command=spec.command,
            call=spec.call,
            function=await self._content(function) if function else b"",
            environment=spec.environment,
            files=tuple(
                [PlacedFile(file.path, await self._content(file.digest), file.executable) for file in spec.files]
            ),
            variables={**spec.variables, **{name: revealed[secret] for name, secret in spec.secrets.items()}},
            masked=tuple(revealed.values()),
            ports=spec.ports,
            resources=spec.resources,
            devices=start.devices,
            timeout_s=spec.timeout_s,
            grace_s=spec.grace_s,
            ranks=spec.replicas,
        )

    async def _revealed(self, workspace_id: int, spec: Spec) -> Mapping[str, str]:
        """The values of the secrets that a spec names. One that was deleted since it was submitted is an error."""
        if not spec.secrets:
            return {}
        if self._secrets is None:
            raise NotFoundError("this server keeps no secrets, and the workload names some")
        return await self._secrets.reveal(workspace_id, spec.secrets.values())

    async def _content(self, digest: str) -> bytes:
        if (known := self._cache.get(digest)) is not None:
            return known
        for attempt in range(1, _TRIES + 1):
            try:
                content = await get_bytes(self._blobs, digest, limit_bytes=MOST_CONTENT_BYTES)
            except UnavailableError:
                if attempt == _TRIES:
                    raise
                await asyncio.sleep(_PAUSE_S)
                continue
            self._cache.put(digest, content)
            return content
        raise AssertionError("unreachable: the last try returns or raises")


def digests_of(spec: Spec) -> list[str]:
    """The blobs that a spec names."""
    function = [spec.call.function] if spec.call and spec.call.function else []
    return [*function, *(file.digest for file in spec.files)]


class _Cache:
    """Blobs by digest, the least lately used ones leaving first. A digest's content never changes."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0

    def has(self, digest: str) -> bool:
        return digest in self._held

    def get(self, digest: str) -> bytes | None:
        if digest in self._held:
            self._held.move_to_end(digest)
        return self._held.get(digest)

    def put(self, digest: str, content: bytes) -> None:
        if digest in self._held or len(content) > _CACHED_BLOB_BYTES:
            return
        self._held[digest] = content
        self._size += len(content)
        while self._size > _CACHED_BYTES:
            self._size -= len(self._held.popitem(last=False)[1])
