"""What becomes of a backtest's orders: the exchange's rules and its own matching, on the bars of history."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np

from engine.backtest.lane import Lane, Planned, Stage, float_of
from engine.backtest.outlook import Outlook, price_at
from engine.backtest.result import ZERO, Costs, Fill, RoundTrip
from engine.backtest.run_money import RunMoney, last_price
from engine.backtest.ticks import Ticks
from engine.core.matching import (
    NO_CHARGES,
    Charges,
    PriceBar,
    WorkingOrder,
    bracket_fill,
    charged,
    fill_price,
    shares_left,
)
from engine.core.money import CENT, booked, dollars
from engine.core.types import OrderIntent, Role, Session, Side

# Dollars; the exchange refuses an order of less at any time.
LEAST_COST = 1
LEGS = ("stop", "target")


class Fills:
    """The exchange of a backtest: it fills, refuses and gives up the orders of all lanes.

    Attributes:
        ended: The positions that were closed, in that order.
        refused: How many entries the exchange refused.
    """

    def __init__(self, ticks: Ticks, sessions: Sequence[Session], money: RunMoney, costs: Costs) -> None:
        self.ticks, self.sessions, self.money, self.costs = ticks, sessions, money, costs
        self.charges = costs.charges
        self.ended: list[RoundTrip] = []
        self.refused = 0

    def send(self, lane: Lane, at: int) -> None:
        """Send the order to the exchange: it fills at the opening of the minute, or waits for the next bar.

        Args:
            lane: The symbol whose order it is.
            at: When it arrives, in seconds since the epoch.
        """
        intent = lane.intent
        closed = lane.outlook.closed.item(lane.tick - 1)
        if intent.role == Role.ENTRY:
            if not self._is_taken(lane, intent, at, closed):
                self.refused += 1
                if intent.quantity * (last_price(lane, at, closed) or 0) >= LEAST_COST:
                    lane.act_in_vain()
                self._entry_over(lane, lane.tick)
                return
            session = self.ticks.session.item(lane.tick - 1)
            close = int(self.sessions[session].close.timestamp())
            lane.cancel_at = min(self.ticks.window_end.item(session), close)
        lane.sent = True
        base, following = lane.outlook.base, closed + 1
        if following < len(base) and base.start.item(following) <= at:
            self._fill(lane, at, following, lane.tick)
        else:
            self._wait(lane, following)

    def _wait(self, lane: Lane, bar: int) -> None:
        """Let the order wait for the opening of that bar, if there is one in time."""
        start = lane.outlook.base.start
        in_time = bar < len(start) and (lane.intent.role == Role.EXIT or start.item(bar) <= lane.cancel_at)
        lane.waits_for = bar if in_time else None

    def _is_taken(self, lane: Lane, intent: OrderIntent, at: int, closed: int) -> bool:
        """Return whether the exchange takes an entry, as it takes a bracket.

        Each leg must be at least a cent on its side of the last print, and the order must be worth a dollar.
        """
        base = last_price(lane, at, closed)
        if base is None or (intent.stop_price is not None and intent.stop_price > base - CENT):
            return False
        if intent.target_price is not None and intent.target_price < base + CENT:
            return False
        return intent.quantity * base >= LEAST_COST

    def opening(self, lane: Lane, at: int) -> None:
        """Fill the waiting order at the opening of its bar, which begins at `at`, in seconds since the epoch."""
        assert lane.waits_for is not None
        self._fill(lane, at, lane.waits_for, self._first_tick(at))

    def cancel(self, lane: Lane, at: int) -> None:
        """Give up the waiting entry at `at`, in seconds since the epoch."""
        self._entry_over(lane, self._first_tick(at))

    def _first_tick(self, at: int) -> int:
        return int(self.ticks.time.searchsorted(at))

    def _entry_over(self, lane: Lane, tick: int) -> None:
        self.money.reserved -= lane.intent.quantity * lane.intent.decision_price
        lane.order, lane.waits_for = None, None
        lane.enter(Stage.FLAT, tick)

    def _fill(self, lane: Lane, at: int, bar: int, tick: int) -> None:
        """Fill the order at the opening of a bar, with the shares the bar has.

        The rest of an entry is given up, as in live trading; the rest of an exit waits for the next bar.
        """
        decided, trip = lane.order, lane.trip
        assert decided is not None
        wanted = trip.left if trip is not None else decided.intent.quantity
        quantity = self._there(lane, bar, wanted)
        if not quantity:
            self._wait(lane, bar + 1)
            return
        market, price = self._market_price(lane, bar, decided.intent)
        if trip is None:
            self.money.reserved -= decided.intent.quantity * decided.intent.decision_price
            lane.order, lane.waits_for = None, None
            lane.enter(Stage.HOLDING, tick)
            self._open(lane, Fill("entry", at, bar, quantity, price, market), decided)
            return
        if decided.reason in LEGS:
            role = decided.reason
        else:
            role, trip.exit_tick, trip.exit_ordered = "exit", decided.tick, decided.intent.quantity
        self._sell(lane, Fill(role, at, bar, quantity, price, market))
        if trip.left:
            self._wait(lane, bar + 1)
        else:
            self._close(lane, decided.reason, decided.sentence, tick)

    def _there(self, lane: Lane, bar: int, wanted: Decimal) -> Decimal:
        """Take the wanted shares from a bar, and return how many of them it has for the bot's orders."""
        if not self.costs.volume_cap:
            return wanted
        taken = lane.taken[1] if lane.taken[0] == bar else ZERO
        volume = Decimal(repr(lane.outlook.base.volume.item(bar)))
        found = min(wanted, shares_left(volume, self.costs.volume_cap, taken))
        lane.taken = (bar, taken + found)
        return found

    def _market_price(self, lane: Lane, bar: int, intent: OrderIntent) -> tuple[Decimal, Decimal]:
        """Return the market's price for a market order, and the price that is paid."""
        market = lane.open_price(bar)
        if not self.charges.fraction:
            # Matching would say the same, but would need the bar's other prices.
            return market, market
        return market, charged(market, _prices(lane.outlook, bar), intent.side.value, "market", self.charges)

    def _commission(self, fill: Fill, before: Iterable[Fill]) -> Decimal:
        """Return the part of its order's commission that is booked with a fill, in dollars.

        Args:
            fill: The new fill.
            before: The earlier fills of the same order.
        """
        if self.costs.are_none:
            return ZERO
        quantity, value, paid = fill.quantity, fill.quantity * fill.price, ZERO
        for one in before:
            quantity, value, paid = quantity + one.quantity, value + one.quantity * one.price, paid + one.commission
        return booked(self.costs.commission(quantity, value)) - paid

    def _open(self, lane: Lane, fill: Fill, decided: Planned) -> None:
        intent = decided.intent
        assert intent.stop_price is not None
        fill = replace(fill, commission=self._commission(fill, ()))
        lane.trip = RoundTrip(
            symbol=intent.symbol,
            quantity=fill.quantity,
            entry_at=fill.at,
            entry_price=fill.price,
            entry_sentence=decided.sentence,
            entry_bar=fill.bar,
            stop_price=intent.stop_price,
            target_price=intent.target_price,
            commission=fill.commission,
            entry_commission=fill.commission,
            fills=[fill],
            ordered=intent.quantity,
            entry_tick=decided.tick,
            account=decided.account,
        )
        self.money.cost += fill.quantity * fill.price
        self.money.realized -= fill.commission
        lane.legs_from, lane.highest, lane.trailed = fill.bar, 0.0, lane.tick
        lane.stop = float_of(intent.stop_price)
        lane.target = float_of(intent.target_price) if intent.target_price is not None else np.inf

    def leg(self, lane: Lane, at: int) -> None:
        """Fill the stop or the target that the bar ending at `at` touched; where it touched both, the stop counts.

        The bar may not have all the shares. The rest of a stop goes on as a market order; the rest of a target goes on
        resting beside its stop.
        """
        trip, bar = lane.trip, lane.touch
        assert trip is not None
        assert bar is not None
        leg, market, price = leg_fill(lane, trip, bar, self.charges)
        quantity = self._there(lane, bar, trip.left)
        if quantity:
            self._sell(lane, Fill(leg, at, bar, quantity, price, market, within=True))
        tick = self._first_tick(at)
        if not trip.left:
            self._close(lane, leg, leg_sentence(trip, leg), tick)
        elif leg == "stop":
            intent = OrderIntent(trip.symbol, Side.SELL, Role.EXIT, trip.left, trip.stop_price)
            lane.order, lane.sent = Planned(intent, leg, leg_sentence(trip, leg), tick, None), True
            self._wait(lane, bar + 1)
            lane.enter(Stage.EXITING, tick)
        else:
            lane.legs_from = bar + 1

    def _sell(self, lane: Lane, fill: Fill) -> None:
        trip = lane.trip
        assert trip is not None
        fill = replace(fill, commission=self._commission(fill, (one for one in trip.fills if one.role == fill.role)))
        self.money.realized += trip.sell(fill)
        self.money.cost -= fill.quantity * trip.entry_price

    def _close(self, lane: Lane, reason: str, sentence: str, tick: int) -> None:
        trip = lane.trip
        assert trip is not None
        trip.end(reason, sentence)
        self.ended.append(trip)
        lane.trip, lane.order, lane.waits_for, lane.closed_at = None, None, None, trip.exit_at
        lane.enter(Stage.FLAT, tick)


def leg_fill(lane: Lane, trip: RoundTrip, bar: int, charges: Charges = NO_CHARGES) -> tuple[str, Decimal, Decimal]:
    """Return which leg is filled by a bar that touches one, the market's price, and the price the bot gets."""
    prices = _prices(lane.outlook, bar)
    if trip.target_price is not None:
        filled = bracket_fill(prices, "sell", trip.left, trip.stop_price, trip.target_price)
        assert filled is not None
        leg, market = filled.leg, filled.price
    else:
        stopped = fill_price(prices, WorkingOrder("sell", "stop", trip.left, stop_price=trip.stop_price))
        assert stopped is not None
        leg, market = "stop", stopped
    kind = "stop" if leg == "stop" else "limit"
    return leg, market, charged(market, prices, "sell", kind, charges)


def leg_sentence(trip: RoundTrip, leg: str) -> str:
    """Say that a position was sold at its stop or its target."""
    name, level = ("stop loss", trip.stop_price) if leg == "stop" else ("take profit", trip.target_price)
    assert level is not None
    return f"Sell: the {name} at {dollars(level)} was reached."


def _prices(outlook: Outlook, bar: int) -> PriceBar:
    base = outlook.base
    return PriceBar(*(price_at(line, bar) for line in (base.open, base.high, base.low, base.close)))
