"""Taking bars over into the store, and saying what is odd about them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import numpy as np
from django.db import transaction

from engine.brokers.values import RawBar
from engine.core.schedule import NEW_YORK
from engine.core.timeframes import SECONDS
from engine.core.types import Bars
from marketdata.barcheck import APART
from marketdata.calendar import sessions_between
from marketdata.models import Bar
from marketdata.selectors import bars_between
from marketdata.services import bars_store

ROWS_AT_ONCE = 10_000
COMPARED = ("open", "high", "low", "close", "volume")


@dataclass(frozen=True)
class Imported:
    """What became of one symbol's bars: how many were new, replaced another value, or were there already."""

    symbol: str
    new: int
    changed: int
    same: int


def bars_import(
    series: Sequence[Bars], *, check: bool = False, progress: Callable[[str, int, int], None] = lambda *_: None
) -> list[Imported]:
    """Store bars, all or none; a second time changes nothing. What is confirmed complete is not touched by files.

    check: say what would become of them and store nothing
    progress: told the symbol, how many of its bars are stored, and of how many
    """
    with transaction.atomic():
        return [_import(bars, check, progress) for bars in series]


def _import(bars: Bars, check: bool, progress: Callable[[str, int, int], None]) -> Imported:
    since, until = _time(bars.start[0]), _time(bars.start[-1]) + timedelta(seconds=1)
    stored = bars_between(bars.symbol, bars.timeframe, since, until)
    places = np.searchsorted(stored.start, bars.start)
    known = np.zeros(len(bars), dtype=np.bool_)
    same = np.zeros(len(bars), dtype=np.bool_)
    if len(stored):
        clipped = np.minimum(places, len(stored) - 1)
        known = stored.start[clipped] == bars.start
        same = known.copy()
        for name in COMPARED:
            same &= np.abs(getattr(stored, name)[clipped] - getattr(bars, name)) < 1e-6
    wanted = np.flatnonzero(~same).tolist()
    for begin in range(0, 0 if check else len(wanted), ROWS_AT_ONCE):
        part = wanted[begin : begin + ROWS_AT_ONCE]
        bars_store([_raw(bars, place) for place in part], bars.timeframe)
        progress(bars.symbol, begin + len(part), len(wanted))
    return Imported(bars.symbol, int((~known).sum()), int((known & ~same).sum()), int(same.sum()))


def price_fault(bars: Bars) -> str:
    """Says that prices are a hundred times off those stored of the symbol; empty where they are not, or none are."""
    since, until = _time(bars.start[0]), _time(bars.start[-1])
    for timeframe in sorted(SECONDS, key=lambda name: name != bars.timeframe):
        stored = Bar.objects.filter(symbol=bars.symbol, timeframe=timeframe).order_by("start")
        near = stored.filter(start__lte=until).last() or stored.filter(start__gt=since).first()
        if near is not None:
            break
    else:
        return ""
    place = min(int(np.searchsorted(bars.start, near.start.timestamp())), len(bars) - 1)
    ours, theirs = float(bars.close[place]), float(near.close)
    apart = max(ours / theirs, theirs / ours)
    if apart < APART:
        return ""
    return (
        f"its close was {ours:g} at {_time(bars.start[place]):%Y-%m-%d %H:%M} UTC, {apart:,.0f} times off the stored "
        f"{theirs:g} of {near.start:%Y-%m-%d %H:%M}; --scale 1 takes its prices as they are"
    )


def bars_joined(series: Sequence[Bars]) -> Bars:
    """Bars of one symbol from several files as one, oldest first. Raises ValueError where two hold the same time."""
    ordered = sorted(series, key=lambda bars: int(bars.start[0]))
    for before, after in pairwise(ordered):
        if after.start[0] <= before.end[-1] - 1:
            raise ValueError(f"two files hold bars of {_time(after.start[0]):%Y-%m-%d %H:%M} UTC")
    columns = ("start", "end", "session", *COMPARED)
    first = ordered[0]
    return Bars(
        first.symbol,
        first.timeframe,
        *(np.concatenate([getattr(bars, name) for bars in ordered]) for name in columns),
    )


def _raw(bars: Bars, place: int) -> RawBar:
    prices = (Decimal(repr(round(getattr(bars, name).item(place), 6))) for name in COMPARED)
    return RawBar(bars.symbol, _time(bars.start[place]), *prices)


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def bars_report(bars: Bars) -> list[str]:
    """What a person should know of a symbol's bars, in plain words: the reach first, then what is odd."""
    days = np.unique(bars.session)
    first, last = date.fromordinal(int(days[0])), date.fromordinal(int(days[-1]))
    lines = [f"{bars.symbol}: {len(bars):,} {bars.timeframe} bars in {len(days)} sessions, {first} to {last}"]
    lines.append(
        f"  the first at {_time(bars.start[0]).astimezone(NEW_YORK):%Y-%m-%d %H:%M} New York time: "
        + ", ".join(f"{name} {getattr(bars, name)[0]:{'g' if name != 'volume' else ',.10g'}}" for name in COMPARED)
    )
    traded = set(days.tolist())
    sessions = sessions_between(first, last)
    missing = [session.day for session in sessions if session.day.toordinal() not in traded]
    if missing:
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        lines.append(f"  {len(missing)} sessions have no bar at all: {', '.join(map(str, missing[:3]))}{more}")
    if bars.timeframe == "1Min":
        lengths = {day.day.toordinal(): int((day.close - day.open).total_seconds()) // 60 for day in sessions}
        lines += _minutes_missing(bars, lengths)
    jumps = np.abs(bars.open[1:] / bars.close[:-1] - 1)
    if len(jumps) and jumps.max() >= 0.1:
        place = int(jumps.argmax()) + 1
        lines.append(
            f"  the largest jump is {jumps.max():.1%}, to {bars.open[place]:g} at "
            f"{_time(bars.start[place]):%Y-%m-%d %H:%M} UTC: a split, or an error"
        )
    if silent := int((bars.volume == 0).sum()):
        lines.append(f"  {silent:,} bars have no volume")
    return lines


def _minutes_missing(bars: Bars, lengths: dict[int, int]) -> list[str]:
    days, counts = np.unique(bars.session, return_counts=True)
    gaps = [lengths[int(day)] - int(count) for day, count in zip(days, counts, strict=True)]
    total = sum(gaps)
    if not total:
        return []
    worst = int(np.argmax(gaps))
    return [
        f"  {total:,} minutes have no bar (nothing traded, or they are missing); "
        f"most on {date.fromordinal(int(days[worst]))}: {gaps[worst]} of {lengths[int(days[worst])]}"
    ]
