"""At what price an order fills inside one bar.

The exchange simulator and the backtest both fill with these functions, so a strategy meets the same market twice. A bar
says nothing about the way between its four prices; where the way matters, the assumption is the one that costs money.
"""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Literal

from engine.core.money import booked

Side = Literal["buy", "sell"]
OrderType = Literal["market", "limit", "stop", "stop_limit"]
Leg = Literal["stop", "target"]


@dataclass(frozen=True, slots=True)
class PriceBar:
    """The four prices of one bar, in dollars; `low` is the least of them and `high` the greatest."""

    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal


@dataclass(frozen=True, slots=True)
class WorkingOrder:
    """What matching has to know of an order.

    Attributes:
        side: "buy" or "sell".
        type: The order's type.
        qty: Shares, above 0.
        limit_price: Dollars, for limit and stop_limit.
        stop_price: Dollars, for stop and stop_limit.
    """

    side: Side
    type: OrderType
    qty: Decimal
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Charges:
    """What market orders and stops pay on top of a price, as fractions of it (0.0005 is 5 basis points).

    Attributes:
        slippage: The fraction by which the price moves against the order.
        spread: The distance between bid and ask; an order pays half of it.
        within_bar: Fills never leave the bar's own range, and stops pay nothing (the rule before ADR 17).
    """

    slippage: Decimal = Decimal(0)
    spread: Decimal = Decimal(0)
    within_bar: bool = False

    @property
    def fraction(self) -> Decimal:
        """Return what an order pays, as a fraction of the price."""
        return self.slippage + self.spread / 2


NO_CHARGES = Charges()


@dataclass(frozen=True, slots=True)
class BracketFill:
    """The leg of a bracket that a bar filled, and its price in dollars."""

    leg: Leg
    price: Decimal


def fill_price(bar: PriceBar, order: WorkingOrder, charges: Charges = NO_CHARGES) -> Decimal | None:
    """Return the price at which an order fills in a bar, in dollars, or None when it does not fill.

    The order is taken to be there when the bar opens. Without charges the result lies inside [bar.low, bar.high].

    Raises:
        ValueError: A price that the order's type needs is missing.
    """
    price = _touched(bar, order)
    return None if price is None else charged(price, bar, order.side, order.type, charges)


def charged(price: Decimal, bar: PriceBar, side: Side, kind: str, charges: Charges) -> Decimal:
    """Return the price at which an order fills where the market is at `price`; limits are kept, and pay nothing.

    Args:
        price: The market's price, in dollars.
        bar: The bar in which the order fills.
        side: The side of the order.
        kind: The order's type: one of OrderType, or trailing_stop, which counts as a stop.
        charges: What market orders and stops pay on top.
    """
    if kind not in ("market", "stop", "trailing_stop") or not charges.fraction:
        return price
    if charges.within_bar and kind != "market":
        return price
    factor = 1 + charges.fraction if side == "buy" else 1 - charges.fraction
    # The price is rounded as it is booked, so that 20 basis points stay 20 on cheap stocks, too.
    moved = booked(price * factor)
    return min(max(moved, bar.low), bar.high) if charges.within_bar else moved


def shares_left(volume: Decimal, cap: Decimal, taken: Decimal) -> Decimal:
    """Return how many whole shares of a bar orders may still take.

    Args:
        volume: The bar's volume, in shares.
        cap: The fraction of the volume that all orders together may take.
        taken: The shares that orders have taken already.
    """
    return max(Decimal(0), (volume * cap).to_integral_value(ROUND_DOWN) - taken)


def _touched(bar: PriceBar, order: WorkingOrder) -> Decimal | None:
    """Return the price the bar gives the order, in dollars, before charges."""
    if order.type == "market":
        return bar.open
    if order.type == "limit":
        return _limit_fill(bar, order.side, _required(order.limit_price, "limit_price"))
    stop = _required(order.stop_price, "stop_price")
    if not is_triggered(bar, order.side, stop):
        return None
    # A gap through the stop fills at the open: the stop itself was never traded.
    trigger = max(bar.open, stop) if order.side == "buy" else min(bar.open, stop)
    if order.type == "stop":
        return trigger
    return _stop_limit_fill(bar, order.side, trigger, _required(order.limit_price, "limit_price"))


def is_triggered(bar: PriceBar, side: Side, stop_price: Decimal) -> bool:
    """Return whether the bar touches the stop: from below for a buy, from above for a sell."""
    return bar.high >= stop_price if side == "buy" else bar.low <= stop_price


def bracket_fill(
    bar: PriceBar,
    side: Side,
    qty: Decimal,
    stop_price: Decimal,
    target_price: Decimal,
    charges: Charges = NO_CHARGES,
) -> BracketFill | None:
    """Return which of a bracket's two exit legs the bar fills.

    Where the bar touches both, the stop counts: nobody knows which came first, and a profit must not rest on a guess.

    Args:
        bar: The bar.
        side: The side of the legs.
        qty: Shares of each leg.
        stop_price: The stop, in dollars.
        target_price: The target, in dollars.
        charges: What the stop pays on top of its price.
    """
    stop = fill_price(bar, WorkingOrder(side, "stop", qty, stop_price=stop_price), charges)
    if stop is not None:
        return BracketFill("stop", stop)
    target = fill_price(bar, WorkingOrder(side, "limit", qty, limit_price=target_price))
    return None if target is None else BracketFill("target", target)


def _limit_fill(bar: PriceBar, side: Side, limit: Decimal) -> Decimal | None:
    if side == "buy":
        return min(bar.open, limit) if bar.low <= limit else None
    return max(bar.open, limit) if bar.high >= limit else None


def _stop_limit_fill(bar: PriceBar, side: Side, trigger: Decimal, limit: Decimal) -> Decimal | None:
    if (trigger <= limit) if side == "buy" else (trigger >= limit):
        return trigger
    # The trigger is beyond the limit. After a gap the whole bar follows, so a return to the limit fills; a stop touched
    # inside the bar leaves it open whether the limit was traded before or after.
    return limit if trigger == bar.open and _limit_fill(bar, side, limit) is not None else None


def _required(price: Decimal | None, name: str) -> Decimal:
    if price is None:
        raise ValueError(f"{name} was None, but this order type needs it.")
    return price
