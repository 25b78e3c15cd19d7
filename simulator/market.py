"""What the exchange trades on: assets and their bars, wherever the prices come from."""

import uuid
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache

import numpy as np
from numpy.typing import NDArray

from engine.core.matching import PriceBar
from simulator.errors import invalid
from simulator.halts import Halts
from simulator.sessions import MINUTE, SessionCalendar

ASSET_NAMESPACE = uuid.UUID("5d5aaf3c-1d6f-4f0e-9c0f-0f5f3f1a7c11")


@dataclass(frozen=True, slots=True)
class Asset:
    """listed_as: the symbol it had at the beginning, which its id and its prices follow from, where it has another."""

    symbol: str
    name: str
    exchange: str
    listed_as: str = ""

    @property
    def id(self) -> str:
        return asset_id(self.listed_as or self.symbol)


@cache
def asset_id(symbol: str) -> str:
    return str(uuid.uuid5(ASSET_NAMESPACE, symbol))


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `start` in seconds since the epoch, prices in dollars, volume in shares."""

    start: int
    open: float
    high: float
    low: float
    close: float
    volume: int
    trades: int
    vwap: float

    @property
    def prices(self) -> PriceBar:
        return PriceBar(as_decimal(self.open), as_decimal(self.high), as_decimal(self.low), as_decimal(self.close))


@dataclass(frozen=True, slots=True)
class BarSeries:
    """Bars of one symbol in ascending time, one array per column."""

    start: NDArray[np.int64]
    open: NDArray[np.float64]
    high: NDArray[np.float64]
    low: NDArray[np.float64]
    close: NDArray[np.float64]
    volume: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.start)

    def bar(self, index: int) -> Bar:
        high, low, close = float(self.high[index]), float(self.low[index]), float(self.close[index])
        volume = int(self.volume[index])
        return Bar(
            int(self.start[index]),
            float(self.open[index]),
            high,
            low,
            close,
            volume,
            trade_count(volume),
            typical(high, low, close),
        )

    def where(self, chosen: NDArray[np.bool_]) -> "BarSeries":
        return BarSeries(*(getattr(self, column)[chosen] for column in self.__slots__))

    def rows(self, first: int, last: int) -> list[Bar]:
        """The bars that start in [first, last]."""
        begin, end = np.searchsorted(self.start, (first, last + 1))
        return [self.bar(index) for index in range(int(begin), int(end))]


_NO_PRICES = np.empty(0, np.float64)
_NO_COUNTS = np.empty(0, np.int64)
NO_BARS = BarSeries(_NO_COUNTS, _NO_PRICES, _NO_PRICES, _NO_PRICES, _NO_PRICES, _NO_COUNTS)


def as_decimal(price: float) -> Decimal:
    """The shortest decimal that stands for this float: the one it was read from."""
    return Decimal(repr(price))


def trade_count(volume: int) -> int:
    """Neither market knows how many trades made a bar; a hundred shares each is a plausible number."""
    return max(1, volume // 100)


def typical(high: float, low: float, close: float) -> float:
    """The typical price, standing in for a volume-weighted average that neither market knows."""
    return min(max(round((high + low + close) / 3, 4), low), high)


def merge(bars: list[Bar], start: int) -> Bar:
    """One bar from consecutive smaller ones."""
    volume = sum(bar.volume for bar in bars)
    high, low = max(bar.high for bar in bars), min(bar.low for bar in bars)
    weighted = sum(bar.vwap * bar.volume for bar in bars) / volume if volume else bars[-1].close
    return Bar(
        start,
        bars[0].open,
        high,
        low,
        bars[-1].close,
        volume,
        sum(bar.trades for bar in bars),
        min(max(round(weighted, 4), low), high),
    )


@dataclass(frozen=True, slots=True)
class Split:
    """`new_rate` shares for each `old_rate`, from the opening of `session` on; symbol: that of the beginning."""

    symbol: str
    session: int
    old_rate: int
    new_rate: int


class Market(ABC):
    """Bars by symbol and session. A minute in which nothing traded, or trading was halted, has no bar.

    What a market makes of its own it knows by the symbols of its beginning; everybody else, by those of today.
    """

    name: str
    calendar: SessionCalendar
    assets: dict[str, Asset]
    halts: Halts
    splits: tuple[Split, ...] = ()

    @abstractmethod
    def _minutes(self, symbol: str, session: int) -> BarSeries:
        """The minute bars of one session as the market would have them without halts by hand."""

    @abstractmethod
    def _day(self, symbol: str, session: int) -> Bar | None:
        """Their daily bar."""

    def begin(self) -> None:
        """As it was before anything happened to it."""
        self.halts = Halts()
        first = (replace(asset, symbol=self.listed_as(symbol), listed_as="") for symbol, asset in self.assets.items())
        self.assets = {asset.symbol: asset for asset in first}

    def listed_as(self, symbol: str) -> str:
        """The symbol a stock had at the beginning."""
        asset = self.assets.get(symbol)
        return asset.listed_as or symbol if asset else symbol

    def may_be_named(self, old: str, new: str) -> bool:
        """A symbol that no other stock has, or had at the beginning."""
        others = [asset for asset in self.assets.values() if asset.symbol != old]
        return new != old and all(new not in (asset.symbol, asset.listed_as) for asset in others)

    def rename(self, old: str, new: str) -> None:
        """From now on the stock has another symbol, and nobody knows the old one."""
        first = self.listed_as(old)
        self.assets[new] = replace(self.assets.pop(old), symbol=new, listed_as="" if new == first else first)
        self.halts.rename(old, new)

    def minutes(self, symbol: str, session: int) -> BarSeries:
        """The minute bars of one session; empty when there are none."""
        series = self._minutes(self.listed_as(symbol), session)
        trading = self.halts.trading(symbol, series.start)
        return series if trading is None or trading.all() else series.where(trading)

    def day(self, symbol: str, session: int) -> Bar | None:
        """The daily bar of one session, `start` being the session's opening."""
        opened = self.calendar.opens[session]
        whole = self.halts.trading(symbol, np.arange(opened, self.calendar.closes[session], MINUTE))
        if whole is None or whole.all():
            return self._day(self.listed_as(symbol), session)
        series = self.minutes(symbol, session)
        return merge([series.bar(index) for index in range(len(series))], opened) if len(series) else None

    def halt_turns(self, symbol: str, at: int) -> bool | None:
        """Whether a halt begins (True) or ends (False) at this full minute; None when neither."""
        return self.halts.turns(symbol, at)

    def declare_split(self, split: Split) -> None:
        """Raises ApiError where the prices are given."""
        raise invalid("recorded bars cannot be split: only the synthetic market can")

    def split_factor(self, symbol: str, after: int, until: int) -> Fraction:
        """What a share of session `after` has become by session `until`."""
        factor, first = Fraction(1), self.listed_as(symbol)
        for split in self.splits:
            if split.symbol == first and after < split.session <= until:
                factor *= Fraction(split.new_rate, split.old_rate)
        return factor

    @abstractmethod
    def session_before(self, symbol: str, session: int) -> int | None:
        """The latest session before `session` with minute bars."""

    @abstractmethod
    def first_session(self, symbol: str, daily: bool) -> int:
        """The first session for which there are bars."""

    def bar_at(self, symbol: str, start: int) -> Bar | None:
        """The minute bar that starts exactly at `start`."""
        current = self.calendar.current(start)
        if current is None:
            return None
        series = self.minutes(symbol, current.index)
        index = int(np.searchsorted(series.start, start))
        return series.bar(index) if index < len(series) and series.start[index] == start else None

    def last_bar(self, symbol: str, at: float) -> Bar | None:
        """The latest minute bar that starts at or before `at`, of whatever session."""
        session: int | None = self.calendar.index_opened(at)
        while session is not None and session >= 0:
            series = self.minutes(symbol, session)
            index = int(np.searchsorted(series.start, at, side="right")) - 1
            if index >= 0:
                return series.bar(index)
            session = self.session_before(symbol, session)
        return None

    def day_so_far(self, symbol: str, at: int) -> Bar | None:
        """The bar of the session up to `at`, of its closed minutes; None before the first."""
        session = self.calendar.index_opened(at - MINUTE)
        rows = self.minutes(symbol, session).rows(self.calendar.opens[session], at - MINUTE) if session >= 0 else []
        return merge(rows, self.calendar.opens[session]) if rows else None

    def close_of(self, symbol: str, session: int) -> float | None:
        """The last price of a session, or of the latest one before it that had any."""
        bar = self.last_bar(symbol, self.calendar.closes[session] - MINUTE) if session >= 0 else None
        return bar.close if bar else None
