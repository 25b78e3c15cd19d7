"""No position without a stop: whatever shares a bot holds that no resting stop covers get one."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import cast

from django.db import transaction
from django.db.models import F

from engine.brokers.errors import BrokerError
from engine.brokers.port import Broker
from engine.core.failpoints import failpoint
from engine.core.money import whole
from engine.core.orders import WORKING, OrderState
from engine.core.types import Role
from engine.live.compare import shares_compare
from engine.live.exit_attempts import is_on
from engine.live.exits import exit_advance, exit_resolve
from engine.live.orders import NOT_FOUND_TRIES, order_cancel, order_refresh
from engine.live.placing import sale_create, stop_place
from engine.live.reading import FEW, SharesRead, legs_cancel
from engine.live.refusals import was_refused
from engine.live.renames import looks_renamed
from engine.live.shares import shares_free
from engine.live.splits import looks_split, splits_collect
from engine.live.steps import each, step
from engine.services import DIFFERS_FOR, broker_account
from marketdata.clock import market_now, real_now
from marketdata.selectors import last_prices
from positions.models import Position
from trades.models import Trade, TradeQuerySet
from trades.selectors import stop_covers, stop_is_of

log = logging.getLogger(__name__)

# Real time.
NOTHING_FREE_FOR = timedelta(seconds=10)
EXIT_AGAIN_AFTER = timedelta(seconds=10)

# When a position's shares were last found to be neither covered nor free.
_nothing_free: dict[int, datetime] = {}


def protection_check(broker: Broker) -> None:
    """Give a stop to every position that lacks one."""
    each(Position.objects.held().select_related("bot"), lambda position: position_protect(position, broker))


def exits_go_on(trades: Sequence[Trade], broker: Broker) -> None:
    """Take exits as far as they go. Of many the legs are read with one request, and so are the shares they sell."""
    first = [trade for trade in trades if not trade.refusals]
    if len(first) > FEW and not broker_account().error:
        step(legs_cancel, first, broker)
        try:
            read = cast(Broker, SharesRead(broker))
        except BrokerError as error:
            log.info("the shares of %d exits are not told: %s", len(first), error)
            return
        each(first, lambda trade: exit_go_on(trade, read))
        first = []
    each([*first, *(trade for trade in trades if trade.refusals)], lambda trade: exit_go_on(trade, broker))


def exit_go_on(trade: Trade, broker: Broker) -> None:
    """Take an exit as far as it goes, and protect its shares again at once where that was not far enough."""
    try:
        if trade.state in (OrderState.UNKNOWN, OrderState.SUBMITTING):
            exit_resolve(trade, broker)
        else:
            exit_advance(trade, broker)
    finally:
        position = Position.objects.held().filter(bot=trade.bot_id, symbol=trade.symbol).select_related("bot").first()
        if position is not None:
            step(position_protect, position, broker)


def position_protect(position: Position, broker: Broker) -> bool:
    """Give the position a stop if it lacks one; whether it did."""
    orders = Trade.objects.filter(bot=position.bot_id, symbol=position.symbol)
    if _is_moving(orders) or broker_account().error:
        return False
    if orders.resting().working().filter(parent__isnull=False, order_id=None).exists():
        return False
    stops = _stops_read(orders, broker)
    right = [stop for stop in stops if stop_is_of(stop, position)]
    covered = sum((stop_covers(stop) for stop in right), Decimal(0))
    # A stop rests until it is cancelled, and the broker takes no part of a share in such an order.
    wanted = whole(position.quantity)
    if covered == wanted and right == stops:
        return False
    just_filled = orders.resting().may_still_move(real_now() - DIFFERS_FOR)
    if just_filled.filter(filled_quantity__gt=F("booked_quantity")).exists():
        # It has just sold some of them: how many are left is known when that is booked.
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
    if orders.resting().may_still_move(real_now() - DIFFERS_FOR).exists():
        return False
    if _was_split(position, broker):
        return False
    quantity = whole(min(position.quantity, shares_free(position.bot_id, position.symbol, broker)))
    return quantity > 0 and _protect(position, quantity, broker)


def _stops_read(orders: TradeQuerySet, broker: Broker) -> list[Trade]:
    """The stops that may rest. One that somebody had cancelled is asked for: the answer may have been lost.

    An exit that was given up since, or that sold a part, does not ask again.
    """
    stops = list(orders.filter(role=Role.STOP).working())
    for stop in stops:
        if stop.cancel_requested_at is not None and stop.order_id is not None:
            order_refresh(stop, broker)
    return [stop for stop in stops if stop.state in WORKING]


def _is_moving(orders: TradeQuerySet) -> bool:
    """An entry is filling or an exit is being tried: these two moments end by themselves, in seconds."""
    entries = orders.filter(role=Role.ENTRY).may_still_move(real_now() - DIFFERS_FOR)
    # Of an order the broker has not heard of, asked again and again, nobody knows when that is over.
    if entries.exclude(state=OrderState.UNKNOWN, not_found__gte=NOT_FOUND_TRIES).exists():
        return True
    now = real_now()
    return any(is_on(trade, now) for trade in orders.filter(role=Role.EXIT).unfinished())


def _protect(position: Position, quantity: Decimal, broker: Broker) -> bool:
    """Place a stop, with the target beside it where there was one; whether one rests now."""
    stop = stop_place(position, quantity, broker)
    if stop is None:
        return False
    _never_more_than_held(position, stop, broker)
    price = _price_through(stop, broker) if stop.state == OrderState.REJECTED else None
    if price is not None and not looks_split(position, price, broker):
        _sell_instead(position, broker, price)
    return True


def _never_more_than_held(position: Position, stop: Trade, broker: Broker) -> None:
    """An exit nobody knew of may have sold the shares between the question and the stop: then it goes at once.

    Where shares may be sold short, the stop would open a short position; it is cut to what is there by the next look.
    """
    exits = Trade.objects.filter(bot=position.bot_id, symbol=position.symbol, role=Role.EXIT).unfinished()
    if stop.state not in WORKING or not exits.exists():
        return
    failpoint("protect:placed")
    if broker.shares(position.symbol).held < _resting_shares(position.symbol):
        order_cancel(stop, broker)
        return
    exits.update(unprotected_at=None)
    # An attempt that came to nothing is made again, but not at once.
    later = real_now() + EXIT_AGAIN_AFTER
    exits.filter(state=OrderState.CREATED).exclude(send_after__gt=later).update(send_after=later)


def _resting_shares(symbol: str) -> Decimal:
    """Shares of all bots that stops rest for."""
    stops = Trade.objects.filter(symbol=symbol, role=Role.STOP).working()
    return sum((stop_covers(stop) for stop in stops), Decimal(0))


def _was_split(position: Position, broker: Broker) -> bool:
    """A split cancels the stop: what the position is, and where its stop belongs, is told first, if it can be."""
    step(splits_collect, broker)
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
    if looks_renamed(position.symbol, broker):
        # It is covered under the new symbol, at once.
        _nothing_free.pop(position.pk, None)
        return False
    shares_compare(broker)
    return False


def _price_through(stop: Trade, broker: Broker) -> Decimal | None:
    """The market's price where it is at the stop or below it: the one refusal that a sale answers."""
    try:
        told = broker.latest_prices([stop.symbol])
    except BrokerError as error:
        log.info("the newest price of %s is not told: %s", stop.symbol, error)
        told = dict(last_prices([stop.symbol]))
    price, _ = told.get(stop.symbol, (None, None))
    return price if price is not None and stop.stop_price is not None and price <= stop.stop_price else None


def _sell_instead(position: Position, broker: Broker, price: Decimal) -> None:
    """The price is through the stop already: sell what is still held. What that price slips is not the stop's fault."""
    now = market_now()
    with transaction.atomic():
        held = Position.objects.held().filter(pk=position.pk).first()
        if held is None or Trade.objects.filter(bot=held.bot_id, symbol=held.symbol, role=Role.EXIT).unfinished():
            return
        reason = "sold because the price was through the stop already"
        trade = sale_create(held, Role.EXIT, held.quantity, price, now, reason)
    exit_advance(trade, broker)
