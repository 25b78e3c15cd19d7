"""Money that moves in the account without a trade: kept as the broker tells it, each activity once."""

import logging
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db.models import Max

from engine.brokers.values import CashTold
from engine.core.money import booked
from trades.models import AccountCash, CashPart

# The broker's words for money that people bring or take, journaled and transferred money included.
TRANSFERS = ("CSD", "CSW", "TRANS", "JNL", "JNLC", "ACATC", "OCT")
NOTHING = Decimal(0)
TAKEN_BACK = " taken back"
LONGEST_ID = 100

log = logging.getLogger(__name__)
# More shares, or dollars a share, are none.
LARGEST = Decimal(10) ** 9


def account_cash_store(told: Iterable[CashTold], *, now: datetime) -> int:
    """Keep what the broker told, each once; how many there were. What it took back gets a row of its own, as of now.

    now: market time
    """
    told = list(told)
    return _store([one for one in told if not one.canceled]) + _take_back([one for one in told if one.canceled], now)


def _take_back(told: list[CashTold], now: datetime) -> int:
    """What was never known is not taken back either."""
    fresh = 0
    for first in AccountCash.objects.filter(activity_id__in=[one.id[:100] for one in told]):
        if len(first.activity_id) > LONGEST_ID - len(TAKEN_BACK):
            log.error("%s was taken back by the broker, and stays booked: its id is too long", first.activity_id)
            continue
        values = {"kind": first.kind, "sub_kind": first.sub_kind, "amount": -first.amount, "symbol": first.symbol}
        more = {"order_id": first.order_id, "description": f"taken back: {first.description}"[:300], "at": now}
        _, made = AccountCash.objects.get_or_create(activity_id=first.activity_id + TAKEN_BACK, defaults=values | more)
        fresh += made
    return fresh


def what_it_takes_back(cash: AccountCash) -> AccountCash | None:
    """The activity that this one undoes; None where it is one of its own."""
    if not cash.activity_id.endswith(TAKEN_BACK):
        return None
    return AccountCash.objects.filter(activity_id=cash.activity_id.removesuffix(TAKEN_BACK)).first()


def is_taken_back(cash: AccountCash) -> bool:
    return AccountCash.objects.filter(activity_id=cash.activity_id + TAKEN_BACK).exists()


def _store(told: list[CashTold]) -> int:
    rows = [
        AccountCash(
            activity_id=one.id[:100],
            kind=one.kind[:20],
            sub_kind=one.sub_kind[:20],
            amount=booked(one.amount),
            symbol=one.symbol[:32],
            order_id=one.order_id[:64],
            description=one.description[:300],
            quantity=_positive(one.quantity),
            per_share=_positive(one.per_share),
            day=one.day,
            at=one.at,
        )
        for one in told
    ]
    found = AccountCash.objects.filter(activity_id__in=[row.activity_id for row in rows])
    known = set(found.values_list("activity_id", flat=True))
    fresh = [row for row in rows if row.activity_id not in known]
    AccountCash.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def _positive(number: Decimal | None) -> Decimal | None:
    return number if number is not None and 0 < number < LARGEST else None


def account_cash_newest() -> datetime | None:
    return AccountCash.objects.aggregate(newest=Max("at"))["newest"]


def transfers_since(since: datetime) -> Decimal:
    """Dollars that people have brought since a time of the market, less those they took: no profit and no loss."""
    moved = AccountCash.objects.filter(at__gt=since, kind__in=TRANSFERS)
    return sum(moved.values_list("amount", flat=True), NOTHING)


def cash_of_no_bot(since: datetime) -> Decimal:
    """Dollars of fees, dividends, interest and so on since a time of the market that belong to no bot."""
    return sum(CashPart.objects.filter(at__gt=since, bot=None).values_list("amount", flat=True), NOTHING)
