"""What becomes of a backtest's orders: the exchange's rules and its own matching, on the bars of history."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from engine.backtest.books import Books, last_price
from engine.backtest.lane import Lane, Planned, Stage, float_of
from engine.backtest.outlook import Outlook, price_at
from engine.backtest.result import ZERO, Costs, RoundTrip
from engine.backtest.ticks import Ticks
from engine.core.matching import PriceBar, WorkingOrder, bracket_fill, fill_price
from engine.core.money import CENT, booked, dollars
from engine.core.types import OrderIntent, Role, Session

# Dollars; an order of less is refused whenever it is sent.
LEAST_COST = 1


class Fills:
    """ended: positions that were closed, in the order in which that happened; refused: entries not taken"""

    def __init__(self, ticks: Ticks, sessions: Sequence[Session], books: Books, costs: Costs) -> None:
        self.ticks, self.sessions, self.books, self.costs = ticks, sessions, books, costs
        self.ended: list[RoundTrip] = []
        self.refused = 0

    def send(self, lane: Lane, at: int) -> None:
        """The order reaches the exchange: it meets the opening of the minute, or waits for the next bar."""
        intent = lane.intent
        closed = lane.outlook.closed.item(lane.tick - 1)
        if intent.role == Role.ENTRY and not self._is_taken(lane, intent, at, closed):
            self.refused += 1
            if intent.quantity * (last_price(lane, at, closed) or 0) >= LEAST_COST:
                lane.act_in_vain()
            self._entry_over(lane, lane.tick)
            return
        lane.sent = True
        base, following = lane.outlook.base, closed + 1
        if following < len(base) and base.start.item(following) <= at:
            self._fill(lane, at, following, lane.tick)
            return
        lane.waits_for = following if following < len(base) else None
        if intent.role == Role.ENTRY:
            session = self.ticks.session.item(lane.tick - 1)
            close = int(self.sessions[session].close.timestamp())
            lane.cancel_at = min(self.ticks.window_end.item(session), close)
            if lane.waits_for is not None and base.start.item(lane.waits_for) > lane.cancel_at:
                lane.waits_for = None

    def _is_taken(self, lane: Lane, intent: OrderIntent, at: int, closed: int) -> bool:
        """What the exchange asks of a bracket: each leg a cent on its side of the last print, and a dollar's worth."""
        base = last_price(lane, at, closed)
        if base is None or (intent.stop_price is not None and intent.stop_price > base - CENT):
            return False
        if intent.target_price is not None and intent.target_price < base + CENT:
            return False
        return intent.quantity * base >= LEAST_COST

    def opening(self, lane: Lane, at: int) -> None:
        assert lane.waits_for is not None
        self._fill(lane, at, lane.waits_for, self._first_tick(at))

    def cancel(self, lane: Lane, at: int) -> None:
        self._entry_over(lane, self._first_tick(at))

    def _first_tick(self, at: int) -> int:
        return int(self.ticks.time.searchsorted(at))

    def _entry_over(self, lane: Lane, tick: int) -> None:
        self.books.reserved -= lane.intent.quantity * lane.intent.decision_price
        lane.order, lane.waits_for = None, None
        lane.enter(Stage.FLAT, tick)

    def _fill(self, lane: Lane, at: int, bar: int, tick: int) -> None:
        decided, intent = lane.order, lane.intent
        assert decided is not None
        price = self._market_price(lane, bar, intent)
        if intent.role == Role.EXIT:
            assert lane.trip is not None
            lane.trip.exit_tick = decided.tick
            self._close(lane, at, bar, price, decided.reason, decided.sentence, tick)
            return
        self.books.reserved -= intent.quantity * intent.decision_price
        lane.order, lane.waits_for = None, None
        lane.enter(Stage.HOLDING, tick)
        self._open(lane, at, bar, price, decided)

    def _market_price(self, lane: Lane, bar: int, intent: OrderIntent) -> Decimal:
        if not self.costs.slippage:
            # What matching says of a market order, without asking for the bar's other prices.
            return lane.open_price(bar)
        order = WorkingOrder(intent.side.value, "market", intent.quantity)
        price = fill_price(_prices(lane.outlook, bar), order, self.costs.slippage)
        assert price is not None
        return price

    def _open(self, lane: Lane, at: int, bar: int, price: Decimal, decided: Planned) -> None:
        intent = decided.intent
        assert intent.stop_price is not None
        commission = ZERO if self.costs.are_none else booked(self.costs.commission(intent.quantity, price))
        lane.trip = RoundTrip(
            symbol=intent.symbol,
            quantity=intent.quantity,
            entry_at=at,
            entry_price=price,
            entry_sentence=decided.sentence,
            entry_bar=bar,
            stop_price=intent.stop_price,
            target_price=intent.target_price,
            commission=commission,
            entry_commission=commission,
            entry_tick=decided.tick,
            account=decided.account,
        )
        self.books.cost += intent.quantity * price
        self.books.realized -= commission
        lane.legs_from, lane.highest, lane.trailed = bar, 0.0, lane.tick
        lane.stop = float_of(intent.stop_price)
        lane.target = float_of(intent.target_price) if intent.target_price is not None else np.inf

    def leg(self, lane: Lane, at: int) -> None:
        """The bar that is over touched the stop or the target; of both, the stop counts."""
        trip, bar = lane.trip, lane.touch
        assert trip is not None
        assert bar is not None
        leg, price = leg_fill(lane, trip, bar)
        self._close(lane, at, bar, price, leg, leg_sentence(trip, leg), self._first_tick(at))

    def _close(self, lane: Lane, at: int, bar: int, price: Decimal, reason: str, sentence: str, tick: int) -> None:
        trip = lane.trip
        assert trip is not None
        commission = ZERO if self.costs.are_none else booked(self.costs.commission(trip.quantity, price))
        gain = booked((price - trip.entry_price) * trip.quantity - commission)
        self.books.realized += gain
        self.books.cost -= trip.quantity * trip.entry_price
        trip.exit_at, trip.exit_bar, trip.exit_price = at, bar, price
        trip.exit_reason, trip.exit_sentence = reason, sentence
        trip.profit_loss = gain - trip.commission
        trip.commission += commission
        self.ended.append(trip)
        lane.trip, lane.order, lane.waits_for, lane.closed_at = None, None, None, at
        lane.enter(Stage.FLAT, tick)


def leg_fill(lane: Lane, trip: RoundTrip, bar: int) -> tuple[str, Decimal]:
    """Which leg a bar that touches one fills, and at what price."""
    prices = _prices(lane.outlook, bar)
    if trip.target_price is not None:
        filled = bracket_fill(prices, "sell", trip.quantity, trip.stop_price, trip.target_price)
        assert filled is not None
        return filled.leg, filled.price
    stopped = fill_price(prices, WorkingOrder("sell", "stop", trip.quantity, stop_price=trip.stop_price))
    assert stopped is not None
    return "stop", stopped


def leg_sentence(trip: RoundTrip, leg: str) -> str:
    name, level = ("stop loss", trip.stop_price) if leg == "stop" else ("take profit", trip.target_price)
    assert level is not None
    return f"Sell: the {name} at {dollars(level)} was reached."


def _prices(outlook: Outlook, bar: int) -> PriceBar:
    base = outlook.base
    return PriceBar(*(price_at(line, bar) for line in (base.open, base.high, base.low, base.close)))
