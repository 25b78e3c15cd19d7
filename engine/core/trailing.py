"""A broker's trailing-stop order: its stop follows the best price seen, and never goes back."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from engine.core.matching import Side

_CENT, _HUNDREDTH_OF_A_CENT = Decimal("0.01"), Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Trail:
    """How far the stop stays behind the best price; exactly one of the two is set.

    Attributes:
        price: The distance in dollars.
        percent: The distance in percent of the best price (2 is 2 %).
    """

    price: Decimal | None = None
    percent: Decimal | None = None

    def stop(self, side: Side, best: Decimal) -> Decimal:
        """Return the stop that belongs to a best price, in dollars.

        Args:
            side: The side of the order, "buy" or "sell".
            best: The best price seen, in dollars.

        >>> Trail(percent=Decimal(2)).stop("sell", Decimal(100))
        Decimal('98.00')
        """
        distance = self.price if self.price is not None else best * (self.percent or Decimal(0)) / 100
        stop = best - distance if side == "sell" else best + distance
        return stop.quantize(_CENT if stop >= 1 else _HUNDREDTH_OF_A_CENT, ROUND_HALF_EVEN)


def trail_along(trail: Trail, side: Side, best: Decimal, prints: Iterable[Decimal]) -> tuple[Decimal | None, Decimal]:
    """Move a trailing stop along the prints of one bar.

    The first print is the bar's opening: a gap through the stop fills there. A later print that passes the stop fills
    at the stop itself, which lies between two prints.

    Args:
        trail: How far the stop stays behind.
        side: The side of the order.
        best: The best price seen before, in dollars.
        prints: The prices of the bar in sequence, in dollars.

    Returns:
        The price at which the order fills, None without a fill, and the best price seen; both in dollars.

    >>> trail_along(Trail(price=Decimal(1)), "sell", Decimal(10), [Decimal(10), Decimal(12), Decimal("10.5")])
    (Decimal('11.00'), Decimal('12'))
    """
    for number, price in enumerate(prints):
        stop = trail.stop(side, best)
        if price <= stop if side == "sell" else price >= stop:
            return (price if number == 0 else stop), best
        best = max(best, price) if side == "sell" else min(best, price)
    return None, best
