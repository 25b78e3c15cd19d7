"""The figures of the account and of all bots, as the socket tells them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from bots.models import Bot
from bots.tests.factories import BotFactory
from events import figures_feed
from events.consumers import LiveConsumer
from events.services import event_publish, newest_event
from events.tests.test_live_socket import Page, cookie
from simulator.testing import SimulatorProcess

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def page(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Page]:
    monkeypatch.setattr(figures_feed, "AT_MOST_EVERY", 0.05)
    page = Page([(b"cookie", await cookie())])
    await page.open()
    yield page
    await page.socket.disconnect()


async def subscribe(page: Page) -> None:
    await page.say({"type": "subscribe", "symbols": [], "after": await sync_to_async(newest_event)(), "figures": True})


async def figures(page: Page) -> dict[str, Any]:
    while True:
        frame = await page.hear()
        if frame["type"] == "figures":
            data: dict[str, Any] = frame["data"]
            return data


async def test_first_all_that_can_change_is_told_then_what_changes(trading: SimulatorProcess, page: Page) -> None:
    running = await sync_to_async(BotFactory.create)(status=Bot.Status.RUNNING)
    stopped = await sync_to_async(BotFactory.create)(status=Bot.Status.STOPPED)
    await subscribe(page)
    first = await figures(page)
    assert [bot["id"] for bot in first["bots"]] == [running.pk, stopped.pk]
    assert (first["summary"]["bots"]["total"], first["market_status"]["is_open"]) == (2, True)
    # The configuration is not told again and again.
    assert ("capital" in first["bots"][0], first["bots"][0]["version"]) == (False, running.version)

    await sync_to_async(Bot.objects.filter(pk=stopped.pk).update)(status=Bot.Status.PAUSED)
    await sync_to_async(event_publish)("bot_status_changed", {})
    told = await figures(page)
    while not told["bots"]:
        told = await figures(page)
    assert [(bot["id"], bot["status"]) for bot in told["bots"]] == [(stopped.pk, "paused")]


async def test_another_page_is_told_of_all_that_moves(trading: SimulatorProcess, page: Page) -> None:
    running = await sync_to_async(BotFactory.create)(status=Bot.Status.RUNNING)
    stopped = await sync_to_async(BotFactory.create)(status=Bot.Status.STOPPED)
    await subscribe(page)
    assert {bot["id"] for bot in (await figures(page))["bots"]} == {running.pk, stopped.pk}
    other = Page([(b"cookie", await cookie())])
    await other.open()
    await subscribe(other)
    await sync_to_async(event_publish)("bot_status_changed", {})
    assert [bot["id"] for bot in (await figures(other))["bots"]] == [running.pk]
    await other.socket.disconnect()


async def test_all_that_moves_is_told_again_now_and_then(
    trading: SimulatorProcess, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = await sync_to_async(BotFactory.create)(status=Bot.Status.RUNNING)
    await subscribe(page)
    assert [bot["id"] for bot in (await figures(page))["bots"]] == [running.pk]
    await sync_to_async(event_publish)("bot_status_changed", {})
    assert (await figures(page))["bots"] == []
    monkeypatch.setattr(figures_feed, "ALL_EVERY", 0)
    await sync_to_async(event_publish)("bot_status_changed", {})
    assert [bot["id"] for bot in (await figures(page))["bots"]] == [running.pk]


async def test_who_does_not_ask_is_told_nothing(trading: SimulatorProcess, page: Page) -> None:
    await page.subscribe(after=0)
    assert (await page.hear())["type"] == "pong"
    assert await page.is_quiet()


async def test_figures_that_cannot_be_worked_out_hold_up_nothing(
    trading: SimulatorProcess, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = asyncio.Event()

    async def broken() -> None:
        tried.set()
        raise OSError("the database is away")

    read = figures_feed._read
    monkeypatch.setattr(figures_feed, "_read", broken)
    await subscribe(page)
    await tried.wait()
    await sync_to_async(event_publish)("position_updated", {})
    assert (await page.hear())["type"] == "position_updated"
    monkeypatch.setattr(figures_feed, "_read", read)
    await sync_to_async(event_publish)("position_updated", {})
    assert (await figures(page))["summary"]["bots"]["total"] == 0


async def test_a_word_that_is_no_word_closes_the_socket(page: Page) -> None:
    await page.say({"type": "subscribe", "symbols": [], "figures": "please"})
    assert await page.closed_with() == 4400


def test_what_was_not_sent_yet_is_joined() -> None:
    consumer = LiveConsumer()
    consumer._figures, consumer._wake = None, asyncio.Event()
    one: Any = {"summary": {"event_id": 1}, "market_status": {}, "bots": [{"id": 1, "n": 1}, {"id": 2, "n": 1}]}
    other: Any = {"summary": {"event_id": 2}, "market_status": {}, "bots": [{"id": 2, "n": 2}]}
    consumer.figures_arrived(one)
    consumer.figures_arrived(other)
    joined: Any = consumer._figures
    assert (joined["summary"], joined["bots"]) == ({"event_id": 2}, [{"id": 1, "n": 1}, {"id": 2, "n": 2}])
