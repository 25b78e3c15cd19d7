"""What a report says about the limits of its backtest's bars."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

import numpy as np

from engine.backtest.history import KNOWN_SINCE
from engine.backtest.result import Result
from engine.core.types import Bars

# New shares for each old one; an opening price near the last close divided by such a ratio may come from a split.
RATIOS = (1.5, 2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 25, 30, 50)
# How far the price may have moved over the same night, as a fraction; less for 3 for 2, as other news looks like it.
NEAR, NEAR_SMALL = 0.06, 0.02


def notes_of(result: Result) -> Iterator[str]:
    """Yield what a reader of the figures has to know about these bars, in one or two sentences each."""
    yield from _days(result)
    yield from _splits(result)
    for symbol, count in result.history.short.items():
        yield (
            f"{symbol} has {count:,} bars before {result.history.sessions[0].day}, and the indicators need "
            f"{result.config.warmup():,}: those with a memory begin with the first of them, the others warm up."
        )
    held = sum(trip.exit_at is None for trip in result.trips)
    if held:
        yield f"{held} position(s) were still held at the end; they are valued at the last close."
    if result.refused:
        yield f"{result.refused} entries were refused by the exchange: a leg was on the wrong side of the last price."
    if result.costs.volume_cap:
        yield (
            f"An order took at most {_percent(result.costs.volume_cap)} % of a bar's volume. What an entry did "
            "not get was given up; of a sale the rest went at the openings of the bars that followed, of a take profit "
            "where its price was met again."
        )
    if result.history.benchmark is None:
        yield "There are no bars of SPY for these days, so nothing is compared with it."
    if result.history.days:
        yield "The bot looks at daily bars, at each of its usual times; its orders fill at the prices of minutes."
    elif result.config.timeframe == "1Day":
        yield (
            "On daily bars the bot looks once a session, at the open, and its orders fill at the day's open; of a day "
            f"that touched stop and target, the stop counts. Why not at minutes: {result.history.no_minutes}."
        )


def _days(result: Result) -> Iterator[str]:
    """Yield which sessions could not be traded in."""
    history = result.history
    if history.asked_from is not None and history.asked_from < KNOWN_SINCE:
        yield (
            f"The calendar of the exchange begins on {KNOWN_SINCE}: the days from {history.asked_from} to then are "
            "left out."
        )
    for symbol, missing in history.missing.items():
        gone = set(missing)
        there = [session.day for session in history.sessions if session.day not in gone]
        begins, ends = there[0], there[-1]
        if begins > history.sessions[0].day:
            yield f"The bars of {symbol} begin on {begins}: before that nothing could be traded in it."
        if inside := [day for day in missing if begins < day < ends]:
            yield (
                f"{symbol} has no bars on {_listed(inside)}: nothing could be traded in it, and what was held kept its "
                "last price."
            )
        if ends < history.sessions[-1].day:
            yield f"The bars of {symbol} end on {ends}: after that nothing could be traded, and its last price stands."


def _listed(days: Sequence[date]) -> str:
    shown = ", ".join(str(day) for day in days[:5])
    return f"{shown} and {len(days) - 5} more days" if len(days) > 5 else shown


def _splits(result: Result) -> Iterator[str]:
    """Yield the nights over which a price changed as by a split; bars alone do not say whether it was one."""
    for symbol, bars in result.history.bars.items():
        for before, opening, words in splits_like(bars, result.history.sessions[0].day):
            at = bars.start.item(opening)
            held = sum(
                trip.symbol == symbol and trip.entry_at < at and (trip.exit_at is None or trip.exit_at >= at)
                for trip in result.trips
            )
            meant = "what was held over that night has" if held else "a result over that night would have"
            yield (
                f"{symbol} closed at ${bars.close.item(before):g} and opened on {_day(bars, opening)} at "
                f"${bars.open.item(opening):g}, as after a split of {words}. If these bars are not adjusted for "
                f"splits, {meant} gained or lost nothing by it, and the indicators saw a jump that was none: use "
                "adjusted bars."
            )


def splits_like(bars: Bars, since: date) -> Iterator[tuple[int, int, str]]:
    """Yield the nights that look like a split: the last bar before, the first after, and the split in words."""
    first = np.flatnonzero(bars.session[1:] != bars.session[:-1]) + 1
    first = first[bars.session[first] >= since.toordinal()]
    change = bars.close[first - 1] / bars.open[first]
    for place in np.flatnonzero((change > 1.4) | (change < 1 / 1.4)).tolist():
        ratio = float(max(change[place], 1 / change[place]))
        nearest = min(RATIOS, key=lambda one: abs(ratio / one - 1))
        if abs(ratio / nearest - 1) <= (NEAR if nearest >= 2 else NEAR_SMALL):
            new, old = (3, 2) if nearest == 1.5 else (int(nearest), 1)
            words = f"{new} for {old}" if change[place] > 1 else f"{old} for {new}"
            yield first.item(place) - 1, first.item(place), words


def _day(bars: Bars, place: int) -> date:
    return date.fromordinal(bars.session.item(place))


def _percent(fraction: Decimal) -> str:
    return f"{(100 * fraction).normalize():f}"
