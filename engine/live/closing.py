"""Closing a position because a person asked for it: first a row, then a wake-up."""

from datetime import datetime

from django.db import IntegrityError, transaction

from engine.core.types import OrderIntent, Role, Side
from engine.live.identity import order_id_for
from events.services import event_publish
from marketdata.selectors import last_prices
from positions.models import Position
from trades.models import Trade
from trades.selectors import position_view
from trades.services import trade_create


class PositionClosed(Exception):
    """There is nothing left to close."""


def position_close_request(*, position: Position, by: str, now: datetime, request_key: str | None = None) -> Trade:
    """Ask for the sale of the whole position. Asked again while that is under way, it is the same request."""
    prices = last_prices([position.symbol])
    try:
        with transaction.atomic():
            working = Trade.objects.filter(bot=position.bot_id, symbol=position.symbol, role=Role.EXIT).unfinished()
            known = working.first() or Trade.objects.filter(request_key=request_key, request_key__isnull=False).first()
            if known is not None:
                return known
            position.refresh_from_db()
            if not position.is_open:
                raise PositionClosed(f"the position in {position.symbol} is closed already")
            price = position.current_price or position.entry_price
            trade = trade_create(
                bot=position.bot,
                version=position.bot.versions.first(),
                intent=OrderIntent(position.symbol, Side.SELL, Role.EXIT, position.quantity, price),
                client_order_id=order_id_for(position.bot, now, position.symbol, Role.EXIT, by_hand=True),
                at=now,
                reason=f"closed by {by}" if by else "closed by hand",
                cause="by_hand",
                request_key=request_key,
            )
            event_publish("position_updated", position_view(position, prices))
            return trade
    except IntegrityError:
        # Somebody else asked at the same moment; theirs is the request.
        return Trade.objects.filter(bot=position.bot_id, symbol=position.symbol, role=Role.EXIT).latest("id")
