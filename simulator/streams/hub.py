"""Who is connected to the streams, and what each of them is told."""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from simulator.clock import SimulatorClock
from simulator.late_trades import LateTrades
from simulator.market import Market
from simulator.prints import OFFSETS, Spread, prints
from simulator.sessions import MINUTE
from simulator.streams.connection import Connection
from simulator.streams.messages import Message, bar_message, quote_message, status_message, trade_message
from simulator.streams.subscriptions import MarketDataConnection

_TOO_FAST_FOR_PRINTS = 120
_FLUSH_SECONDS = 1.0
_MINUTE_CHANNELS = ("bars", "updatedBars", "dailyBars", "statuses")


class Told(Protocol):
    """What the audience is told of; after a reset these are others."""

    market: Market
    late_trades: LateTrades
    spread: Spread
    clock: SimulatorClock


class Hub:
    """The exchange's audience; only queues, so a slow reader costs nobody but itself."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self.trade_updates: set[Connection] = set()
        self.market_data: set[MarketDataConnection] = set()
        self._woken = asyncio.Event()

    def watches_bars(self) -> bool:
        return any(connection.symbols(channel) for connection in self.market_data for channel in _MINUTE_CHANNELS)

    def watches_prints(self) -> bool:
        if self._told.clock.speed > _TOO_FAST_FOR_PRINTS:
            return False
        return any(connection.symbols("trades") or connection.symbols("quotes") for connection in self.market_data)

    def watches_orders(self) -> bool:
        return bool(self.trade_updates)

    def order_event(self, event: dict[str, Any]) -> None:
        for connection in list(self.trade_updates):
            connection.put_event({"stream": "trade_updates", "data": event})

    def bar_closed(self, start: int) -> None:
        market, late = self._told.market, self._told.late_trades

        def bar(symbol: str) -> Message | None:
            closed = market.bar_at(symbol, start)
            return bar_message(symbol, late.before(symbol, closed)) if closed else None

        def updated(symbol: str) -> Message | None:
            # Late trades of a minute arrive within the one after it.
            before = start - MINUTE
            closed = market.bar_at(symbol, before) if late.has_some(symbol, before) else None
            return bar_message(symbol, closed, "u") if closed else None

        def daily(symbol: str) -> Message | None:
            so_far = market.day_so_far(symbol, start + MINUTE)
            return bar_message(symbol, so_far, "d") if so_far else None

        self._tell({"bars": bar, "updatedBars": updated, "dailyBars": daily})

    def minute_turned(self, at: int) -> None:
        def status(symbol: str) -> Message | None:
            turn = self._told.market.halt_turns(symbol, at)
            return None if turn is None else status_message(symbol, at, turn)

        self._tell({"statuses": status})

    def printed(self, at: int) -> None:
        minute, offset = at - at % MINUTE, OFFSETS.index(at % MINUTE)
        market, spread = self._told.market, self._told.spread

        def price(symbol: str) -> float | None:
            bar = market.bar_at(symbol, minute)
            return prints(bar)[offset] if bar else None

        def trade(symbol: str) -> Message | None:
            return trade_message(symbol, at, last) if (last := price(symbol)) is not None else None

        def quote(symbol: str) -> Message | None:
            return quote_message(symbol, at, *spread.around(last)) if (last := price(symbol)) is not None else None

        self._tell({"trades": trade, "quotes": quote})

    def _tell(self, channels: dict[str, Callable[[str], Message | None]]) -> None:
        """To each connection what it wants, in one frame; a message is made once, whoever gets it."""
        made: dict[tuple[str, str], Message | None] = {}
        for connection in list(self.market_data):
            rows = []
            for channel, message in channels.items():
                for symbol in connection.symbols(channel):
                    if (channel, symbol) not in made:
                        made[channel, symbol] = message(symbol)
                    rows.append(made[channel, symbol])
            connection.put_rows([row for row in rows if row is not None])

    async def flush(self) -> None:
        """Wait until what is queued was sent; a reader that cannot keep up is not waited for."""
        waiting = [connection.sent() for connection in (*self.trade_updates, *self.market_data)]
        if waiting:
            await asyncio.wait([asyncio.ensure_future(sent) for sent in waiting], timeout=_FLUSH_SECONDS)

    def wake(self) -> None:
        """The clock was touched: whoever sleeps until its next instant looks again."""
        self._woken.set()

    async def sleep(self, seconds: float) -> None:
        self._woken.clear()
        try:
            await asyncio.wait_for(self._woken.wait(), seconds)
        except TimeoutError:
            return

    def to_json(self) -> dict[str, int]:
        bars = {symbol for connection in self.market_data for symbol in connection.symbols("bars")}
        return {
            "trade_updates": len(self.trade_updates),
            "market_data": len(self.market_data),
            "subscribed_bars": len(bars),
        }
