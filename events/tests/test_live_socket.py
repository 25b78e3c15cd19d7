"""The live page's socket: who may listen, what is replayed, what is told in which order."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.test import Client
from redis.asyncio import Redis

from events import consumers, services
from events.doorbell import PRICES, layer_send
from events.models import Event
from events.services import event_publish, events_prune
from events.tailer import Tailer
from tradingbot.asgi import application
from web.testing import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 6, 2, 14, 0, tzinfo=UTC)


@sync_to_async
def cookie() -> bytes:
    client = Client()
    client.force_login(UserFactory.of("viewer"))
    return f"sessionid={client.cookies['sessionid'].value}".encode()


HERE = [(b"host", b"localhost"), (b"origin", b"http://localhost")]


class Page:
    """A page with its socket open."""

    def __init__(self, headers: list[tuple[bytes, bytes]]) -> None:
        self.socket = WebsocketCommunicator(application, "/ws", headers=[*headers, *HERE])

    async def open(self) -> dict[str, Any]:
        connected, _ = await self.socket.connect()
        assert connected
        return await self.hear()

    async def hear(self) -> dict[str, Any]:
        frame: dict[str, Any] = await self.socket.receive_json_from(timeout=5)
        return frame

    async def hear_ids(self, count: int) -> list[int]:
        return [(await self.hear())["id"] for _ in range(count)]

    async def say(self, message: Any) -> None:
        await self.socket.send_json_to(message)

    async def subscribe(self, *symbols: str, after: int | None = None) -> None:
        await self.say({"type": "subscribe", "symbols": list(symbols), "after": after})
        # The answer to a ping comes after whatever the subscription led to.
        await self.say({"type": "ping"})

    async def is_quiet(self) -> bool:
        return await self.socket.receive_nothing(timeout=0.15)

    async def closed_with(self) -> int:
        while True:
            message = await self.socket.receive_output(timeout=5)
            if message["type"] == "websocket.close":
                code: int = message["code"]
                return code


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    page = Page([(b"cookie", await cookie())])
    yield page
    await page.socket.disconnect()


@sync_to_async
def publish(count: int = 1) -> list[int]:
    return [event_publish("position_updated", {"n": number}).pk for number in range(count)]


async def test_nobody_listens_without_a_login() -> None:
    for headers in ([], [(b"cookie", b"sessionid=made-up")]):
        page = Page(headers)
        await page.socket.connect()
        assert await page.closed_with() == 4401
        await publish()
        assert await page.is_quiet()


async def test_a_page_of_another_site_does_not_get_in() -> None:
    socket = WebsocketCommunicator(
        application,
        "/ws",
        headers=[(b"cookie", await cookie()), (b"host", b"localhost"), (b"origin", b"https://elsewhere.example")],
    )
    connected, _ = await socket.connect()
    assert not connected


async def test_hello_names_the_newest_event(page: Page) -> None:
    *_, newest = await publish(3)
    hello = await page.open()
    assert hello.keys() == {"type", "id", "at", "data"}
    assert (hello["type"], hello["id"], hello["data"]) == ("hello", newest, {})
    assert datetime.fromisoformat(hello["at"]).tzinfo is not None


async def test_hello_names_what_another_process_has_told_already(page: Page) -> None:
    """A page that comes back through a process that lags would take its own id for one of another log."""
    tailer = await Tailer.here()
    for task in tailer._tasks:
        task.cancel()
    [seen] = await publish()
    assert tailer.last < seen
    assert (await page.open())["id"] == seen
    await page.subscribe(after=seen)
    assert (await page.hear())["type"] == "pong"
    Tailer._running.clear()


async def test_until_it_has_subscribed_a_page_is_only_greeted(page: Page) -> None:
    await page.open()
    await publish()
    assert await page.is_quiet()


async def test_every_event_after_the_last_seen_is_replayed_in_order(page: Page) -> None:
    first, *rest = await publish(5)
    await page.open()
    await page.subscribe(after=first)
    frames = [await page.hear() for _ in range(4)]
    assert [frame["id"] for frame in frames] == rest
    assert [frame["data"] for frame in frames] == [{"n": number} for number in range(1, 5)]
    assert {frame["type"] for frame in frames} == {"position_updated"}
    assert frames[0].keys() == {"type", "id", "at", "data"}
    assert (await page.hear())["type"] == "pong"


async def test_what_happens_afterwards_follows_without_gap_or_repetition(page: Page) -> None:
    first, *_ = await publish(3)
    await page.open()
    await page.subscribe(after=first)
    before = await page.hear_ids(2)
    assert (await page.hear())["type"] == "pong"
    new = await publish(3)
    assert await page.hear_ids(3) == new
    assert before[-1] < new[0]
    assert await page.is_quiet()


async def test_a_page_that_knows_nothing_yet_gets_only_what_is_new(page: Page) -> None:
    await publish(3)
    await page.open()
    await page.subscribe(after=None)
    assert (await page.hear())["type"] == "pong"
    new = await publish(2)
    assert await page.hear_ids(2) == new


async def test_a_second_subscription_changes_the_symbols_and_repeats_nothing(page: Page) -> None:
    await page.open()
    await page.subscribe("AAPL")
    assert (await page.hear())["type"] == "pong"
    [first] = await publish()
    assert await page.hear_ids(1) == [first]
    await page.subscribe("MSFT", after=None)
    assert (await page.hear())["type"] == "pong"
    [second] = await publish()
    assert await page.hear_ids(1) == [second]


async def test_too_much_missed_is_told_and_the_page_goes_on_from_there(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "REPLAY_AT_MOST", 3)
    first, *rest = await publish(5)
    await page.open()
    await page.subscribe(after=rest[0])
    assert await page.hear_ids(3) == rest[1:]
    assert (await page.hear())["type"] == "pong"

    await page.subscribe(after=first)
    reload = await page.hear()
    assert (reload["type"], reload["id"], reload["data"]) == ("reload", rest[-1], {})
    assert (await page.hear())["type"] == "pong"
    new = await publish(2)
    assert await page.hear_ids(2) == new


async def test_an_id_from_another_database_is_answered_with_reload(page: Page) -> None:
    [newest] = await publish()
    await page.open()
    await page.subscribe(after=newest + 100_000)
    reload = await page.hear()
    assert (reload["type"], reload["id"]) == ("reload", newest)


@sync_to_async
def price(symbol: str, dollars: str) -> None:
    layer_send(PRICES, {"type": "prices", "prices": {symbol: {"price": dollars, "at": AT.isoformat()}}})


async def test_what_was_forgotten_meanwhile_is_answered_with_reload(page: Page) -> None:
    ids = await publish(6)
    await sync_to_async(Event.objects.filter(pk__in=ids[:4]).update)(created=AT)
    assert await sync_to_async(events_prune)(AT + timedelta(days=1)) == 4
    await page.open()
    await page.subscribe(after=ids[1])
    reload = await page.hear()
    assert (reload["type"], reload["id"]) == ("reload", ids[-1])

    assert (await page.hear())["type"] == "pong"
    await page.subscribe(after=ids[3])
    assert await page.hear_ids(2) == ids[4:], "nothing is missing behind the last one forgotten"


def test_the_newest_event_is_never_forgotten_and_few_at_a_time_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "PRUNED_AT_ONCE", 2)
    for number in range(6):
        event_publish("position_updated", {"n": number})
    Event.objects.update(created=AT)
    assert events_prune(AT) == 0
    assert events_prune(AT + timedelta(seconds=1)) == 5
    assert [event.payload["n"] for event in Event.objects.all()] == [5]


async def test_prices_are_told_of_subscribed_symbols_only(page: Page) -> None:
    await page.open()
    await page.subscribe("AAPL", "MSFT")
    assert (await page.hear())["type"] == "pong"
    await price("GOOGL", "50")
    await price("AAPL", "189.12")
    frame = await page.hear()
    assert (frame["type"], frame["data"]) == ("price_update", {"AAPL": {"price": "189.12", "at": AT.isoformat()}})
    assert "id" not in frame
    assert await page.is_quiet()


async def test_an_empty_list_of_symbols_is_none(page: Page) -> None:
    await page.open()
    await page.subscribe()
    assert (await page.hear())["type"] == "pong"
    await price("AAPL", "189.12")
    assert await page.is_quiet()


async def test_of_many_prices_the_latest_is_told_at_most_ten_times_a_second(page: Page) -> None:
    await page.open()
    await page.subscribe("AAPL")
    assert (await page.hear())["type"] == "pong"
    began = asyncio.get_running_loop().time()
    for dollars in range(100, 120):
        await price("AAPL", str(dollars))
    frames = [await page.hear()]
    while frames[-1]["data"]["AAPL"]["price"] != "119":
        frames.append(await page.hear())
    seconds = asyncio.get_running_loop().time() - began
    assert len(frames) <= 2 + seconds / consumers.PRICES_EVERY
    assert len(frames) < 20


BAD_FRAMES: list[Any] = [
    "{",
    "[]",
    "null",
    "5",
    "{}",
    '{"type": "shout"}',
    '{"type": ["subscribe"]}',
    '{"type": "subscribe", "symbols": "AAPL"}',
    '{"type": "subscribe", "symbols": {"AAPL": 1}}',
    '{"type": "subscribe", "after": "5"}',
    '{"type": "subscribe", "after": true}',
    '{"type": "subscribe", "after": 1.5}',
    '{"type": "subscribe", "after": 99999999999999999999999}',
    '{"type": "subscribe", "after": ' + "9" * 5000 + "}",
    json.dumps({"type": "subscribe", "symbols": ["A"] * 201}),
    json.dumps({"type": "ping", "x": "x" * 20_000}),
    "[" * 10_000,
    b"\x00\x01",
]


@pytest.mark.parametrize("frame", BAD_FRAMES, ids=lambda frame: str(frame)[:40])
async def test_a_frame_that_cannot_be_read_closes_the_socket(page: Page, frame: Any) -> None:
    await page.open()
    if isinstance(frame, bytes):
        await page.socket.send_to(bytes_data=frame)
    else:
        await page.socket.send_to(text_data=frame)
    assert await page.closed_with() == 4400


async def test_a_negative_id_replays_everything(page: Page) -> None:
    ids = await publish(2)
    await page.open()
    await page.subscribe(after=-5)
    assert await page.hear_ids(2) == ids


async def test_a_page_that_does_not_read_is_let_go(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "WAITING_AT_MOST", 5)
    await page.open()
    # Greeted but not subscribed: whatever happens waits for it.
    await publish(8)
    assert await page.closed_with() == 4409


async def test_a_lost_doorbell_only_makes_the_page_late(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    await page.open()
    await page.subscribe()
    assert (await page.hear())["type"] == "pong"
    monkeypatch.setattr("events.doorbell._web_loop", None)
    ids = await publish(2)
    assert await page.hear_ids(2) == ids


@pytest.mark.skipif(not settings.REDIS_URL, reason="there is no connection to lose")
async def test_prices_come_again_after_redis_has_dropped_the_page(page: Page) -> None:
    await page.open()
    await page.subscribe("AAPL")
    assert (await page.hear())["type"] == "pong"
    redis = Redis.from_url(settings.REDIS_URL)
    assert await redis.client_kill_filter(_type="pubsub") >= 1
    await redis.aclose()
    # The layer looks after a second, and then subscribes again to what it was subscribed to.
    await asyncio.sleep(2)
    await price("AAPL", "2")
    assert (await page.hear())["data"]["AAPL"]["price"] == "2"


async def test_all_sockets_of_a_process_share_one_reader(page: Page) -> None:
    other = Page([(b"cookie", await cookie())])
    await page.open()
    await other.open()
    tailer = await Tailer.here()
    assert len(tailer._listeners) == 2
    await other.socket.disconnect()
    assert len(tailer._listeners) == 1


@sync_to_async(thread_sensitive=False)
def write(writer: int, count: int) -> None:
    """Events from a thread of its own, as a worker writes them."""
    try:
        done = 0
        while done < count:
            try:
                event_publish("position_updated", {"writer": writer, "n": done})
                done += 1
            except OperationalError:
                # SQLite in memory answers "locked" at once instead of waiting.
                continue
    finally:
        connection.close()


async def test_ids_rise_and_nothing_is_missing_while_many_write(page: Page) -> None:
    await page.open()
    await page.subscribe(after=0)
    assert (await page.hear())["type"] == "pong"
    writing = asyncio.gather(*(write(writer, 25) for writer in range(4)))
    frames = [await page.hear() for _ in range(100)]
    await writing

    ids = [frame["id"] for frame in frames]
    assert ids == sorted(set(ids))
    assert ids == await sync_to_async(lambda: list(Event.objects.order_by("id").values_list("id", flat=True)))()
    for writer in range(4):
        assert [frame["data"]["n"] for frame in frames if frame["data"]["writer"] == writer] == list(range(25))


def test_an_event_of_a_transaction_that_failed_was_never_there() -> None:
    with transaction.atomic():
        event_publish("position_updated", {})
        transaction.set_rollback(True)
    assert not Event.objects.exists()
