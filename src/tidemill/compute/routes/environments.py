"""`/api/v1/compute/environments`: what was installed on this server's machine, kept between tasks."""

from collections.abc import Sequence

import msgspec

from tidemill.compute.environments import EnvironmentRecord, Environments
from tidemill.compute.models import Environment
from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Nothing, Route

_MOST_LOG = 1 << 20
_BUILD_WAIT_S = 20.0


class EnvironmentRow(msgspec.Struct):
    """An environment: what it was made from, how large it is, and when it was last used."""

    hash: str
    requirements: list[str]
    has_lock: bool
    """Whether it was made from a lock file; its text is not told here."""
    python: str
    state: str
    """building, ready or failed."""
    builder: str
    created_ms: int
    used_ms: int
    build_ms: int | None
    size_bytes: int | None
    message: str
    """Why it failed."""


class EnvironmentList(msgspec.Struct):
    environments: list[EnvironmentRow]


class EnvironmentHash(msgspec.Struct):
    hash: str = ""


class BuildRequest(msgspec.Struct):
    """What to build: requirements, or the text of a lock file. `again`: anew, even where it stands already."""

    requirements: list[str] = []
    lock: str = ""
    python: str = ""
    again: bool = False


class BuildLog(msgspec.Struct):
    """What the installer said, the last mebibyte of it; empty where that is not kept."""

    text: str


class EnvironmentApi:
    """Environments: the installation's, so for its administrators."""

    def __init__(self, environments: Environments) -> None:
        self._environments = environments

    def routes(self) -> Sequence[Route]:
        root, admin = "/api/v1/compute/environments", Permission.ADMIN
        return [
            Route(
                method="GET",
                path=root,
                permission=admin,
                message=Nothing,
                handler=self.list_all,
                answer=EnvironmentList,
                summary="Environments of this server's machine, the one used last first.",
            ),
            Route(
                method="POST",
                path=root,
                permission=admin,
                message=BuildRequest,
                handler=self.build,
                answer=EnvironmentRow,
                summary="Build an environment; after 20 s the answer says that it is still being built.",
            ),
            Route(
                method="GET",
                path=f"{root}/{{hash}}",
                permission=admin,
                message=EnvironmentHash,
                handler=self.get,
                answer=EnvironmentRow,
                summary="An environment, by its hash or the begin of that.",
            ),
            Route(
                method="GET",
                path=f"{root}/{{hash}}/log",
                permission=admin,
                message=EnvironmentHash,
                handler=self.log,
                answer=BuildLog,
                summary="What the installer said when an environment was built.",
            ),
            Route(
                method="DELETE",
                path=f"{root}/{{hash}}",
                permission=admin,
                message=EnvironmentHash,
                handler=self.remove,
                answer=Nothing,
                summary="Remove an environment that nobody uses now; it is built again when it is asked for.",
            ),
        ]

    async def list_all(self, scope: Scope, message: Nothing) -> EnvironmentList:
        return EnvironmentList([_row(record) for record in await self._environments.list_all()])

    async def build(self, scope: Scope, message: BuildRequest) -> EnvironmentRow:
        wanted = Environment(tuple(message.requirements), message.lock, message.python)
        return _row(await self._environments.begin(wanted, again=message.again, wait_s=_BUILD_WAIT_S))

    async def get(self, scope: Scope, message: EnvironmentHash) -> EnvironmentRow:
        return _row(await self._environments.get(message.hash))

    async def log(self, scope: Scope, message: EnvironmentHash) -> BuildLog:
        record = await self._environments.get(message.hash)
        return BuildLog((await self._environments.log(record.hash))[-_MOST_LOG:])

    async def remove(self, scope: Scope, message: EnvironmentHash) -> Nothing:
        await self._environments.remove(message.hash)
        return Nothing()


def _row(record: EnvironmentRecord) -> EnvironmentRow:
    return EnvironmentRow(
        hash=record.hash,
        requirements=[*record.environment.requirements, *record.environment.bare],
        has_lock=bool(record.environment.lock),
        python=record.python,
        state=record.state.value,
        builder=record.builder,
        created_ms=record.created_ms,
        used_ms=record.used_ms,
        build_ms=record.build_ms,
        size_bytes=record.size_bytes,
        message=record.message,
    )
