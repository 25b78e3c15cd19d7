"""A market that never was: seeded prices for a fixed list of stocks, endlessly forward and two years back.

Everything follows from (seed, symbol, session counted from the start session), never from the calendar date: a pinned
seed trades the same on whatever day it is started. A day is planned first, open to close with its extremes; its minutes
are then drawn so that they add up to exactly that plan.
"""

import math
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from simulator.halts import Halts
from simulator.listings import listed
from simulator.market import Bar, BarSeries, Market, Split, trade_count, typical
from simulator.sessions import MINUTE, SessionCalendar

DAILY_HISTORY_SESSIONS = 504
MINUTE_HISTORY_SESSIONS = 62  # ninety days
_REMEMBERED_SESSIONS = 2_000
_GENERATOR_OFFSET = 1_000_000  # numpy seeds are not negative, sessions before the start are
_PULL = 0.01  # share of the distance to its level that a price returns per day


@dataclass(frozen=True, slots=True)
class Character:
    """A stock's level in dollars, daily volatility as a fraction, and shares traded per day.

    traded: the share of minutes in which it trades at all
    splits: (sessions after the start, old rate, new rate)
    pause: minutes of the volatility halt it has once in each session
    """

    level: float
    volatility: float
    volume: int
    traded: float = 1.0
    splits: tuple[tuple[int, int, int], ...] = ()
    pause: int = 0


CHARACTERS = {
    "AAPL": Character(228.0, 0.016, 48_000_000),
    "AMD": Character(162.0, 0.029, 42_000_000),
    "AMZN": Character(205.0, 0.019, 38_000_000),
    "GOOGL": Character(178.0, 0.018, 27_000_000),
    # The three after which nothing surprises a program: one halts, one splits, one hardly trades.
    "HALT": Character(45.0, 0.05, 2_400_000, pause=10),
    "JPM": Character(242.0, 0.014, 9_000_000),
    "KO": Character(69.5, 0.009, 13_000_000),
    "META": Character(590.0, 0.021, 14_000_000),
    "MSFT": Character(432.0, 0.014, 21_000_000),
    "NFLX": Character(812.0, 0.021, 3_600_000),
    "NVDA": Character(138.0, 0.028, 210_000_000),
    "QQQ": Character(508.0, 0.012, 34_000_000),
    "SPLT": Character(320.0, 0.02, 6_000_000, splits=((-20, 8, 1), (5, 1, 4))),
    "SPY": Character(588.0, 0.009, 47_000_000),
    "THIN": Character(12.4, 0.03, 40_000, traded=0.25),
    "TSLA": Character(318.0, 0.034, 86_000_000),
    "XOM": Character(117.0, 0.014, 15_000_000),
}


@dataclass(frozen=True, slots=True)
class DayPlan:
    """Prices in cents, volume in shares."""

    open: int
    high: int
    low: int
    close: int
    volume: int

    def in_shares(self, factor: Fraction) -> "DayPlan":
        """With `factor` shares for each one."""
        first, high, low, last = (
            max(1, round(price / factor)) for price in (self.open, self.high, self.low, self.close)
        )
        return DayPlan(first, high, low, last, round(self.volume * factor))


class SyntheticMarket(Market):
    def __init__(self, seed: int, start_session: int, calendar: SessionCalendar) -> None:
        self.name = "synthetic"
        self.calendar = calendar
        self.assets = {symbol: listed(symbol) for symbol in CHARACTERS}
        self.halts = Halts()
        self.splits = tuple(
            Split(symbol, start_session + offset, old, new)
            for symbol, character in CHARACTERS.items()
            for offset, old, new in character.splits
            if start_session + offset >= 0
        )
        self._seed = seed
        self._start = start_session
        self._plans: dict[tuple[str, int], DayPlan] = {}
        # log of the last close on each side of the start session, and how far the plans go from it
        self._edges: dict[str, dict[int, tuple[int, float]]] = {}
        self._drawn: OrderedDict[tuple[str, int], BarSeries] = OrderedDict()

    def declare_split(self, split: Split) -> None:
        """In a session to come: its prices are of the new shares."""
        self.splits += (split,)
        self._drawn.clear()

    def _minutes(self, symbol: str, session: int) -> BarSeries:
        key = (symbol, session)
        if key not in self._drawn:
            self._drawn[key] = self._draw_minutes(symbol, session)
            if len(self._drawn) > _REMEMBERED_SESSIONS:
                self._drawn.popitem(last=False)
        return self._drawn[key]

    def _day(self, symbol: str, session: int) -> Bar | None:
        if session < self.first_session(symbol, daily=True):
            return None
        plan = self._raw_plan(symbol, session - self._start)
        high, low, close = plan.high / 100, plan.low / 100, plan.close / 100
        start = self.calendar.opens[session]
        return Bar(
            start, plan.open / 100, high, low, close, plan.volume, trade_count(plan.volume), typical(high, low, close)
        )

    def session_before(self, symbol: str, session: int) -> int | None:
        return session - 1 if session > self.first_session(symbol, daily=True) else None

    def first_session(self, symbol: str, daily: bool) -> int:
        return max(0, self._start - (DAILY_HISTORY_SESSIONS if daily else MINUTE_HISTORY_SESSIONS))

    def halt_turns(self, symbol: str, at: int) -> bool | None:
        session = self.calendar.index_opened(at)
        pause = self._pause(self.listed_as(symbol), session) if session >= 0 else None
        minute = (at - self.calendar.opens[session]) // MINUTE
        if pause is not None and minute in (pause.start, pause.stop):
            return minute == pause.start
        return super().halt_turns(symbol, at)

    def _pause(self, symbol: str, session: int) -> range | None:
        """The minutes of a session's volatility halt."""
        length = CHARACTERS[symbol].pause
        if not length:
            return None
        latest = self.calendar.session(session).minutes - 2 * length
        start = int(self._generator(symbol, session - self._start, 2).integers(2 * length, latest))
        return range(start, start + length)

    def _trading_minutes(self, symbol: str, session: int) -> NDArray[np.int64]:
        """The minutes of a session, counted from its opening, in which the stock trades."""
        minutes = np.arange(self.calendar.session(session).minutes, dtype=np.int64)
        pause, traded = self._pause(symbol, session), CHARACTERS[symbol].traded
        if pause is not None:
            minutes = minutes[(minutes < pause.start) | (minutes >= pause.stop)]
        if traded < 1:
            draws = self._generator(symbol, session - self._start, 3).random(len(minutes))
            # Always as many, so that no session is empty.
            minutes = np.sort(minutes[np.argsort(draws)[: max(2, int(len(minutes) * traded))]])
        return minutes

    def _raw_plan(self, symbol: str, offset: int) -> DayPlan:
        """The plan in the shares of its day; before a split there were fewer of them, at a higher price each."""
        plan = self._plan(symbol, offset)
        today, day = self._start, self._start + offset
        factor = self.split_factor(symbol, today, day) if offset > 0 else 1 / self.split_factor(symbol, day, today)
        return plan if factor == 1 else plan.in_shares(factor)

    def _generator(self, symbol: str, offset: int, purpose: int) -> np.random.Generator:
        return np.random.default_rng([self._seed, zlib.crc32(symbol.encode()), offset + _GENERATOR_OFFSET, purpose])

    def _plan(self, symbol: str, offset: int) -> DayPlan:
        """The plan of a day; the days between it and the start are planned on the way."""
        step = 1 if offset >= 0 else -1
        planned, level = self._edges.setdefault(symbol, {}).get(step, (0 if step < 0 else -1, self._level(symbol)))
        while (symbol, offset) not in self._plans:
            planned += step
            previous, close, draws = self._day_move(symbol, planned, level, forward=step > 0)
            self._plans[symbol, planned] = _planned(previous, close, draws, CHARACTERS[symbol])
            level = close if step > 0 else previous
            self._edges[symbol][step] = (planned, level)
        return self._plans[symbol, offset]

    def _level(self, symbol: str) -> float:
        return math.log(CHARACTERS[symbol].level)

    def _day_move(
        self, symbol: str, offset: int, known: float, forward: bool
    ) -> tuple[float, float, NDArray[np.float64]]:
        """(log of the close before, log of the close, the day's draws); one of the two closes is known."""
        draws = self._generator(symbol, offset, 0).standard_normal(5)
        move = CHARACTERS[symbol].volatility * (0.3 * draws[0] + 0.95 * draws[1])
        pull = _PULL * (self._level(symbol) - known)
        return (known, known + move + pull, draws) if forward else (known - move + pull, known, draws)

    def _draw_minutes(self, symbol: str, session: int) -> BarSeries:
        offset = session - self._start
        plan = self._raw_plan(symbol, offset)
        minutes = self._trading_minutes(symbol, session)
        prices, volume = draw_minutes(
            plan, len(minutes), CHARACTERS[symbol].volatility, self._generator(symbol, offset, 1)
        )
        start = self.calendar.opens[session] + MINUTE * minutes
        opens, highs, lows, closes = (prices / 100).round(2)
        return BarSeries(start, opens, highs, lows, closes, volume)


def _planned(previous: float, close: float, draws: NDArray[np.float64], character: Character) -> DayPlan:
    opening = previous + 0.3 * character.volatility * draws[0]
    reach = 0.1 * character.volatility + 0.45 * character.volatility * np.abs(draws[2:4])
    first, last = round(math.exp(opening) * 100), round(math.exp(close) * 100)
    high = round(max(first, last) * math.exp(reach[0]))
    low = round(min(first, last) * math.exp(-reach[1]))
    # A day that went far also traded much.
    volume = round(character.volume * math.exp(0.25 * draws[4] + 0.15 * abs(draws[1])))
    return DayPlan(first, max(high, first, last), min(low, first, last), last, volume)


def draw_minutes(
    plan: DayPlan, minutes: int, volatility: float, random: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(open, high, low, close) in whole cents, one column per minute, and volumes; they add up to exactly the plan."""
    position = np.linspace(-1.0, 1.0, minutes)
    activity = 0.7 + 0.9 * position**2  # the U shape of a trading day
    sigma = plan.open * volatility / math.sqrt(minutes)
    steps = sigma * activity * (random.standard_normal(minutes) + _trends(minutes, random))
    path = np.cumsum(steps)
    closes = plan.open + path + (plan.close - plan.open - path[-1]) * np.arange(1, minutes + 1) / minutes
    opens = np.concatenate(([plan.open], closes[:-1] + 0.08 * sigma * random.standard_normal(minutes - 1)))
    reach = 0.5 * sigma * activity * np.abs(random.standard_normal((2, minutes)))
    highs, lows = np.maximum(opens, closes) + reach[0], np.minimum(opens, closes) - reach[1]
    fitted = _fitted(np.stack((opens, highs, lows, closes)), plan)
    shares = activity**1.5 * np.exp(0.45 * random.standard_normal(minutes)) * (1 + np.abs(steps) / (2 * sigma))
    volume = np.maximum(1, np.floor(plan.volume * shares / shares.sum())).astype(np.int64)
    volume[-1] += max(0, plan.volume - int(volume.sum()))
    return fitted, volume


def _trends(minutes: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Drift per minute in standard deviations: phases of a quarter to one hour, up, down or sideways.

    Strong enough that an RSI of 14 minutes leaves 30 and 70 several times a day, as it does on real stocks.
    """
    drift = np.zeros(minutes)
    start, direction = 0, float(random.choice((-1.0, 1.0)))
    while start < minutes:
        length = int(random.integers(12, 50))
        drift[start : start + length] = direction * random.uniform(0.2, 0.55)
        start += length
        # Mostly back where it came from, so that trends turn instead of adding up.
        direction = (
            float(random.choice((-1.0, 1.0))) if direction == 0 else float(random.choice((-direction, -direction, 0)))
        )
    return drift


def _fitted(prices: NDArray[np.float64], plan: DayPlan) -> NDArray[np.float64]:
    """Stretch what lies above and below the day's body so that its extremes are the plan's, in whole cents."""
    top, bottom = max(plan.open, plan.close), min(plan.open, plan.close)
    highest, lowest = prices[1].max(), prices[2].min()
    peak, trough = int(prices[1].argmax()), int(prices[2].argmin())
    above = (plan.high - top) / (highest - top) if highest > top else 0.0
    below = (bottom - plan.low) / (bottom - lowest) if lowest < bottom else 0.0
    prices = np.where(prices > top, top + (prices - top) * above, prices)
    prices = np.where(prices < bottom, bottom - (bottom - prices) * below, prices)
    prices = np.rint(prices)
    prices[0, 0], prices[3, -1] = plan.open, plan.close
    prices[1, peak], prices[2, trough] = plan.high, plan.low
    prices[1] = np.minimum(prices.max(axis=0), plan.high)
    prices[2] = np.maximum(prices.min(axis=0), plan.low)
    return prices
