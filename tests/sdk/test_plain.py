"""The SDK's own HTTP: against servers that say what they like, piece by piece."""

import socket
import threading
from collections.abc import Callable, Iterator, Sequence

import httpx
import pytest

from tidemill.sdk.plain import PlainTransport

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Server:
    """Answers the requests of each connection by a script; what it was sent is kept."""

    def __init__(self, connections: Sequence[Sequence[Sequence[bytes]]]) -> None:
        """For each connection its answers, each in pieces that are sent one by one; then the connection is closed."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.requests: list[bytes] = []
        self.closed = threading.Event()
        """A connection was closed by us."""
        self._thread = threading.Thread(target=self._serve, args=(connections,), daemon=True)
        self._thread.start()

    def _serve(self, connections: Sequence[Sequence[Sequence[bytes]]]) -> None:
        for answers in connections:
            connection, _ = self._listener.accept()
            with connection:
                for pieces in answers:
                    self.requests.append(_request(connection))
                    for piece in pieces:
                        connection.sendall(piece)
            self.closed.set()

    def end(self) -> None:
        self._listener.close()
        self._thread.join(5)


def _request(connection: socket.socket) -> bytes:
    content = b""
    while b"\r\n\r\n" not in content:
        content += connection.recv(65536)
    head, _, body = content.partition(b"\r\n\r\n")
    wanted = next((int(line[16:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length: ")), 0)
    while len(body) < wanted:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


Serve = Callable[..., Server]


@pytest.fixture
def serve() -> Iterator[Serve]:
    made: list[Server] = []

    def serve(*connections: Sequence[Sequence[bytes]]) -> Server:
        made.append(Server(connections))
        return made[-1]

    yield serve
    for server in made:
        server.end()


@pytest.fixture
def transport() -> Iterator[PlainTransport]:
    transport = PlainTransport(most_idle=2)
    yield transport
    transport.close()


def ask(transport: PlainTransport, url: str, method: str = "GET", content: bytes = b"", read_s: float = 5) -> bytes:
    response = transport.begin(method, url, {"X-Own": "yes"}, content, connect_s=5, read_s=read_s)
    try:
        return response.read()
    finally:
        response.close()


def test_a_request_goes_as_it_is_and_the_next_goes_over_the_same_connection(
    serve: Serve, transport: PlainTransport
) -> None:
    server = serve([[OK], [OK]])
    assert ask(transport, f"{server.url}/a b/ü?q=1", "POST", b"body") == b"ok"
    assert ask(transport, f"{server.url}/next") == b"ok"
    host = server.url.removeprefix("http://").encode()
    assert server.requests == [
        b"POST /a%20b/%C3%BC?q=1 HTTP/1.1\r\nHost: " + host + b"\r\nX-Own: yes\r\nContent-Length: 4\r\n\r\nbody",
        b"GET /next HTTP/1.1\r\nHost: " + host + b"\r\nX-Own: yes\r\n\r\n",
    ]


def test_an_answer_may_come_in_any_pieces(serve: Serve, transport: PlainTransport) -> None:
    slow = [OK[at : at + 1] for at in range(len(OK))]
    chunked = [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        *(b"3;x=y\r\nabc\r\n", b"A\r\n0123456789\r\n", b"0\r\nTrailer: 1\r\n\r\n"),
    ]
    early = [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", OK]
    unbounded = [b"HTTP/1.1 200 OK\r\n\r\n", b"to the", b" end"]
    server = serve([slow, chunked, early, unbounded])
    assert [ask(transport, server.url) for _ in range(4)] == [b"ok", b"abc0123456789", b"ok", b"to the end"]


def test_what_has_no_body_is_not_waited_for(serve: Serve, transport: PlainTransport) -> None:
    head = [b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"]
    server = serve([head, [b"HTTP/1.1 204 No Content\r\n\r\n"], [OK]])
    assert ask(transport, server.url, "HEAD") == b""
    assert ask(transport, server.url, "DELETE") == b""
    assert ask(transport, server.url) == b"ok"


def test_a_connection_that_the_server_left_is_not_used_again(serve: Serve, transport: PlainTransport) -> None:
    server = serve([[OK]], [[OK]])
    assert ask(transport, server.url) == b"ok"
    assert server.closed.wait(5)
    assert ask(transport, server.url) == b"ok"


def test_one_that_is_to_be_closed_or_was_not_read_to_its_end_is_not_kept(
    serve: Serve, transport: PlainTransport
) -> None:
    closing = [b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"]
    server = serve([closing], [[OK]], [[OK]])
    assert ask(transport, server.url) == b"ok"
    transport.begin("GET", server.url, {}, b"", connect_s=5, read_s=5).close()
    assert ask(transport, server.url) == b"ok"


def test_a_refusal_of_a_large_body_is_read_though_nobody_takes_the_rest(
    serve: Serve, transport: PlainTransport
) -> None:
    refused = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 4\r\n\r\nmuch"
    listener = socket.create_server(("127.0.0.1", 0))

    def refuse() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(refused)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(1 << 20):  # a server that drains: else the answer may be lost with the connection
                pass

    thread = threading.Thread(target=refuse, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with listener:
        assert ask(transport, url, "PUT", b"x" * (8 << 20)) == b"much"
    thread.join(5)


@pytest.mark.parametrize(
    ("pieces", "error"),
    [
        ([], httpx.RemoteProtocolError),
        ([b"SSH-2.0-OpenSSH_9\r\n"], httpx.RemoteProtocolError),
        ([b"HTTP/1.1 200 OK\r\nno header\r\n\r\n"], httpx.RemoteProtocolError),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"], httpx.RemoteProtocolError),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"], httpx.RemoteProtocolError),
        ([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"], httpx.RemoteProtocolError),
    ],
)
def test_what_is_no_answer_is_an_error_of_the_transport(
    serve: Serve, transport: PlainTransport, pieces: Sequence[bytes], error: type[httpx.TransportError]
) -> None:
    server = serve([pieces])
    with pytest.raises(error):
        ask(transport, server.url)


def test_a_server_that_is_silent_or_away_is_an_error_of_the_transport(transport: PlainTransport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(httpx.ReadTimeout):
            ask(transport, url, read_s=0.1)
    with pytest.raises(httpx.ConnectError):
        ask(transport, url)


def test_a_line_break_in_a_header_is_refused(serve: Serve, transport: PlainTransport) -> None:
    server = serve([[OK]])
    with pytest.raises(httpx.LocalProtocolError):
        transport.begin("GET", server.url, {"X": "a\r\nHost: other"}, b"", connect_s=5, read_s=5)
    assert ask(transport, server.url) == b"ok"
