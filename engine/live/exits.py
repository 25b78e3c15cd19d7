"""Getting out: cancel what protects the shares, wait until that is confirmed, then sell.

Every step is a row in the database; whoever calls `exit_advance` next goes on from there.
"""

from datetime import timedelta
from decimal import Decimal

from engine.brokers.connect import broker_connect
from engine.brokers.port import Broker
from engine.core.failpoints import failpoint
from engine.core.orders import WORKING, OrderState
from engine.core.types import Role
from engine.live.compare import shares_compare
from engine.live.fills import fills_collect
from engine.live.orders import order_cancel, order_refresh, order_send
from engine.live.shares import shares_free
from engine.live.splits import looks_split
from marketdata.clock import real_now
from positions.models import Position
from trades.models import Trade
from trades.services import trade_end, trade_wait

# Real time.
ASK_AGAIN_AFTER = timedelta(seconds=10)


def exit_advance(trade: Trade, broker: Broker | None = None) -> bool:
    """Take an exit that was decided as far as it goes; True when it was sent or has ended. Raises BrokerError."""
    broker = broker or broker_connect()
    trade.refresh_from_db()
    if trade.state != OrderState.CREATED:
        return True
    if trade.cause != "by_hand" and _is_of_a_split(trade, broker):
        trade_end(trade, OrderState.UNSENT, "decided by a price of other shares: the stock was split")
        return True
    if _is_filling(trade, broker):
        return False
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
    if resting.unfinished().exists():
        fills_collect(broker)
    held = _held(trade)
    if resting.unfinished().exists():
        return False
    if held <= 0:
        trade_end(trade, OrderState.UNSENT, "the stop or target sold the shares first")
        return True
    quantity = min(held, shares_free(trade.bot_id, trade.symbol, broker))
    if quantity <= 0:
        # Sold or reserved by hand. Sent all the same, the order would sell another bot's shares or open a short.
        trade_wait(trade, f"the broker has no free shares of {trade.symbol}", until=real_now() + ASK_AGAIN_AFTER)
        shares_compare(broker)
        return False
    Trade.objects.filter(pk=trade.pk, state=OrderState.CREATED).update(quantity=quantity, error="")
    order_send(trade, broker)
    return True


def _is_filling(trade: Trade, broker: Broker) -> bool:
    """An entry that may still buy is cancelled first: who wants to be out wants no more shares."""
    entries = Trade.objects.filter(bot=trade.bot_id, symbol=trade.symbol, role=Role.ENTRY).select_related("bot")
    for entry in entries.working():
        order_cancel(entry, broker)
    if entries.unfinished().exists():
        fills_collect(broker)
    return entries.unfinished().exists()


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
