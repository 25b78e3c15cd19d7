"""Who is connected to the streams, and what each of them is told."""

import asyncio
from typing import TYPE_CHECKING, Any

from simulator.prints import OFFSETS, prints
from simulator.sessions import MINUTE
from simulator.streams.connection import Connection
from simulator.streams.messages import bar_message, quote_message, trade_message

if TYPE_CHECKING:
    from simulator.simulation import Simulation
    from simulator.streams.market_data import MarketDataConnection

_TOO_FAST_FOR_PRINTS = 120
_FLUSH_SECONDS = 1.0


class Hub:
    """The exchange's audience; only queues, so a slow reader costs nobody but itself."""

    def __init__(self, simulation: "Simulation") -> None:
        self._simulation = simulation
        self.trade_updates: set[Connection] = set()
        self.market_data: set[MarketDataConnection] = set()
        self._woken = asyncio.Event()

    def watches_bars(self) -> bool:
        return any(connection.symbols("bars") for connection in self.market_data)

    def watches_prints(self) -> bool:
        if self._simulation.clock.speed > _TOO_FAST_FOR_PRINTS:
            return False
        return any(connection.symbols("trades") or connection.symbols("quotes") for connection in self.market_data)

    def order_event(self, event: dict[str, Any]) -> None:
        for connection in list(self.trade_updates):
            connection.put({"stream": "trade_updates", "data": event})

    def bar_closed(self, start: int) -> None:
        messages: dict[str, dict[str, Any] | None] = {}
        for connection in list(self.market_data):
            rows = []
            for symbol in connection.symbols("bars"):
                if symbol not in messages:
                    bar = self._simulation.market.bar_at(symbol, start)
                    messages[symbol] = bar_message(symbol, bar) if bar else None
                rows.append(messages[symbol])
            connection.put_rows([row for row in rows if row])

    def printed(self, at: int) -> None:
        minute, offset = at - at % MINUTE, OFFSETS.index(at % MINUTE)
        for connection in list(self.market_data):
            rows = []
            for channel, message in (("trades", trade_message), ("quotes", quote_message)):
                for symbol in connection.symbols(channel):
                    bar = self._simulation.market.bar_at(symbol, minute)
                    if bar is not None:
                        rows.append(message(symbol, at, prints(bar)[offset]))
            connection.put_rows(rows)

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
