"""Booking fees, dividends and other money without a trade to the bots it belongs to, each activity once."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from bots.models import Bot
from engine.core.money import parted
from positions.models import Position
from positions.services import cash_book
from trades.booking import trade_results_add_up
from trades.cash_owners import Claim
from trades.models import AccountCash, CashPart, Trade
from trades.trail import trail


def cash_attribute(cash: AccountCash, claims: Sequence[Claim], *, now: datetime) -> bool:
    """Part the money among those who claim it, and book each part; without a claim it belongs to no bot. False when it
    was attributed before. `now` is real time.

    Raises ConcurrentBooking; then nothing is booked.
    """
    claims = [claim for claim in claims if claim.weight > 0] or [Claim(Decimal(1), symbol=cash.symbol)]
    with transaction.atomic():
        if not AccountCash.objects.filter(pk=cash.pk, attributed_at=None).update(attributed_at=now):
            return False
        for claim, amount in zip(claims, parted(cash.amount, [claim.weight for claim in claims]), strict=True):
            if amount:
                _book(cash, claim, amount)
    return True


def _book(cash: AccountCash, claim: Claim, amount: Decimal) -> None:
    part = CashPart.objects.create(
        cash=cash,
        bot_id=claim.bot,
        position_id=claim.position,
        trade_id=claim.trade,
        symbol=claim.symbol,
        amount=amount,
        at=cash.at,
    )
    if claim.bot is None:
        return
    position = Position.objects.get(pk=claim.position) if claim.position else None
    # The position first, as everybody who books a fill: whoever comes second finds it changed.
    cash_book(
        bot=Bot.objects.get(pk=claim.bot),
        position=position,
        activity_id=f"part {part.pk} of {cash.activity_id}"[:100],
        amount=amount,
        at=cash.at,
    )
    if claim.trade is not None:
        trade = Trade.objects.get(pk=claim.trade)
        trade_results_add_up(trade)
        trade.save(update_fields=["commission", "profit_loss", "updated_at"])
        trail(trade, f"{cash.kind} {amount.normalize():f} booked to it", activity=cash.activity_id)
