"""P10, below the message: bytes that are no good HTTP, bodies that never end, clients that leave."""

import select
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import psutil
import pytest

from tests.plugins.server import TidemillProcess
from tests.promises.wire import Connection, message

HANG_S = 5
GIVES_UP_S = 1
POST = b"/api/2.0/mlflow/runs/log-batch"
UPLOAD = b"/api/2.0/mlflow-artifacts/artifacts/slow.bin"
_OF_ITS_OWN = 12  # files that its reading threads open when they are first used
_HEAD = b"POST " + POST + b" HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
_CHUNKED = _HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
GARBAGE = {
    "no HTTP at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(50) + b"\r\n\r\n",
    "another protocol": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "a version from the future": b"GET /healthz HTTP/9.9\r\nHost: {host}\r\n\r\n",
    "an unknown method": b"BREW /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "a very long method": b"X" * 50_000 + b" / HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "a very long address": b"GET /" + b"x" * 1_000_000 + b" HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "bytes that are no text in the address": b"GET /\xff\xfe%ff HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "an empty header name": b"GET /healthz HTTP/1.1\r\nHost: {host}\r\n: x\r\n\r\n",
    "NUL in a header": b"GET /healthz HTTP/1.1\r\nHost: {host}\r\nX: a\0b\r\n\r\n",
    "a folded header": b"GET /healthz HTTP/1.1\r\nHost: {host}\r\nX: a\r\n b\r\n\r\n",
    "a length that is no number": _HEAD + b"Content-Length: many\r\n\r\n{}",
    "a negative length": _HEAD + b"Content-Length: -2\r\n\r\n{}",
    "an endless length": _HEAD + b"Content-Length: " + b"9" * 50 + b"\r\n\r\n{}",
    "a length over the limit": _HEAD + b"Content-Length: 999999999\r\n\r\n{}",
    "two lengths": _HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "a length and chunks": _HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "an unknown encoding": _HEAD + b"Transfer-Encoding: zip\r\n\r\n{}",
    "chunks of no size": _CHUNKED + b"xyz\r\n{}\r\n",
    "chunks of wrong size": _CHUNKED + b"1\r\n{}{}{}\r\n0\r\n\r\n",
    "a chunk of endless size": _CHUNKED + b"f" * 18 + b"\r\n{}\r\n",
}
UNFINISHED = {
    "no body": b"Content-Length: 1000\r\n\r\n",
    "half a body": b'Content-Length: 1000\r\n\r\n{"run_id": ',
    "half a chunk": b"Transfer-Encoding: chunked\r\n\r\n5\r\n{",
}
UNFINISHED_HEADS = {
    "half a method": b"GE",
    "half an address": b"GET /healt",
    "no header": b"GET /healthz HTTP/1.1\r\n",
    "half a header": b"GET /healthz HTTP/1.1\r\nHost: {host}\r\nAccept",
    "no empty line": b"GET /healthz HTTP/1.1\r\nHost: {host}\r\n",
}
ENDLESS_BYTES = 64 << 20


@pytest.fixture(scope="module")
def impatient_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TidemillProcess]:
    """A server that waits a second for a client."""
    folder = tmp_path_factory.mktemp("impatient") / "data"
    with TidemillProcess(folder, "--request-timeout-s", str(GIVES_UP_S)) as server:
        yield server


@pytest.mark.parametrize("name", GARBAGE)
def test_what_is_no_good_http_is_answered_4xx(tidemill_server: TidemillProcess, name: str) -> None:
    connection = Connection(tidemill_server.uri, timeout_s=HANG_S)
    answer = connection.send(GARBAGE[name].replace(b"{host}", connection.host.encode()))
    connection.close()
    assert 400 <= answer.status < 500
    assert is_alive(tidemill_server)


@pytest.mark.parametrize("start", [b"POST " + POST, b"PUT " + UPLOAD], ids=["message", "upload"])
@pytest.mark.parametrize("name", UNFINISHED)
def test_a_body_that_never_ends_is_given_up(impatient_server: TidemillProcess, start: bytes, name: str) -> None:
    connection = Connection(impatient_server.uri, timeout_s=GIVES_UP_S + HANG_S)
    host = b" HTTP/1.1\r\nHost: " + connection.host.encode() + b"\r\nContent-Type: application/json\r\n"
    answer = connection.send(start + host + UNFINISHED[name])
    assert answer.status == 408
    assert answer.headers["Connection"] == "close"
    assert answer.seconds > GIVES_UP_S / 2
    assert is_alive(impatient_server)


@pytest.mark.parametrize("name", UNFINISHED_HEADS)
def test_a_head_that_never_ends_is_given_up(impatient_server: TidemillProcess, name: str) -> None:
    connection = Connection(impatient_server.uri, timeout_s=GIVES_UP_S + HANG_S)
    answer = connection.send(UNFINISHED_HEADS[name].replace(b"{host}", connection.host.encode()))
    assert answer.status == 408
    assert answer.headers["Connection"] == "close"
    assert is_alive(impatient_server)


def test_a_second_head_that_never_ends_is_given_up_too(impatient_server: TidemillProcess) -> None:
    connection = Connection(impatient_server.uri, timeout_s=GIVES_UP_S + HANG_S)
    for _ in range(2):
        assert connection.call("GET", "/healthz").status == 200
    assert connection.send(b"GET /heal").status == 408


def test_a_head_that_comes_in_drops_is_given_up(impatient_server: TidemillProcess) -> None:
    parts = urlsplit(impatient_server.uri)
    with socket.create_connection((str(parts.hostname), parts.port or 80), GIVES_UP_S + HANG_S) as slow:
        slow.sendall(b"GET /healthz HTTP/1.1\r\n")
        began = time.monotonic()
        while not select.select([slow], [], [], GIVES_UP_S / 10)[0]:
            slow.sendall(b"X: y\r\n")
            assert time.monotonic() - began < GIVES_UP_S + HANG_S
        assert slow.recv(1000).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("sent", [b"", b"\r\n\r\n"], ids=["nothing", "empty lines"])
def test_a_client_that_asks_for_nothing_is_let_go(impatient_server: TidemillProcess, sent: bytes) -> None:
    parts = urlsplit(impatient_server.uri)
    with socket.create_connection((str(parts.hostname), parts.port or 80), GIVES_UP_S + HANG_S) as idle:
        idle.sendall(sent)
        assert idle.recv(1) == b""


def test_slow_answers_and_long_bodies_are_not_taken_for_slow_heads(impatient_server: TidemillProcess) -> None:
    parts = urlsplit(impatient_server.uri)
    with socket.create_connection((str(parts.hostname), parts.port or 80), HANG_S) as client:
        head = b"PUT " + UPLOAD + b" HTTP/1.1\r\nHost: " + parts.netloc.encode() + b"\r\nContent-Length: 40\r\n\r\n"
        client.sendall(head)
        for _ in range(40):
            time.sleep(2 * GIVES_UP_S / 40)
            client.sendall(b"x")
        assert client.recv(1000).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "filler", [b"GET /" + b"x" * 1000, b"GET / HTTP/1.1\r\nX: " + b"x" * 1000], ids=["address", "header"]
)
def test_a_head_without_end_takes_no_memory(impatient_server: TidemillProcess, filler: bytes) -> None:
    process = psutil.Process(impatient_server.pid)
    assert is_alive(impatient_server)
    before = process.memory_info().rss
    connection = Connection(impatient_server.uri, timeout_s=HANG_S)
    answer = connection.send(filler + b"x" * ENDLESS_BYTES)
    assert answer.status == 431
    assert process.memory_info().rss - before < ENDLESS_BYTES / 4
    assert is_alive(impatient_server)


@pytest.mark.parametrize("protocol", [b"h2c", b"websocket", b"TLS/1.0"])
def test_a_client_that_asks_for_another_protocol_gets_this_one_and_never_waits(
    tidemill_server: TidemillProcess, protocol: bytes
) -> None:
    parts = urlsplit(tidemill_server.uri)
    host = b"Host: " + parts.netloc.encode() + b"\r\n"
    asking = (
        host + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: " + protocol + b"\r\nHTTP2-Settings: AAMAAABk\r\n\r\n"
    )
    with socket.create_connection((str(parts.hostname), parts.port or 80), HANG_S) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\n" + asking + b"GET /healthz HTTP/1.1\r\n" + host + b"\r\n")
        answer = b"".join(iter(lambda: client.recv(10_000), b""))
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"connection: close" in answer


@pytest.mark.parametrize(
    "length", ["Content-Length: 4\r\n\r\nbody", "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n"]
)
def test_a_body_that_would_be_taken_for_another_protocol_is_refused_and_not_stored_empty(
    tidemill_server: TidemillProcess, length: str
) -> None:
    path = UPLOAD.decode() + ".upgraded"
    with Connection(tidemill_server.uri, timeout_s=HANG_S) as connection:
        head = f"PUT {path} HTTP/1.1\r\nHost: {connection.host}\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n"
        assert connection.send((head + length).encode(), "PUT").status == 400
        assert connection.call("GET", path).status == 404


def test_head_of_what_never_ends_ends(tidemill_server: TidemillProcess) -> None:
    parts = urlsplit(tidemill_server.uri)
    request = message("HEAD", "/api/v1/events", [("Host", parts.netloc)])
    with socket.create_connection((str(parts.hostname), parts.port or 80), HANG_S) as client:
        client.sendall(request * 2)
        received = b""
        while received.count(b"HTTP/1.1 200 ") < 2:
            received += client.recv(10_000)


def test_clients_that_leave_in_the_middle_hold_nothing(impatient_server: TidemillProcess) -> None:
    parts = urlsplit(impatient_server.uri)
    body = b'{"run_id": "x"}'
    host = f"Host: {parts.netloc}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    requests = [start + b" HTTP/1.1\r\n" + host + body for start in (b"POST " + POST, b"PUT " + UPLOAD)]
    process = psutil.Process(impatient_server.pid)
    assert is_alive(impatient_server)
    before = process.num_fds()
    for request in requests:
        for cut in range(1, len(request), 5):
            with socket.create_connection((str(parts.hostname), parts.port or 80)) as left:
                left.sendall(request[:cut])
    assert is_alive(impatient_server)
    deadline = time.monotonic() + GIVES_UP_S + HANG_S
    while process.num_fds() > before + _OF_ITS_OWN and time.monotonic() < deadline:
        time.sleep(0.05)
    assert process.num_fds() <= before + _OF_ITS_OWN


def is_alive(server: TidemillProcess) -> bool:
    """Whether it answers a good request, on a connection of its own."""
    connection = Connection(server.uri, timeout_s=HANG_S)
    answer = connection.call("GET", "/healthz")
    connection.close()
    return answer.status == 200 and server.is_running
