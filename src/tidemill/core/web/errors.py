"""Errors of HTTP itself, beyond the shared tree.

NotFoundError
└── NoRouteError          404  nothing is served at this address
TidemillError
├── MethodNotAllowedError 405  the address does not take this method
├── SlowRequestError      408  the rest of the request did not come
├── UpgradeError          400  the request wants to become another protocol, and has a body
└── LongHeadersError      431  the request's headers are too long
"""

from typing import ClassVar

from tidemill.kit.errors import NotFoundError, TidemillError


class NoRouteError(NotFoundError):
    """Nothing is served at this address, whatever it is asked."""

    code: ClassVar[str] = "no_route"


class MethodNotAllowedError(TidemillError):
    """The address is served, and does not take this method."""

    code: ClassVar[str] = "method_not_allowed"
    status: ClassVar[int] = 405


class SlowRequestError(TidemillError):
    """The client began a request and did not send the rest of it."""

    code: ClassVar[str] = "slow_request"
    status: ClassVar[int] = 408


class UpgradeError(TidemillError):
    """The request asks for another protocol: what follows its head was taken for that one, and is no body."""

    code: ClassVar[str] = "invalid"
    status: ClassVar[int] = 400


class LongHeadersError(TidemillError):
    """The request's headers are longer than any client's."""

    code: ClassVar[str] = "long_headers"
    status: ClassVar[int] = 431
