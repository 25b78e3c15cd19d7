"""How orders meet bars: at what price, and how many of their shares."""

import random
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from engine.core.matching import NO_CHARGES, Charges, PriceBar, charged, fill_price, is_triggered, shares_left
from engine.core.prints import bar_prints
from engine.core.trailing import trail_along
from simulator.change import Change
from simulator.market import Bar, as_decimal
from simulator.orders import Order
from simulator.sessions import MINUTE


@dataclass(frozen=True)
class Terms:
    """What trading costs and how far it reaches.

    charges: what market orders and stops pay on top of the price
    partial_fills: the chance, 0 to 1, that a fill takes only some of the shares
    volume_cap: the fraction of a bar's volume all orders together may take; None for no limit
    latency: market seconds between an order's acceptance and its arrival in the market
    """

    charges: Charges = NO_CHARGES
    partial_fills: float = 0.0
    volume_cap: Decimal | None = None
    latency: float = 0.0


NO_COSTS = Terms()


class MatchingEngine:
    def __init__(self, terms: Terms, seed: int) -> None:
        self.terms = terms
        self._seed = seed
        # (symbol, start of its bar) -> shares already taken of the volume of that bar
        self._taken: dict[str, tuple[int, Decimal]] = {}

    def restore(self, taken: dict[str, tuple[int, str]]) -> None:
        """What a journal says of the shares taken."""
        self._taken |= {symbol: (start, Decimal(qty)) for symbol, (start, qty) in taken.items()}

    def meet(self, change: Change, order: Order, bar: Bar) -> None:
        """A resting order against a whole bar."""
        price = self._resting_price(change, order, bar)
        if price is not None:
            self._fill(change, order, price, bar, bar.start + MINUTE)
        elif order.type == "stop_limit" and not order.triggered and order.stop_price is not None:
            order.triggered = is_triggered(bar.prices, order.side, order.stop_price)
            change.put(order)

    def meet_opening(self, change: Change, order: Order, bar: Bar) -> None:
        """A market order, or a limit the opening already satisfies, at the bar's open."""
        if order.type not in ("market", "limit"):
            return
        prices = bar.prices
        if order.type == "limit":
            # Of this bar, only its opening is known to have been there for the order.
            prices = PriceBar(prices.open, prices.open, prices.open, prices.open)
        price = fill_price(prices, order.working(), self.terms.charges)
        if price is not None:
            self._fill(change, order, price, bar, bar.start)

    def _resting_price(self, change: Change, order: Order, bar: Bar) -> Decimal | None:
        if order.type != "trailing_stop":
            return fill_price(bar.prices, order.working(), self.terms.charges)
        before = as_decimal(bar.open) if order.best_price is None else order.best_price
        prints = [as_decimal(price) for price in bar_prints(bar.open, bar.high, bar.low, bar.close)]
        price, best = trail_along(order.trail, order.side, before, prints)
        if best != order.best_price:
            order.best_price, order.stop_price = best, order.trail.stop(order.side, best)
            change.put(order)
        if price is None:
            return None
        return charged(price, bar.prices, order.side, order.type, self.terms.charges)

    def _fill(self, change: Change, order: Order, price: Decimal, bar: Bar, rests_from: int) -> None:
        qty = order.left
        if order.notional is None:
            qty = self._qty(order, bar)
            if order.time_in_force == "fok" and qty < order.left:
                return
        if qty > 0 or order.notional is not None:
            self._take(change, order.symbol, bar, change.fill(order, qty, price, rests_from))

    def _qty(self, order: Order, bar: Bar) -> Decimal:
        """The shares this bar gives the order; the rest waits for the next one."""
        qty = order.left
        if self.terms.volume_cap is not None:
            qty = min(qty, shares_left(Decimal(bar.volume), self.terms.volume_cap, self._already(order.symbol, bar)))
        if self.terms.partial_fills and qty > 1:
            # Of the order, the bar and the seed alone, so that the same session fills the same way again.
            chance = random.Random(f"{self._seed}|{order.id}|{bar.start}")
            if chance.random() < self.terms.partial_fills:
                qty = Decimal(chance.randint(1, int(qty.to_integral_value(ROUND_DOWN) - (qty == int(qty)))))
        return qty

    def _already(self, symbol: str, bar: Bar) -> Decimal:
        start, taken = self._taken.get(symbol, (0, Decimal(0)))
        return taken if start == bar.start else Decimal(0)

    def _take(self, change: Change, symbol: str, bar: Bar, qty: Decimal) -> None:
        if self.terms.volume_cap is not None:
            self._taken[symbol] = change.taken[symbol] = (bar.start, self._already(symbol, bar) + qty)
