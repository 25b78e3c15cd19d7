"""Taking bars over into the store, and saying what is odd about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
from django.db import transaction

from engine.brokers.port import RawBar
from engine.core.types import Bars
from marketdata.calendar import sessions_between
from marketdata.selectors import bars_between
from marketdata.services import bars_store

COMPARED = ("open", "high", "low", "close", "volume")


@dataclass(frozen=True)
class Imported:
    """What became of one symbol's bars: how many were new, replaced another value, or were there already."""

    symbol: str
    new: int
    changed: int
    same: int


def bars_import(series: Sequence[Bars]) -> list[Imported]:
    """Store bars, all or none; a second time changes nothing. What is confirmed complete is not touched by files."""
    with transaction.atomic():
        return [_import(bars) for bars in series]


def _import(bars: Bars) -> Imported:
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
    rows = [_raw(bars, place) for place in np.flatnonzero(~same).tolist()]
    bars_store(rows, bars.timeframe)
    return Imported(bars.symbol, int((~known).sum()), int((known & ~same).sum()), int(same.sum()))


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
