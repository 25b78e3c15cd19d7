"""Getting out: cancel what protects the shares, wait until that is confirmed, then sell.

Every step is a row in the database; whoever calls `exit_advance` next goes on from there. What an attempt that failed
leaves without a stop, `engine/live/protection.py` protects again.
"""

from datetime import timedelta
from decimal import Decimal

from engine.brokers.connect import broker_connect
from engine.brokers.port import Broker
from engine.core.failpoints import failpoint
from engine.core.money import whole
from engine.core.orders import AT_BROKER, WORKING, OrderState
from engine.core.types import Role
from engine.live.compare import shares_compare
from engine.live.exit_attempts import REFUSED_PAUSE, exit_unanswered_until
from engine.live.fills import fills_collect
from engine.live.orders import (
    NOT_FOUND_TRIES,
    QUARANTINE,
    order_cancel,
    order_refresh,
    order_resolve,
    order_send,
)
from engine.live.placing import stop_place
from engine.live.renames import looks_renamed, symbol_trouble
from engine.live.shares import shares_are_claimed, shares_free
from engine.live.splits import looks_split, was_split_since
from engine.services import DIFFERS_FOR, broker_account
from marketdata.clock import real_now
from positions.models import Position
from trades.models import Trade
from trades.services import part_give_up, trade_end, trade_wait

# Real time.
ASK_AGAIN_AFTER = timedelta(seconds=10)
# Two sales that wait for each other would wait for ever: after this one gives way, and claims nothing while it does.
CLAIMED_FOR = timedelta(seconds=3)


def exit_advance(trade: Trade, broker: Broker | None = None) -> bool:
    """Take an exit that was decided as far as it goes; True when it was sent or has ended. Raises BrokerError."""
    broker = broker or broker_connect()
    trade.refresh_from_db()
    if trade.state != OrderState.CREATED:
        return True
    if trade.send_after is not None and trade.send_after > real_now():
        # Another process has tried it meanwhile, and it waits.
        return False
    if broker_account().error:
        # Nothing can be sent: what protects the shares stays.
        return False
    if trade.is_part and was_split_since(trade, broker):
        part_give_up(trade, "the stock was split meanwhile")
        return True
    if trade.cause != "by_hand" and _is_of_a_split(trade, broker):
        trade_end(trade, OrderState.UNSENT, "decided by a price of other shares: the stock was split")
        return True
    if _is_filling(trade, broker) or _is_in_the_way(trade, broker):
        return False
    if trade.refusals and _would_be_refused(trade, broker):
        return False
    if not _legs_are_off(trade, broker):
        return False
    held = _held(trade)
    if held <= 0:
        trade_end(trade, OrderState.UNSENT, "the stop or target sold the shares first")
        return True
    _rest_cover(trade, broker)
    wanted = min(held, trade.quantity) if trade.is_part else held
    quantity = min(wanted, shares_free(trade.bot_id, trade.symbol, broker))
    if quantity <= 0:
        if looks_renamed(trade.symbol, broker):
            # It goes on under the new symbol.
            return False
        since = trade.unprotected_at
        if since and real_now() - since < CLAIMED_FOR and shares_are_claimed(trade.bot_id, trade.symbol):
            # Another bot's sale, which is as near, is sent in a moment; meanwhile these shares have no stop either.
            return False
        # Sold or reserved by hand. Sent all the same, the order would sell another bot's shares or open a short.
        why = symbol_trouble(trade.symbol, broker) or f"the broker has no free shares of {trade.symbol}"
        trade_wait(trade, why, until=real_now() + ASK_AGAIN_AFTER)
        shares_compare(broker)
        return False
    Trade.objects.filter(pk=trade.pk, state=OrderState.CREATED).update(quantity=quantity, error="")
    order_send(trade, broker)
    return True


def exit_resolve(trade: Trade, broker: Broker | None = None) -> None:
    """Find out what became of an exit of which that is not known; send it again, under its id, when its pause is over.

    Raises BrokerError.
    """
    broker = broker or broker_connect()
    order_resolve(trade, broker)
    trade.refresh_from_db()
    if trade.state != OrderState.UNKNOWN or real_now() < exit_unanswered_until(trade) or broker_account().error:
        return
    if trade.send_after is not None and real_now() < trade.send_after:
        return
    if _held(trade) < trade.quantity or broker.shares(trade.symbol).held < trade.quantity:
        # It may just have landed, or something else has sold them: looked at before protection is taken off.
        fills_collect(broker)
        _give_up(trade)
        return
    if not _legs_are_off(trade, broker):
        return
    _rest_cover(trade, broker)
    if shares_free(trade.bot_id, trade.symbol, broker) < trade.quantity:
        # Reserved by another order: the shares of another are not sold.
        Trade.objects.filter(pk=trade.pk).update(send_after=real_now() + ASK_AGAIN_AFTER)
        _give_up(trade)
        return
    order_send(trade, broker)


def _give_up(trade: Trade) -> None:
    """It is for more shares than there are, and the broker has never heard of it, for long: another takes its place."""
    age = real_now() - (trade.sent_at or trade.created_at)
    if trade.not_found >= NOT_FOUND_TRIES and age > QUARANTINE:
        trade_end(trade, OrderState.ABSENT, "the broker has no such order, and fewer shares are left")


def _would_be_refused(trade: Trade, broker: Broker) -> bool:
    """Whether the broker says beforehand that it takes no sale; asked before the shares' protection is taken off."""
    account, asset = broker.account(), broker.asset(trade.symbol)
    why = account.blocked or ("" if asset is None or asset.tradable else f"{trade.symbol} is not tradable")
    if why:
        trade_wait(trade, why, until=real_now() + REFUSED_PAUSE)
    return bool(why)


def _legs_are_off(trade: Trade, broker: Broker) -> bool:
    """Cancel what protects the shares; True once that is confirmed and booked."""
    resting = Trade.objects.filter(bot=trade.bot_id, symbol=trade.symbol).resting()
    for number, leg in enumerate(resting.working()):
        if number:
            # With one leg of a pair the broker cancels the other.
            order_refresh(leg, broker)
        if leg.state in WORKING:
            order_cancel(leg, broker)
        failpoint("exit:leg-cancelled")
    if resting.working().exists():
        # Still being cancelled, or just now filling: nothing may be sold before that is known.
        return False
    Trade.objects.filter(pk=trade.pk, unprotected_at=None).update(unprotected_at=real_now())
    trade.refresh_from_db()
    since = real_now() - DIFFERS_FOR
    if resting.may_still_move(since).exists():
        fills_collect(broker)
    return not resting.may_still_move(since).exists()


def _rest_cover(trade: Trade, broker: Broker) -> None:
    """Where a part is sold, the rest gets its stop first: it waits for no sale.

    Whatever comes of that, the sale goes on; shares that are left without a stop get one when it has ended.
    """
    position = _position(trade)
    rest = whole(position.quantity - trade.quantity) if position is not None and trade.is_part else Decimal(0)
    if position is not None and rest >= 1:
        stop_place(position, rest, broker, beside=trade)
        failpoint("exit:rest-covered")


def _is_filling(trade: Trade, broker: Broker) -> bool:
    """An entry that may still buy is cancelled first: who wants to be out wants no more shares."""
    entries = Trade.objects.filter(bot=trade.bot_id, symbol=trade.symbol, role=Role.ENTRY).select_related("bot")
    # One the broker has not heard of, asked again and again, holds up nobody; should it land, its legs protect it.
    entries = entries.exclude(state=OrderState.UNKNOWN, not_found__gte=NOT_FOUND_TRIES)
    for entry in entries.working():
        order_cancel(entry, broker)
    since = real_now() - DIFFERS_FOR
    if entries.may_still_move(since).exists():
        fills_collect(broker)
    return entries.may_still_move(since).exists()


def _is_in_the_way(trade: Trade, broker: Broker) -> bool:
    """Another bot's entry that waits for a print gives way: against it the broker takes no sale ("wash trade")."""
    entries = Trade.objects.filter(symbol=trade.symbol, role=Role.ENTRY, state__in=AT_BROKER)
    others = entries.exclude(bot=trade.bot_id)
    for entry in others.select_related("bot"):
        order_cancel(entry, broker)
        # One that was filled meanwhile gave way to nobody.
        why = f"it gave way to a sale of {trade.symbol} by {trade.bot.name}"
        Trade.objects.filter(pk=entry.pk, state=OrderState.CANCELED).update(error=why[:300])
    return others.exists()


def _is_of_a_split(trade: Trade, broker: Broker) -> bool:
    position = _position(trade)
    return position is not None and looks_split(position, trade.decision_price or position.entry_price, broker)


def _position(trade: Trade) -> Position | None:
    return Position.objects.held().filter(bot=trade.bot_id, symbol=trade.symbol).first()


def _held(trade: Trade) -> Decimal:
    position = _position(trade)
    return position.quantity if position else Decimal(0)


def exits_waiting() -> list[Trade]:
    rows = Trade.objects.filter(role=Role.EXIT, state=OrderState.CREATED).exclude(send_after__gt=real_now())
    return list(rows.select_related("bot"))
