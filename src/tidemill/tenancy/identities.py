"""Who a request's subject is: a port, and the identity of a laptop."""

import getpass
from typing import Protocol

from starlette.requests import HTTPConnection

from tidemill.core.identity import Permission, Subject
from tidemill.tenancy.models import Workspace


class Identities(Protocol):
    """Decides who asks and what they may do. Passwords, tokens and roles are further implementations."""

    mode: str

    async def subject(self, connection: HTTPConnection) -> Subject:
        """The verified subject of the request; raises UnauthenticatedError where there must be one and is none."""
        ...

    async def authorize(self, subject: Subject, permission: Permission, workspace: Workspace) -> None:
        """Return if the subject may; raise ForbiddenError if not."""
        ...


class SingleUser:
    """Everybody who reaches the loopback address is the one user of this machine, who may do everything.

    Safe only behind the gate's Host, Origin and Sec-Fetch rules and on a loopback address; the server
    refuses to combine it with any other.
    """

    mode = "single-user"

    def __init__(self) -> None:
        self._subject = Subject(_login_name())

    async def subject(self, connection: HTTPConnection) -> Subject:
        return self._subject

    async def authorize(self, subject: Subject, permission: Permission, workspace: Workspace) -> None:
        """Nothing is refused."""


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "user"
