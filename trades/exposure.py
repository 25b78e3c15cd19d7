"""How much of the bots' money was in which symbol, day by day: what the shares held had cost, by their fills."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from django.db.models import Q

from engine.core.money import booked
from engine.core.schedule import NEW_YORK
from engine.core.statistics import ZERO
from positions.models import Position, ShareChange
from positions.selectors import text
from trades.figure_payloads import Exposure
from trades.models import Execution
from trades.ranges import days_between, midnight, range_begins

# Symbols that are told apart; the rest is summed up.
MOST_SYMBOLS = 8
# A bot's shares of one symbol.
Key = tuple[int, str]


class Step(NamedTuple):
    """What changed a bot's shares of a symbol.

    bought: shares, negative where they were sold; price: dollars a share
    became: of a split the shares held afterwards; `price` is then the part of the old price that the new one is
    """

    at: datetime
    key: Key
    bought: Decimal
    price: Decimal
    became: Decimal | None = None


class Holding(NamedTuple):
    """Shares and their average cost in dollars, as a position keeps them."""

    quantity: Decimal = ZERO
    entry_price: Decimal = ZERO

    @property
    def cost(self) -> Decimal:
        return self.quantity * self.entry_price

    def after(self, step: Step) -> "Holding":
        """The same by the rules of a position; what was sold beyond what is known is of a position before."""
        if step.became is not None:
            return Holding(step.became, booked(self.entry_price * step.price)) if self.quantity else self
        quantity = self.quantity + step.bought
        if quantity <= 0:
            return Holding()
        if step.bought < 0:
            return Holding(quantity, self.entry_price)
        return Holding(quantity, booked((self.cost + step.bought * step.price) / quantity))


@dataclass(frozen=True)
class Peak:
    """When on a day the most was held, and what that had cost by symbol, dollars."""

    at: datetime
    costs: Mapping[str, Decimal]


def exposure(*, range: str, bots: Sequence[int] = (), symbols: Sequence[str] = (), now: datetime) -> Exposure:
    """The exposure at cost of each day at the moment when it was highest altogether.

    Of one moment, so that the symbols of a day add up to what was really held at once; also what was only carried
    over the night counts. Symbols are ranked by what they come to over all days. JSON-ready.
    """
    today = now.astimezone(NEW_YORK).date()
    since = range_begins(range, now)
    steps = _steps(since, midnight(today + timedelta(days=1)), bots, symbols)
    first = _day(steps[0].at) if steps else None
    if first is not None and since is not None:
        first = max(first, since.date())
    days = days_between(first, now, {day for step in steps if (day := _day(step.at)) >= first}) if first else []
    peaks = list(peaks_of(steps, days))
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for peak in peaks:
        for symbol, cost in peak.costs.items():
            sums[symbol] += cost
    ranked = sorted(sums, key=lambda symbol: (-sums[symbol], symbol))
    named, rest = ranked[:MOST_SYMBOLS], ranked[MOST_SYMBOLS:]
    return {
        "range": range,
        "from": days[0].isoformat() if days else None,
        "to": today.isoformat(),
        "symbols": named,
        "others": len(rest),
        "days": [
            {
                "date": day.isoformat(),
                "at": peak.at.isoformat(),
                "total": text(sum(peak.costs.values(), ZERO)),
                "costs": [text(peak.costs.get(symbol, ZERO)) for symbol in named],
                "others": text(sum((peak.costs.get(symbol, ZERO) for symbol in rest), ZERO)),
            }
            for day, peak in zip(days, peaks, strict=True)
        ],
    }


class _Held:
    """What all bots hold at a moment, by bot and symbol, and what it had cost by symbol and altogether, dollars."""

    def __init__(self) -> None:
        self.total = ZERO
        self._holdings: dict[Key, Holding] = {}
        self._costs: defaultdict[str, Decimal] = defaultdict(Decimal)

    def take(self, steps: Iterable[Step]) -> None:
        for step in steps:
            before = self._holdings.get(step.key, Holding())
            after = self._holdings[step.key] = before.after(step)
            change, symbol = after.cost - before.cost, step.key[1]
            self.total += change
            self._costs[symbol] += change
            if not self._costs[symbol]:
                del self._costs[symbol]

    def peak(self, at: datetime) -> Peak:
        # Rounded each for itself: what is shown adds up to what is shown.
        return Peak(at, {symbol: booked(cost) for symbol, cost in self._costs.items()})


def peaks_of(steps: Sequence[Step], days: Iterable[date]) -> Iterator[Peak]:
    """The peak of each of these days, from steps in their sequence; steps of one moment count together.

    Of equal peaks the first one of the day is meant; where nothing was held, the day's beginning.
    """
    held = _Held()
    moments = groupby(steps, key=attrgetter("at"))
    at, of_moment = next(moments, (None, iter(())))
    for day in days:
        begins, ends = midnight(day), midnight(day + timedelta(days=1))
        while at is not None and at < begins:
            held.take(of_moment)
            at, of_moment = next(moments, (None, iter(())))
        peak, highest = held.peak(begins), held.total
        while at is not None and at < ends:
            held.take(of_moment)
            if held.total > highest:
                peak, highest = held.peak(at), held.total
            at, of_moment = next(moments, (None, iter(())))
        yield peak


def _day(at: datetime) -> date:
    return at.astimezone(NEW_YORK).date()


def _steps(since: datetime | None, until: datetime, bots: Sequence[int], symbols: Sequence[str]) -> list[Step]:
    """What the positions that were held from `since` on are made of, from their beginning, in its sequence."""
    positions = Position.objects.filter(opened_at__lt=until)
    positions = positions.filter(Q(is_open=True) | Q(closed_at__gte=since)) if since else positions
    positions = positions.filter(bot__in=bots) if bots else positions
    positions = positions.filter(symbol__in=symbols) if symbols else positions
    begins: dict[Key, datetime] = {}
    for bot, symbol, opened_at in positions.order_by("-opened_at").values_list("bot", "symbol", "opened_at"):
        begins[bot, symbol] = opened_at
    if not begins:
        return []
    earliest = min(begins.values())
    fills = Execution.objects.filter(at__gte=earliest, at__lt=until)
    fills = fills.filter(trade__bot__in=bots) if bots else fills
    fills = fills.filter(trade__symbol__in=symbols) if symbols else fills
    rows = fills.order_by("at", "id").values_list(
        "at", "trade__bot", "trade__symbol", "trade__type", "quantity", "price"
    )
    steps = [
        Step(at, (bot, symbol), quantity if side == "buy" else -quantity, price)
        for at, bot, symbol, side, quantity, price in rows.iterator()
    ]
    changes = ShareChange.objects.filter(at__gte=earliest, at__lt=until).select_related("position").order_by("at", "id")
    splits = [
        Step(
            change.at,
            (change.position.bot_id, change.position.symbol),
            ZERO,
            change.before / (change.after + change.paid),
            became=change.after,
        )
        for change in changes
    ]
    # Sorted anew they keep their sequence; at one moment a split comes first: trades of then are of the new shares.
    found = sorted([*splits, *steps], key=attrgetter("at"))
    return [step for step in found if step.key in begins and step.at >= begins[step.key]]
