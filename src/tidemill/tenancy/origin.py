"""Which requests come from where they claim: Host, Origin and Sec-Fetch rules against pages in a browser.

A server on loopback is reachable by every page that the user's browser has open. Three rules keep them out:
the Host must be a name or address that is ours, parsed and compared whole (DNS rebinding); an Origin, where one is
sent, must be the Host's own (cross-site requests, websockets); and a browser that says it acts for another site
(`Sec-Fetch-Site`) may only follow a link to the page itself. None of these headers can be set by a page's script.
"""

import ipaddress
import re
from collections.abc import Iterable
from functools import lru_cache

from starlette.datastructures import Headers

from tidemill.kit.errors import ForbiddenError

_OWN_SITES = {"same-origin", "none"}
_HOST = re.compile(r"(?:\[(?P<address>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9._-]+))(?::(?P<port>[0-9]{1,5}))?")
_GREATEST_PORT = 65_535


@lru_cache(maxsize=1024)
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

    def check(self, method: str, headers: Headers, *, public: bool = False) -> None:
        """Return if the request may go on; raise ForbiddenError if it comes from elsewhere.

        `public` says that the route shows nothing private and changes nothing, so that links may lead to it.
        """
        hosts = headers.getlist("host")
        if len(hosts) != 1 or (host := _host_name(hosts[0])) is None or not self._is_ours(host):
            shown = ", ".join(hosts)
            raise ForbiddenError(
                f"this server does not answer to the host name {shown[:100]!r}",
                hint="open it as localhost or 127.0.0.1, or start it with --allowed-hosts NAME",
            )
        own = {f"http://{hosts[0]}".lower(), f"https://{hosts[0]}".lower()}
        for origin in headers.getlist("origin"):
            if origin.lower() not in own:
                raise ForbiddenError(f"a page of {origin[:100]!r} may not use this server", hint="use its own page")
        foreign = any(site not in _OWN_SITES for site in headers.getlist("sec-fetch-site"))
        if foreign and not (public and _follows_link(method, headers)):
            raise ForbiddenError("a page of another site may not use this server", hint="use its own page")

    def _is_ours(self, host: str) -> bool:
        return host in self._allowed or is_loopback(host)


@lru_cache(maxsize=1024)
def _host_name(header: str) -> str | None:
    """The name or address in a Host header, without its port; None where it is not one."""
    found = _HOST.fullmatch(header)
    if found is None or int(found["port"] or 0) > _GREATEST_PORT:
        return None
    return (found["address"] or found["name"]).lower()


def _follows_link(method: str, headers: Headers) -> bool:
    """Whether the browser shows the answer in a tab of its own, where the site that led there cannot read it."""
    return (
        method in ("GET", "HEAD")
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest") == "document"
    )
