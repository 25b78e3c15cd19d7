"""What the broker's stream says of our orders. It is a hint: what happened is read by REST."""

from django.db.models import Q

from engine.brokers.connect import broker_connect
from engine.brokers.port import Broker
from engine.core.orders import WORKING
from engine.core.types import Role
from engine.live.account import account_refresh
from engine.live.fills import fills_collect
from engine.live.orders import order_refresh
from engine.live.reconcile import COMPARED
from engine.services import due_again
from marketdata.clock import real_now
from trades.models import Trade


def order_updated(order_id: str, *, has_filled: bool, has_ended: bool = False) -> None:
    """Read the order again and book its fills. Raises BrokerError.

    What could not be read, or was read as it was before the news, is read with all the books, by the sweeper a second
    later.
    """
    read = False
    try:
        read = _read(order_id, broker_connect(), has_filled=has_filled, has_ended=has_ended)
    finally:
        if not read:
            due_again(COMPARED, at=real_now())


def _half_a_pair_works(trade: Trade) -> bool:
    """What ends one leg of a pair ends the other: where that works still, an answer was older than the news."""
    root = trade.parent_id or trade.pk
    pair = Trade.objects.filter(Q(pk=root) | Q(parent=root), role__in=(Role.STOP, Role.TARGET))
    return pair.working().exists() and pair.exclude(state__in=WORKING).exists()


def _read(order_id: str, broker: Broker, *, has_filled: bool, has_ended: bool) -> bool:
    if has_filled:
        fills_collect(broker, from_stream=True)
    trade, read = Trade.objects.filter(order_id=order_id).first(), True
    if trade is not None:
        read = trade.parent is None or order_refresh(trade.parent, broker)
        read = order_refresh(trade, broker) and read and not _half_a_pair_works(trade)
        read = read and not (has_ended and trade.state in WORKING)
    if has_filled:
        account_refresh(broker)
    return read
