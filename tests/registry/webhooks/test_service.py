"""Webhooks: made, found, changed and deleted, each workspace its own; what could not be called is refused."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from tests.registry.webhooks.conftest import MINE, THEIRS, World
from tidemill.kit.errors import ConflictError, InvalidError, NotFoundError, TidemillError
from tidemill.registry.webhooks import NewWebhook, WebhookChanges, WebhookStatus
from tidemill.registry.webhooks.events import EVENTS

pytestmark = pytest.mark.anyio


async def test_a_webhook_is_found_as_it_was_made(world: World) -> None:
    events = ("model_version.created", "prompt.created", "model_version.created")
    made = await world.hook(*events, description="d", secret="key", status=WebhookStatus.DISABLED)
    assert await world.webhooks.get(MINE, made.uuid) == made
    assert (made.events, made.status, made.owner) == (
        ("model_version.created", "prompt.created"),
        WebhookStatus.DISABLED,
        "me",
    )
    assert made.secret_name
    assert "key" not in repr(made)


async def test_the_same_request_once_more_makes_no_second(world: World) -> None:
    scope = replace(MINE, idempotency_key="k")
    new = NewWebhook("hook", f"http://127.0.0.1:{world.listener.port}/", ["prompt.created"])
    assert await world.webhooks.create(scope, new) == await world.webhooks.create(scope, new)
    assert len((await world.webhooks.list_all(MINE, 10, ""))[0]) == 1


async def test_lists_come_in_pages_the_latest_first(world: World) -> None:
    for name in ("a", "b", "c"):
        await world.hook(name=name)
    first, token = await world.webhooks.list_all(MINE, 2, "")
    rest, end = await world.webhooks.list_all(MINE, 2, token)
    assert ([each.name for each in first], [each.name for each in rest], end) == (["c", "b"], ["a"], "")
    with pytest.raises(InvalidError, match="no page token"):
        await world.webhooks.list_all(MINE, 2, "x")


async def test_what_is_not_given_stays_as_it_is(world: World) -> None:
    made = await world.hook(description="d", secret="key")
    changed = await world.webhooks.update(MINE, made.uuid, WebhookChanges(name="other", events=["prompt.created"]))
    assert (changed.name, changed.events) == ("other", ("prompt.created",))
    assert (changed.description, changed.url, changed.secret_name) == (made.description, made.url, made.secret_name)
    assert not (await world.webhooks.update(MINE, made.uuid, WebhookChanges(secret=""))).secret_name
    assert await world.secrets.list_all(MINE) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "has a name"),
        ({"name": "a b"}, "is invalid"),
        ({"name": "x" * 64}, "is invalid"),
        ({"name": "x\n"}, "is invalid"),
        ({"events": []}, "at least one event"),
        ({"events": ["model_version.made"]}, "no event 'model_version.made'"),
        ({"description": "x" * 5001}, "characters"),
        ({"url": "ftp://a.example/"}, "only http and https"),
        ({"url": "http://me:pass@127.0.0.1/"}, "user's name or a password"),
        ({"url": "http://169.254.169.254/latest/meta-data"}, "not a public one"),
        ({"url": "http://10.0.0.1/"}, "not a public one"),
        ({"url": "http://[::ffff:169.254.169.254]/"}, "not a public one"),
        ({"secret": "x" * 70_000}, "bytes"),
    ],
)
async def test_what_cannot_be_is_refused_when_it_is_made_and_when_it_is_changed(
    world: World, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(TidemillError, match=said) as refused:
        await world.hook(**({"events": ("prompt.created",)} | changes))
    assert refused.value.status in (400, 413)
    made = await world.hook()
    with pytest.raises(TidemillError, match=said):
        await world.webhooks.update(MINE, made.uuid, WebhookChanges(**changes))
    assert await world.webhooks.get(MINE, made.uuid) == made


async def test_another_workspace_neither_sees_nor_touches_it(world: World) -> None:
    made = await world.hook()
    await world.change()
    (delivery,) = await world.deliveries(made)
    for attempt in (
        world.webhooks.get(THEIRS, made.uuid),
        world.webhooks.update(THEIRS, made.uuid, WebhookChanges(name="x")),
        world.webhooks.delete(THEIRS, made.uuid),
        world.webhooks.test(THEIRS, made.uuid),
        world.webhooks.deliveries(THEIRS, made.uuid, None, 10, ""),
        world.webhooks.resend(THEIRS, made.uuid, delivery.uuid),
    ):
        with pytest.raises(NotFoundError):
            await attempt
    assert (await world.webhooks.list_all(THEIRS, 10, ""))[0] == []


async def test_a_trial_says_what_was_answered_and_leaves_no_delivery(world: World) -> None:
    webhook = await world.hook("prompt.created", "prompt_alias.created", secret="key", status=WebhookStatus.DISABLED)
    result = await world.webhooks.test(MINE, webhook.uuid)
    assert (result.is_success, result.status, result.body, result.error) == (True, 200, "ok", None)
    world.listener.statuses = [500]
    assert (await world.webhooks.test(MINE, webhook.uuid, "model_version.created")).status == 500
    first, second = world.listener.heard
    assert (first.data["name"], second.data["version"]) == ("example_prompt", "1")
    assert "x-mlflow-signature" in first.headers
    assert await world.deliveries(webhook) == []
    nowhere = await world.hook(url="http://127.0.0.1:1/")
    result = await world.webhooks.test(MINE, nowhere.uuid)
    assert not result.is_success
    assert "cannot be reached" in str(result.error)


async def test_every_event_can_be_tried(world: World) -> None:
    webhook = await world.hook(*EVENTS)
    for event in sorted(EVENTS):
        assert (await world.webhooks.test(MINE, webhook.uuid, event)).is_success
    said = [msgspec.json.decode(heard.body) for heard in world.listener.heard]
    assert [f"{each['entity']}.{each['action']}" for each in said] == sorted(EVENTS)
    assert all(each["data"] for each in said)


async def test_what_still_waits_is_not_sent_again(world: World) -> None:
    webhook = await world.hook()
    await world.change()
    (delivery,) = await world.deliveries(webhook)
    with pytest.raises(ConflictError, match="still waits"):
        await world.webhooks.resend(MINE, webhook.uuid, delivery.uuid)
    with pytest.raises(NotFoundError, match="no delivery"):
        await world.webhooks.resend(MINE, webhook.uuid, "x")
