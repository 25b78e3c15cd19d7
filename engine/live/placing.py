"""The orders that protect a position, and the sale in their place: a row each, then the request."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from engine.brokers.port import Broker
from engine.core.money import dollars, stop_below
from engine.core.orders import OrderState
from engine.core.types import OrderIntent, Role, Side
from engine.live.exit_attempts import is_on
from engine.live.identity import order_id_for
from engine.live.orders import order_send
from engine.live.refusals import was_refused
from marketdata.clock import market_now, real_now
from marketdata.selectors import last_prices
from notifications.services import alert_raise
from positions.models import Position
from trades.models import Trade
from trades.services import trade_create


def stop_place(position: Position, quantity: Decimal, broker: Broker, *, beside: Trade | None = None) -> Trade | None:
    """Place a stop, with the target beside it where there was one.

    Args:
        position: The position; changed meanwhile, it gets none.
        quantity: Shares to be covered.
        broker: Where it is placed.
        beside: The sale of a part that is being tried, which the stop does not cover.

    Returns:
        The order that was sent last, whatever became of it; None when the position has changed since it was read, or
        another exit was decided.
    """
    stop = None
    for role in (Role.TARGET, Role.STOP):
        if role == Role.TARGET and not _target_fits(position):
            continue
        stop = _stop_create(position, quantity, role, beside)
        if stop is None:
            return None
        order_send(stop, broker)
        stop.refresh_from_db()
        if stop.state != OrderState.REJECTED:
            break
    return stop


def sale_create(position: Position, role: Role, quantity: Decimal, price: Decimal, now: datetime, reason: str) -> Trade:
    """The row of a stop, of a target with its stop, or of a sale in the place of a stop; `now` is market time."""
    stop = price if role in (Role.STOP, Role.TARGET) else None
    target = position.take_profit_price if role == Role.TARGET else None
    intent = OrderIntent(
        position.symbol, Side.SELL, role, quantity, target or price, stop_price=stop, target_price=target
    )
    return trade_create(
        bot=position.bot,
        version=position.bot.versions.first(),
        intent=intent,
        client_order_id=order_id_for(position.bot, now, position.symbol, role),
        at=now,
        reason=reason,
        # A sale in its place is the stop's, too.
        cause="target" if role == Role.TARGET else "stop",
    )


def _target_fits(position: Position) -> bool:
    """The position had a target, which the broker did not refuse a moment ago, and it is above the market."""
    target, price = position.take_profit_price, position.current_price or position.entry_price
    known = last_prices([position.symbol]).get(position.symbol)
    price = known[0] if known else price
    return target is not None and target > price and not was_refused(position, Role.TARGET)


def _stop_create(position: Position, quantity: Decimal, role: Role, beside: Trade | None) -> Trade | None:
    """The row of a stop or of a target with its stop; None when the position has changed since it was read, or an exit
    was decided.

    An exit that is decided changes the position, too: one of the two comes first, and the other knows of it.
    """
    price = position.stop_loss_price
    if price is None:
        price = stop_below(position.entry_price, position.bot.config().risk_management.stop_loss)
    now = market_now()
    with transaction.atomic():
        unchanged = Position.objects.held().filter(pk=position.pk, version=position.version)
        if not unchanged.update(version=position.version + 1, stop_loss_price=price):
            return None
        position.refresh_from_db()
        exits = Trade.objects.filter(bot=position.bot_id, symbol=position.symbol, role=Role.EXIT).unfinished()
        real = real_now()
        if any(is_on(trade, real) for trade in exits if beside is None or trade.pk != beside.pk):
            return None
        if not exits:
            what = f"{position.bot.name}: {position.symbol} had no stop at the broker"
            message = f"{what}; one is placed at {dollars(price)}"
            alert_raise("warning", message, bot=position.bot_id, symbol=position.symbol)
        reason = "stop loss" if role == Role.STOP else "take profit"
        return sale_create(position, role, quantity, price, now, reason)
