"""Webhooks of a server that is killed: a change that was acknowledged is told, whatever was going on when it died."""

import base64
import hashlib
import hmac
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.plugins.server import TidemillProcess

SECRET = "key"
WITHIN_S = 30


class Listener:
    """Where webhooks lead. While it is shut nobody answers; while it holds, it takes a request and says nothing."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], str]] = []
        self.holds = False
        self.news = threading.Condition()
        listener = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                with listener.news:
                    listener.heard.append((dict(self.headers), body))
                    listener.news.notify_all()
                    if listener.news.wait_for(lambda: not listener.holds, WITHIN_S):
                        self.send_response(200)
                        self.end_headers()

            def log_message(self, format: str, *args: object) -> None: ...

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"

    def wait_for(self, count: int) -> list[tuple[dict[str, str], str]]:
        """What was heard, once there is so much."""
        with self.news:
            assert self.news.wait_for(lambda: len(self.heard) >= count, WITHIN_S), f"heard {len(self.heard)}"
            return list(self.heard)

    def hold(self, *, on: bool) -> None:
        with self.news:
            self.holds = on
            self.news.notify_all()

    def close(self) -> None:
        self.hold(on=False)
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TidemillProcess]:
    with TidemillProcess(tmp_path / "data", "--outbound-allow", "127.0.0.0/8") as server:
        yield server


def call(server: TidemillProcess, path: str, body: dict[str, Any]) -> Any:
    """Ask MLflow's API."""
    response = httpx.post(f"{server.uri}/api/2.0/mlflow/{path}", json=body, timeout=WITHIN_S, trust_env=False)
    assert response.is_success, response.text
    return response.json()


def subscribe(server: TidemillProcess, listener: Listener) -> str:
    event = {"entity": "REGISTERED_MODEL", "action": "CREATED"}
    body = {"name": "hook", "url": listener.url, "events": [event], "secret": SECRET}
    return call(server, "webhooks", body)["webhook"]["webhook_id"]


def is_signed(heard: tuple[dict[str, str], str]) -> bool:
    headers, body = heard
    signed = f"{headers['X-MLflow-Delivery-Id']}.{headers['X-MLflow-Timestamp']}.{body}"
    digest = hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).digest()
    return headers["X-MLflow-Signature"] == f"v1,{base64.b64encode(digest).decode()}"


def named(heard: tuple[dict[str, str], str]) -> str:
    return json.loads(heard[1])["data"]["name"]


@pytest.mark.slow
def test_what_was_being_sent_when_the_server_was_killed_is_sent_by_the_next(
    server: TidemillProcess, listener: Listener
) -> None:
    webhook = subscribe(server, listener)
    listener.hold(on=True)
    call(server, "registered-models/create", {"name": "first"})
    call(server, "registered-models/create", {"name": "second"})
    listener.wait_for(1)
    server.kill9()
    listener.hold(on=False)
    server.start()
    heard = listener.wait_for(3)
    assert [named(each) for each in heard] == ["first", "first", "second"], "one at a time, in order"
    ids = [headers["X-MLflow-Delivery-Id"] for headers, _ in heard]
    assert (ids[0] == ids[1], ids[1] == ids[2]) == (True, False)
    assert all(is_signed(each) for each in heard)
    answer = httpx.get(f"{server.uri}/api/v1/webhooks/{webhook}/deliveries", timeout=WITHIN_S, trust_env=False)
    states = [(each["state"], each["attempts"]) for each in answer.json()["deliveries"]]
    assert states[1] == ("delivered", 2)


@pytest.mark.slow
def test_every_acknowledged_change_is_told_though_the_server_is_killed_again_and_again(
    server: TidemillProcess, listener: Listener
) -> None:
    subscribe(server, listener)
    made: list[str] = []
    for life in range(4):
        for number in range(5):
            name = f"{life}-{number}"
            call(server, "registered-models/create", {"name": name})
            made.append(name)
        server.kill9()
        server.start()
    with listener.news:
        assert listener.news.wait_for(lambda: {named(each) for each in listener.heard} >= set(made), WITHIN_S)
    ids = {named(each): each[0]["X-MLflow-Delivery-Id"] for each in listener.heard}
    assert all(each[0]["X-MLflow-Delivery-Id"] == ids[named(each)] for each in listener.heard), "one id a change"
