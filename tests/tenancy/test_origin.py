"""Which Host, Origin and Sec-Fetch headers come from where they claim. Whole servers are tested in tests/promises."""

import pytest
from starlette.datastructures import Headers

from tidemill.kit.errors import ForbiddenError
from tidemill.tenancy import OriginRules, is_loopback

RULES = OriginRules(["mill.example", " Other.Example ", ""])
Raw = list[tuple[bytes, bytes]]


def headers(host: str, *more: tuple[str, str]) -> Headers:
    raw: Raw = [(name.encode(), value.encode("latin-1")) for name, value in (("host", host), *more)]
    return Headers(raw=raw)


@pytest.mark.parametrize(
    "host",
    ["localhost", "LocalHost:80", "127.0.0.1", "127.9.9.9:1", "[::1]", "[::1]:5000", "mill.example", "OTHER.example:8"],
)
def test_our_own_names_are_answered_to(host: str) -> None:
    RULES.check("POST", headers(host))


@pytest.mark.parametrize(
    "host",
    [
        "",
        "mill.example.",
        "xmill.example",
        "a.mill.example",
        "mill.example@evil",
        "127.0.0.1x",
        "[::1",
        "[::1]x",
        "[::2]",
    ],
)
def test_other_names_are_not(host: str) -> None:
    with pytest.raises(ForbiddenError, match="does not answer to the host name"):
        RULES.check("GET", headers(host))


def test_no_name_and_two_names_are_not() -> None:
    for raw in ([], [(b"host", b"localhost"), (b"host", b"localhost")]):
        with pytest.raises(ForbiddenError):
            RULES.check("GET", Headers(raw=raw))


@pytest.mark.parametrize("origin", ["http://localhost:5000", "https://LOCALHOST:5000"])
def test_the_origin_of_the_host_itself_may_act(origin: str) -> None:
    RULES.check("POST", headers("localhost:5000", ("origin", origin)))


@pytest.mark.parametrize(
    "origin", ["null", "", "http://localhost", "http://127.0.0.1:5000", "http://mill.example", "ws://localhost:5000"]
)
def test_any_other_origin_may_not_even_read(origin: str) -> None:
    with pytest.raises(ForbiddenError, match="may not use this server"):
        RULES.check("GET", headers("localhost:5000", ("origin", origin)), public=True)


def test_a_link_of_another_site_may_lead_to_what_is_public_and_nowhere_else() -> None:
    link = (("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document"))
    RULES.check("GET", headers("localhost", *link), public=True)
    for method, public in (("GET", False), ("POST", True)):
        with pytest.raises(ForbiddenError):
            RULES.check(method, headers("localhost", *link), public=public)


@pytest.mark.parametrize(
    ("host", "is_one"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("[::1]", True),
        ("0.0.0.0", False),  # noqa: S104 - nothing is bound to it
        ("::", False),
        ("10.0.0.1", False),
        ("2130706433", False),
        ("localhost.localdomain", False),
        ("", False),
    ],
)
def test_only_addresses_that_nobody_else_reaches_are_loopback(host: str, is_one: bool) -> None:
    assert is_loopback(host) is is_one
