"""Which addresses may be called: public ones, whatever they are wrapped in, and those that were allowed."""

import pytest

from tidemill.core.outbound import Allowances
from tidemill.kit.errors import InvalidError

NOT_PUBLIC = [
    "127.0.0.1", "127.8.9.10", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1",  # noqa: S104 - it is refused
    "169.254.169.254", "100.64.0.1",
    "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.1.2.3", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1",
    "fe80::1%eth0", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1",
    "::ffff:a9fe:a9fe", "::ffff:10.0.0.1", "::7f00:1", "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1",
    "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:a00:1:0:0:f5ff:fffe",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_what_is_not_of_the_open_internet_is_not_called(address: str) -> None:
    assert Allowances().allowed([address]) == []


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_called(address: str) -> None:
    assert Allowances().allowed([address]) == [address]


def test_of_several_addresses_those_remain_that_may_be_called() -> None:
    assert Allowances().allowed(["10.0.0.1", "8.8.8.8", "::1"]) == ["8.8.8.8"]


def test_networks_and_single_addresses_are_allowed_and_no_others() -> None:
    allowances = Allowances(" 10.1.0.0/16, 192.168.1.7 ,fd00::/8,")
    asked = ["10.1.2.3", "10.2.0.1", "192.168.1.7", "192.168.1.8", "fd00::1", "::ffff:10.1.2.3", "::ffff:10.2.0.1"]
    assert allowances.allowed(asked) == ["10.1.2.3", "192.168.1.7", "fd00::1", "::ffff:10.1.2.3"]


def test_names_are_allowed_whole_or_with_all_below_them() -> None:
    allowances = Allowances("hooks.internal,.example.test")
    asked = [
        "hooks.internal",
        "x.hooks.internal",
        "a.example.test",
        "a.b.example.test",
        "example.test",
        "xexample.test",
    ]
    allowed = ["hooks.internal", "a.example.test", "a.b.example.test"]
    assert [name for name in asked if allowances.allows_name(name)] == allowed


@pytest.mark.parametrize("entry", ["http://x", "10.0.0.0/33", "a b", "host:80", "*"])
def test_what_is_no_allowance_is_said(entry: str) -> None:
    with pytest.raises(InvalidError, match="no network, address or host name") as refused:
        Allowances(f"10.0.0.0/8,{entry}")
    assert refused.value.hint
