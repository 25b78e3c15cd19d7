"""What the core speaks of: bars, positions, intents, decisions. All are frozen, without I/O and without a clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Votes = NDArray[np.int8]


class Side(StrEnum):
    """The side of an order."""

    BUY = "buy"
    SELL = "sell"


class Role(StrEnum):
    """Why an order exists: it opens, it closes by decision, or it rests at the broker to protect."""

    ENTRY = "entry"
    EXIT = "exit"
    STOP = "stop"
    TARGET = "target"


@dataclass(frozen=True)
class Session:
    """One trading day of the exchange; `open` and `close` are aware UTC."""

    day: date
    open: datetime
    close: datetime

    def contains(self, moment: datetime) -> bool:
        """Return whether a moment lies in [open, close)."""
        return self.open <= moment < self.close


@dataclass(frozen=True)
class Bars:
    """Closed bars of one symbol, oldest first; every array has the shape (bars,).

    Attributes:
        symbol: The stock.
        timeframe: The length of the bars, such as 1Min.
        start: The left edges, seconds since the epoch, UTC.
        end: The right edges, seconds since the epoch, UTC.
        session: The trading days, as proleptic ordinals.
        open: The first prices, in dollars.
        high: The highest prices, in dollars.
        low: The lowest prices, in dollars.
        close: The last prices, in dollars.
        volume: The volumes, in shares.
        from_first: The first bar is the first that is known; nobody has older ones.
    """

    symbol: str
    timeframe: str
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    session: NDArray[np.int64]
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    from_first: bool = field(default=False, kw_only=True)

    def __len__(self) -> int:
        return len(self.end)


@dataclass(frozen=True)
class SymbolView:
    """What a bot sees of one symbol at a tick: its last closed bar and what the indicators make of it.

    Attributes:
        symbol: The stock.
        bar_end: The end of the last closed bar, aware UTC; None while there is no bar.
        close: The close of the last closed bar, in dollars.
        last_price: The price of the newest trade, in dollars.
        values: The known values of the indicators' lines, by indicator key and line.
        votes: -1, 0 or +1 by indicator key; without the indicators that warm up.
        states: The side each indicator is on, -1, 0 or +1; without those that warm up.
        vetoes: The indicators that forbid an entry.
        warming_up: The indicators that have too few bars.
        fresh: The prices are confirmed up to two minutes ago (daily bars: up to the last close).
        votable: The last bar may vote now (an intraday bar only in its own session).
        acted: An order was already decided on this bar.
        late: The bar that should have closed by now has not been confirmed.
        begun: The indicators that began with the first bar known, because there are fewer than they need.
        begun_on: The day of that first bar.
        last_price_at: The time of the newest trade; None if it is newer than the bar.
        bars: How many bars are known.
        from_first: Nobody has older bars.
    """

    symbol: str
    bar_end: datetime | None
    close: Decimal | None
    last_price: Decimal | None
    values: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    votes: Mapping[str, int] = field(default_factory=dict)
    states: Mapping[str, int] = field(default_factory=dict)
    vetoes: tuple[str, ...] = ()
    warming_up: tuple[str, ...] = ()
    fresh: bool = True
    votable: bool = True
    acted: bool = False
    late: bool = False
    begun: tuple[str, ...] = ()
    begun_on: date | None = None
    last_price_at: datetime | None = None
    bars: int = 0
    from_first: bool = False

    @property
    def price(self) -> Decimal | None:
        """Return the newest known price, in dollars: of the last trade, or of the bar if no later trade is known."""
        if self.last_price is None:
            return self.close
        at, bar_end = self.last_price_at, self.bar_end
        return self.close if at is not None and bar_end is not None and at < bar_end else self.last_price


@dataclass(frozen=True)
class PositionState:
    """What a bot holds and has under way in one symbol.

    Attributes:
        quantity: Shares held.
        entry_price: The average price paid, in dollars.
        highest_close: The highest close since the entry, in dollars.
        working_entry: An entry is under way.
        working_exit: An exit is under way.
        reduce_only: The books and the broker's disagree; the bot may only sell.
        minutes_since_exit: Market minutes since the last exit; None without one.
    """

    quantity: Decimal = Decimal(0)
    entry_price: Decimal = Decimal(0)
    highest_close: Decimal | None = None
    working_entry: bool = False
    working_exit: bool = False
    reduce_only: bool = False
    minutes_since_exit: float | None = None

    @property
    def is_open(self) -> bool:
        """Return whether the bot holds shares."""
        return self.quantity > 0


@dataclass(frozen=True)
class AccountState:
    """A bot's money at a tick, in dollars, and the broker's last account snapshot.

    Attributes:
        capital: The bot's capital.
        room: What the bot may still spend: capital + min(0, realised) - cost of positions - reservations.
        day_loss: How far the bot's equity is below that of the last close; negative when it gained.
        open_positions: How many positions the bot holds.
        entries_last_minute: How many entries the bot sent within the last market minute.
        buying_power: The account's buying power.
        buying_power_age: Real seconds since the account was read; None when it never was.
    """

    capital: Decimal
    room: Decimal
    day_loss: Decimal
    open_positions: int
    entries_last_minute: int
    buying_power: Decimal
    buying_power_age: float | None


@dataclass(frozen=True)
class Limits:
    """What binds the bot as a whole at a tick.

    Attributes:
        status: The bot's status: running, paused, error or stopped.
        session: Today's trading session; None on a day without one.
        halted: Why entries are halted; empty when they are not.
        removed: The symbol is no longer in the bot's configuration; the bot may only sell it.
    """

    status: str
    session: Session | None
    halted: str = ""
    removed: bool = False


@dataclass(frozen=True)
class OrderIntent:
    """An order the brain wants, in shares and dollars; `stop_price` and `target_price` make an entry a bracket."""

    symbol: str
    side: Side
    role: Role
    quantity: Decimal
    decision_price: Decimal
    stop_price: Decimal | None = None
    target_price: Decimal | None = None


@dataclass(frozen=True)
class Check:
    """One named risk rule and what it said."""

    name: str
    allowed: bool
    reason: str = ""


@dataclass(frozen=True)
class Decision:
    """What was decided for one symbol at one tick, with everything it was decided from."""

    symbol: str
    action: str
    reason: str
    sentence: str
    bar_end: datetime | None = None
    values: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    votes: Mapping[str, int] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    intent: OrderIntent | None = None
