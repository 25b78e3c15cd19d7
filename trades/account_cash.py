"""Money that moves in the account without a trade: deposits and withdrawals, and what was earned or paid."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Max

from engine.brokers.port import CashTold
from engine.core.money import booked
from trades.models import AccountCash

# The broker's words for money that people bring or take, journaled and transferred money included.
TRANSFERS = ("CSD", "CSW", "TRANS", "JNL", "JNLC", "ACATC", "OCT")
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Moved:
    """Dollars. transfers: brought or taken by people, no profit and no loss; earned: dividends, interest, less fees"""

    transfers: Decimal
    earned: Decimal


NOTHING_MOVED = Moved(NOTHING, NOTHING)


def account_cash_store(told: Iterable[CashTold]) -> int:
    """Keep what the broker told, each once; how many there were."""
    rows = [
        AccountCash(
            activity_id=one.id[:100],
            kind=one.kind[:20],
            amount=booked(one.amount),
            symbol=one.symbol[:32],
            description=one.description[:300],
            at=one.at,
        )
        for one in told
    ]
    found = AccountCash.objects.filter(activity_id__in=[row.activity_id for row in rows])
    known = set(found.values_list("activity_id", flat=True))
    fresh = [row for row in rows if row.activity_id not in known]
    AccountCash.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def account_cash_newest() -> datetime | None:
    return AccountCash.objects.aggregate(newest=Max("at"))["newest"]


def account_cash_since(since: datetime) -> Moved:
    """What has moved since a time of the market."""
    transfers = earned = NOTHING
    for kind, amount in AccountCash.objects.filter(at__gt=since).values_list("kind", "amount"):
        if kind in TRANSFERS:
            transfers += amount
        else:
            earned += amount
    return Moved(transfers, earned)
