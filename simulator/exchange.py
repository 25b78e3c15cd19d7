"""The exchange itself: time passes over its orders, requests change them.

Nothing here reads a clock: whoever calls says what time it is, and the same calls at the same times leave the same
state.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import Any, Protocol

from simulator.account_settings import AccountSettings
from simulator.book import OrderBook
from simulator.cash import CashBooking
from simulator.change import Change, Ids
from simulator.dividends import Dividend
from simulator.hours import DayHours, usual
from simulator.journal import Journal
from simulator.ledger import Fill, Ledger, SplitBooking
from simulator.market import Bar, Market, Split, as_decimal
from simulator.matching_engine import MatchingEngine
from simulator.orders import Order
from simulator.prints import OFFSETS, last_print
from simulator.renames import Rename
from simulator.restrictions import Restrictions
from simulator.sessions import MINUTE, Session, from_epoch

AT_ONCE = ("ioc", "fok")


class Audience(Protocol):
    """Who is told what happens; must never block."""

    def watches_bars(self) -> bool: ...

    def watches_prints(self) -> bool: ...

    def watches_orders(self) -> bool: ...

    def minute_turned(self, at: int) -> None: ...

    def bar_closed(self, start: int) -> None: ...

    def printed(self, at: int) -> None: ...

    def order_event(self, event: dict[str, Any]) -> None: ...


class Exchange:
    """`now` is the market time up to which everything has happened.

    rejects: asked for each order that arrives in the market whether it is to be turned away there
    cancel_delay: asked for each cancellation how many seconds it takes
    """

    def __init__(
        self,
        market: Market,
        journal: Journal,
        audience: Audience,
        now: datetime,
        ids: Ids,
        matching_engine: MatchingEngine,
    ) -> None:
        self.market = market
        self.calendar = market.calendar
        self.journal = journal
        self.book = OrderBook()
        self.ledger = Ledger()
        self.settings = AccountSettings()
        self.restrictions = Restrictions()
        self.hours: dict[date, DayHours] = {}
        self.renames: list[Rename] = []
        self.dividends: list[Dividend] = []
        self.matching_engine = matching_engine
        self.ids = ids
        self.now = now
        self.opened_at = now
        self.rejects: Callable[[Order], bool] = lambda order: False
        self.cancel_delay: Callable[[Order], float] = lambda order: 0.0
        self._audience = audience

    # --- time ---------------------------------------------------------------------------------------------------------

    def advance(self, to: datetime) -> None:
        """Let everything happen that happens up to and including `to`."""
        while (pending := self.book.next_pending()) is not None and pending[0] <= to:
            self._pass(max(pending[0], self.now))
            # Unless the time before that has brought its end.
            if pending[1].acts_at is not None:
                self._come_about(pending[1])
        self._pass(to)

    def _pass(self, to: datetime) -> None:
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
                if after < session.open and (self._splits(index) or self._dividends_at(session)):
                    yield session.open, session
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
        if at == session.open:
            self._pay_dividends(change, session)
            self._split(change, session)
        else:
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
        self._audience.minute_turned(at)

    def _match(self, change: Change, symbol: str, bar: Bar) -> None:
        """Resting orders against a whole bar; stops first: a bar holding both legs of a bracket counts as its stop."""
        for order in sorted(self.book.open_orders(symbol), key=lambda order: order.type == "limit"):
            if order.is_in_market and order.type != "market" and order.rests_from <= bar.start:
                self.matching_engine.meet(change, order, bar)

    def _open_minute(self, change: Change, symbol: str, at: int) -> None:
        """Orders that waited for the session become new; market orders meet the minute's first print."""
        bar = self.market.bar_at(symbol, at)
        for order in self.book.open_orders(symbol):
            if order.status == "accepted":
                self._arrive(change, order, None)
            if order.is_in_market and order.type == "market" and bar is not None:
                self.matching_engine.meet_opening(change, order, bar)

    # --- orders on their way ------------------------------------------------------------------------------------------

    def send(self, change: Change, order: Order, bar: Bar | None) -> None:
        """An accepted order goes to a trading market, where it arrives now or after the latency."""
        if self.matching_engine.terms.latency:
            self._due(change, order)
        else:
            self._arrive(change, order, bar)

    def _due(self, change: Change, order: Order) -> None:
        order.acts_at = self.now + timedelta(seconds=self.matching_engine.terms.latency)
        change.put(order)

    def _come_about(self, order: Order) -> None:
        change = self.change()
        order.acts_at = None
        if order.status == "pending_cancel":
            self._end_group(change, order)
        else:
            self._arrive(change, order, self.bar_now(order.symbol))
        self.commit(change)

    def _arrive(self, change: Change, order: Order, bar: Bar | None) -> None:
        """The order reaches the market, and meets the opening of its minute if that was printed."""
        if self.rejects(order):
            members = [member for member in (order, *self.book.legs(order)) if member.is_open]
            change.end(members, "rejected")
            return
        if order.replaces is not None and not self._displace(change, order):
            return
        change.set_status(order, "held" if self._waits_for_parent(order) else "new")
        if order.order_class == "oco" and order.replaces is None:
            for leg in self.book.legs(order):
                change.set_status(leg, "new")
        if bar is not None and order.status == "new":
            self.matching_engine.meet_opening(change, order, bar)
        if order.is_open and order.time_in_force in AT_ONCE:
            change.end([order], "canceled")

    def _waits_for_parent(self, order: Order) -> bool:
        if order.parent_id is None or order.order_class == "oco":
            return False
        return self.book.orders[order.parent_id].is_open

    def _displace(self, change: Change, order: Order) -> bool:
        """The replacement takes the place of what it replaces; False when that was no longer there."""
        assert order.replaces is not None
        old = self.book.orders[order.replaces]
        if not old.is_open or order.qty <= 0:
            old.replaced_by = None
            if old.is_open:
                old.status = "partially_filled"
            change.put(old)
            change.tell("order_replace_rejected", old)
            change.end([order], "rejected")
            return False
        old.replaced_at = self.now
        order.legs = old.legs
        for leg in self.book.legs(old):
            leg.parent_id = order.id
            change.put(leg)
        if order.parent_id is not None:
            parent = self.book.orders[order.parent_id]
            parent.legs = tuple(order.id if name == old.id else name for name in parent.legs)
            change.put(parent)
        change.set_status(old, "replaced")
        return True

    # --- changes ------------------------------------------------------------------------------------------------------

    def change(self) -> Change:
        watched = self._audience.watches_orders()
        return Change(self.now, self.book, self.ledger, self.market, self.ids, watched)

    def commit(self, change: Change) -> None:
        """On disk first, then to whoever listens."""
        if change:
            self.journal.change(change.at, change.to_record())
        for event in change.events:
            self._audience.order_event(event)

    def cancel(self, order: Order) -> None:
        """Cancel an open order and with it the rest of its group, now or after the latency."""
        if order.status == "pending_cancel":
            return
        change = self.change()
        delay = self.cancel_delay(order)
        if delay:
            order.acts_at = self.now + timedelta(seconds=delay)
            change.set_status(order, "pending_cancel")
        elif self.matching_engine.terms.latency and order.is_in_market:
            self._due(change, order)
            change.set_status(order, "pending_cancel")
        else:
            self._end_group(change, order)
        self.commit(change)

    def _end_group(self, change: Change, order: Order) -> None:
        change.end([member for member in (order, *self.book.group(order)) if member.is_open], "canceled")

    def set_settings(self, settings: AccountSettings) -> None:
        self.settings = settings
        self.journal.change(self.now, {"settings": settings.to_record()})

    def set_restrictions(self, restrictions: Restrictions) -> None:
        """Open orders in what is delisted are cancelled."""
        self.restrictions = restrictions
        change = self.change()
        for symbol in restrictions.delisted:
            change.end([order for order in self.book.open_orders(symbol) if order.is_open], "canceled")
        self.commit(change)
        self.journal.change(self.now, {"restrictions": restrictions.to_record()})

    def rename(self, rename: Rename) -> None:
        """Another symbol for a stock and what is held of it, at once; its open orders are cancelled."""
        change = self.change()
        change.end([order for order in self.book.open_orders(rename.old) if order.is_open], "canceled")
        self._rename(rename)
        change.renames.append(rename)
        self.commit(change)

    def move_cash(self, booking: CashBooking) -> None:
        """Money comes or goes at once."""
        change = self.change()
        self._move_cash(change, booking)
        self.commit(change)

    def _move_cash(self, change: Change, booking: CashBooking) -> None:
        self.ledger.move_cash(booking)
        change.moves.append(booking)

    def declare_split(self, split: Split) -> None:
        """In a session to come."""
        self.market.declare_split(split)
        self.journal.change(self.now, {"declared_split": asdict(split)})

    def declare(self, dividend: Dividend) -> None:
        self.dividends.append(dividend)
        self.journal.change(self.now, {"dividends": [row.to_record() for row in self.dividends]})

    def _dividends_at(self, session: Session) -> list[Dividend]:
        """Those of which the ex-day has come, or the day they are paid on."""
        day = session.day
        return [
            row for row in self.dividends if not row.is_paid and (row.ex_day if row.qty is None else row.pay_day) <= day
        ]

    def _pay_dividends(self, change: Change, session: Session) -> None:
        for dividend in self._dividends_at(session):
            qty = max(Decimal(0), self.ledger.held(dividend.symbol)) if dividend.qty is None else dividend.qty
            known = replace(dividend, qty=qty, is_paid=dividend.pay_day <= session.day)
            self.dividends[self.dividends.index(dividend)] = known
            change.dividends = self.dividends
            if known.is_paid and known.amount:
                self._move_cash(change, known.booking(self.ids.next(), self.now))

    def _rename(self, rename: Rename) -> None:
        self.renames.append(rename)
        self.market.rename(rename.old, rename.new)
        self.ledger.rename(rename.old, rename.new)
        self.dividends = [
            replace(row, symbol=rename.new) if row.symbol == rename.old else row for row in self.dividends
        ]
        self.restrictions = self.restrictions.renamed(rename.old, rename.new)

    def set_halted(self, symbol: str, halted: bool) -> None:
        """From the next full minute on."""
        turn = self.market.halts.halt if halted else self.market.halts.resume
        turn(symbol, self.now.timestamp())
        self.journal.change(self.now, {"halts": self.market.halts.to_record()})

    def set_hours(self, hours: DayHours) -> None:
        """From now on that day has these hours; what is over stays as it was."""
        session = usual(self.calendar, hours.day)
        assert session is not None
        self.hours[hours.day] = hours
        for start, end in hours.silent(session):
            for symbol in self.market.assets:
                self.market.halts.halt_between(symbol, max(start, int(self.now.timestamp())), end)
        record = {day.isoformat(): [row.open, row.close, row.announced] for day, row in self.hours.items()}
        self.journal.change(self.now, {"hours": record, "halts": self.market.halts.to_record()})

    def hours_on(self, day: date) -> tuple[int, int] | None:
        """Open and close of a day in seconds since the epoch; None where there is no session."""
        session = usual(self.calendar, day)
        if session is None:
            return None
        hours = self.hours.get(day)
        if hours is None:
            return session.open, session.close
        return None if hours.is_closed else (hours.open, hours.close)

    def _splits(self, session: int) -> list[tuple[str, int, int]]:
        """(symbol, old rate, new rate) of the splits of a session that concern anything here."""
        return [
            (symbol, split.old_rate, split.new_rate)
            for split in self.market.splits
            if split.session == session
            for symbol in sorted({*self.ledger.holdings, *self.book.open_symbols})
            if self.market.listed_as(symbol) == split.symbol
        ]

    def _split(self, change: Change, session: Session) -> None:
        for symbol, old_rate, new_rate in self._splits(session.index):
            # Their prices were meant for other shares.
            change.end([order for order in self.book.open_orders(symbol) if order.is_open], "canceled")
            before = self.ledger.held(symbol)
            if before:
                after = before * new_rate / old_rate
                if new_rate < old_rate:
                    after = self._in_cash(change, session, symbol, after, Fraction(old_rate, new_rate))
                booking = SplitBooking(self.ids.next(), symbol, self.now, old_rate, new_rate, before, after)
                self.ledger.split(booking)
                change.splits.append(booking)

    def _in_cash(self, change: Change, session: Session, symbol: str, qty: Decimal, ratio: Fraction) -> Decimal:
        """The whole shares of a number; the rest is paid as the next session opens, at the last close before."""
        kept, close = qty.to_integral_value(ROUND_DOWN), self.market.close_of(symbol, session.index - 1)
        if close is None or not qty > kept > 0:
            return qty
        rate = (as_decimal(close) * ratio.numerator / ratio.denominator).quantize(Decimal("0.01"))
        following = self.calendar.session(session.index + 1).day
        self.dividends.append(
            Dividend(symbol, rate, session.day, following, announced=False, qty=qty - kept, kind="CIL")
        )
        change.dividends = self.dividends
        return kept

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
            for split in record.get("splits", ()):
                self.ledger.split(SplitBooking.from_record(split))
            for move in record.get("moves", ()):
                self.ledger.move_cash(CashBooking.from_record(move))
            for rename in record.get("renames", ()):
                self._rename(Rename.from_record(rename))
            if "declared_split" in record:
                self.market.declare_split(Split(**record["declared_split"]))
            if "dividends" in record:
                self.dividends = [Dividend.from_record(row) for row in record["dividends"]]
            self.matching_engine.restore(record.get("taken", {}))
            if "last_equity" in record:
                self.ledger.last_equity = Decimal(record["last_equity"])
            if "settings" in record:
                self.settings = AccountSettings(**record["settings"])
            if "restrictions" in record:
                self.restrictions = Restrictions.from_record(record["restrictions"])
            if "halts" in record:
                self.market.halts.restore(record["halts"])
            for day, row in record.get("hours", {}).items():
                self.hours[date.fromisoformat(day)] = DayHours(date.fromisoformat(day), *row)
            self.ids.count = record.get("count", self.ids.count)
        return clock

    # --- prices -------------------------------------------------------------------------------------------------------

    @property
    def is_trading(self) -> bool:
        return self.calendar.current(self.now.timestamp()) is not None

    def bar_now(self, symbol: str) -> Bar | None:
        """The bar of the running minute, whose opening was printed; None when there is none."""
        minute = int(self.now.timestamp()) // MINUTE * MINUTE
        return self.market.bar_at(symbol, minute) if self.is_trading else None

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
