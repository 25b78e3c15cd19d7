"""Redis may die: rate limits, newest prices and messages are gone, and everything asked for works."""

import asyncio
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from rest_framework.test import APIClient

from bots.models import Bot
from engine.live.fills import fills_collect
from engine.live.testing import BotMaker, sweep, tick
from events import doorbell
from events.doorbell import ring
from positions.models import Position
from simulator.testing import SimulatorProcess
from tradingbot.celery import app
from tradingbot.http import cache
from tradingbot.http.cache import ForgivingRedisCache
from web.testing import UserFactory

NOBODY_THERE = "redis://127.0.0.1:9/0"


@pytest.fixture
def redis_away(settings: Any) -> Iterator[None]:
    settings.CACHES = {"default": {"BACKEND": "tradingbot.http.cache.ForgivingRedisCache", "LOCATION": NOBODY_THERE}}
    before = {name: app.conf[name] for name in ("broker_url", "broker_transport_options")}
    # As settings.py says where REDIS_URL is set.
    app.conf.update(broker_url=NOBODY_THERE, broker_transport_options={"max_retries": 1, "interval_start": 0})
    _connect_anew()
    yield
    app.conf.update(before)
    _connect_anew()


def _connect_anew() -> None:
    app._pool = app.amqp._producer_pool = None


def person() -> APIClient:
    client = APIClient()
    client.force_login(UserFactory.of("trader"))
    return client


ANSWERS: list[tuple[Any, Any]] = [
    (lambda away: away.get("key"), None),
    (lambda away: away.get("key", 7), 7),
    (lambda away: away.get_many(["a", "b"]), {}),
    (lambda away: away.set("key", 1, 60), None),
    (lambda away: away.set_many({"a": 1, "b": 2}, 60), ["a", "b"]),
    (lambda away: away.add("key", 1), True),
    (lambda away: away.incr("key"), 0),
    (lambda away: away.get_or_set("key", 7, 60), 7),
    (lambda away: away.delete("key"), False),
    (lambda away: away.clear(), False),
]


@pytest.mark.parametrize(("ask", "answer"), ANSWERS)
def test_a_cache_that_is_away_holds_nothing(ask: Any, answer: Any) -> None:
    assert ask(ForgivingRedisCache(NOBODY_THERE, {})) == answer


def test_every_list_is_answered(redis_away: None, trading: SimulatorProcess) -> None:
    client = person()
    for path in ("/api/bots", "/api/trades", "/api/positions", "/api/summary", "/api/market-status"):
        assert client.get(path).status_code == 200, path


def test_a_position_is_closed_a_second_later(
    redis_away: None, bot_running: BotMaker, trading: SimulatorProcess, caplog: pytest.LogCaptureFixture
) -> None:
    tick(bot_running())
    fills_collect()
    position = Position.objects.get()

    answer = person().post(f"/api/positions/{position.pk}/close", headers={"Idempotency-Key": "once"})
    assert answer.status_code == 202
    assert "exits_go_on was not sent, the sweeper will see to it" in caplog.text
    sweep()
    fills_collect()
    assert not Position.objects.held().exists()


def test_a_bot_is_stopped_and_closed(redis_away: None, bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    tick(bot)
    fills_collect()
    answer = person().post(f"/api/bots/{bot.pk}/stop", {"close_positions": True}, format="json")
    assert answer.status_code == 200
    sweep()
    fills_collect()
    assert Bot.objects.get().status == "stopped"
    assert not Position.objects.held().exists()


def test_a_socket_is_accepted(redis_away: None, db: None, settings: Any) -> None:
    from channels.testing import WebsocketCommunicator

    from events.consumers import LiveConsumer

    layer = {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [NOBODY_THERE]}}
    settings.CHANNEL_LAYERS = {"default": layer}

    async def connect() -> tuple[bool, Any]:
        communicator = WebsocketCommunicator(LiveConsumer.as_asgi(), "/ws")
        answer = await communicator.connect(timeout=5)
        await communicator.disconnect()
        return answer

    # Nobody is logged in, which is told after that.
    assert asyncio.run(connect()) == (True, None)


@pytest.fixture
def mute() -> Iterator[str]:
    """A Redis that takes every connection and says nothing."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(50)
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}/0"


def test_one_that_says_nothing_is_waited_for_once_and_not_by_everybody(mute: str, settings: Any) -> None:
    patience = {"socket_connect_timeout": 0.2, "socket_timeout": 0.2}
    away = ForgivingRedisCache(mute, {"OPTIONS": patience})
    layer = {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": mute} | patience]},
    }
    settings.CHANNEL_LAYERS = {"default": layer}
    try:
        for ask in (lambda: away.get("key"), ring):
            began = time.monotonic()
            for _ in range(10):
                ask()
            assert time.monotonic() - began < 1
    finally:
        for room in (doorbell, cache):
            room._pause._until = 0
