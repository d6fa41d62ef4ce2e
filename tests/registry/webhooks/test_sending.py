"""Deliveries to a real listener: signed, at least once, again after failures, and not where they may not go."""

import asyncio
import base64
import hashlib
import hmac
from contextlib import AsyncExitStack

import pytest

from tests.registry.webhooks.conftest import BEGIN_MS, MINE, THEIRS, Heard, World, running
from tidemill.core.database import Dialect
from tidemill.registry.announcing import Change
from tidemill.registry.webhooks import DeliveryState, WebhookChanges, WebhookStatus
from tidemill.registry.webhooks.rules import MOST_ATTEMPTS, PAUSES_S

pytestmark = pytest.mark.anyio


def is_signed(heard: Heard, secret: str) -> bool:
    """As a receiver checks it, by MLflow's guide."""
    signed = f"{heard.headers['x-mlflow-delivery-id']}.{heard.headers['x-mlflow-timestamp']}.{heard.body}"
    digest = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    expected = f"v1,{base64.b64encode(digest).decode()}"
    return hmac.compare_digest(heard.headers.get("x-mlflow-signature", ""), expected)


async def test_a_change_is_told_signed_and_kept(world: World) -> None:
    webhook = await world.hook(secret="key")
    async with running(world.sender):
        await world.change(source="s3://b/x", tags={"a": "b"})
        (heard,) = await world.listener.wait_for(1)
        (delivery,) = await world.over(webhook)
    assert (heard.path, heard.headers["content-type"]) == ("/hook", "application/json")
    assert (heard.headers["x-mlflow-delivery-id"], heard.body) == (delivery.uuid, delivery.body)
    assert heard.headers["x-mlflow-timestamp"] == str(BEGIN_MS // 1000)
    assert is_signed(heard, "key")
    assert not is_signed(heard, "another")
    assert heard.data["source"] == "s3://b/x"
    assert (delivery.state, delivery.attempts, delivery.status, delivery.error) == ("delivered", 1, 200, "")
    assert delivery.ended_ms == BEGIN_MS


async def test_without_a_secret_nothing_is_signed(world: World) -> None:
    webhook = await world.hook()
    async with running(world.sender):
        await world.change()
        await world.over(webhook)
    assert "x-mlflow-signature" not in world.listener.heard[0].headers


async def test_a_new_secret_signs_what_still_waits(world: World) -> None:
    webhook = await world.hook(secret="old")
    await world.change()
    await world.webhooks.update(MINE, webhook.uuid, WebhookChanges(secret="new"))
    async with running(world.sender):
        await world.over(webhook)
    assert is_signed(world.listener.heard[0], "new")
    assert len(await world.secrets.list_all(MINE)) == 1, "the old one is gone from the disk"


async def test_only_events_that_were_asked_for_are_told_and_only_in_their_workspace(world: World) -> None:
    webhook = await world.hook("model_version_alias.created", "model_version_stage.changed")
    await world.change(Change.VERSION_CREATED)
    await world.change(Change.ALIAS_SET, scope=THEIRS, alias="a")
    await world.change(Change.ALIAS_SET, alias="champion")
    await world.change(Change.STAGE_CHANGED, from_stage="None", to_stage="Production")
    events = [each.event for each in await world.deliveries(webhook)]
    assert events == ["model_version_alias.created", "model_version_stage.changed"]


async def test_what_was_rolled_back_is_not_told(world: World) -> None:
    webhook = await world.hook()
    await world.change(fails=True)
    assert await world.deliveries(webhook) == []


@pytest.mark.parametrize("status", [500, 503, 429, 408])
async def test_what_may_pass_is_tried_again_under_the_same_id(world: World, status: int) -> None:
    world.listener.statuses = [status, status, 200]
    webhook = await world.hook(secret="key")
    async with running(world.sender):
        await world.change()
        (delivery,) = await world.over(webhook)
    first, second, third = world.listener.heard
    assert {each.headers["x-mlflow-delivery-id"] for each in (first, second, third)} == {delivery.uuid}
    assert first.body == second.body == third.body
    assert all(is_signed(each, "key") for each in world.listener.heard)
    assert (delivery.state, delivery.attempts) == ("delivered", 3)


async def test_nobody_there_is_given_up_after_a_stated_number_of_attempts(world: World) -> None:
    webhook = await world.hook(url="http://127.0.0.1:1/")
    async with running(world.sender):
        await world.change()
        (delivery,) = await world.over(webhook)
    assert (delivery.state, delivery.attempts, delivery.status) == ("failed", MOST_ATTEMPTS, None)
    assert "cannot be reached" in delivery.error
    waited_s = (world.clock.now - BEGIN_MS) / 1000
    assert 0.9 * sum(PAUSES_S) <= waited_s <= 1.1 * sum(PAUSES_S)


@pytest.mark.parametrize("status", [301, 400, 401, 404, 410])
async def test_what_will_not_pass_is_given_up_at_once(world: World, status: int) -> None:
    world.listener.statuses = [status]
    webhook = await world.hook()
    async with running(world.sender):
        await world.change()
        (delivery,) = await world.over(webhook)
    assert (delivery.state, delivery.attempts, delivery.status) == ("failed", 1, status)
    assert len(world.listener.heard) == 1


async def test_who_asks_for_time_gets_it(world: World) -> None:
    world.listener.statuses, world.listener.headers = [429, 200], "Retry-After: 900\r\n"
    webhook = await world.hook()
    async with running(world.sender):
        await world.change()
        await world.over(webhook)
    assert world.clock.now == BEGIN_MS + 900_000


async def test_an_address_that_is_not_allowed_any_more_is_not_called(world: World) -> None:
    """It passed when the webhook was made: its name leads elsewhere now, or the setting is gone."""
    webhook = await world.hook(url="http://nobody-knows.invalid/")
    world.database.write_now(lambda tx: tx.sql("UPDATE webhooks SET url = 'http://169.254.169.254/latest'"))
    async with running(world.sender):
        await world.change()
        (delivery,) = await world.over(webhook)
    assert (delivery.state, delivery.attempts, delivery.status) == ("failed", 1, None)
    assert "169.254.169.254 is not a public one" in delivery.error


async def test_changes_are_told_in_their_order_one_at_a_time(world: World) -> None:
    webhook = await world.hook()
    for version in range(1, 8):
        await world.change(version=version)
    async with running(world.sender):
        await world.over(webhook)
    assert [each.data["version"] for each in world.listener.heard] == [str(version) for version in range(1, 8)]


async def test_one_that_is_repeated_holds_up_none_behind_it(world: World) -> None:
    world.listener.statuses = [500, 200]
    webhook = await world.hook()
    await world.change(version=1)
    await world.change(version=2)
    async with running(world.sender):
        await world.over(webhook)
    assert [each.data["version"] for each in world.listener.heard] == ["1", "2", "1"]


async def test_a_disabled_webhook_is_told_nothing_and_what_waits_stays(world: World) -> None:
    webhook = await world.hook()
    await world.change(version=1)
    await world.webhooks.update(MINE, webhook.uuid, WebhookChanges(status=WebhookStatus.DISABLED))
    await world.change(version=2)
    async with running(world.sender):
        await asyncio.sleep(0.3)
        assert world.listener.heard == []
        await world.webhooks.update(MINE, webhook.uuid, WebhookChanges(status=WebhookStatus.ACTIVE))
        await world.over(webhook)
    assert [each.data["version"] for each in world.listener.heard] == ["1"]


async def test_a_deleted_webhook_is_told_nothing_more(world: World) -> None:
    webhook = await world.hook(secret="key")
    await world.change()
    await world.webhooks.delete(MINE, webhook.uuid)
    async with running(world.sender):
        await asyncio.sleep(0.3)
    assert world.listener.heard == []
    assert await world.secrets.list_all(MINE) == []


async def test_what_a_server_was_sending_when_it_ended_is_sent_again(world: World) -> None:
    world.listener.pause_s = 30
    webhook = await world.hook()
    async with running(world.sender):
        await world.change()
        await world.listener.wait_for(1)
    (left,) = await world.deliveries(webhook)
    assert (left.state, left.attempts, left.sending_ms) == ("waiting", 1, BEGIN_MS)
    world.listener.pause_s = 0
    async with running(world.another_sender("first")):
        (delivery,) = await world.over(webhook)
    assert (delivery.state, delivery.attempts) == ("delivered", 2)
    ids = [each.headers["x-mlflow-delivery-id"] for each in world.listener.heard]
    assert ids == [delivery.uuid, delivery.uuid]


async def test_an_attempt_whose_end_could_not_be_kept_is_made_again(world: World) -> None:
    webhook = await world.hook()
    unended = "UPDATE webhook_deliveries SET state = 'waiting', next_ms = ?, sending_ms = ?, ended_ms = NULL"
    async with running(world.sender):
        await world.change()
        await world.over(webhook)
        await world.database.write(lambda tx: tx.sql(unended, (BEGIN_MS, BEGIN_MS)))
        world.sender.kick()
        await asyncio.sleep(0.2)
        assert len(world.listener.heard) == 1, "it may still be under way"
        world.clock.now += 121_000
        world.sender.kick()
        (delivery,) = await world.over(webhook)
    assert (delivery.state, delivery.attempts, len(world.listener.heard)) == ("delivered", 2, 2)


async def test_of_several_servers_one_sends(world: World) -> None:
    webhook = await world.hook()
    shares = world.database.dialect is Dialect.POSTGRESQL  # on SQLite there is one server
    others = [world.another_sender(name) for name in ("second", "third")] if shares else []
    async with AsyncExitStack() as stack:
        for sender in (*others, world.sender):
            await stack.enter_async_context(running(sender))
        for version in range(1, 6):
            await world.change(version=version)
        over = await world.over(webhook)
    assert [each.attempts for each in over] == [1] * 5
    assert [each.data["version"] for each in world.listener.heard] == list("12345")


async def test_what_was_given_up_is_sent_again_by_hand(world: World) -> None:
    world.listener.statuses = [404, 200]
    webhook = await world.hook()
    async with running(world.sender):
        await world.change()
        (failed,) = await world.over(webhook)
        assert failed.state is DeliveryState.FAILED
        renewed = await world.webhooks.resend(MINE, webhook.uuid, failed.uuid)
        assert (renewed.state, renewed.attempts, renewed.error) == ("waiting", 0, "")
        (delivery,) = await world.over(webhook)
    assert (delivery.uuid, delivery.state, delivery.attempts) == (failed.uuid, "delivered", 1)


async def test_nothing_goes_unsigned_where_the_secret_is_not_to_be_found(world: World) -> None:
    webhook = await world.hook(secret="key")
    (secret,) = await world.secrets.list_all(MINE)
    await world.secrets.delete(MINE, secret.name)
    async with running(world.sender):
        await world.change()
        (delivery,) = await world.over(webhook)
    assert (delivery.state, world.listener.heard) == ("failed", [])
    assert "no secret named" in delivery.error
