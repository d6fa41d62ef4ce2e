"""Reading a URL that the server is to call."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from tidemill.core.outbound.errors import RefusedAddressError

LONGEST_URL = 2000
_PORTS = {"http": 80, "https": 443}
_SHOWN = 200
_EXAMPLE = "such as https://hooks.example.com/tidemill"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes: the parts of its URL. `host` is in lower case and ASCII, without brackets."""

    scheme: str
    host: str
    port: int
    path: str
    """With the query behind it."""

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def target_of(url: str) -> Target:
    """The parts of a URL. Raises RefusedAddressError for what is no plain http or https URL."""
    if len(url) > LONGEST_URL:
        raise RefusedAddressError(f"the URL has {len(url)} characters, and {LONGEST_URL} are the most")
    if not url.isascii() or not url.isprintable() or set(url) & set(' "<>\\^`{|}'):
        raise RefusedAddressError(
            f"the URL {url[:_SHOWN]!r} holds characters that no URL has", hint="write them as %20 and the like"
        )
    parts = _split(url)
    if parts.scheme not in _PORTS:
        raise RefusedAddressError(
            f"the URL {url[:_SHOWN]!r} begins with {parts.scheme!r}, and only http and https are called",
            hint=f"give a URL {_EXAMPLE}",
        )
    if parts.username is not None or parts.password is not None:
        raise RefusedAddressError(
            "the URL holds a user's name or a password, which would be kept and shown with it",
            hint="leave them out; a webhook's secret signs what is sent",
        )
    host = (parts.hostname or "").rstrip(".")
    if not host:
        raise RefusedAddressError(f"the URL {url[:_SHOWN]!r} names no host", hint=f"give a URL {_EXAMPLE}")
    path = parts.path or "/"
    return Target(
        parts.scheme, host, _port(parts) or _PORTS[parts.scheme], f"{path}?{parts.query}" if parts.query else path
    )


def is_address(host: str) -> bool:
    """Whether a host is given by its number, in a standard form."""
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port, parts.hostname
    except ValueError as error:
        raise RefusedAddressError(
            f"{url[:_SHOWN]!r} is no URL: {error}".rstrip("."), hint=f"give one {_EXAMPLE}"
        ) from error
    return parts


def _port(parts: SplitResult) -> int | None:
    if parts.port == 0:
        raise RefusedAddressError("the URL has port 0, on which nobody listens", hint=f"give a URL {_EXAMPLE}")
    return parts.port
