"""One symbol on its way through a backtest, and the next thing that happens to it."""

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum
from typing import NamedTuple, SupportsFloat

import numpy as np

from engine.backtest.outlook import Outlook, Whole, price_at
from engine.backtest.result import RoundTrip
from engine.backtest.ticks import Flags, Ticks
from engine.core.config import BotConfig
from engine.core.refusals import bar_is_used
from engine.core.types import AccountState, OrderIntent

CHUNK = 512
# A fraction of a price: floats look for a trailing stop, and `decide` is asked where a price comes this near to it.
NEARLY = 1e-9


class Phase(IntEnum):
    """What comes first when several things happen at one moment, as at the exchange."""

    LEG = 0
    OPENING = 1
    CANCEL = 2
    TICK = 3
    SEND = 4


class Stage(IntEnum):
    """What the bot does in a symbol: nothing, buying, holding or selling."""

    FLAT = 0
    ENTERING = 1
    HOLDING = 2
    EXITING = 3


Event = tuple[int, int]


class Planned(NamedTuple):
    """An order on its way: what is to be sent, why, and what it was decided from.

    Attributes:
        intent: The order.
        reason: Why it is sent, machine-readable.
        sentence: Why it is sent, for people; empty while nobody has asked for it.
        tick: The tick at which it was decided.
        account: The bot's money at that tick; None for a sale.
    """

    intent: OrderIntent
    reason: str
    sentence: str
    tick: int
    account: AccountState | None


@dataclass(slots=True, eq=False)
class Lane:
    """One symbol in a run; times are in seconds since the epoch, prices in dollars.

    Attributes:
        buys: The ticks at which `decide` may want an entry; None where it is asked at every tick.
        sells: The ticks at which `decide` may want an exit; None where it is asked at every tick.
        tick: The first tick not looked at yet.
        upcoming: The tick at which `decide` is asked next.
        order: The decision under way; it is at the exchange once `sent` is true.
        waits_for: The bar a sent order waits for; None when none is left in time.
        cancel_at: When an entry is given up.
        legs_from: The first bar that the resting stop and target have not met.
        touch: The bar that touched one of them.
        acted_on: The end of the bar last acted on.
        acted_before: The end of the bar acted on before that.
        refusals: How many entries the exchange refused on the bar that ends at `refused_on`.
        highest: The highest close since the entry, as seen by the ticks before `trailed`.
        opened: The bar whose opening was asked for last, and that price.
        taken: The bar that gave shares last, and how many.
        stages: The stages so far, as (first tick, stage); like `acted` and `asked`, they are kept for counting.
        acted: The orders decided, as (tick, bar).
        asked: The decisions made, as (tick, action, reason).
    """

    outlook: Outlook
    ticks: Ticks
    config: BotConfig
    buys: Sequence[int] | None
    sells: Sequence[int] | None
    stage: Stage = Stage.FLAT
    tick: int = 0
    upcoming: int = 0
    order: Planned | None = None
    sent: bool = False
    waits_for: int | None = None
    cancel_at: int = 0
    trip: RoundTrip | None = None
    legs_from: int = 0
    touch: int | None = None
    acted_on: int = 0
    acted_before: int = 0
    refused_on: int = 0
    refusals: int = 0
    highest: float = 0.0
    trailed: int = 0
    closed_at: int | None = None
    opened: tuple[int, Decimal] = (-1, Decimal(0))
    taken: tuple[int, Decimal] = (-1, Decimal(0))
    stop: float = 0.0
    target: float = np.inf
    stages: list[tuple[int, Stage]] = field(default_factory=list)
    acted: list[tuple[int, int]] = field(default_factory=list)
    asked: list[tuple[int, str, str]] = field(default_factory=list)

    @property
    def intent(self) -> OrderIntent:
        """Return the order under way.

        Raises:
            LookupError: No order is under way.
        """
        if self.order is None:
            raise LookupError(f"no order of {self.outlook.symbol} is under way")
        return self.order.intent

    def open_price(self, bar: int) -> Decimal:
        """Return the opening price of a bar; it is kept, as it is asked for several times in a row."""
        if self.opened[0] != bar:
            self.opened = (bar, price_at(self.outlook.base.open, bar))
        return self.opened[1]

    def act(self, tick: int, bar: int) -> None:
        """Note that an order was decided on a bar, which uses the bar up."""
        end = self.outlook.bars.end.item(bar) if bar >= 0 else self.acted_on
        if end != self.refused_on:
            self.refused_on, self.refusals = end, 0
        self.acted_before, self.acted_on = self.acted_on, end
        self.acted.append((tick, bar))

    def act_in_vain(self) -> None:
        """Leave the bar to the next tick, as the exchange refused its order, unless that happened too often."""
        self.refusals += 1
        if not bar_is_used(self.refusals, others=0):
            self.acted_on = self.acted_before
            self.acted.pop()

    def enter(self, stage: Stage, tick: int) -> None:
        """Change the stage; `tick` is the first tick in the new stage."""
        self.stage, self.tick = stage, tick
        self.stages.append((tick, stage))

    def next_event(self) -> Event | None:
        """Return when something happens next, in seconds since the epoch, and what; None when nothing does."""
        if self.order is not None and not self.sent:
            return self.ticks.time.item(self.tick - 1), Phase.SEND
        tick = self._next_tick()
        ticking = None
        if tick is not None:
            self.upcoming = tick
            ticking = (self.ticks.time.item(tick), int(Phase.TICK))
        if self.stage == Stage.HOLDING:
            return self._leg(tick) or ticking
        if self.order is None:
            return ticking
        return min((event for event in (self._order_event(), ticking) if event is not None), default=None)

    def _order_event(self) -> Event | None:
        if self.waits_for is not None:
            return self.outlook.base.start.item(self.waits_for), Phase.OPENING
        return (self.cancel_at, Phase.CANCEL) if self.stage == Stage.ENTERING else None

    def _next_tick(self) -> int | None:
        """Return the next tick at which `decide` has to be asked; None when none is left."""
        last = len(self.ticks)
        if self.buys is None or self.sells is None:
            return self.tick if self.tick < last else None
        if self.stage == Stage.EXITING:
            return None
        found = self._candidate(self.sells if self.stage == Stage.HOLDING else self.buys)
        if self.stage == Stage.HOLDING:
            if self.config.risk_management.trailing_stop is not None:
                found = self._trailing_tick(last if found is None else found, found)
            if self.config.close_at_window_end:
                found = self._window_end(found)
        return found

    def _candidate(self, places: Sequence[int]) -> int | None:
        """Return the first of these ticks that is not over and whose bar was not acted on."""
        place = bisect_left(places, self.tick)
        ends, seen = self.outlook.bars.end, self.outlook.seen
        while place < len(places):
            if ends.item(seen.item(places[place])) > self.acted_on:
                return places[place]
            place += 1
        return None

    def _window_end(self, found: int | None) -> int | None:
        """Return `found`, or an earlier tick after the window's end: shares still held are sold there."""
        after = self.ticks.after_window
        begin = self.tick
        while begin < len(after):
            part = after[begin : begin + CHUNK]
            place = int(part.argmax())
            if part[place]:
                tick = begin + place
                return tick if found is None else min(found, tick)
            begin += CHUNK
            if found is not None and begin > found:
                break
        return found

    def _trailing_tick(self, until: int, found: int | None) -> int | None:
        assert self.trip is not None
        fraction = 1 - float_of(self.config.risk_management.trailing_stop)
        begin, highest = self.tick, self.highest
        while begin < until:
            seen = self.outlook.seen[begin : min(begin + CHUNK, until)]
            close = self.outlook.bars.close[seen]
            counted = np.where(self.outlook.bars.end[seen] > self.trip.entry_at, close, 0.0)
            peak = np.maximum(np.maximum.accumulate(counted), highest)
            below = (close <= peak * fraction * (1 + NEARLY)) & (peak > 0) & (seen >= 0)
            place = int(below.argmax())
            if below[place]:
                return begin + place
            begin, highest = begin + CHUNK, float_of(peak[-1])
        return found

    def trail(self, tick: int) -> float:
        """Return the highest close the bot has seen since the entry, up to and including this tick; 0.0 for none."""
        assert self.trip is not None
        seen = self.outlook.seen[self.trailed : tick + 1]
        counted = self.outlook.bars.close[seen][self.outlook.bars.end[seen] > self.trip.entry_at]
        if len(counted):
            self.highest = max(self.highest, float_of(counted.max()))
        self.trailed = tick + 1
        return self.highest

    def _leg(self, tick: int | None) -> Event | None:
        """Return the event of a stop or target, if a bar that ends by that tick touches one."""
        base = self.outlook.base
        until = self.outlook.closed.item(tick) + 1 if tick is not None else len(base)
        begin, size = self.legs_from, CHUNK
        while begin < until:
            end = min(begin + size, until)
            touched = (base.low[begin:end] <= self.stop) | (base.high[begin:end] >= self.target)
            place = int(touched.argmax())
            if touched[place]:
                self.touch = self.legs_from = begin + place
                return base.end.item(begin + place), Phase.LEG
            begin, size = end, size * 4
        self.legs_from = max(begin, self.legs_from)
        return None


def float_of(number: SupportsFloat | None) -> float:
    """Return a number that is known not to be None as a float."""
    assert number is not None
    return float(number)


def lane_of(config: BotConfig, outlook: Outlook, ticks: Ticks, *, every_tick: bool) -> Lane:
    """Make a lane at its start, with the ticks at which the votes may want an order."""
    if every_tick or len(outlook.bars) == 0:
        return Lane(outlook, ticks, config, None, None)
    buying = np.flatnonzero(outlook.wish > 0)
    buying = buying[(buying >= outlook.warm) & ~outlook.vetoed[buying]]
    selling = np.flatnonzero(outlook.wish < 0)
    return Lane(
        outlook, ticks, config, _acting(outlook, ticks.in_window, buying), _acting(outlook, ticks.may_sell, selling)
    )


def _acting(outlook: Outlook, allowed: Flags, bars: Whole) -> "array[int]":
    """Return the ticks that may act on one of these bars, as an array in which a bisection is quick."""
    first = outlook.first_seeing[bars]
    counts = outlook.first_seeing[bars + 1] - first
    if (counts == 1).all():
        tick = first
    else:
        tick = np.repeat(first - (counts.cumsum() - counts), counts) + np.arange(counts.sum())
    found = array("i")
    found.frombytes(tick[outlook.votable[tick] & allowed[tick]].astype(np.int32).tobytes())
    return found
