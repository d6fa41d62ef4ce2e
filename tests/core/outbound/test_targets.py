"""Reading URLs: what is no plain URL is refused, with what is wrong with it."""

import pytest

from tidemill.core.outbound import RefusedAddressError, target_of


@pytest.mark.parametrize(
    ("url", "authority", "path"),
    [
        ("https://Hooks.Example.com", "hooks.example.com", "/"),
        ("https://hooks.example.com.:443/a?b=c#d", "hooks.example.com", "/a?b=c"),
        ("http://hooks.example.com:8080/%20?x", "hooks.example.com:8080", "/%20?x"),
        ("http://[2606:4700::1]:81/", "[2606:4700::1]:81", "/"),
    ],
)
def test_a_url_has_a_host_a_port_and_a_path(url: str, authority: str, path: str) -> None:
    target = target_of(url)
    assert (target.authority, target.path) == (authority, path)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://a.example/", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("nonsense", "only http and https"),
        ("https://", "names no host"),
        ("https:///x", "names no host"),
        ("https://me:secret@a.example/", "user's name or a password"),
        ("https://me@a.example/", "user's name or a password"),
        ("https://a.example:99999/", "no URL"),
        ("https://a.example:0/", "port 0"),
        ("https://a.example:x/", "no URL"),
        ("https://[::1/", "no URL"),
        ("https://a.example/\r\nX-Header: 1", "characters that no URL has"),
        ("https://a.example/ b", "characters that no URL has"),
        ("https://a.example\\@b.example/", "characters that no URL has"),
        ("https://ä.example/", "characters that no URL has"),
        (f"https://a.example/{'x' * 2000}", "characters, and 2000 are the most"),
    ],
)
def test_what_is_no_plain_url_is_refused(url: str, said: str) -> None:
    with pytest.raises(RefusedAddressError, match=said) as refused:
        target_of(url)
    assert "secret" not in str(refused.value)
