"""`/api/v1/secrets`: set by administrators, named to all, read back by nobody."""

from collections.abc import Sequence

import msgspec

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Nothing, Route
from tidemill.tenancy.secrets.models import Secret
from tidemill.tenancy.secrets.service import WorkspaceSecrets


class SecretName(msgspec.Struct):
    name: str


class SetSecret(msgspec.Struct):
    """A secret's value, which no answer will ever hold."""

    value: str
    name: str = ""


class SecretRow(msgspec.Struct):
    name: str
    changed_ms: int


class SecretList(msgspec.Struct):
    secrets: list[SecretRow]


class SecretApi:
    """Secrets of the workspace."""

    def __init__(self, secrets: WorkspaceSecrets) -> None:
        self._secrets = secrets

    def routes(self) -> Sequence[Route]:
        return [
            Route(
                method="GET",
                path="/api/v1/secrets",
                permission=Permission.VIEW,
                message=Nothing,
                handler=self.list_all,
                answer=SecretList,
                summary="The names of the workspace's secrets, and when each was set. Values are never shown.",
            ),
            Route(
                method="PUT",
                path="/api/v1/secrets/{name}",
                permission=Permission.ADMIN,
                message=SetSecret,
                handler=self.set,
                answer=SecretRow,
                summary="Set a secret, which workloads may ask for by its name.",
            ),
            Route(
                method="DELETE",
                path="/api/v1/secrets/{name}",
                permission=Permission.ADMIN,
                message=SecretName,
                handler=self.delete,
                answer=Nothing,
                summary="Delete a secret; what runs with it keeps what it has.",
            ),
        ]

    async def list_all(self, scope: Scope, message: Nothing) -> SecretList:
        return SecretList([_row(each) for each in await self._secrets.list_all(scope)])

    async def set(self, scope: Scope, message: SetSecret) -> SecretRow:
        return _row(await self._secrets.set(scope, message.name, message.value))

    async def delete(self, scope: Scope, message: SecretName) -> Nothing:
        await self._secrets.delete(scope, message.name)
        return Nothing()


def _row(secret: Secret) -> SecretRow:
    return SecretRow(secret.name, secret.changed_ms)
