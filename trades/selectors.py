"""Reading trades."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from engine.core.orders import WORKING
from engine.core.types import Role
from positions.models import Position
from positions.selectors import Prices, position_payload, text
from trades.models import Trade


def trade_payload(trade: Trade) -> dict[str, Any]:
    """A trade as the page gets it, JSON-ready."""
    return {
        "id": trade.pk,
        "bot": trade.bot_id,
        "bot_name": trade.bot.name,
        "symbol": trade.symbol,
        "type": trade.type,
        "role": trade.role,
        "quantity": text(trade.quantity),
        "filled_quantity": text(trade.booked_quantity),
        "price": text(trade.price),
        "decision_price": text(trade.decision_price),
        "stop_price": text(trade.stop_price),
        "limit_price": text(trade.limit_price),
        "timestamp": trade.timestamp.isoformat(),
        "created_at": trade.created_at.isoformat(),
        "status": trade.status,
        "state": trade.state,
        "reason": trade.error or trade.reason,
        "profit_loss": text(trade.profit_loss),
        "commission": text(trade.commission),
        "slippage": text(trade.slippage),
        "order_id": trade.order_id,
        "client_order_id": trade.client_order_id,
        "indicators_snapshot": trade.indicators_snapshot,
    }


def trade_detail(trade: Trade) -> dict[str, Any]:
    """A trade with the fills it was made of."""
    return trade_payload(trade) | {
        "executions": [
            {
                "id": row.pk,
                "activity_id": row.activity_id,
                "quantity": text(row.quantity),
                "price": text(row.price),
                "at": row.at.isoformat(),
            }
            for row in trade.executions.all()
        ]
    }


def trades_filled_since(start: datetime) -> QuerySet[Trade]:
    return Trade.objects.filter(timestamp__gte=start, booked_quantity__gt=0)


def position_protection(position: Position) -> str:
    """protected: a stop for all shares rests at the broker. unmanaged: the same, of a bot that is stopped."""
    stops = Trade.objects.filter(
        bot=position.bot_id, symbol=position.symbol, role=Role.STOP, state__in=WORKING, order_id__isnull=False
    )
    if sum((stop.remaining for stop in stops), 0) < position.quantity:
        return "unprotected"
    return "unmanaged" if position.bot.status == "stopped" else "protected"


def position_is_closing(position: Position) -> bool:
    return (
        position.is_open
        and Trade.objects.filter(bot=position.bot_id, symbol=position.symbol, role=Role.EXIT).unfinished().exists()
    )


def position_view(position: Position, prices: Prices | None = None) -> dict[str, Any]:
    """A position with what the orders around it say, JSON-ready."""
    return position_payload(
        position, prices, protection=position_protection(position), closing=position_is_closing(position)
    )
