"""Making orders, and how far they come before the broker has them."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from engine.core.orders import OrderState, public_status
from engine.core.types import OrderIntent, Role
from engine.models import Decision, Tick
from notifications.services import alert_raise
from positions.services import (
    position_mark_closing,
    reservation_make,
    reservation_set,
)
from trades.models import Trade
from trades.trail import trail


def trade_create(
    *,
    bot: Any,
    version: Any,
    intent: OrderIntent,
    client_order_id: str,
    at: datetime,
    reason: str,
    cause: str = "",
    tick: Tick | None = None,
    decision: Decision | None = None,
    indicators_snapshot: dict[str, Any] | None = None,
    request_key: str | None = None,
    refusals: int = 0,
    send_after: datetime | None = None,
    error: str = "",
    attempts: int = 0,
    sent_at: datetime | None = None,
    is_part: bool = False,
) -> Trade:
    """Commit to an order: its row, the rows of its legs and the money it may spend; nothing is sent here.

    Args:
        bot: The bot.
        version: The version of its configuration.
        intent: What is ordered.
        client_order_id: Our id of the order.
        at: Market time of the decision.
        reason: Why, for people.
        cause: Why, as a word.
        tick: The tick it follows from, if it was a tick.
        decision: The decision it follows from, if it was a tick.
        indicators_snapshot: The values of the indicators at that tick.
        request_key: The id of a person's request, which makes one order however often it is repeated.
        refusals: How often the orders that this one goes on from were refused.
        send_after: Real time before which it is not sent.
        error: The last error of the orders that this one goes on from.
        attempts: How often an order found at the broker was sent before its row was made.
        sent_at: Real time at which such an order was sent.
        is_part: It sells a part of the position, and the rest stays held.
    """
    trade = Trade.objects.create(
        bot=bot,
        version=version,
        symbol=intent.symbol,
        type=intent.side,
        role=intent.role,
        quantity=intent.quantity,
        decision_price=intent.decision_price,
        stop_price=intent.stop_price,
        limit_price=intent.target_price,
        timestamp=at,
        state=OrderState.CREATED,
        client_order_id=client_order_id,
        reason=reason,
        cause=cause,
        tick=tick,
        decision=decision,
        indicators_snapshot=indicators_snapshot or {},
        request_key=request_key,
        refusals=refusals,
        send_after=send_after,
        error=error,
        attempts=attempts,
        sent_at=sent_at,
        is_part=is_part,
    )
    trail(trade, f"decided: {intent.side} {intent.quantity.normalize():f} {intent.symbol} ({intent.role})", cause=cause)
    if intent.role == Role.EXIT:
        position_mark_closing(bot=bot, symbol=intent.symbol)
    if intent.role == Role.TARGET and intent.stop_price is not None:
        _leg_create(trade, Role.STOP, intent.stop_price)
    if intent.role == Role.ENTRY:
        reservation_make(bot=bot, client_order_id=client_order_id, amount=intent.quantity * intent.decision_price)
        for role, price in ((Role.STOP, intent.stop_price), (Role.TARGET, intent.target_price)):
            if price is not None:
                _leg_create(trade, role, price)
    return trade


def trade_claim(trade: Trade, *, now: datetime) -> bool:
    """Commit to sending, from created (or unknown) to submitting; only one sender gets True."""
    claimed = Trade.objects.filter(pk=trade.pk, state=trade.state, attempts=trade.attempts).update(
        state=OrderState.SUBMITTING, attempts=trade.attempts + 1, sent_at=now
    )
    if claimed:
        trade.refresh_from_db()
        trail(trade, f"posted, attempt {trade.attempts}")
    return claimed == 1


def trade_release(trade: Trade, *, until: datetime) -> None:
    """Put an order back that the broker turned away unread: its id may go again after `until`, real time."""
    Trade.objects.filter(pk=trade.pk, state=OrderState.SUBMITTING, attempts=trade.attempts).update(
        state=OrderState.CREATED, attempts=trade.attempts - 1, send_after=until
    )
    trail(trade, "turned away unread")


def trade_refused(trade: Trade, why: str, *, until: datetime) -> bool:
    """Put an order back that the broker refused and does not have, but that is wanted all the same.

    Args:
        trade: The order.
        why: The broker's words.
        until: Real time after which the same id goes again.

    Returns:
        False when the order has moved on meanwhile.
    """
    waiting = Trade.objects.filter(pk=trade.pk, state=OrderState.SUBMITTING, attempts=trade.attempts)
    return bool(
        waiting.update(
            state=OrderState.CREATED,
            attempts=trade.attempts - 1,
            refusals=trade.refusals + 1,
            send_after=until,
            error=why[:300],
        )
    )


def trade_wait(trade: Trade, why: str, *, until: datetime) -> None:
    """Postpone an order that cannot be sent now until `until`, real time."""
    Trade.objects.filter(pk=trade.pk, state=OrderState.CREATED).update(error=why[:300], send_after=until)


def trade_unknown(trade: Trade, why: str) -> None:
    """Note that nobody knows whether the order is at the broker."""
    Trade.objects.filter(pk=trade.pk, state=OrderState.SUBMITTING).update(state=OrderState.UNKNOWN, error=why[:300])
    trail(trade, f"nobody knows whether it arrived: {why}")


def trade_end(trade: Trade, state: OrderState, why: str) -> bool:
    """End an order that is definitely not at the broker, and its legs; False when it already moved on."""
    with transaction.atomic():
        # An order somebody is sending right now is not unsent, and a refusal speaks of its own attempt only.
        ending = Trade.objects.filter(pk=trade.pk, attempts=trade.attempts)
        if state == OrderState.UNSENT:
            ending = ending.filter(state=OrderState.CREATED)
        changed = ending.filter(state__in=(OrderState.CREATED, OrderState.SUBMITTING, OrderState.UNKNOWN)).update(
            state=state, status=public_status(state, Decimal(0)), error=why[:300]
        )
        if not changed:
            return False
        trade.refresh_from_db()
        trail(trade, f"ended {state}: {why}")
        trade.legs.filter(state=OrderState.CREATED).update(
            state=OrderState.UNSENT, status=public_status(OrderState.UNSENT, Decimal(0))
        )
        reservation_set(client_order_id=trade.client_order_id, amount=Decimal(0))
        if state in (OrderState.REJECTED, OrderState.ABSENT):
            what = "was refused by the broker" if state == OrderState.REJECTED else "never reached the broker"
            message = f"{trade.bot.name}: {trade.type} {trade.symbol} {what}: {why}"
            alert_raise("warning", message, bot=trade.bot_id, symbol=trade.symbol)
    return True


def part_give_up(trade: Trade, why: str) -> None:
    """End the sale of a part that was not sent yet, and tell people: so many of other shares nobody asked for."""
    if trade_end(trade, OrderState.UNSENT, why):
        what = f"{trade.bot.name}: {trade.quantity.normalize():f} shares of {trade.symbol} were not sold"
        alert_raise("warning", f"{what}: {why}; ask again", bot=trade.bot_id, symbol=trade.symbol)


def trade_cancel_want(trade: Trade, why: str, *, at: datetime) -> bool:
    """Note that a working order is to be cancelled at the broker; False when it is noted already, or has ended."""
    with transaction.atomic():
        wanted = Trade.objects.working().filter(pk=trade.pk, cancel_requested_at=None)
        changed = wanted.update(cancel_requested_at=at, error=why[:300])
        trade.refresh_from_db()
        if changed:
            trail(trade, why)
    return bool(changed)


def _leg_create(parent: Trade, role: Role, price: Decimal) -> Trade:
    return Trade.objects.create(
        bot=parent.bot,
        version=parent.version,
        tick=parent.tick,
        parent=parent,
        symbol=parent.symbol,
        type="sell",
        role=role,
        quantity=parent.quantity,
        decision_price=price,
        stop_price=price if role == Role.STOP else None,
        limit_price=price if role == Role.TARGET else None,
        timestamp=parent.timestamp,
        state=OrderState.CREATED,
        # This id holds until the broker has given the leg an id of its own.
        client_order_id=f"{parent.client_order_id}-{role[0]}",
        reason="stop loss" if role == Role.STOP else "take profit",
        cause=role.value,
    )
