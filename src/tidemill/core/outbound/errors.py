"""What an outbound request may fail with, before there is an answer."""

from tidemill.kit.errors import InvalidError, UnavailableError


class RefusedAddressError(InvalidError):
    """The address is none that this server calls: trying again changes nothing."""


class UnreachableError(UnavailableError):
    """Nobody answered, or not in time: trying again may help."""
