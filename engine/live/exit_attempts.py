"""When an exit is tried again, what protects its shares meanwhile, and what people are told of it.

An exit that was decided is wanted until it is out: one the broker refuses, or of which nobody knows whether it got
through, goes again under the same id after pauses that grow. Its shares are without a stop only while an attempt is on.
"""

import zlib
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from engine.core.orders import OrderState
from engine.core.types import OrderIntent, Role, Side
from engine.live.identity import order_id_for
from engine.live.steps import each
from marketdata.clock import market_now, real_now
from notifications.selectors import alerts_standing
from notifications.services import alert_begin, alert_end
from positions.models import Position
from trades.models import Trade
from trades.services import trade_create, trade_refused

# Real time. The first pause after an attempt that nobody answered, and the longest: each is twice the one before.
UNANSWERED_PAUSE, UNANSWERED_PAUSE_AT_MOST = timedelta(seconds=1), timedelta(seconds=30)
# A refusal is no accident: it would be the same a moment later.
REFUSED_PAUSE, REFUSED_PAUSE_AT_MOST = timedelta(seconds=30), timedelta(minutes=10)
# An attempt without an answer leaves the shares without a stop for no longer than this; later ones not at all.
UNPROTECTED_AT_MOST = timedelta(seconds=4)
PATIENT_ATTEMPTS = 3
# An exit that waits for longer is no attempt that is on: its shares are protected.
WAITS_FROM = timedelta(seconds=3)
TOLD_AFTER = timedelta(seconds=5)
ALERT = "exit"


def pause(first: timedelta, most: timedelta, number: int, name: str) -> timedelta:
    """How long to wait after the `number`-th time (from 1): twice as long each time, and for no two the same.

    The jitter, a quarter up or down, follows from the name: a session repeats exactly.
    """
    length = min(first * 2 ** min(number - 1, 20), most)
    return length * (0.75 + zlib.crc32(f"{name} {number}".encode()) % 1000 / 2000)


def exit_unanswered_until(trade: Trade) -> datetime:
    """When an exit of which nobody knows goes again."""
    wait = pause(UNANSWERED_PAUSE, UNANSWERED_PAUSE_AT_MOST, trade.attempts, trade.client_order_id)
    return (trade.sent_at or real_now()) + wait


def exit_was_refused(trade: Trade, why: str) -> None:
    """The broker said no to an exit that it does not have: it is wanted all the same, and goes again later."""
    number = trade.refusals + 1
    # An entry of another bot that was on its way just then is cancelled before the next attempt.
    first = UNANSWERED_PAUSE if "wash trade" in why else REFUSED_PAUSE
    until = real_now() + pause(first, REFUSED_PAUSE_AT_MOST, number, trade.client_order_id)
    if trade_refused(trade, why, until=until):
        _tell(trade, f"the broker refused it ({why})")


def is_on(trade: Trade, now: datetime) -> bool:
    """The exit is being tried: its end is near, and a stop would only stand in its way."""
    if trade.filled_quantity > trade.booked_quantity or trade.state in (OrderState.OPEN, OrderState.PARTIAL):
        return True
    if trade.state == OrderState.SUBMITTING:
        return True
    lasts = trade.unprotected_at is not None and now - trade.unprotected_at >= UNPROTECTED_AT_MOST
    if trade.state == OrderState.CREATED:
        waits = bool(trade.error) or (trade.send_after is not None and trade.send_after > now + WAITS_FROM)
        return not waits and not lasts
    return trade.unprotected_at is not None and trade.attempts <= PATIENT_ATTEMPTS and not lasts


def exits_renew() -> None:
    """Exits that ended at the broker without selling (rejected there, expired in a halt) are wanted all the same."""
    each(Position.objects.held().select_related("bot"), _renew)


def _renew(position: Position) -> None:
    exits = Trade.objects.filter(bot=position.bot_id, symbol=position.symbol, role=Role.EXIT, parent=None)
    last = exits.filter(timestamp__gte=position.opened_at).order_by("id").last()
    if last is None:
        return
    if last.is_part and position.closing_for:
        _exit_create(position, last, position.quantity, reason=f"closed by {position.closing_for}")
    elif last.state in (OrderState.REJECTED, OrderState.EXPIRED, OrderState.ABSENT):
        number = last.refusals + 1
        until = real_now() + pause(REFUSED_PAUSE, REFUSED_PAUSE_AT_MOST, number, last.client_order_id)
        quantity = min(position.quantity, last.remaining) if last.is_part else position.quantity
        made = _exit_create(
            position,
            last,
            quantity,
            reason=last.reason,
            refusals=number,
            send_after=until,
            error=f"the one before was {last.state} at the broker",
            is_part=last.is_part,
        )
        if made is not None:
            _tell(made, f"the order was {last.state} at the broker")


def _exit_create(
    position: Position,
    last: Trade,
    quantity: Decimal,
    *,
    reason: str,
    refusals: int = 0,
    send_after: datetime | None = None,
    error: str = "",
    is_part: bool = False,
) -> Trade | None:
    """The exit that follows `last`; None when there is one by now, or nothing is held any more."""
    exits = Trade.objects.filter(bot=position.bot_id, symbol=position.symbol, role=Role.EXIT, parent=None)
    now, price = market_now(), last.decision_price or position.entry_price
    by_hand = last.cause == "by_hand"
    with transaction.atomic():
        if exits.unfinished().exists() or not Position.objects.held().filter(pk=position.pk).exists():
            return None
        return trade_create(
            bot=position.bot,
            version=position.bot.versions.first(),
            intent=OrderIntent(position.symbol, Side.SELL, Role.EXIT, quantity, price),
            client_order_id=order_id_for(position.bot, now, position.symbol, Role.EXIT, by_hand=by_hand),
            at=now,
            reason=reason,
            cause=last.cause,
            refusals=refusals,
            send_after=send_after,
            error=error,
            is_part=is_part,
        )


def exits_tell(now: datetime) -> None:
    """Tell of exits that do not get through, once when it has lasted, and once when it is over."""
    waiting = Trade.objects.filter(
        role=Role.EXIT, state__in=(OrderState.CREATED, OrderState.SUBMITTING, OrderState.UNKNOWN)
    )
    stuck = set()
    for trade in waiting.filter(created_at__lt=now - TOLD_AFTER).select_related("bot"):
        stuck.add(_key(trade.bot_id, trade.symbol))
        _tell(trade, trade.error or "it does not get through to the broker")
    still = {_key(trade.bot_id, trade.symbol) for trade in waiting}
    for key in alerts_standing(ALERT) - stuck - still:
        bot, _, symbol = key.partition(":")
        sold = not Position.objects.held().filter(bot=int(bot), symbol=symbol).exists()
        alert_end(kind=ALERT, key=key, words=f"{symbol} is sold" if sold else f"the sale of {symbol} is at the broker")


def _tell(trade: Trade, why: str) -> None:
    alert_begin(
        kind=ALERT,
        key=_key(trade.bot_id, trade.symbol),
        words=f"{trade.bot.name} cannot get out of {trade.symbol}: {why}. It is tried again until it is out",
        bot=trade.bot_id,
        symbol=trade.symbol,
    )


def exit_is_of(bot: int, old: str, new: str) -> None:
    """What stands of an exit's symbol is over: it goes on under another."""
    alert_end(kind=ALERT, key=_key(bot, old), words=f"{old} is {new} now, and is sold under that symbol")


def _key(bot: int, symbol: str) -> str:
    return f"{bot}:{symbol}"
