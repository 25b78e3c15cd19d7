"""Whose money a fee, a dividend or cash for a part of a share is: read from what each bot traded and held."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet

from engine.brokers.values import DividendListed
from engine.core.schedule import NEW_YORK
from marketdata.calendar import close_before, sessions_between
from positions.models import Position, Rename, ShareChange
from positions.selectors import symbol_now
from trades.account_cash import is_taken_back, what_it_takes_back
from trades.models import AccountCash, Execution, ForeignFill

NOTHING = Decimal(0)
FEE = "FEE"
# Cash in lieu of a part of a share, under any of the broker's words for what it came of.
FRACTIONS = ("CIL", "SPLIT", "SPIN", "MA", "REORG")
# Fees by the number of shares, not by what they were sold for; and those of purchases, too.
BY_SHARES, BOTH_SIDES = ("TAF", "CAT"), ("CAT", "COM", "NRC", "NRV", "LCT")
# Fees of what no bot trades.
OF_OPTIONS = ("ORF", "OCC")
_DAY_NAMED = re.compile(r"\bon (\d{4}-\d{2}-\d{2})\b")
# A fee is of a day of which it is told soon; the broker's date may be the one on which its trades were settled.
LONGEST_WEEKEND = timedelta(days=7)
# How long before it is paid, or after, a split or a dividend may be listed.
FRACTION_PAID_WITHIN = timedelta(days=90)
PAID_NEAR = timedelta(days=5)


@dataclass(frozen=True)
class Claim:
    """A part of the money, as large as its weight. bot None: it belongs to none."""

    weight: Decimal
    bot: int | None = None
    position: int | None = None
    trade: int | None = None
    symbol: str = ""


class NotKnownYet(Exception):
    """Whose the money is depends on what has not happened, or was not told, yet."""


def is_dividend(cash: AccountCash) -> bool:
    return bool(cash.symbol) and (cash.kind.startswith("DIV") or cash.kind == "CGD")


def cash_claims(cash: AccountCash, now: datetime, listed: Sequence[DividendListed] = ()) -> list[Claim]:
    """Who has a part in this money; nobody where no bot has.

    listed: of a dividend, those of its stock about then; now: market time
    Raises NotKnownYet.
    """
    first = what_it_takes_back(cash)
    if first is not None:
        return _as_before(first)
    if is_taken_back(cash):
        return []
    if cash.kind == FEE:
        return _fee(cash, now)
    if cash.kind in FRACTIONS and cash.symbol:
        return _fraction(cash)
    if is_dividend(cash):
        return _dividend(cash, listed)
    return []


def _as_before(first: AccountCash) -> list[Claim]:
    """What is taken back is taken from whom it was booked to."""
    if first.attributed_at is None:
        raise NotKnownYet("what it takes back is not booked yet")
    parts = first.parts.order_by("pk")
    return [Claim(abs(part.amount), part.bot_id, part.position_id, part.trade_id, part.symbol) for part in parts]


# --- fees -------------------------------------------------------------------------------------------------------------


def _fee(cash: AccountCash, now: datetime) -> list[Claim]:
    kind = cash.sub_kind or cash.description.partition(" ")[0].upper()
    if kind in OF_OPTIONS:
        return []
    if cash.order_id:
        return _order(cash.order_id)
    named = _DAY_NAMED.search(cash.description)
    day = date.fromisoformat(named[1]) if named else cash.of_day
    sessions = [session for session in sessions_between(day - LONGEST_WEEKEND, day) if session.day <= day]
    if not sessions or now < sessions[-1].close:
        raise NotKnownYet("its day is not over")
    found = _traded_on(sessions[-1].day, kind, cash.symbol)
    if not found and not named and len(sessions) > 1:
        # Told with the day of settlement.
        found = _traded_on(sessions[-2].day, kind, cash.symbol)
    return found


def _order(order_id: str) -> list[Claim]:
    fills = Execution.objects.filter(trade__order_id=order_id).order_by("at", "pk")
    if not fills.exists():
        if ForeignFill.objects.filter(order_id=order_id).exists():
            return []
        raise NotKnownYet("nothing is booked yet of the order it is for")
    return _of_fills(fills, by_shares=True)


def _traded_on(day: date, kind: str, symbol: str) -> list[Claim]:
    """What was traded that New York day: by the bots, trade by trade, and by hand."""
    start = datetime.combine(day, time(), NEW_YORK)
    within = Q(at__gte=start, at__lt=datetime.combine(day + timedelta(days=1), time(), NEW_YORK))
    fills = Execution.objects.filter(within)
    by_hand = ForeignFill.objects.filter(within, price__gt=0)
    if symbol:
        names = _names(symbol, start)
        fills, by_hand = fills.filter(trade__symbol__in=names), by_hand.filter(symbol__in=names)
    if kind not in BOTH_SIDES:
        fills, by_hand = fills.filter(trade__type="sell"), by_hand.filter(side="sell")
    by_shares = kind in BY_SHARES
    claims = _of_fills(fills, by_shares=by_shares)
    others = sum(
        (quantity if by_shares else quantity * price for quantity, price in by_hand.values_list("quantity", "price")),
        NOTHING,
    )
    return [*claims, Claim(others)] if others else claims


def _of_fills(fills: QuerySet[Execution], *, by_shares: bool) -> list[Claim]:
    weights: defaultdict[int, Decimal] = defaultdict(Decimal)
    last: dict[int, Execution] = {}
    for fill in fills.select_related("trade").order_by("trade_id", "at", "pk"):
        weights[fill.trade_id] += fill.quantity if by_shares else fill.quantity * fill.price
        last[fill.trade_id] = fill
    claims = []
    for trade_id, weight in sorted(weights.items()):
        trade = last[trade_id].trade
        position = position_at(trade.bot_id, [trade.symbol], last[trade_id].at, is_sale=trade.type == "sell")
        claims.append(Claim(weight, trade.bot_id, position.pk if position else None, trade_id, trade.symbol))
    return claims


def position_at(bot: int, symbols: Sequence[str], at: datetime, *, is_sale: bool) -> Position | None:
    """The position a trade belongs to. Where one ends and the next begins at the same moment, a sale belongs to the
    older and a purchase to the newer."""
    of_both = Position.objects.filter(bot=bot, symbol__in=symbols).order_by("opened_at", "pk")
    begun = of_both.filter(opened_at__lte=at)
    found = begun.filter(Q(closed_at=None) | Q(closed_at__gte=at))
    # Fills that were told out of sequence are of a position whose times are those of the fills booked first and last.
    return (found.first() if is_sale else found.last()) or begun.last() or of_both.first()


# --- what belongs to whoever holds the shares -------------------------------------------------------------------------


def _dividend(cash: AccountCash, listed: Sequence[DividendListed]) -> list[Claim]:
    """By the shares each bot held at the close before the first day without it."""
    names = _names(cash.symbol, cash.at - FRACTION_PAID_WITHIN)
    if not Position.objects.filter(symbol__in=names).exists():
        return []
    ex_day = _ex_day(cash, listed)
    if ex_day is None:
        raise NotKnownYet("the broker does not list since when the stock trades without it")
    close = close_before(ex_day)
    held, by_hand = shares_at(cash.symbol, close)
    total = sum(held.values(), NOTHING)
    others = max(NOTHING, by_hand if cash.quantity is None else cash.quantity - total)
    claims = []
    for bot, quantity in sorted(held.items()):
        position = position_at(bot, names, close, is_sale=False)
        claims.append(Claim(quantity, bot, position.pk if position else None, symbol=cash.symbol))
    return [*claims, Claim(others, symbol=cash.symbol)] if others else claims


def _ex_day(cash: AccountCash, listed: Sequence[DividendListed]) -> date | None:
    """Of the dividends listed the one that is paid about then, at its rate if one of them is; None in doubt."""
    day = cash.of_day
    near = [one for one in listed if abs(one.pay_day - day) <= PAID_NEAR]
    near = [one for one in near if one.rate == cash.per_share] or near
    closest = min((abs(one.pay_day - day) for one in near), default=None)
    days = {one.ex_day for one in near if abs(one.pay_day - day) == closest}
    return days.pop() if len(days) == 1 else None


def shares_at(symbol: str, at: datetime) -> tuple[dict[int, Decimal], Decimal]:
    """The shares of a stock that each bot held at a past time, by bot, and those that no bot ordered.

    symbol: any it has been known by
    """
    names = _names(symbol, at)
    held: defaultdict[int, Decimal] = defaultdict(Decimal)
    for bot, quantity in Position.objects.held().filter(symbol__in=names).values_list("bot", "quantity"):
        held[bot] += quantity
    since = Execution.objects.filter(trade__symbol__in=names, at__gt=at)
    for bot, side, quantity in since.values_list("trade__bot", "trade__type", "quantity"):
        held[bot] -= quantity if side == "buy" else -quantity
    for change in ShareChange.objects.filter(position__symbol__in=names, at__gt=at).select_related("position"):
        held[change.position.bot_id] -= change.after - change.before
    by_hand = ForeignFill.objects.filter(symbol__in=names, at__lte=at).values_list("side", "quantity")
    others = sum((quantity if side == "buy" else -quantity for side, quantity in by_hand), NOTHING)
    return {bot: quantity for bot, quantity in held.items() if quantity > 0}, others


def _names(symbol: str, since: datetime) -> list[str]:
    """The symbols by which a stock was known here since a time."""
    names = {symbol_now(symbol, since)}
    while older := set(Rename.objects.filter(new__in=names, at__gte=since).values_list("old", flat=True)) - names:
        names |= older
    return sorted(names | {symbol})


def _fraction(cash: AccountCash) -> list[Claim]:
    """By the parts of a share that the bots gave up at the newest split or merger before it."""
    names = _names(cash.symbol, cash.at - FRACTION_PAID_WITHIN)
    changes = ShareChange.objects.filter(position__symbol__in=names, at__gt=cash.at - FRACTION_PAID_WITHIN)
    newest = changes.filter(at__lte=cash.at).order_by("-at").first()
    if newest is None:
        if Position.objects.filter(symbol__in=names, opened_at__lt=cash.at).exclude(closed_at__lt=cash.at).exists():
            raise NotKnownYet("no split or merger that it could be for is taken over")
        return []
    claims, parts = [], NOTHING
    for change in changes.filter(at=newest.at).select_related("position").order_by("position__bot", "pk"):
        if change.paid:
            parts += change.paid
            claims.append(Claim(change.paid, change.position.bot_id, change.position_id, symbol=cash.symbol))
    others = max(NOTHING, newest.account_paid - parts)
    return [*claims, Claim(others, symbol=cash.symbol)] if others else claims
