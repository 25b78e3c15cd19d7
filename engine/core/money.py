"""Rounding of money, prices and quantities: once, half-even, where a number is booked."""

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from fractions import Fraction

CENT = Decimal("0.01")
SUB_CENT = Decimal("0.0001")
BOOKED = Decimal("0.000001")
SHARE = Decimal("0.000000001")
MAX_ORDER_SHARES = Decimal(999_999)


def tick_size(price: Decimal) -> Decimal:
    """Return the smallest price step Alpaca accepts: a cent from one dollar on, a hundredth of a cent below.

    >>> tick_size(Decimal("12")), tick_size(Decimal("0.5"))
    (Decimal('0.01'), Decimal('0.0001'))
    """
    return CENT if price >= 1 else SUB_CENT


def dollars(price: Decimal) -> str:
    """Write a price for people, with all its places and at least two.

    >>> dollars(Decimal("182.1")), dollars(Decimal("0.1234")), dollars(Decimal("9.500000"))
    ('$182.10', '$0.1234', '$9.50')
    """
    places = -int(price.normalize().as_tuple().exponent)
    return f"${price:.{max(2, places)}f}"


def booked(amount: Decimal) -> Decimal:
    """Round an amount to how it is stored: six decimals, half-even."""
    return amount.quantize(BOOKED, rounding=ROUND_HALF_EVEN)


def parted(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Divide an amount into parts of whole cents that are in proportion to the weights and add up to it exactly.

    The cents left over, and at last what is less than a cent, go to the parts that rounding cut the most; of equal
    ones, the earlier part comes first.

    Args:
        amount: Dollars; it may be negative.
        weights: One weight for each part, none of them negative.

    Raises:
        ValueError: A weight is negative, or none is positive.

    >>> parted(Decimal("-0.05"), [Decimal(1), Decimal(1), Decimal(1)])
    [Decimal('-0.02'), Decimal('-0.02'), Decimal('-0.01')]
    """
    total = sum(weights, Decimal(0))
    if total <= 0 or min(weights) < 0:
        raise ValueError(f"an amount cannot be parted by {weights}")
    sign = -1 if amount < 0 else 1
    cents = [Fraction(abs(amount) * weight * 100) / Fraction(total) for weight in weights]
    parts = [int(part) * CENT for part in cents]
    left = abs(amount) - sum(parts, Decimal(0))
    for place in sorted(range(len(parts)), key=lambda place: (int(cents[place]) - cents[place], place)):
        more = min(left, CENT)
        parts[place] += more
        left -= more
    return [sign * part for part in parts]


def whole(quantity: Decimal) -> Decimal:
    """Return the whole shares of a quantity.

    >>> whole(Decimal("3.5"))
    Decimal('3')
    """
    return quantity.to_integral_value(rounding=ROUND_DOWN)


def whole_shares(amount: Decimal, price: Decimal) -> Decimal:
    """Return how many whole shares `amount` dollars buy at `price` dollars, at most what one order may hold.

    >>> whole_shares(Decimal(1000), Decimal("189.12"))
    Decimal('5')
    """
    if amount <= 0 or price <= 0:
        return Decimal(0)
    return min((amount / price).to_integral_value(rounding=ROUND_DOWN), MAX_ORDER_SHARES)


def stop_below(price: Decimal, fraction: Decimal) -> Decimal:
    """Return the stop of a long position: `fraction` below `price`, rounded down and at least one tick below it.

    >>> stop_below(Decimal("10.00"), Decimal("0.02"))
    Decimal('9.80')
    """
    exact = price * (1 - fraction)
    step = tick_size(exact)
    return min(exact.quantize(step, rounding=ROUND_FLOOR), (price - step).quantize(step, rounding=ROUND_FLOOR))


def target_above(price: Decimal, fraction: Decimal) -> Decimal:
    """Return the target of a long position: `fraction` above `price`, rounded up and at least one tick above it."""
    exact = price * (1 + fraction)
    step = tick_size(exact)
    return max(exact.quantize(step, rounding=ROUND_CEILING), (price + step).quantize(step, rounding=ROUND_CEILING))
