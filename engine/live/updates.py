"""What the broker's stream says of our orders. It is a hint: what happened is read by REST."""

from engine.brokers.connect import broker_connect
from engine.brokers.port import Broker
from engine.live.account import account_refresh
from engine.live.fills import fills_collect
from engine.live.orders import order_refresh
from engine.live.reconcile import COMPARED
from engine.services import due_again
from marketdata.clock import real_now
from trades.models import Trade


def order_updated(order_id: str, *, has_filled: bool) -> None:
    """Read the order again and book its fills. Raises BrokerError.

    What could not be read is read with all the books, by the sweeper a second later.
    """
    read = False
    try:
        read = _read(order_id, broker_connect(), has_filled=has_filled)
    finally:
        if not read:
            due_again(COMPARED, at=real_now())


def _read(order_id: str, broker: Broker, *, has_filled: bool) -> bool:
    if has_filled:
        fills_collect(broker, from_stream=True)
    trade, read = Trade.objects.filter(order_id=order_id).first(), True
    if trade is not None:
        # What ends one leg of a pair ends the other.
        read = trade.parent is None or order_refresh(trade.parent, broker)
        read = order_refresh(trade, broker) and read
    if has_filled:
        account_refresh(broker)
    return read
