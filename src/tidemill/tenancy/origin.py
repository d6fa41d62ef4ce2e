"""Which requests come from where they claim: Host, Origin and Sec-Fetch rules against pages in a browser.

A server on loopback is reachable by every page that the user's browser has open. Three rules keep them out:
the Host must be a name or address that is ours, parsed and compared whole (DNS rebinding); an Origin, where one is
sent, must be the Host's own (cross-site requests, websockets); and a browser that says it acts for another site
(`Sec-Fetch-Site`) may only open the page itself. None of these headers can be set by a page's script.
"""

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from tidemill.kit.errors import ForbiddenError

_OWN_SITES = {"same-origin", "none"}


def is_loopback(host: str) -> bool:
    """Whether a host to listen on is only reachable from this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class OriginRules:
    """The rules for one server; `allowed_hosts` are further names it answers to, compared whole."""

    def __init__(self, allowed_hosts: Iterable[str]) -> None:
        self._allowed = frozenset(name.strip().lower() for name in allowed_hosts if name.strip())

    def check(self, method: str, headers: Headers) -> None:
        """Return if the request may go on; raise ForbiddenError if it comes from elsewhere."""
        hosts = headers.getlist("host")
        if len(hosts) != 1 or (host := _host_name(hosts[0])) is None or not self._is_ours(host):
            shown = hosts[0] if hosts else ""
            raise ForbiddenError(
                f"this server does not answer to the host name {shown[:100]!r}",
                hint="open it as localhost or 127.0.0.1, or start it with --allowed-hosts NAME",
            )
        for origin in headers.getlist("origin"):
            if urlsplit(origin).netloc.lower() != hosts[0].lower():
                raise ForbiddenError(f"a page of {origin[:100]!r} may not use this server", hint="use its own page")
        if headers.get("sec-fetch-site", "none") not in _OWN_SITES and not _opens_page(method, headers):
            raise ForbiddenError("a page of another site may not use this server", hint="use its own page")

    def _is_ours(self, host: str) -> bool:
        return host in self._allowed or is_loopback(host)


def _host_name(header: str) -> str | None:
    """The name or address in a Host header, without its port; None where it is not one."""
    try:
        parts = urlsplit(f"//{header}")
        _ = parts.port
    except ValueError:
        return None
    if parts.netloc != header or parts.username is not None or parts.password is not None:
        return None
    return parts.hostname


def _opens_page(method: str, headers: Headers) -> bool:
    """A link on another site that opens the page in a tab of its own: it can read nothing and change nothing."""
    return (
        method in ("GET", "HEAD")
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest") == "document"
    )
