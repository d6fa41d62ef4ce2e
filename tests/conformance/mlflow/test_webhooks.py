"""Webhooks as MLflow's client makes them: kept, shown, changed, tried out and deleted."""

import http.server
import importlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, get_args

import mlflow
import pytest
from mlflow import MlflowClient

WITHIN_S = 30
pytestmark = pytest.mark.skipif(
    tuple(int(part) for part in mlflow.__version__.split(".")[:2]) < (3, 3), reason="this client has no webhooks"
)


@dataclass
class Listener:
    """Where webhooks lead: what it was told, and what it answers with."""

    url: str = ""
    status: int = 200
    heard: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)

    def wait_for(self, count: int) -> list[dict[str, Any]]:
        """The bodies that were heard, once there are so many; MLflow sends from several threads, in any order."""
        until = time.monotonic() + WITHIN_S
        while len(self.heard) < count and time.monotonic() < until:
            time.sleep(0.02)
        return [body for _, body in self.heard]


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A port of this machine, which a server under test must be allowed to call."""
    heard = Listener()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.heard.append((dict(self.headers), json.loads(body)))
            self.send_response(heard.status)
            self.end_headers()
            self.wfile.write(b"heard")

        def log_message(self, *_: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    heard.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield heard
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def hook(client: MlflowClient, listener: Listener, unique: Callable[[str], str]) -> Iterator[Callable[..., Any]]:
    """A maker of webhooks, which are deleted afterwards."""
    made = []

    def make(*events: str, **fields: Any) -> Any:
        webhook = client.create_webhook(unique("hook"), listener.url, list(events or ("prompt.created",)), **fields)
        made.append(webhook.webhook_id)
        return webhook

    yield make
    for webhook_id in made:
        client.delete_webhook(webhook_id)


def shown(webhook: Any) -> list[str]:
    return sorted(str(event) for event in webhook.events)


def test_a_webhook_is_shown_as_it_was_made(client: MlflowClient, hook: Callable[..., Any], listener: Listener) -> None:
    made = hook("prompt.created", "model_version_alias.created", description="of tests", secret="key")
    found = client.get_webhook(made.webhook_id)
    assert (found.name, found.url, found.description, str(found.status)) == (
        made.name,
        listener.url,
        "of tests",
        "ACTIVE",
    )
    assert shown(found) == ["model_version_alias.created", "prompt.created"]
    assert found.secret is None
    assert found.creation_timestamp == found.last_updated_timestamp > 1_700_000_000_000


def test_every_event_of_the_client_is_taken(hook: Callable[..., Any]) -> None:
    webhooks = importlib.import_module("mlflow.entities.webhook")  # which older clients have not
    events = sorted(get_args(webhooks.WebhookEventStr))
    assert shown(hook(*events)) == events


def test_lists_come_in_pages_the_latest_first(client: MlflowClient, hook: Callable[..., Any]) -> None:
    names = [hook().name for _ in range(3)]
    first = client.list_webhooks(max_results=2)
    assert [each.name for each in first] == names[:0:-1]
    second = client.list_webhooks(max_results=1, page_token=first.token)
    assert [each.name for each in second] == names[:1]


def test_what_is_changed_is_changed_and_the_rest_stays(client: MlflowClient, hook: Callable[..., Any]) -> None:
    made = hook(description="before", status="DISABLED")
    changed = client.update_webhook(made.webhook_id, events=["prompt_tag.set"], status="ACTIVE", secret="new")
    assert (shown(changed), str(changed.status)) == (["prompt_tag.set"], "ACTIVE")
    assert (changed.name, changed.url, changed.description) == (made.name, made.url, "before")
    assert changed.last_updated_timestamp >= made.last_updated_timestamp


def test_a_trial_sends_an_example_and_tells_the_answer(
    client: MlflowClient, hook: Callable[..., Any], listener: Listener
) -> None:
    made = hook("model_version_tag.set", "prompt.created", secret="key", status="DISABLED")
    result = client.test_webhook(made.webhook_id)
    assert (result.success, result.response_status, result.response_body) == (True, 200, "heard")
    headers, body = listener.heard[0]
    assert (body["entity"], body["action"]) == ("model_version_tag", "set")
    assert set(body["data"]) == {"name", "version", "key", "value"}
    assert headers["X-MLflow-Signature"].startswith("v1,")
    client.test_webhook(made.webhook_id, "prompt_alias.deleted")
    assert set(listener.heard[1][1]["data"]) == {"name", "alias"}


def test_a_trial_tells_what_went_wrong(client: MlflowClient, hook: Callable[..., Any], listener: Listener) -> None:
    made = hook()
    listener.status = 404
    result = client.test_webhook(made.webhook_id)
    assert (result.success, result.response_status) == (False, 404)


def test_changes_are_told_as_they_happen(
    client: MlflowClient, hook: Callable[..., Any], listener: Listener, unique: Callable[[str], str]
) -> None:
    model, bare = unique("model"), unique("bare")
    hook(
        "registered_model.created",
        "model_version.created",
        "model_version_tag.set",
        "model_version_tag.deleted",
        "model_version_alias.created",
        "model_version_alias.deleted",
        secret="key",
    )
    client.create_registered_model(model, tags={"a": "b"}, description="words")
    client.create_registered_model(bare)
    client.create_model_version(model, "s3://bucket/x", tags={"k": "v"}, description="of it")
    client.create_model_version(bare, "s3://bucket/y")
    client.set_registered_model_tag(model, "silent", "1")
    client.set_model_version_tag(model, "1", "t", "u")
    client.delete_model_version_tag(model, "1", "t")
    client.set_registered_model_alias(model, "champion", "1")
    client.delete_registered_model_alias(model, "champion")
    version = {"name": model, "version": "1"}
    no_run = {"run_id": None}
    expected = [
        (
            "model_version",
            "created",
            {**version, "source": "s3://bucket/x", **no_run, "tags": {"k": "v"}, "description": "of it"},
        ),
        (
            "model_version",
            "created",
            {"name": bare, "version": "1", "source": "s3://bucket/y", **no_run, "tags": {}, "description": None},
        ),
        ("model_version_alias", "created", {"name": model, "alias": "champion", "version": "1"}),
        ("model_version_alias", "deleted", {"name": model, "alias": "champion"}),
        ("model_version_tag", "deleted", {**version, "key": "t"}),
        ("model_version_tag", "set", {**version, "key": "t", "value": "u"}),
        ("registered_model", "created", {"name": model, "tags": {"a": "b"}, "description": "words"}),
        ("registered_model", "created", {"name": bare, "tags": {}, "description": ""}),
    ]
    heard = [(body["entity"], body["action"], body["data"]) for body in listener.wait_for(len(expected))]
    assert sorted(heard, key=repr) == sorted(expected, key=repr)
    assert len({headers["X-MLflow-Delivery-Id"] for headers, _ in listener.heard}) == len(expected)


def test_prompts_have_events_of_their_own(
    http: Any, hook: Callable[..., Any], listener: Listener, unique: Callable[[str], str]
) -> None:
    name = unique("prompt")
    hook(
        "prompt.created", "prompt_version.created", "prompt_tag.set", "prompt_alias.created", "registered_model.created"
    )
    is_prompt = {"key": "mlflow.prompt.is_prompt", "value": "true"}
    http.post("registered-models/create", {"name": name, "tags": [is_prompt]}).ok()
    text = {"key": "mlflow.prompt.text", "value": "Hello {{name}}"}
    version = {"name": name, "source": "dummy-source", "tags": [is_prompt, text, {"key": "a", "value": "b"}]}
    http.post("model-versions/create", version).ok()
    http.post("registered-models/set-tag", {"name": name, "key": "k", "value": "v"}).ok()
    http.post("registered-models/alias", {"name": name, "alias": "production", "version": "1"}).ok()
    expected = [
        ("prompt", {"name": name, "tags": {}, "description": ""}),
        ("prompt_alias", {"name": name, "alias": "production", "version": "1"}),
        ("prompt_tag", {"name": name, "key": "k", "value": "v"}),
        (
            "prompt_version",
            {"name": name, "version": "1", "template": "Hello {{name}}", "tags": {"a": "b"}, "description": None},
        ),
    ]
    heard = [(body["entity"], body["data"]) for body in listener.wait_for(len(expected))]
    assert sorted(heard, key=repr) == expected


def test_what_is_gone_is_gone(client: MlflowClient, http: Any, listener: Listener) -> None:
    made = client.create_webhook("hook", listener.url, ["prompt.created"])
    client.delete_webhook(made.webhook_id)
    one = f"webhooks/{made.webhook_id}"
    for answer in (http.get(one), http.patch(one, {"name": "x"}), http.delete(one, {}), http.post(f"{one}/test")):
        answer.is_missing(f"Webhook with ID {made.webhook_id} not found.")


@pytest.mark.parametrize(
    ("fields", "phrase"),
    [
        ({"name": ""}, "Missing value for required parameter 'name'"),
        ({"name": "a b"}, "Webhook name 'a b' is invalid"),
        ({"url": ""}, "Missing value for required parameter 'url'"),
        ({"url": "nonsense"}, "http"),
        ({"url": "ftp://a.example/"}, "ftp"),
        (
            {"events": [{"entity": "REGISTERED_MODEL", "action": "DELETED"}]},
            "Invalid action 'deleted' for entity 'registered_model'",
        ),
    ],
)
def test_what_cannot_be_is_refused(http: Any, listener: Listener, fields: dict[str, Any], phrase: str) -> None:
    body = {"name": "x", "url": listener.url, "events": [{"entity": "PROMPT", "action": "CREATED"}]}
    http.post("webhooks", {**body, **fields}).is_invalid(phrase)


@pytest.mark.parametrize("limit", [-1, 1001])
def test_a_page_has_its_limits(http: Any, limit: int) -> None:
    http.get("webhooks", {"max_results": limit}).is_invalid("max_results must be between 1 and 1000")


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize(
    "fields",
    [
        {"events": [{"entity": "FOO", "action": "CREATED"}]},
        {"events": [{"entity": 99, "action": 1}]},
        {"events": [{}]},
        {"status": "FOO"},
        {"url": "http://me:password@127.0.0.1/"},
    ],
)
def test_nonsense_is_no_error_of_the_server(http: Any, listener: Listener, fields: dict[str, Any]) -> None:
    body = {"name": "x", "url": listener.url, "events": [{"entity": "PROMPT", "action": "CREATED"}]}
    http.post("webhooks", {**body, **fields}).is_invalid()


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/",
        "http://[::ffff:169.254.169.254]/",
        "http://2852039166/",
        "http://[fe80::1]/",
        "http://0.0.0.0/",
    ],
)
def test_what_only_the_server_may_reach_is_not_called(http: Any, url: str) -> None:
    """MLflow allows loopback and all of these together, or none: here the administrator allowed loopback alone."""
    event = {"entity": "PROMPT", "action": "CREATED"}
    http.post("webhooks", {"name": "x", "url": url, "events": [event]}).is_invalid("is not a public one")


@pytest.mark.better_than_mlflow
def test_an_event_named_twice_counts_once(hook: Callable[..., Any]) -> None:
    assert shown(hook("prompt.created", "prompt.created")) == ["prompt.created"]
