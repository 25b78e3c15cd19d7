"""No position without a stop: whatever shares a bot holds that no resting stop covers get one."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from engine.brokers.port import Broker
from engine.core.money import dollars, stop_below, whole
from engine.core.orders import OrderState
from engine.core.types import OrderIntent, Role, Side
from engine.live.compare import shares_compare
from engine.live.exits import exit_advance
from engine.live.identity import order_id_for
from engine.live.orders import order_cancel, order_send
from engine.live.refusals import was_refused
from engine.live.shares import shares_free
from engine.live.splits import looks_split, splits_collect
from engine.live.steps import each, step
from marketdata.clock import market_now, real_now
from notifications.services import alert_raise
from positions.models import Position
from trades.models import Trade
from trades.selectors import stop_is_of
from trades.services import trade_create

# Real time.
NOTHING_FREE_FOR = timedelta(seconds=10)

# When a position's shares were last found to be neither covered nor free.
_nothing_free: dict[int, datetime] = {}


def protection_check(broker: Broker) -> None:
    """Give a stop to every position that lacks one."""
    each(Position.objects.held().select_related("bot"), lambda position: position_protect(position, broker))


def position_protect(position: Position, broker: Broker) -> bool:
    """Give the position a stop if it lacks one; whether it did."""
    orders = Trade.objects.filter(bot=position.bot_id, symbol=position.symbol)
    if orders.exclude(role__in=[Role.STOP, Role.TARGET]).unfinished().exists():
        # The entry is still filling, or an exit is on its way: these two moments end by themselves.
        return False
    if orders.resting().working().filter(parent__isnull=False, order_id=None).exists():
        return False
    stops = list(orders.filter(role=Role.STOP).working())
    right = [stop for stop in stops if stop_is_of(stop, position)]
    covered = sum((stop.remaining for stop in right), Decimal(0))
    # A stop rests until it is cancelled, and the broker takes no part of a share in such an order.
    wanted = whole(position.quantity)
    if (covered == wanted and right == stops) or orders.resting().filter(filled_quantity__gt=0).unfinished().exists():
        return False
    if was_refused(position, Role.STOP):
        return False
    # A target left without its stop, or a wrong stop, has reserved the shares: it goes, and they are free.
    others_rest = right != stops or (not covered and orders.resting().working().exists())
    if covered < wanted and not others_rest and not _shares_to_cover(position, broker):
        return False
    if not Position.objects.held().filter(pk=position.pk, version=position.version).exists():
        # Whoever has changed it meanwhile may have moved its stop: what is right is told from the newest.
        return False
    # Shares are reserved by resting sell orders: those go first, then one stop covers everything.
    for order in orders.resting().working():
        order_cancel(order, broker)
    if orders.resting().unfinished().exists():
        return False
    if _was_split(position, broker):
        return False
    quantity = whole(min(position.quantity, shares_free(position.bot_id, position.symbol, broker)))
    stop = _stop_create(position, quantity) if quantity > 0 else None
    if stop is None:
        return False
    order_send(stop, broker)
    stop.refresh_from_db()
    price = _price_through(stop, broker) if stop.state == OrderState.REJECTED else None
    if price is not None and not looks_split(position, price, broker):
        _sell_instead(position, broker, price)
    return True


def _was_split(position: Position, broker: Broker) -> bool:
    """A split cancels the stop: what the position is, and where its stop belongs, is told first, if it can be."""
    step(lambda: splits_collect(broker))
    return not Position.objects.held().filter(pk=position.pk, version=position.version).exists()


def forget() -> None:
    """As at the start of the process; for a broker that was replaced."""
    _nothing_free.clear()


def _shares_to_cover(position: Position, broker: Broker) -> bool:
    """The broker has shares that no order covers yet. Where it has none, the bot's were sold or reserved by hand."""
    looked = _nothing_free.get(position.pk)
    if looked is not None and real_now() - looked < NOTHING_FREE_FOR:
        return False
    if shares_free(position.bot_id, position.symbol, broker) >= 1:
        _nothing_free.pop(position.pk, None)
        return True
    _nothing_free[position.pk] = real_now()
    shares_compare(broker)
    return False


def _price_through(stop: Trade, broker: Broker) -> Decimal | None:
    """The market's price where it is at the stop or below it: the one refusal that a sale answers."""
    price, _ = broker.latest_prices([stop.symbol]).get(stop.symbol, (None, None))
    return price if price is not None and stop.stop_price is not None and price <= stop.stop_price else None


def _stop_create(position: Position, quantity: Decimal) -> Trade | None:
    """The stop's row; None when the position has changed since it was read, or an exit was decided.

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
        if Trade.objects.filter(bot=position.bot_id, symbol=position.symbol, role=Role.EXIT).unfinished().exists():
            return None
        message = f"{position.bot.name}: {position.symbol} had no stop at the broker; one is placed at {dollars(price)}"
        alert_raise("warning", message, bot=position.bot_id, symbol=position.symbol)
        return _sale_create(position, Role.STOP, quantity, price, now, "stop loss")


def _sell_instead(position: Position, broker: Broker, price: Decimal) -> None:
    """The price is through the stop already: sell what is still held. What that price slips is not the stop's fault."""
    now = market_now()
    with transaction.atomic():
        held = Position.objects.held().filter(pk=position.pk).first()
        if held is None or Trade.objects.filter(bot=held.bot_id, symbol=held.symbol, role=Role.EXIT).unfinished():
            return
        reason = "sold because the price was through the stop already"
        trade = _sale_create(held, Role.EXIT, held.quantity, price, now, reason)
    exit_advance(trade, broker)


def _sale_create(
    position: Position, role: Role, quantity: Decimal, price: Decimal, now: datetime, reason: str
) -> Trade:
    stop = price if role == Role.STOP else None
    return trade_create(
        bot=position.bot,
        version=position.bot.versions.first(),
        intent=OrderIntent(position.symbol, Side.SELL, role, quantity, price, stop_price=stop),
        client_order_id=order_id_for(position.bot, now, position.symbol, role),
        at=now,
        reason=reason,
        # A sale in its place is the stop's, too.
        cause="stop",
    )
