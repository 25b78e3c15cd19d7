"""The trades inside a minute bar, as the exchange simulator prints them and a backtest sees them between two bars."""

OFFSETS = (0, 20, 40, 59)


def bar_prints(open_: float, high: float, low: float, close: float) -> tuple[float, float, float, float]:
    """Return the prices printed at OFFSETS seconds, in dollars: open, the nearer extreme, the other one, close.

    >>> bar_prints(10.0, 12.0, 9.5, 11.0)
    (10.0, 9.5, 12.0, 11.0)
    """
    low_first = open_ - low <= high - open_
    return (open_, low, high, close) if low_first else (open_, high, low, close)


def print_index(seconds: float) -> int:
    """Return the index of the entry of OFFSETS that was printed last, `seconds` into the bar."""
    return max(index for index, offset in enumerate(OFFSETS) if offset <= seconds or index == 0)
