"""Orders of ours at the broker that this database does not know: it is an older copy, restored from a backup.

The id of an order says whose it is and what it was for; the broker says the rest. With a row of its own the order's
fills are booked to its bot like any others.
"""

import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from bots.models import Bot
from engine.brokers.values import BrokerOrder
from engine.core.types import OrderIntent, Role, Side
from marketdata.selectors import last_prices
from notifications.services import alert_raise
from trades.booking import trade_observe
from trades.models import Trade
from trades.services import trade_create

log = logging.getLogger(__name__)

REASON = "found at the broker after a backup was restored"
# As `order_id_for` makes them; x is what a person asked for.
_OWN_ID = re.compile(r"[0-9a-f]+-(\d{1,9})-(\d{6}T\d{6})-(.+)-(entry|exit|stop|target|x)\d+")


@dataclass(frozen=True)
class OrderName:
    """What an id of ours says; at is market time."""

    bot: int
    at: datetime
    symbol: str
    role: Role
    by_hand: bool


def order_name(client_order_id: str) -> OrderName | None:
    """None for an id that is not made like ours.

    >>> order_name("a1b2c3-7-260602T133100-BRK.B-entry1").role
    <Role.ENTRY: 'entry'>
    >>> order_name("a1b2c3-7-260602T133100-BRK.B-entry") is None
    True
    """
    found = _OWN_ID.fullmatch(client_order_id)
    if found is None:
        return None
    bot, moment, symbol, role = found.groups()
    try:
        at = datetime.strptime(moment, "%y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    return OrderName(int(bot), at, symbol, Role.EXIT if role == "x" else Role(role), by_hand=role == "x")


def order_adopt(order: BrokerOrder) -> Trade | None:
    """Make the row this database lost, with those of its legs, as the broker tells the order; people are told.

    None when it cannot be ours to book: the id is not understood, or its bot is not here.
    """
    name = order_name(order.client_order_id)
    bot = Bot.objects.filter(pk=name.bot).first() if name is not None else None
    if name is None or bot is None or name.symbol != order.symbol:
        return None
    price = _price(order)
    if price is None:
        return None
    try:
        # In one go: a row that is only created would be sent.
        with transaction.atomic():
            trade = _row(bot, name, order, price)
            trade_observe(trade, order)
            what = f"{trade.type} {trade.quantity.normalize():f} {trade.symbol}"
            alert_raise("info", f"{bot.name}: {what} was {REASON}", bot=bot.pk, symbol=trade.symbol)
    except IntegrityError as error:
        # Another of the bot's orders works in its place until that has been asked about; or another process was first.
        log.warning("order %s cannot be taken over yet: %s", order.client_order_id, error)
        return Trade.objects.filter(client_order_id=order.client_order_id).first()
    return trade


def _row(bot: Bot, name: OrderName, order: BrokerOrder, price: Decimal) -> Trade:
    stop, target = _leg_price(order, Role.STOP), _leg_price(order, Role.TARGET)
    if name.role == Role.STOP:
        stop = order.stop_price
    elif name.role == Role.TARGET:
        target = order.limit_price
    return trade_create(
        bot=bot,
        version=bot.versions.first(),
        intent=OrderIntent(
            order.symbol, Side(order.side), name.role, order.quantity, price, stop_price=stop, target_price=target
        ),
        client_order_id=order.client_order_id,
        at=name.at,
        reason=REASON,
        cause="by_hand" if name.by_hand else name.role.value if name.role in (Role.STOP, Role.TARGET) else "",
        attempts=1,
        sent_at=order.submitted_at or name.at,
    )


def _leg_price(order: BrokerOrder, role: Role) -> Decimal | None:
    kind = "limit_price" if role == Role.TARGET else "stop_price"
    wanted = [leg for leg in order.legs if (leg.kind == "limit") == (role == Role.TARGET)]
    return next((getattr(leg, kind) for leg in wanted if getattr(leg, kind)), None)


def _price(order: BrokerOrder) -> Decimal | None:
    """What stands for the price it was decided at: what it was filled at, its own price, or the newest."""
    known = order.average_price or order.stop_price or order.limit_price
    if known:
        return known
    newest = last_prices([order.symbol]).get(order.symbol)
    return newest[0] if newest else _leg_price(order, Role.STOP)
