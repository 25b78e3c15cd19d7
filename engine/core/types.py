"""What the core speaks of: bars, positions, intents, decisions. Frozen, without I/O and without a clock."""

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
        return self.open <= moment < self.close


@dataclass(frozen=True)
class Bars:
    """Closed bars of one symbol, oldest first; all arrays have one entry per bar.

    start, end: seconds since the epoch, UTC
    session: the trading day as a proleptic ordinal
    open, high, low, close: dollars; volume: shares
    from_first: the first is the first that is known: older ones are not to be had
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

    close: of the last closed bar, dollars
    last_price: the newest trade, dollars; last_price_at: when that was, None for newer than the bar
    bar_end: aware UTC, None while there is no bar
    votes, states: -1, 0, +1 by indicator key; an indicator still warming up is in neither
    fresh: the bars are confirmed up to less than two bars ago
    votable: the last bar may vote now (an intraday bar only in its own session)
    acted: an order was already decided on this bar
    late: the bar that should have closed by now has not been confirmed
    bars, from_first: how many bars are known, and whether no older ones are to be had
    begun: indicators that began with the first bar known, because there are fewer than they need; begun_on: its day
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
        """The newest known, dollars: of the last trade, or the bar's close where no trade since then is known."""
        if self.last_price is None:
            return self.close
        at, bar_end = self.last_price_at, self.bar_end
        return self.close if at is not None and bar_end is not None and at < bar_end else self.last_price


@dataclass(frozen=True)
class PositionState:
    """What a bot holds and has under way in one symbol. Quantities in shares, prices in dollars."""

    quantity: Decimal = Decimal(0)
    entry_price: Decimal = Decimal(0)
    highest_close: Decimal | None = None
    working_entry: bool = False
    working_exit: bool = False
    reduce_only: bool = False
    minutes_since_exit: float | None = None

    @property
    def is_open(self) -> bool:
        return self.quantity > 0


@dataclass(frozen=True)
class AccountState:
    """A bot's money at a tick, in dollars, and the broker's last account snapshot.

    room: what the bot may still spend: capital + min(0, realised) - cost of positions - reservations
    day_loss: how far the bot's equity is below that of the last close; negative when it gained
    buying_power_age: real seconds since the account was read, None when it never was
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

    status: running, paused, error or stopped
    session: today's trading session, None on a day without one
    halted: why entries are halted, empty when they are not
    removed: the symbol is no longer in the bot's configuration; only its exits are left
    """

    status: str
    session: Session | None
    halted: str = ""
    removed: bool = False


@dataclass(frozen=True)
class OrderIntent:
    """An order the brain wants. stop_price and target_price make an entry a bracket."""

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
