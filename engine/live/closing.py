"""Closing a position, or a part of it, because a person asked for it: first a row, then a wake-up."""

from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from bots.services import NotAllowed
from engine.core.types import OrderIntent, Role, Side
from engine.live.identity import order_id_for
from events.services import event_publish
from marketdata.selectors import last_prices
from positions.models import Position
from trades.models import Trade
from trades.selectors import position_view
from trades.services import trade_create

SOMEBODY = "an unnamed person"


class PositionClosed(Exception):
    """There is nothing left to close."""


def position_close_request(
    *, position: Position, by: str, now: datetime, request_key: str | None = None, quantity: Decimal | None = None
) -> Trade:
    """Ask for the sale of a position. Asked again while that is under way, it is the same request.

    Args:
        position: The position.
        by: The name of the person.
        now: Market time.
        request_key: The id of the request, which makes one order however often it is repeated.
        quantity: Shares to sell; the others stay held and get their stop. None for all. If all are asked for while a
            part is being sold, the rest follows.

    Returns:
        The sale that is under way for it.

    Raises:
        PositionClosed: Nothing is held any more.
        NotAllowed: A part of that size cannot be sold now.
    """
    prices = last_prices([position.symbol])
    exits = Trade.objects.filter(bot=position.bot_id, symbol=position.symbol, role=Role.EXIT)
    try:
        with transaction.atomic():
            repeated = Trade.objects.filter(request_key=request_key, request_key__isnull=False).first()
            if repeated is not None:
                return repeated
            working = exits.unfinished().first()
            if working is not None:
                return _joined(position, working, by, quantity)
            position.refresh_from_db()
            if not position.is_open:
                raise PositionClosed(f"the position in {position.symbol} is closed already")
            _part_check(position, quantity)
            price = position.current_price or position.entry_price
            trade = trade_create(
                bot=position.bot,
                version=position.bot.versions.first(),
                intent=OrderIntent(position.symbol, Side.SELL, Role.EXIT, quantity or position.quantity, price),
                client_order_id=order_id_for(position.bot, now, position.symbol, Role.EXIT, by_hand=True),
                at=now,
                reason=_reason(position, by, quantity),
                cause="by_hand",
                request_key=request_key,
                is_part=quantity is not None,
            )
            event_publish("position_updated", position_view(position, prices))
            return trade
    except IntegrityError:
        # Somebody else asked at the same moment; theirs is the request.
        return _joined(position, exits.latest("id"), by, quantity)


def _joined(position: Position, working: Trade, by: str, quantity: Decimal | None) -> Trade:
    """The sale that is under way already, for a request that comes while it is. Raises NotAllowed."""
    if quantity is not None:
        raise NotAllowed(f"a sale of {working.symbol} is under way already; ask again when it has ended")
    if working.is_part:
        Position.objects.held().filter(pk=position.pk, closing_for="").update(closing_for=by or SOMEBODY)
    return working


def _part_check(position: Position, quantity: Decimal | None) -> None:
    """Raises NotAllowed: what would be left could have no stop, or is nothing."""
    if quantity is None:
        return
    held, symbol = f"{position.quantity.normalize():f}", position.symbol
    if position.closing_for:
        raise NotAllowed(f"all shares of {symbol} are being sold for {position.closing_for} already")
    if quantity >= position.quantity:
        raise NotAllowed(f"{held} shares of {symbol} are held: sell fewer, or close the whole position")
    if position.quantity - quantity < 1:
        left = f"{(position.quantity - quantity).normalize():f}"
        raise NotAllowed(f"that leaves {left} of a share, for which no stop can rest: close the whole position")


def _reason(position: Position, by: str, quantity: Decimal | None) -> str:
    if quantity is None:
        return f"closed by {by}" if by else "closed by hand"
    part = f"{quantity.normalize():f} of {position.quantity.normalize():f} shares"
    return f"{part} closed by {by}" if by else f"{part} closed by hand"
