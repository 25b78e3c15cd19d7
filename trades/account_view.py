"""The account as the page gets it: its sums, and what moved its money without a trade."""

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Count, Sum

from engine.services import broker_account
from positions.models import Reservation
from positions.selectors import text
from trades.account_cash import TRANSFERS
from trades.account_payloads import AccountPayload, ActivityOwner, ActivityPayload
from trades.models import AccountCash, CashPart

ZERO = Decimal(0)


def account_payload() -> AccountPayload:
    """The account as the page gets it, JSON-ready."""
    account = broker_account()
    kinds = AccountCash.objects.values("kind").annotate(sum=Sum("amount"), rows=Count("pk")).order_by("kind")
    reserved = Reservation.objects.aggregate(sum=Sum("amount"))["sum"] or ZERO
    return {
        "number": account.account_number,
        "equity": text(account.equity),
        "last_equity": text(account.last_equity),
        "cash": text(account.cash),
        "buying_power": text(account.buying_power),
        "borrowed": None if account.cash is None else text(max(ZERO, -account.cash)),
        "reserved": text(reserved),
        "read_at": account.read_at.isoformat() if account.read_at else None,
        "error": account.error,
        "money": [{"kind": row["kind"], "amount": text(row["sum"]), "count": row["rows"]} for row in kinds],
    }


def activity_payloads(rows: Sequence[AccountCash]) -> list[ActivityPayload]:
    """Activities as the page gets them, JSON-ready, each with whose it is."""
    parts = CashPart.objects.filter(cash__in=rows)
    sums = parts.values("cash", "bot", "bot__name").annotate(sum=Sum("amount")).order_by("bot__name")
    owners: dict[int, list[ActivityOwner]] = {}
    for part in sums:
        owner: ActivityOwner = {"bot": part["bot"], "bot_name": part["bot__name"], "amount": text(part["sum"])}
        owners.setdefault(part["cash"], []).append(owner)
    return [
        {
            "id": row.pk,
            "activity_id": row.activity_id,
            "kind": row.kind,
            "sub_kind": row.sub_kind,
            "amount": text(row.amount),
            "symbol": row.symbol,
            "description": row.description,
            "day": row.of_day.isoformat(),
            "at": row.at.isoformat(),
            "transfer": row.kind in TRANSFERS,
            "attributed": row.attributed_at is not None or row.kind in TRANSFERS,
            "owners": owners.get(row.pk, []),
        }
        for row in rows
    ]
