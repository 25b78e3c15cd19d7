"""Money whose owner the program cannot find out: a person says whose it is, or since when a stock traded without it."""

from collections.abc import Sequence
from datetime import date

from bots.models import Bot
from engine.brokers.values import DividendListed
from engine.live.cash import NOT_ATTRIBUTED
from marketdata.clock import market_now, real_now
from notifications.services import alert_end
from positions.selectors import symbol_now
from trades.account_cash import TRANSFERS
from trades.cash_booking import cash_attribute
from trades.cash_owners import Claim, NotKnownYet, cash_claims, is_dividend, position_at
from trades.models import AccountCash, CashPart


class CashRefused(ValueError):
    """The money cannot be assigned so; the text says why."""


def cash_assign(activity_id: str, *, bot: Bot | None = None, ex_day: date | None = None) -> list[CashPart]:
    """Book money that waits for its owner; return its parts.

    Args:
        activity_id: The broker's id of it.
        bot: Whose it is; without a bot and a day it is nobody's.
        ex_day: Of a dividend, the first New York day on which the stock traded without it: whoever held shares at the
            close before gets a part.

    Raises:
        CashRefused: There is no such money, it is booked already, or that day does not say whose it is.
        ConcurrentBooking: Something else was booked meanwhile; nothing is booked.
    """
    cash = AccountCash.objects.filter(activity_id=activity_id).first()
    if cash is None or cash.kind in TRANSFERS:
        raise CashRefused(f"no money with the id {activity_id!r} waits for its owner{_waiting()}")
    if cash.attributed_at is not None:
        raise CashRefused(f"{cash.kind} {activity_id} is booked already")
    claims = _by_day(cash, ex_day) if ex_day is not None else _of(bot, cash)
    if not cash_attribute(cash, claims, now=real_now()):
        raise CashRefused(f"{cash.kind} {activity_id} was booked meanwhile")
    alert_end(kind=NOT_ATTRIBUTED, key=cash.activity_id, words=f"the {cash.kind} of {cash.symbol} is booked")
    return list(cash.parts.select_related("bot").order_by("pk"))


def _by_day(cash: AccountCash, ex_day: date) -> Sequence[Claim]:
    if not is_dividend(cash):
        raise CashRefused(f"{cash.kind} is no dividend: name a bot, or nobody")
    if ex_day > cash.of_day:
        raise CashRefused(f"it was paid on {cash.of_day}, before {ex_day}: the day it traded without it comes first")
    told = DividendListed(cash.symbol, ex_day, cash.of_day, cash.per_share or cash.amount)
    try:
        return cash_claims(cash, market_now(), [told])
    except NotKnownYet as unknown:
        raise CashRefused(str(unknown)) from unknown


def _of(bot: Bot | None, cash: AccountCash) -> Sequence[Claim]:
    if bot is None:
        return []
    position = None
    if cash.symbol:
        names = [cash.symbol, symbol_now(cash.symbol, cash.at)]
        position = position_at(bot.pk, names, cash.at, is_sale=True)
    return [Claim(abs(cash.amount), bot.pk, position.pk if position else None, symbol=cash.symbol)]


def _waiting() -> str:
    ids = AccountCash.objects.filter(attributed_at=None).exclude(kind__in=TRANSFERS).order_by("at", "pk")
    names = [f"{cash.activity_id} ({cash.kind} {cash.amount:.2f} {cash.symbol})" for cash in ids[:5]]
    return f"; these do: {', '.join(names)}" if names else "; none does"
