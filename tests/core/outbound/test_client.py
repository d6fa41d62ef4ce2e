"""Requests to a real listener: only where they may go, to the address that was checked, and within limits."""

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.core.outbound.conftest import PLAIN, listening
from tidemill.core.outbound import Allowances, Outbound, RefusedAddressError, UnreachableError
from tidemill.core.outbound.client import MOST_ANSWER_BYTES

pytestmark = pytest.mark.anyio
LOOPBACK = Allowances("127.0.0.0/8")


class Names:
    """A DNS of its own, which answers each time with the next of the addresses, and counts."""

    def __init__(self, *answers: str) -> None:
        self.answers = answers
        self.asked = 0

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked += 1
        return self.answers[min(self.asked, len(self.answers)) - 1].split()


async def test_an_allowed_address_gets_the_bytes_and_the_headers() -> None:
    async with listening() as listener:
        url = f"http://127.0.0.1:{listener.port}/a/b?c=d"
        answer = await Outbound(LOOPBACK).post(url, b'{"x": 1}', {"Content-Type": "application/json", "X-Id": "7"})
    assert (answer.status, answer.body, answer.is_whole, answer.headers["x-said"]) == (200, b"ok", True, "yes")
    head, _, body = listener.heard[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /a/b?c=d HTTP/1.1"
    assert {f"Host: 127.0.0.1:{listener.port}", "X-Id: 7", "Content-Type: application/json"} <= set(lines)
    assert any(line.startswith("User-Agent: tidemill/") for line in lines)
    assert body == b'{"x": 1}'


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "[::ffff:127.0.0.1]", "0.0.0.0"],  # noqa: S104
)
async def test_loopback_in_any_dress_is_refused(host: str) -> None:
    async with listening() as listener:
        url = f"http://{host}:{listener.port}/"
        for attempt in (Outbound(Allowances()).post(url, b"", {}), Outbound(Allowances()).check(url)):
            with pytest.raises(RefusedAddressError, match="is not a public one") as refused:
                await attempt
            assert "--outbound-allow" in str(refused.value.hint)
    assert listener.heard == []


async def test_a_name_that_leads_inside_is_refused_and_says_where_it_leads() -> None:
    outbound = Outbound(Allowances(), resolve=Names("169.254.169.254"))
    with pytest.raises(RefusedAddressError, match=r"169\.254\.169\.254, which 'metadata\.example' leads to"):
        await outbound.post("http://metadata.example/latest", b"", {})


async def test_a_name_that_answers_differently_the_second_time_gains_nothing() -> None:
    """The connection goes to the address that was checked: the name is asked once a request."""
    async with listening() as listener:
        names = Names("127.0.0.1", "10.255.255.1")
        outbound = Outbound(LOOPBACK, resolve=names)
        assert (await outbound.post(f"http://rebound.example:{listener.port}/", b"", {})).is_success
        assert names.asked == 1
        with pytest.raises(RefusedAddressError):
            await outbound.post(f"http://rebound.example:{listener.port}/", b"", {})
    assert len(listener.heard) == 1
    assert f"Host: rebound.example:{listener.port}".encode() in listener.heard[0]


async def test_an_allowed_name_is_called_wherever_it_leads_and_the_next_address_is_tried() -> None:
    async with listening() as listener:
        outbound = Outbound(Allowances("hooks.internal"), resolve=Names("127.0.0.2 127.0.0.1"))
        assert (await outbound.post(f"http://hooks.internal:{listener.port}/", b"", {})).is_success


async def test_redirects_are_not_followed() -> None:
    async with listening() as target:
        leads = f"HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:{target.port}/\r\nContent-Length: 0\r\n\r\n"
        async with listening(leads.encode()) as listener:
            answer = await Outbound(LOOPBACK).post(f"http://127.0.0.1:{listener.port}/", b"x", {})
    assert (answer.status, answer.is_success, target.heard) == (307, False, [])


async def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async with listening() as proxy, listening() as listener:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        await Outbound(LOOPBACK).post(f"http://127.0.0.1:{listener.port}/", b"", {})
    assert (proxy.heard, len(listener.heard)) == ([], 1)


async def test_of_a_long_answer_the_beginning_is_read() -> None:
    async with listening(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (4 << 20)) as listener:
        answer = await Outbound(LOOPBACK).post(f"http://127.0.0.1:{listener.port}/", b"", {})
    assert (len(answer.body), answer.is_whole) == (MOST_ANSWER_BYTES, False)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"", "cannot be reached"),
        (b"nonsense\r\n\r\n", "cannot be reached"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 500_000, "cannot be reached"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "cannot be reached"),
    ],
)
async def test_what_is_no_whole_answer_is_none(answer: bytes, said: str) -> None:
    async with listening(answer) as listener:
        with pytest.raises(UnreachableError, match=said):
            await Outbound(LOOPBACK).post(f"http://127.0.0.1:{listener.port}/", b"", {})


async def test_who_does_not_answer_is_given_up() -> None:
    async with listening() as listener:
        listener.holds = True
        with pytest.raises(UnreachableError, match=r"no whole answer in 0\.3 s"):
            await Outbound(LOOPBACK).post(f"http://127.0.0.1:{listener.port}/", b"", {}, timeout_s=0.3)


async def test_nobody_there_and_a_name_that_nobody_knows_are_said() -> None:
    async with listening() as listener:
        port = listener.port
    with pytest.raises(UnreachableError, match="cannot be reached"):
        await Outbound(LOOPBACK).post(f"http://127.0.0.1:{port}/", b"", {})
    with pytest.raises(UnreachableError, match=r"'nobody\.invalid' is not known here"):
        await Outbound(LOOPBACK).post("http://nobody.invalid/", b"", {})
    await Outbound(Allowances()).check("http://nobody.invalid/")


async def test_a_certificate_must_be_that_of_the_name_though_the_connection_goes_to_an_address(tmp_path: Path) -> None:
    server, trusted = certificates(tmp_path, "hooks.example")
    async with listening(PLAIN, server) as listener:
        outbound = Outbound(LOOPBACK, resolve=Names("127.0.0.1"), certificates=trusted)
        assert (await outbound.post(f"https://hooks.example:{listener.port}/", b"", {})).is_success
        with pytest.raises(UnreachableError, match="certificate"):
            await outbound.post(f"https://other.example:{listener.port}/", b"", {})
        with pytest.raises(UnreachableError, match="certificate"):
            await Outbound(LOOPBACK, resolve=Names("127.0.0.1")).post(
                f"https://hooks.example:{listener.port}/", b"", {}
            )


def certificates(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What a server of this name shows, and what whoever trusts it holds."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *private))
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return server, ssl.create_default_context(cafile=str(folder / "cert.pem"))
