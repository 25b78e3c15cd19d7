"""The bot's money during a backtest, kept as live trading keeps it."""

from collections import deque
from collections.abc import Callable, Sequence
from decimal import Decimal

from engine.backtest.lane import Lane, Stage
from engine.backtest.outlook import price_at
from engine.backtest.result import ZERO
from engine.core.money import booked
from engine.core.prints import bar_prints, print_index
from engine.core.types import AccountState

# The account is taken to hold all that the bot may spend: only the bot's own limits bind.
PLENTY = Decimal(10) ** 12
RATE_SECONDS = 60


class RunMoney:
    """The bot's money, in dollars.

    Attributes:
        capital: The bot's capital.
        realized: The results of all sales, net of commissions.
        cost: What the shares held have cost.
        reserved: What entries under way may spend.
        last_close: The bot's gain up to the last close, realised or not.
        entries: The times of the last entries, in seconds since the epoch.
    """

    def __init__(self, capital: Decimal, lanes: Sequence[Lane]) -> None:
        self.capital = capital
        self.realized = ZERO
        self.cost = ZERO
        self.reserved = ZERO
        self.last_close = ZERO
        self.entries: deque[int] = deque()
        self._lanes = lanes

    def end_day(self, close: int) -> None:
        """End a session: the next day's losses are measured from this close, before anything happens at its open."""
        self.last_close = self._result(lambda lane: closing_price(lane, close))

    def _result(self, price_of: Callable[[Lane], Decimal | None]) -> Decimal:
        """Return what the bot has gained so far at these prices, realised or not."""
        found = self.realized
        if not self.cost:
            return found
        for lane in self._lanes:
            if lane.trip is not None:
                price = price_of(lane) or lane.trip.entry_price
                found += booked((price - lane.trip.entry_price) * lane.trip.left)
        return found

    def account(self, at: int, tick: int) -> AccountState:
        """Return the bot's money at a tick, before that tick has spent any of it.

        Args:
            at: The tick's time, in seconds since the epoch.
            tick: The tick.
        """
        while self.entries and self.entries[0] <= at - RATE_SECONDS:
            self.entries.popleft()
        result = self._result(lambda lane: last_price(lane, at, lane.outlook.closed.item(tick)))
        return AccountState(
            capital=self.capital,
            room=self.capital + min(ZERO, self.realized) - self.cost - self.reserved,
            day_loss=self.last_close - result,
            open_positions=sum(lane.trip is not None or lane.stage == Stage.ENTERING for lane in self._lanes),
            entries_last_minute=len(self.entries),
            buying_power=PLENTY,
            buying_power_age=0.0,
        )


def closing_price(lane: Lane, close: int) -> Decimal | None:
    """Return the last price at the close of a session, in dollars; `close` is in seconds since the epoch."""
    base = lane.outlook.base
    bar = int(base.end.searchsorted(close, side="right")) - 1
    return price_at(base.close, bar) if bar >= 0 else None


def last_price(lane: Lane, at: int, closed: int) -> Decimal | None:
    """Return the newest print at a moment, in dollars.

    Args:
        lane: The symbol.
        at: The moment, in seconds since the epoch.
        closed: The last bar that is over by then, -1 for none.
    """
    base = lane.outlook.base
    following = closed + 1
    if following < len(base):
        start = base.start.item(following)
        if start == at:
            return lane.open_price(following)
        if start < at:
            prices = (line.item(following) for line in (base.open, base.high, base.low, base.close))
            return Decimal(repr(round(bar_prints(*prices)[print_index(at - start)], 6)))
    return price_at(base.close, closed) if closed >= 0 else None
