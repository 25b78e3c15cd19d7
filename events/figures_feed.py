"""The account and all bots in figures: worked out once for all sockets of this process, sent as they change."""

import asyncio
import logging
import math
from typing import Any, ClassVar, Protocol, cast

from channels.db import database_sync_to_async
from typing_extensions import TypedDict

from bots.models import Bot
from engine.live.bot_view import bot_views
from engine.live.overview import summary
from engine.live.payloads import BotPayload, MarketStatus, Summary
from engine.live.watch import status_now
from events.tailer import Tailer

log = logging.getLogger(__name__)

# However much happens, and even if nothing does: prices move, and a page that hears nothing more asks for itself.
AT_MOST_EVERY = 1.0
AT_LEAST_EVERY = 5.0
# Between two looks a page may read what neither sees; what did not change again would stay wrong there.
ALL_EVERY = 30.0


class Figures(TypedDict):
    """What is sent. A bot is told of without its configuration; a new `version` means that this has changed."""

    summary: Summary
    market_status: MarketStatus
    bots: list[BotPayload]


class FiguresListener(Protocol):
    """Somebody who wants the figures; must not wait."""

    def figures_arrived(self, figures: Figures) -> None: ...


class FiguresFeed:
    """One per event loop; works only while somebody listens."""

    _running: ClassVar[dict[asyncio.AbstractEventLoop, "FiguresFeed"]] = {}

    def __init__(self) -> None:
        # When a listener was last told of every bot that can change, by the loop's clock.
        self._listeners: dict[FiguresListener, float] = {}
        self._known: dict[int, BotPayload] = {}
        self._due = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def here(cls, tailer: Tailer) -> "FiguresFeed":
        """The feed of the running loop; what its tailer brings makes it work."""
        loop = asyncio.get_running_loop()
        if loop not in cls._running:
            feed = cls._running[loop] = cls()
            tailer.join(feed)
            feed._task = asyncio.create_task(feed._feed())
        return cls._running[loop]

    def join(self, listener: FiguresListener) -> None:
        self._listeners[listener] = -math.inf
        # Whoever has just come asks for everything itself until it is told.
        self._due.set()

    def leave(self, listener: FiguresListener) -> None:
        self._listeners.pop(listener, None)

    def events_arrived(self, frames: list[dict[str, Any]]) -> None:
        self._due.set()

    def prices_arrived(self, prices: dict[str, dict[str, str]]) -> None:
        """Prices come too often; what follows from them is told every few seconds."""

    async def _feed(self) -> None:
        while True:
            self._due.clear()
            if self._listeners:
                try:
                    self._tell(*await _read())
                except Exception:
                    # The page asks for itself when it hears nothing.
                    log.exception("the figures could not be worked out")
            await asyncio.sleep(AT_MOST_EVERY)
            try:
                async with asyncio.timeout(AT_LEAST_EVERY - AT_MOST_EVERY):
                    await self._due.wait()
            except TimeoutError:
                continue

    def _tell(self, account: Summary, status: MarketStatus, bots: list[BotPayload]) -> None:
        changed = {bot["id"] for bot in bots if self._known.get(bot["id"]) != bot}
        self._known = {bot["id"]: bot for bot in bots}
        moving = {bot["id"] for bot in bots if bot["status"] != Bot.Status.STOPPED or bot["open_positions"]} | changed
        now = asyncio.get_running_loop().time()
        for listener, told_all_at in list(self._listeners.items()):
            is_due = now - told_all_at >= ALL_EVERY
            if is_due:
                self._listeners[listener] = now
            wanted = moving if is_due else changed
            told = [bot for bot in bots if bot["id"] in wanted]
            listener.figures_arrived({"summary": account, "market_status": status, "bots": told})


@database_sync_to_async
def _read() -> tuple[Summary, MarketStatus, list[BotPayload]]:
    states = bot_views(list(Bot.objects.existing().order_by("id")))
    fields = BotPayload.__annotations__
    bots = [cast(BotPayload, {field: value for field, value in state.items() if field in fields}) for state in states]
    return summary(), status_now(), bots
