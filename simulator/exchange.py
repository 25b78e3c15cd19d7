"""The exchange itself: time passes over its orders, requests change them.

Nothing here reads a clock: whoever calls says what time it is, and the same calls at the same times leave the same
state.
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from engine.core.matching import PriceBar, fill_price, is_triggered
from simulator.book import OrderBook
from simulator.change import Change, Ids
from simulator.journal import Journal
from simulator.ledger import Fill, Ledger
from simulator.market import Bar, Market, as_decimal
from simulator.orders import Order
from simulator.prints import OFFSETS, last_print
from simulator.sessions import MINUTE, Session, from_epoch


class Audience(Protocol):
    """Who is told what happens; must never block."""

    def watches_bars(self) -> bool: ...

    def watches_prints(self) -> bool: ...

    def bar_closed(self, start: int) -> None: ...

    def printed(self, at: int) -> None: ...

    def order_event(self, event: dict[str, Any]) -> None: ...


class Exchange:
    """`now` is the market time up to which everything has happened."""

    def __init__(
        self,
        market: Market,
        journal: Journal,
        audience: Audience,
        now: datetime,
        ids: Ids,
        slippage: Decimal = Decimal(0),
    ) -> None:
        self.market = market
        self.calendar = market.calendar
        self.journal = journal
        self.book = OrderBook()
        self.ledger = Ledger()
        self.ids = ids
        self.now = now
        self.opened_at = now
        self._audience = audience
        self._slippage = slippage

    # --- time ---------------------------------------------------------------------------------------------------------

    def advance(self, to: datetime) -> None:
        """Let everything happen that happens up to and including `to`."""
        for instant, session in self._instants(self.now.timestamp(), to.timestamp()):
            self.now = from_epoch(instant)
            if instant % MINUTE == 0:
                self._turn_of_minute(instant, session)
            if self._audience.watches_prints() and instant < session.close:
                self._audience.printed(instant)
        self.now = max(self.now, to)

    def _instants(self, after: float, until: float) -> Iterator[tuple[int, Session]]:
        """The seconds in (after, until] at which something may happen, with their session."""
        bars, prints = self._audience.watches_bars(), self._audience.watches_prints()
        index = max(0, self.calendar.index_closed(after))
        while index < len(self.calendar) and self.calendar.opens[index] <= until:
            session = self.calendar.session(index)
            first = max(session.open, int(after) // MINUTE * MINUTE)
            if not (bars or prints or self.book.open_symbols):
                # Nobody is there to notice: only the close leaves a trace.
                first = max(first, session.close)
            offsets = OFFSETS if prints else (0,)
            for minute in range(first, min(session.close, int(until)) + 1, MINUTE):
                for offset in offsets:
                    if after < minute + offset <= until and minute + offset <= session.close:
                        yield minute + offset, session
            index += 1

    def _turn_of_minute(self, at: int, session: Session) -> None:
        change = self.change()
        if at > session.open:
            for symbol in self.book.open_symbols:
                bar = self.market.bar_at(symbol, at - MINUTE)
                if bar is not None:
                    self._match(change, symbol, bar)
        if at == session.close:
            change.end([order for order in self.book.open_orders() if order.expires_at <= self.now], "expired")
            equity = self.equity()
            if equity != self.ledger.last_equity:
                change.last_equity = self.ledger.last_equity = equity
        else:
            for symbol in self.book.open_symbols:
                self._open_minute(change, symbol, at)
        self.commit(change)
        if at > session.open:
            self._audience.bar_closed(at - MINUTE)

    def _match(self, change: Change, symbol: str, bar: Bar) -> None:
        """Resting orders against a whole bar; stops first: a bar holding both legs of a bracket counts as its stop."""
        for order in sorted(self.book.open_orders(symbol), key=lambda order: order.type == "limit"):
            if not order.is_working or order.type == "market" or order.rests_from > bar.start:
                continue
            price = fill_price(bar.prices, order.working())
            if price is not None:
                change.fill(order, price, bar.start + MINUTE)
            elif order.type == "stop_limit" and not order.triggered and order.stop_price is not None:
                order.triggered = is_triggered(bar.prices, order.side, order.stop_price)
                change.put(order)

    def _open_minute(self, change: Change, symbol: str, at: int) -> None:
        """Orders that waited for the session become new; market orders meet the minute's first print."""
        bar = self.market.bar_at(symbol, at)
        for order in self.book.open_orders(symbol):
            if order.status == "accepted":
                change.set_status(order, "new")
            if order.is_working and order.type == "market" and bar is not None:
                self.fill_at_open(change, order, bar)

    def fill_at_open(self, change: Change, order: Order, bar: Bar) -> None:
        """Fill a market order, or a limit the opening already satisfies, at the bar's open."""
        prices = bar.prices
        if order.type != "market":
            # Of this bar, only its opening is known to have been there for the order.
            prices = PriceBar(prices.open, prices.open, prices.open, prices.open)
        price = fill_price(prices, order.working(), self._slippage)
        if price is not None:
            change.fill(order, price, bar.start)

    # --- changes ------------------------------------------------------------------------------------------------------

    def change(self) -> Change:
        return Change(self.now, self.book, self.ledger, self.market, self.ids)

    def commit(self, change: Change) -> None:
        """On disk first, then to whoever listens."""
        if change:
            self.journal.change(change.at, change.to_record())
        for event in change.events:
            self._audience.order_event(event)

    def cancel(self, order: Order) -> None:
        """Cancel an open order and with it the rest of its group."""
        change = self.change()
        change.end([member for member in (order, *self.book.group(order)) if member.is_open], "canceled")
        self.commit(change)

    def restore(self, records: list[dict[str, Any]]) -> datetime:
        """Bring back the state a journal describes; returns the time the clock must not go behind."""
        clock = self.now
        for record in records:
            at = datetime.fromisoformat(record["at"])
            self.now = max(self.now, at)
            # The last promise counts: freezing the clock takes an earlier one back.
            clock = max(at, datetime.fromisoformat(record["until"])) if "until" in record else max(clock, at)
            for order in record.get("orders", ()):
                self.book.put(Order.from_record(order))
            for fill in record.get("fills", ()):
                self.ledger.book(Fill.from_record(fill))
            if "last_equity" in record:
                self.ledger.last_equity = Decimal(record["last_equity"])
            self.ids.count = record.get("count", self.ids.count)
        return clock

    # --- prices -------------------------------------------------------------------------------------------------------

    def price(self, symbol: str) -> Decimal | None:
        """The last price printed, in dollars."""
        latest = last_print(self.market, symbol, self.now.timestamp())
        return as_decimal(latest[1]) if latest else None

    def equity(self) -> Decimal:
        """Cash and positions at the last price, in dollars."""
        worth = self.ledger.cash
        for holding in self.ledger.holdings.values():
            worth += holding.qty * (self.price(holding.symbol) or holding.average)
        return worth
