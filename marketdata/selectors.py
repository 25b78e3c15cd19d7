"""Reading bars and prices."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from django.db.models import FloatField, OuterRef, Subquery
from django.db.models.functions import Cast

from engine.core.schedule import NEW_YORK
from engine.core.timeframes import MINUTES, SECONDS, bars_resample, bars_slice
from engine.core.types import Bars
from marketdata.calendar import sessions_by_ordinal
from marketdata.models import Bar, Coverage
from marketdata.prices import price_board

# As floats from the database on: making a Decimal of each number first costs more than all the rest.
_COLUMNS: tuple[Any, ...] = (
    "start",
    *(Cast(column, FloatField()) for column in ("open", "high", "low", "close", "volume")),
)
EPOCH_ORDINAL = datetime(1970, 1, 1, tzinfo=UTC).toordinal()


# Market time: how far back is looked for a trade, and how long after the open at the least.
SILENT_FOR, SILENT_FROM = timedelta(minutes=10), timedelta(minutes=2)
CONFIRMED_WITHIN = timedelta(minutes=1)


def bars_load(symbol: str, timeframe: str, count: int, until: datetime) -> Bars:
    """The last `count` bars that were closed by `until`, oldest first."""
    base = "1Day" if timeframe == "1Day" else "1Min"
    rows_needed = count if timeframe == "1Day" else (count + 1) * MINUTES[timeframe]
    found = Bar.objects.filter(symbol=symbol, timeframe=base, start__lt=until).order_by("-start")
    rows = list(found.values_list(*_COLUMNS)[:rows_needed])
    rows.reverse()
    bars = _bars(symbol, base, rows)
    closed = int(np.searchsorted(bars.end, until.timestamp(), side="right"))
    bars = bars_slice(bars, slice(0, closed))
    if timeframe not in ("1Min", "1Day"):
        sessions = sessions_by_ordinal([int(day) for day in bars.session])
        bars = bars_resample(bars, timeframe, sessions, until.timestamp())
    return bars_slice(bars, slice(max(0, len(bars) - count), len(bars)))


def bars_since(symbol: str, base: str, count: int, before: datetime) -> datetime:
    """The start of the oldest of the last `count` stored bars (1Min or 1Day) that start before a time.

    Where there are fewer, the start of the first; without any, the time itself.
    """
    found = Bar.objects.filter(symbol=symbol, timeframe=base, start__lt=before).order_by("start")
    last = found.reverse().values_list("start", flat=True)
    return next(iter(last[count - 1 : count]), None) or found.values_list("start", flat=True).first() or before


def bars_between(symbol: str, base: str, since: datetime, until: datetime) -> Bars:
    """The stored bars of a timeframe that start in [since, until), oldest first.

    What bots look at is 1Min and 1Day; between them only what a person imported is stored.
    """
    found = Bar.objects.filter(symbol=symbol, timeframe=base, start__gte=since, start__lt=until).order_by("start")
    return _bars(symbol, base, list(found.values_list(*_COLUMNS)))


def _bars(symbol: str, base: str, rows: Sequence[tuple[Any, ...]]) -> Bars:
    start = np.array([int(row[0].timestamp()) for row in rows], dtype=np.int64)
    session = start // 86_400 + EPOCH_ORDINAL
    if base == "1Min":
        end = start + SECONDS[base]
    else:
        closes = sessions_by_ordinal([int(day) for day in session])
        end = np.array(
            [int(closes[int(day)].close.timestamp()) if int(day) in closes else int(day) for day in session],
            dtype=np.int64,
        )
        if base != "1Day":
            end = np.minimum(start + SECONDS[base], end)
    prices = np.array([row[1:] for row in rows], dtype=np.float64).reshape(-1, 5)
    return Bars(symbol, base, start, end, session, *(np.ascontiguousarray(column) for column in prices.T))


def coverage_until(symbols: Sequence[str], timeframe: str) -> dict[str, datetime]:
    """Up to where the bars of each symbol are confirmed."""
    base = "1Day" if timeframe == "1Day" else "1Min"
    rows = Coverage.objects.filter(symbol__in=symbols, timeframe=base).values_list("symbol", "until")
    return dict(rows)


def last_prices(symbols: Sequence[str]) -> dict[str, tuple[Decimal, datetime]]:
    """The newest known price of each symbol, dollars, and the market time it is of."""
    found = price_board.latest(symbols)
    for bar in _newest_bars(symbols):
        # A stream that has died leaves its last price behind; the bars go on without it.
        if bar.symbol not in found or bar.start > found[bar.symbol][1]:
            found[bar.symbol] = (bar.close, bar.start)
    return found


def _newest_bars(symbols: Sequence[str]) -> list[Bar]:
    """The newest minute of each symbol that has one: a seek in the index for each, all in one query.

    What is older than anything confirmed is worth nothing: it may be of shares that were split since.
    """
    minutes = Bar.objects.filter(timeframe="1Min")
    newest = minutes.filter(symbol=OuterRef("symbol"), start__gte=OuterRef("since")).order_by("-start").values("pk")[:1]
    covered = dict(
        Coverage.objects.filter(symbol__in=symbols, timeframe="1Min").values_list("symbol", Subquery(newest))
    )
    found = list(Bar.objects.filter(pk__in=covered.values()))
    for symbol in set(symbols) - set(covered):
        # Streamed, but never asked for.
        found += minutes.filter(symbol=symbol).order_by("-start")[:1]
    return found


def closes_at(symbols: Sequence[str], close: datetime) -> dict[str, Decimal]:
    """The last price of each symbol at the close of a session, dollars; one that is not known is absent.

    Of the newest minute before it or, where minutes are not confirmed up to it, of the newest day. What is older than
    anything confirmed may be of other shares.
    """
    found: dict[str, Decimal] = {}
    for timeframe in ("1Day", "1Min"):
        rows = Bar.objects.filter(timeframe=timeframe, start__lt=close)
        newest = (
            rows.filter(symbol=OuterRef("symbol"), start__gte=OuterRef("since")).order_by("-start").values("pk")[:1]
        )
        covered = Coverage.objects.filter(symbol__in=symbols, timeframe=timeframe, until__gte=close)
        ids = [pk for pk in covered.values_list(Subquery(newest), flat=True) if pk is not None]
        found |= dict(Bar.objects.filter(pk__in=ids).values_list("symbol", "close"))
    return found


def widest_gap(symbol: str, since: datetime, until: datetime) -> float | None:
    """The widest step from one stored minute's close to the next one's open, as a part of that close.

    None while the session of `until` has no minute: there is no last step yet.
    """
    bars = bars_between(symbol, "1Min", since, until)
    if len(bars) < 2 or bars.session[-1] != until.astimezone(NEW_YORK).toordinal():
        return None
    steps = bars.open[1:] / bars.close[:-1]
    return float(steps[np.abs(np.log(steps)).argmax()])


def nothing_prints(opened: datetime, now: datetime) -> bool:
    """No stock known here has traded for a while, or since the open: the market is halted, or closed after all.

    Where the data themselves are late that is not known.
    """
    if not Coverage.objects.filter(timeframe="1Min", until__gte=now - CONFIRMED_WITHIN).exists():
        return False
    since = max(opened, now - SILENT_FOR)
    if now - since < SILENT_FROM:
        return False
    symbols = Coverage.objects.filter(timeframe="1Min").values("symbol")
    return not Bar.objects.filter(symbol__in=symbols, timeframe="1Min", start__gte=since, start__lt=now).exists()
