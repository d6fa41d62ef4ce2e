"""Which addresses the server may call: public ones, and those that the administrator allows.

An address is judged as a number, never as text, and after its name was resolved: what was written as `0x7f.1`,
`2130706433`, `localhost` or a name that somebody's DNS points at 10.0.0.1 is the same here. An IPv6 address that
carries an IPv4 address inside is judged by both.
"""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from tidemill.kit.errors import InvalidError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
"""RFC 6052 and RFC 8215: the last 32 bits are the IPv4 address behind the translator."""
_COMPATIBLE = IPv6Network("::/96")
"""RFC 4291, long out of use: the last 32 bits are an IPv4 address."""


class Allowances:
    """The administrator's exceptions: networks in CIDR form, single addresses, and names of hosts.

    A name allows whatever it resolves to; a name that begins with a dot allows every name below it.
    """

    def __init__(self, text: str = "") -> None:
        """Read a list that is separated by commas. Raises InvalidError for what is none of the three."""
        self._networks: list[Network] = []
        self._names: set[str] = set()
        for entry in filter(None, (part.strip() for part in text.split(","))):
            network = _network(entry)
            if network is not None:
                self._networks.append(network)
            elif _may_be_name(entry):
                self._names.add(entry.lower())
            else:
                raise InvalidError(
                    f"outbound_allow has {entry[:100]!r}, which is no network, address or host name",
                    hint="write such as 10.0.0.0/8,192.168.1.7,hooks.internal, without a scheme or a port",
                )

    def allows_name(self, host: str) -> bool:
        """Whether a host may be called whatever its address is."""
        labels = host.split(".")
        return host in self._names or any(f".{'.'.join(labels[at:])}" in self._names for at in range(1, len(labels)))

    def allows(self, address: Address) -> bool:
        """Whether an address may be called: it is public, or in a network that the administrator allows."""
        if any(address.version == network.version and address in network for network in self._networks):
            return True
        inner = list(_carried(address))
        if inner and all(self.allows(each) for each in inner):
            return isinstance(address, IPv6Address) and (address.ipv4_mapped is not None or is_public(address))
        return not inner and is_public(address)

    def allowed(self, addresses: Iterable[str]) -> list[str]:
        """Those of these addresses that may be called, in order."""
        return [each for each in addresses if self.allows(ip_address(each.partition("%")[0]))]


def is_public(address: Address) -> bool:
    """Whether an address is one of the open internet, by itself."""
    if isinstance(address, IPv6Address) and (address.is_site_local or address in _NAT64[1]):
        return False
    return address.is_global and not (address.is_multicast or address.is_unspecified or address.is_loopback)


def _carried(address: Address) -> Iterator[IPv4Address]:
    """The IPv4 addresses that an IPv6 address leads to."""
    if not isinstance(address, IPv6Address):
        return
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
    if any(address in network for network in (*_NAT64, _COMPATIBLE)):
        yield IPv4Address(int(address) & 0xFFFFFFFF)


def _network(entry: str) -> Network | None:
    try:
        return ip_network(entry, strict=False)
    except ValueError:
        return None


def _may_be_name(entry: str) -> bool:
    return entry.isascii() and entry.replace("-", "").replace(".", "").replace("_", "").isalnum()
