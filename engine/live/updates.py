"""What the broker's stream says of our orders. It is a hint: what happened is read by REST."""

from engine.brokers.connect import broker_connect
from engine.live.account import account_refresh
from engine.live.fills import fills_collect
from engine.live.orders import order_refresh
from trades.models import Trade


def order_updated(order_id: str, *, has_filled: bool) -> None:
    """Read the order again and book its fills. Raises BrokerError; the sweeper does the same a second later."""
    broker = broker_connect()
    if has_filled:
        fills_collect(broker, from_stream=True)
    trade = Trade.objects.filter(order_id=order_id).first()
    if trade is not None:
        if trade.parent:
            # What ends one leg of a pair ends the other.
            order_refresh(trade.parent, broker)
        order_refresh(trade, broker)
    if has_filled:
        account_refresh(broker)
