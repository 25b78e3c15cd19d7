"""Whether the broker refuses an entry only for the moment, or for as long as the bar lasts."""

# Words of refusals that pass: prices have moved, money comes back, another order ends.
PASSING = ("base_price", "current price", "buying power", "wash trade", "order is open", "opposite side")
# A bar may be refused this often for such reasons; then it is used up like one whose order was taken.
REFUSED_AT_MOST = 5


def refusal_passes(reason: str) -> bool:
    """Return whether an entry that was refused with these words may be decided on again.

    >>> refusal_passes("stop_loss.stop_price must be <= base_price - 0.01")
    True
    >>> refusal_passes("trade denied due to pattern day trading protection")
    False
    """
    return any(words in reason for words in PASSING)


def bar_is_used(refusals: int, others: int) -> bool:
    """Return whether no more orders may be sent on a bar: a bar acts once.

    Args:
        refusals: How many of its orders were refused for a reason that passes.
        others: How many were sent otherwise; an order that was never sent counts in neither.
    """
    return others > 0 or refusals >= REFUSED_AT_MOST
