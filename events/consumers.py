"""The live page's socket: state events in order and without gaps, prices as they come."""

import asyncio
import json
import logging
from datetime import UTC, datetime
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer

from events.figures_feed import Figures, FiguresFeed
from events.limits import MESSAGES_AT_MOST, MESSAGES_WITHIN, REPLAYS_AT_MOST, Rate, sockets
from events.session import is_logged_in
from events.tailer import Tailer, events_after, newest_event_id, oldest_event_id

log = logging.getLogger(__name__)

NOT_LOGGED_IN = 4401
TOO_SLOW = 4409
TOO_MUCH = 4429
BAD_FRAME = 4400
FAILED = 1011
# More than this is not replayed: the page reads everything anew instead.
REPLAY_AT_MOST = 1000
WAITING_AT_MOST = 2000
PRICES_EVERY = 0.1
SYMBOLS_AT_MOST = 200
FRAME_AT_MOST = 16 * 1024
# Whoever may not listen any more hears nothing after 10 s, however slow the database is.
SESSION_CHECKED_EVERY = 5.0
SESSION_ANSWERS_WITHIN = 4.0


class LiveConsumer(AsyncWebsocketConsumer):
    """Frames are {"type", "id", "at", "data"}. Until the page has subscribed it is only greeted."""

    # It hears through the tailer; with a channel of its own it could not be accepted while Redis is away.
    channel_layer_alias = "none"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self._person: int | None = None
        try:
            await super().__call__(scope, receive, send)
        finally:
            # Also after an error, of which `disconnect` is not told.
            if self._person is not None:
                sockets.give_back(self._person)

    async def connect(self) -> None:
        self._symbols: set[str] = set()
        self._waiting: list[dict[str, Any]] = []
        self._prices: dict[str, dict[str, str]] = {}
        self._figures: Figures | None = None
        self._last: int | None = None
        self._messages = Rate(MESSAGES_AT_MOST, MESSAGES_WITHIN)
        self._replays = Rate(REPLAYS_AT_MOST, MESSAGES_WITHIN)
        self._wake = asyncio.Event()
        self._tailer: Tailer | None = None
        self._feed: FiguresFeed | None = None
        self._sender: asyncio.Task[None] | None = None
        self._guard: asyncio.Task[None] | None = None
        await self.accept()
        user = self.scope.get("user")
        if user is None or not user.is_authenticated:
            await self.close(NOT_LOGGED_IN)
            return
        if not sockets.take(user.pk):
            await self.close(TOO_MUCH)
            return
        self._person = user.pk
        self._tailer = await Tailer.here()
        # What the log has, not what this process has read of it: the page may have seen more through another one.
        newest = await newest_event_id()
        self._tailer.join(self)
        self._sender = asyncio.create_task(self._send_waiting())
        self._guard = asyncio.create_task(self._check_session())
        await self._send({"type": "hello", "id": newest, "data": {}})

    async def disconnect(self, code: int) -> None:
        if self._tailer is not None:
            self._tailer.leave(self)
        if self._feed is not None:
            self._feed.leave(self)
        for task in (self._sender, self._guard):
            if task is not None:
                task.cancel()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        now = asyncio.get_running_loop().time()
        if self._person is None:
            # Refused already.
            return
        if not self._messages.passes(now):
            await self.close(TOO_MUCH)
            return
        message = _parse(text_data)
        if message is None:
            await self.close(BAD_FRAME)
        elif message.get("type") == "ping":
            await self._send({"type": "pong", "data": {}})
        elif message.get("type") == "subscribe":
            await self._subscribe(message)
        else:
            await self.close(BAD_FRAME)

    async def _subscribe(self, message: dict[str, Any]) -> None:
        symbols, after = message.get("symbols") or [], message.get("after")
        if not isinstance(symbols, list) or len(symbols) > SYMBOLS_AT_MOST:
            await self.close(BAD_FRAME)
            return
        if after is not None and (not isinstance(after, int) or isinstance(after, bool) or abs(after) > 2**62):
            await self.close(BAD_FRAME)
            return
        if not isinstance(message.get("figures", False), bool):
            await self.close(BAD_FRAME)
            return
        self._symbols = {str(symbol)[:16] for symbol in symbols}
        if message.get("figures") and self._feed is None and self._tailer is not None:
            self._feed = FiguresFeed.here(self._tailer)
            self._feed.join(self)
        if after is not None:
            if not self._replays.passes(asyncio.get_running_loop().time()):
                await self.close(TOO_MUCH)
                return
            await self._replay(after)
        elif self._last is None:
            self._last = self._tailer.last if self._tailer else 0

    async def _replay(self, after: int) -> None:
        """Everything after an id, or the word that too much was missed."""
        newest = self._tailer.last if self._tailer else 0
        # What arrives while the log is read is in the log as well: it waits, and is sent only if it is newer.
        self._last = None
        frames = await events_after(after, REPLAY_AT_MOST + 1)
        # What follows it was forgotten meanwhile; or this log has not reached it yet, so it is of another log: the
        # database was replaced.
        forgotten = after > 0 and after + 1 < await oldest_event_id()
        unknown = after > newest and after > await newest_event_id()
        if len(frames) > REPLAY_AT_MOST or forgotten or unknown:
            self._last = max(newest, frames[-1]["id"] if frames else 0)
            await self._send({"type": "reload", "id": self._last, "data": {}})
        else:
            for frame in frames:
                await self._send(frame)
            self._last = max(after, frames[-1]["id"] if frames else 0)
        self._wake.set()

    async def _check_session(self) -> None:
        """Who may not listen any more hears nothing more; nor does anybody of whom that cannot be said."""
        try:
            while True:
                await asyncio.sleep(SESSION_CHECKED_EVERY)
                # Not wait_for: Python 3.11's may swallow the cancellation of a socket that closes meanwhile.
                async with asyncio.timeout(SESSION_ANSWERS_WITHIN):
                    logged_in = await is_logged_in(self.scope)
                if not logged_in:
                    await self.close(NOT_LOGGED_IN)
                    return
        except Exception:
            log.exception("the session of a socket could not be checked")
            await self.close(FAILED)

    # --- what the tailer hands over ----------------------------------------------------------------------------------

    def events_arrived(self, frames: list[dict[str, Any]]) -> None:
        self._waiting += frames
        self._wake.set()

    def prices_arrived(self, prices: dict[str, dict[str, str]]) -> None:
        wanted = {symbol: price for symbol, price in prices.items() if symbol in self._symbols}
        if wanted:
            self._prices |= wanted
            self._wake.set()

    def figures_arrived(self, figures: Figures) -> None:
        # What was not sent yet has become old, except for bots that did not change again.
        waiting = {bot["id"]: bot for bot in self._figures["bots"]} if self._figures else {}
        bots = list((waiting | {bot["id"]: bot for bot in figures["bots"]}).values())
        self._figures = {**figures, "bots": bots}
        self._wake.set()

    async def _send_waiting(self) -> None:
        """Send until that fails; a socket that hears nothing more must not look alive."""
        try:
            await self._send_as_it_comes()
        except Exception:
            log.exception("a socket could not be served")
            await self.close(FAILED)

    async def _send_as_it_comes(self) -> None:
        """The only place that sends what the tailer brought; prices at most ten times a second."""
        last_prices = 0.0
        loop = asyncio.get_running_loop()
        while True:
            await self._wake.wait()
            self._wake.clear()
            if len(self._waiting) > WAITING_AT_MOST:
                await self.close(TOO_SLOW)
                return
            if self._last is not None:
                frames, self._waiting = self._waiting, []
                for frame in frames:
                    if frame["id"] > self._last:
                        self._last = frame["id"]
                        await self._send(frame)
                if self._figures:
                    figures, self._figures = self._figures, None
                    await self._send({"type": "figures", "data": figures})
            if self._prices:
                wait = last_prices + PRICES_EVERY - loop.time()
                if wait > 0:
                    loop.call_later(wait, self._wake.set)
                else:
                    last_prices = loop.time()
                    prices, self._prices = self._prices, {}
                    await self._send({"type": "price_update", "data": prices})

    async def _send(self, frame: dict[str, Any]) -> None:
        await self.send(json.dumps({"at": datetime.now(UTC).isoformat()} | frame))


def _parse(text: str | None) -> dict[str, Any] | None:
    if text is None or len(text) > FRAME_AT_MOST:
        return None
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None
