"""No position without a stop: whatever shares a bot holds that no resting stop covers get one."""

import logging
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
    return sum(_protect(position, broker) for position in Position.objects.held().select_related("bot"))


def _protect(position: Position, broker: Broker) -> bool:
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
    """The stop's row; None when an exit was decided meanwhile, which cancels whatever rests before it sells."""
    config = position.bot.config()
    price = position.stop_loss_price or stop_below(position.entry_price, config.risk_management.stop_loss)
    now = market_now()
    with transaction.atomic():
        if Trade.objects.filter(bot=position.bot_id, symbol=position.symbol, role=Role.EXIT).unfinished().exists():
            return None
        message = f"{position.bot.name}: {position.symbol} had no stop at the broker; one is placed at ${price:.2f}"
        intent = OrderIntent(position.symbol, Side.SELL, Role.STOP, position.quantity, price, stop_price=price)
        trade = trade_create(
            bot=position.bot,
            version=position.bot.versions.first(),
            intent=intent,
            client_order_id=order_id_for(position.bot, now, position.symbol, Role.STOP),
            at=now,
            reason="stop loss",
        )
        Position.objects.filter(pk=position.pk, stop_loss_price=None).update(stop_loss_price=price)
        alert_raise("warning", message, bot=position.bot_id, symbol=position.symbol)
    return trade


def _sell_instead(position: Position, broker: Broker) -> None:
    """The price is through the stop already: sell."""
    now = market_now()
    with transaction.atomic():
        intent = OrderIntent(position.symbol, Side.SELL, Role.EXIT, position.quantity, position.entry_price)
        trade = trade_create(
            bot=position.bot,
            version=position.bot.versions.first(),
            intent=intent,
            client_order_id=order_id_for(position.bot, now, position.symbol, Role.EXIT),
            at=now,
            reason="sold because the stop was refused",
        )
    order_send(trade, broker)
