"""No position without a stop: whatever shares a bot holds that no resting stop covers get one."""

import logging
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from engine.brokers.port import Broker
from engine.core.money import stop_below
from engine.core.orders import OrderState
from engine.core.types import OrderIntent, Role, Side
from engine.live.identity import order_id_for
from engine.live.orders import order_cancel, order_send
from events.services import alert_raise
from marketdata.clock import market_now
from positions.models import Position
from trades.models import Trade
from trades.services import trade_create

log = logging.getLogger(__name__)


def protection_check(broker: Broker) -> int:
    """Give a stop to every position that lacks one; how many did."""
    return sum(position_protect(position, broker) for position in Position.objects.held().select_related("bot"))


def position_protect(position: Position, broker: Broker) -> bool:
    """Give the position a stop if it lacks one; whether it did."""
    orders = Trade.objects.filter(bot=position.bot_id, symbol=position.symbol)
    if orders.exclude(role__in=[Role.STOP, Role.TARGET]).unfinished().exists():
        # The entry is still filling, or an exit is on its way: these two moments end by themselves.
        return False
    if orders.resting().working().filter(parent__isnull=False, order_id=None).exists():
        return False
    covered = sum((stop.remaining for stop in orders.filter(role=Role.STOP).working()), Decimal(0))
    if covered == position.quantity or orders.resting().filter(filled_quantity__gt=0).unfinished().exists():
        return False
    # Shares are reserved by resting sell orders: those go first, then one stop covers everything.
    for order in orders.resting().working():
        order_cancel(order, broker)
    if orders.resting().unfinished().exists():
        return False
    stop = _stop_create(position)
    if stop is None:
        return False
    order_send(stop, broker)
    stop.refresh_from_db()
    if stop.state == OrderState.REJECTED:
        _sell_instead(position, broker)
    return True


def _stop_create(position: Position) -> Trade | None:
    """The stop's row; None when the position has changed since it was read, or an exit was decided.

    An exit decided after this finds the row and cancels it before it sells.
    """
    config = position.bot.config()
    price = position.stop_loss_price or stop_below(position.entry_price, config.risk_management.stop_loss)
    now = market_now()
    with transaction.atomic():
        unchanged = Position.objects.held().filter(pk=position.pk, version=position.version)
        if not unchanged.update(version=position.version + 1, stop_loss_price=price):
            return None
        if Trade.objects.filter(bot=position.bot_id, symbol=position.symbol, role=Role.EXIT).unfinished().exists():
            return None
        message = f"{position.bot.name}: {position.symbol} had no stop at the broker; one is placed at ${price:.2f}"
        alert_raise("warning", message, bot=position.bot_id, symbol=position.symbol)
        return _sale_create(position, Role.STOP, price, now, "stop loss")


def _sell_instead(position: Position, broker: Broker) -> None:
    """The price is through the stop already: sell what is still held."""
    now = market_now()
    with transaction.atomic():
        held = Position.objects.held().filter(pk=position.pk).first()
        if held is None or Trade.objects.filter(bot=held.bot_id, symbol=held.symbol, role=Role.EXIT).unfinished():
            return
        trade = _sale_create(held, Role.EXIT, held.entry_price, now, "sold because the stop was refused")
    order_send(trade, broker)


def _sale_create(position: Position, role: Role, price: Decimal, now: datetime, reason: str) -> Trade:
    stop = price if role == Role.STOP else None
    return trade_create(
        bot=position.bot,
        version=position.bot.versions.first(),
        intent=OrderIntent(position.symbol, Side.SELL, role, position.quantity, price, stop_price=stop),
        client_order_id=order_id_for(position.bot, now, position.symbol, role),
        at=now,
        reason=reason,
    )
