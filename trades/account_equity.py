"""The account's own equity, noted once a minute as the broker tells it; its course is free of deposits."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import Any

from engine.core.money import booked
from engine.core.schedule import NEW_YORK
from engine.core.statistics import ZERO, sharpe
from engine.models import BrokerAccount
from engine.services import broker_account
from marketdata.calendar import close_before, session_today, sessions_between
from marketdata.clock import market_clock
from positions.equity import LOOKED_BACK, MINUTES_KEPT, marks_to_forget
from positions.selectors import text
from trades.account_cash import TRANSFERS
from trades.equity import course_of
from trades.figure_payloads import AccountEquity
from trades.models import AccountCash, AccountMark
from trades.ranges import range_begins


def account_mark(now: datetime) -> int:
    """Note the account's equity of this minute, if it was read in the session and has changed; how many were noted.

    What the broker says it was at the last close takes the place of what was read just before that.
    """
    account = broker_account()
    as_of = _read_at(account, now)
    if as_of is None or account.equity is None:
        return 0
    session = session_today(as_of)
    if session is None or not session.open <= as_of <= session.close:
        return 0
    if account.last_equity is not None and as_of < session.close:
        close = close_before(session.day)
        if not AccountMark.objects.filter(at=close, as_of=close, equity=account.last_equity).exists():
            values = {"as_of": close, "equity": account.last_equity}
            AccountMark.objects.update_or_create(at=close, defaults=values)
    newest = AccountMark.objects.order_by("-at").first()
    if newest is not None and (newest.equity == account.equity or newest.as_of >= as_of):
        return 0
    minute = as_of.replace(second=0, microsecond=0)
    _, made = AccountMark.objects.get_or_create(at=minute, defaults={"as_of": as_of, "equity": account.equity})
    return int(made)


def _read_at(account: BrokerAccount, now: datetime) -> datetime | None:
    """The market time at which the account was read."""
    if account.read_at is None:
        return None
    return min(now, market_clock.reading().at(account.read_at.timestamp()))


def account_marks_prune(now: datetime) -> int:
    """Keep of days that are long over the last mark, the lowest and the highest; how many were forgotten."""
    until = now - MINUTES_KEPT
    rows = list(AccountMark.objects.filter(at__gte=until - LOOKED_BACK, at__lt=until).order_by("at"))
    if not rows:
        return 0
    results = _results(rows, _Transfers.since(rows[0].as_of))
    marks = ((0, row.pk, row.at, result) for row, result in zip(rows, results, strict=True))
    forgotten = marks_to_forget(marks, until.astimezone(NEW_YORK).date())
    for start in range(0, len(forgotten), 500):
        AccountMark.objects.filter(pk__in=forgotten[start : start + 500]).delete()
    return len(forgotten)


@dataclass(frozen=True)
class _Transfers:
    """times: of each that people brought or took, oldest first; sums: dollars brought before it, and at last in all"""

    times: Sequence[datetime]
    sums: Sequence[Decimal]

    @classmethod
    def since(cls, start: datetime) -> "_Transfers":
        rows = AccountCash.objects.filter(kind__in=TRANSFERS, at__gt=start).order_by("at", "pk")
        moves = list(rows.values_list("at", "amount"))
        return cls([at for at, _ in moves], list(accumulate((amount for _, amount in moves), initial=ZERO)))

    def until(self, at: datetime) -> Decimal:
        return self.sums[bisect_right(self.times, at)]


def _results(rows: Sequence[AccountMark], transfers: _Transfers) -> list[Decimal]:
    """What the account has gained since the first of these marks, by each."""
    return [row.equity - rows[0].equity - transfers.until(row.as_of) for row in rows]


def account_curve(*, range: str, now: datetime) -> AccountEquity:
    """The course of the account's equity, JSON-ready: by session, and how far it fell below its highest minute.

    Results and drawdown are free of what people brought or took; `equity` is what the account had. Returns are
    chained from mark to mark, so that a deposit makes none of them larger or smaller.
    """
    since = range_begins(range, now)
    marks = list(_marks(since))
    account = broker_account()
    as_of = _read_at(account, now)
    if marks and as_of is not None and account.equity is not None and as_of > marks[-1].as_of:
        marks.append(AccountMark(at=as_of, as_of=as_of, equity=account.equity))
    days = _days(marks, since, now)
    today = now.astimezone(NEW_YORK).date().isoformat()
    if not days:
        return {"range": range, "from": None, "to": today, "equity": [], "metrics": None}
    transfers = _Transfers.since(marks[0].as_of)
    results = _results(marks, transfers)
    rows = [(mark.at, result) for mark, result in zip(marks, results, strict=True)]
    course = course_of({0: rows}, {0: [ZERO] * (len(days) + 1)}, days, now={}, capital=marks[0].equity)
    index = _index(marks, transfers)
    # The last mark of each day, or of the newest day before it that has one.
    last = [bisect_right([mark.at.astimezone(NEW_YORK).date() for mark in marks], day) - 1 for day in days]
    returns = [float(index[after] / index[before] - 1) for before, after in pairwise([0, *last]) if index[before]]
    return {
        "range": range,
        "from": days[0].isoformat(),
        "to": today,
        "equity": [
            {
                "date": day.isoformat(),
                "pnl": text(profit),
                "cumulative": text(result - course.before),
                "equity": text(marks[place].equity),
                "drawdown": text(fall),
            }
            for day, profit, result, fall, place in zip(
                days, course.profits, course.closes, course.falls, last, strict=True
            )
        ],
        "metrics": {
            "pnl": text(course.closes[-1] - course.before),
            "return_pct": text(booked(index[-1] - 1)),
            "transfers": text(transfers.until(marks[-1].as_of)),
            "max_drawdown": text(course.deepest),
            "max_drawdown_pct": text(_deepest(index)),
            "sharpe": text(sharpe(returns)),
        },
    }


def _marks(since: datetime | None) -> list[AccountMark]:
    rows = AccountMark.objects.order_by("at")
    if since is None:
        return list(rows)
    before = rows.filter(at__lt=since).last()
    return [*([before] if before else []), *rows.filter(at__gte=since)]


def _days(marks: Sequence[AccountMark], since: datetime | None, now: datetime) -> list[Any]:
    """The sessions that have begun after the first mark, in the range."""
    if not marks:
        return []
    first = max(marks[0].at, since or marks[0].at)
    found = sessions_between(first.astimezone(NEW_YORK).date(), now.astimezone(NEW_YORK).date())
    return [session.day for session in found if session.close > marks[0].at and session.open <= now]


def _index(marks: Sequence[AccountMark], transfers: _Transfers) -> list[Decimal]:
    """What a dollar of the first mark had become by each."""
    index = [Decimal(1)]
    for before, after in pairwise(marks):
        moved = transfers.until(after.as_of) - transfers.until(before.as_of)
        growth = (after.equity - moved) / before.equity if before.equity > 0 else Decimal(1)
        index.append(index[-1] * growth)
    return index


def _deepest(index: Sequence[Decimal]) -> Decimal:
    """The largest fall as a part of the peak before it."""
    peaks = accumulate(index, max)
    return booked(max((1 - value / peak for value, peak in zip(index, peaks, strict=True) if peak > 0), default=ZERO))
