"""Cancelling an entry because a person asked for it: first a row, then the sweeper."""

from bots.services import NotAllowed
from engine.core.orders import WORKING, OrderState
from engine.core.types import Role
from marketdata.clock import real_now
from trades.models import Trade
from trades.services import trade_cancel_want, trade_end

# Why an order of each other kind is not cancelled by hand.
STAYS = {
    Role.STOP: "a stop rests as long as its shares are held; close the position instead",
    Role.TARGET: "a target rests together with its stop; close the position instead",
    Role.EXIT: "a sale that was asked for is wanted until the shares are sold",
}


def entry_cancel_request(*, trade: Trade, by: str) -> Trade:
    """Have a working entry cancelled; asked again, it is the same request. It may fill before the broker cancels it.

    Args:
        trade: An order of a bot.
        by: The name of the person.

    Raises:
        NotAllowed: It is no entry, or it has ended.
    """
    if trade.role != Role.ENTRY:
        raise NotAllowed(STAYS[Role(trade.role)])
    why = f"its cancellation was asked for by {by}"
    if trade.state == OrderState.CREATED and trade_end(trade, OrderState.UNSENT, why):
        return trade
    if not trade_cancel_want(trade, why, at=real_now()) and trade.state not in WORKING:
        raise NotAllowed(f"the order has ended: it is {trade.state}")
    return trade
