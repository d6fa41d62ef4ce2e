"""Outbound requests: the one client by which the server calls addresses that users gave it."""

from tidemill.core.outbound.addresses import Allowances
from tidemill.core.outbound.client import TIMEOUT_S, Answer, Outbound, Resolve
from tidemill.core.outbound.errors import RefusedAddressError, UnreachableError
from tidemill.core.outbound.targets import Target, target_of

__all__ = [
    "TIMEOUT_S",
    "Allowances",
    "Answer",
    "Outbound",
    "RefusedAddressError",
    "Resolve",
    "Target",
    "UnreachableError",
    "target_of",
]
