"""The equity of bots over a stretch of time, marked to market: by day, and how far it fell between."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from itertools import accumulate, pairwise

from django.db.models import OuterRef, Subquery

from bots.models import Bot
from engine.core.money import booked
from engine.core.schedule import NEW_YORK
from engine.core.statistics import ZERO
from positions.models import EquityMark
from trades.figures import Fill, micros

# By bot and symbol, dollars.
Gains = Mapping[tuple[int, str], Decimal]
# Of one bot: when it had gained what, oldest first.
Marks = Sequence[tuple[datetime, Decimal]]


@dataclass(frozen=True)
class Course:
    """days: what each had gained at its end, and the most it had been below the highest before, dollars

    before: the result at the beginning; deepest, deepest_part: the largest fall, and the largest as a part of its peak
    """

    before: Decimal
    closes: Sequence[Decimal]
    falls: Sequence[Decimal]
    deepest: Decimal
    deepest_part: Decimal | None

    @property
    def profits(self) -> list[Decimal]:
        """What each day has brought."""
        return [after - before for before, after in pairwise([self.before, *self.closes])]


@dataclass(frozen=True)
class Reading:
    """What there is to know of the bots of a range.

    before: by bot, realised before the first day; gains: of open positions, by bot and symbol
    marks: None where only some symbols are asked for; then only what is realised counts
    """

    fills: Sequence[Fill]
    before: Mapping[int, Decimal]
    days: Sequence[date]
    gains: Gains
    marks: Mapping[int, Marks] | None

    def open_gain(self, bot: int) -> Decimal:
        return sum((gain for (owner, _), gain in self.gains.items() if owner == bot), ZERO)

    def realized(self, bots: Sequence[int]) -> list[Decimal]:
        """Of these bots together: what was realised from the first day to the end of each, dollars."""
        totals = [ZERO] * (len(self.days) + 1)
        for bot in bots:
            totals = [total + result for total, result in zip(totals, self._realized(bot), strict=True)]
        return [total - totals[0] for total in totals[1:]]

    def course(self, bots: Sequence[int], capital: Decimal) -> Course:
        """Of these bots together."""
        realized = {bot: self._realized(bot) for bot in bots}
        marks, now = {}, {}
        if self.marks is not None:
            marks = {bot: self.marks[bot] for bot in bots if bot in self.marks}
            now = {bot: row[-1] + self.open_gain(bot) for bot, row in realized.items()}
        return course_of(marks, realized, self.days, now=now, capital=capital)

    def _realized(self, bot: int) -> list[Decimal]:
        by_day = self._profits.get(bot, {})
        return list(accumulate((micros(by_day.get(day, 0)) for day in self.days), initial=self.before.get(bot, ZERO)))

    @cached_property
    def _profits(self) -> dict[int, dict[date, int]]:
        found: defaultdict[int, defaultdict[date, int]] = defaultdict(lambda: defaultdict(int))
        for fill in self.fills:
            found[fill.bot][fill.day] += fill.profit
        return {bot: dict(days) for bot, days in found.items()}


def marks_read(
    bots: Iterable[int], since: datetime | None, until: datetime
) -> dict[int, list[tuple[datetime, Decimal]]]:
    """By bot, its marks of a stretch of time, after the newest one from before it."""
    found: defaultdict[int, list[tuple[datetime, Decimal]]] = defaultdict(list)
    rows = EquityMark.objects.filter(bot__in=bots, at__lt=until)
    if since is not None:
        newest = EquityMark.objects.filter(bot=OuterRef("pk"), at__lt=since).order_by("-at").values("pk")[:1]
        older = Bot.objects.filter(pk__in=bots).values_list(Subquery(newest), flat=True)
        earlier = EquityMark.objects.filter(pk__in=[pk for pk in older if pk is not None])
        for bot, at, result in earlier.values_list("bot", "at", "result"):
            found[bot].append((at, result))
        rows = rows.filter(at__gte=since)
    for bot, at, result in rows.order_by("at").values_list("bot", "at", "result"):
        found[bot].append((at, result))
    return dict(found)


def course_of(
    marks: Mapping[int, Marks],
    realized: Mapping[int, Sequence[Decimal]],
    days: Sequence[date],
    *,
    now: Mapping[int, Decimal],
    capital: Decimal,
) -> Course:
    """The course of some bots together.

    realized: by bot, what it had realised before the first day, then by the end of each; that counts until its first
    mark, and where it never had one. now: what each has gained by now, the end of the last day
    """
    state = {bot: row[0] for bot, row in realized.items()}
    places: dict[int, int] = dict.fromkeys(marks, 0)
    for bot, rows in marks.items():
        while days and places[bot] < len(rows) and _day(rows[places[bot]]) < days[0]:
            state[bot] = rows[places[bot]][1]
            places[bot] += 1
    before = sum(state.values(), ZERO)
    peak, deepest, part = capital + before, ZERO, ZERO
    closes, falls = [], []
    for number, day in enumerate(days):
        values = []
        for results in _of_day(marks, places, day):
            state |= results
            values.append(sum(state.values(), ZERO))
        is_last = number == len(days) - 1
        for bot, row in realized.items():
            if not (marks.get(bot) and places[bot] > 0):
                state[bot] = row[number + 1]
            if is_last and bot in now:
                state[bot] = now[bot]
        values.append(sum(state.values(), ZERO))
        fall = ZERO
        for value in values:
            peak = max(peak, capital + value)
            fall = max(fall, peak - capital - value)
            if peak > 0:
                part = max(part, (peak - capital - value) / peak)
        deepest = max(deepest, fall)
        closes.append(values[-1])
        falls.append(fall)
    return Course(before, closes, falls, deepest, booked(part) if peak > 0 else None)


def _of_day(marks: Mapping[int, Marks], places: dict[int, int], day: date) -> list[dict[int, Decimal]]:
    """What the marks of a day say, minute by minute: the result of each bot that has one."""
    found: defaultdict[datetime, dict[int, Decimal]] = defaultdict(dict)
    for bot, rows in marks.items():
        while places[bot] < len(rows) and _day(rows[places[bot]]) <= day:
            at, result = rows[places[bot]]
            found[at][bot] = result
            places[bot] += 1
    return [found[at] for at in sorted(found)]


def _day(mark: tuple[datetime, Decimal]) -> date:
    return mark[0].astimezone(NEW_YORK).date()
