"""Fees, dividends and cash for parts of shares as rows of figures, beside the fills."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import QuerySet

from marketdata.calendar import session_by_whose_close
from positions.models import ShareChange
from trades.cash_owners import FEE
from trades.figures import MICRO, Fill
from trades.models import CashPart, Trade

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Earned:
    """What bots have got and paid without a trade; dollars, fees as paid."""

    rows: Sequence[Fill]
    fees: Decimal
    dividends: Decimal


def earned_read(
    *, since: datetime | None, until: datetime, bots: Sequence[int], symbols: Sequence[str], today: date
) -> Earned:
    """Of these bots and symbols, from `since` up to but not at `until`."""
    parts, given_up = _matching(bots, symbols)
    parts, given_up = parts.filter(at__lt=until), given_up.filter(at__lt=until)
    if since is not None:
        parts, given_up = parts.filter(at__gte=since), given_up.filter(at__gte=since)
    found = list(parts.select_related("cash"))
    changes = list(given_up.select_related("position"))
    rows = _rows(found, today)
    for change in changes:
        place = change.position
        rows.append(Fill(None, place.bot_id, place.symbol, _day(change.at, today), -_micros(change.cost), 0))
    fees = sum((part.amount for part in found if part.cash.kind == FEE), NOTHING)
    paid = sum((part.amount for part in found), NOTHING) - sum((change.cost for change in changes), NOTHING)
    return Earned(rows, -fees, paid - fees)


def earned_before(since: datetime, *, bots: Sequence[int], symbols: Sequence[str]) -> Mapping[int, int]:
    """By bot, what came and went before a time, in millionths of a dollar."""
    found: Counter[int] = Counter()
    parts, given_up = _matching(bots, symbols)
    for bot, amount in parts.filter(at__lt=since).values_list("bot_id", "amount"):
        found[bot or 0] += _micros(amount)
    for bot, cost in given_up.filter(at__lt=since).values_list("position__bot_id", "cost"):
        found[bot] -= _micros(cost)
    return found


def fees_read(trades: QuerySet[Trade]) -> list[Fill]:
    """The fees booked for these trades, whenever that was."""
    return _rows(CashPart.objects.filter(trade__in=trades.order_by().values("pk")), None)


def _matching(bots: Sequence[int], symbols: Sequence[str]) -> tuple[QuerySet[CashPart], QuerySet[ShareChange]]:
    parts, given_up = CashPart.objects.filter(bot__isnull=False), ShareChange.objects.filter(cost__gt=0)
    if bots:
        parts, given_up = parts.filter(bot__in=bots), given_up.filter(position__bot__in=bots)
    if symbols:
        parts, given_up = parts.filter(symbol__in=symbols), given_up.filter(position__symbol__in=symbols)
    return parts, given_up


def _rows(parts: Iterable[CashPart], today: date | None) -> list[Fill]:
    return [Fill(None, part.bot_id or 0, part.symbol, _day(part.at, today), _micros(part.amount), 0) for part in parts]


def _day(at: datetime, today: date | None) -> date:
    """What was booked after a close is of the next session; until that begins, of today."""
    day = session_by_whose_close(at).day
    return min(day, today) if today is not None else day


def _micros(amount: Decimal) -> int:
    return int(amount / MICRO)
