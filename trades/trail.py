"""One order over all logs, from the tick to the fill: each line carries its client order id as `order`."""

import logging
from typing import Any

from trades.models import Trade

log = logging.getLogger(__name__)


def trail(trade: Trade, what: str, **more: Any) -> None:
    """Say what became of an order; JSON lines have order, bot, symbol and `more` as fields."""
    fields = {"order": trade.client_order_id, "bot": trade.bot_id, "symbol": trade.symbol} | more
    log.info("order %s: %s", trade.client_order_id, what, extra=fields)
