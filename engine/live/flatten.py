"""Selling everything, of one bot or of all: a halt that says so stands, and whatever is held meanwhile is sold."""

from contextlib import suppress

from engine.core.types import Role
from engine.live.closing import PositionClosed, position_close_request
from engine.live.steps import each
from engine.models import Halt
from engine.payloads import HaltPayload
from engine.services import halt_note_flat
from marketdata.clock import market_now, real_now
from positions.models import Position, PositionQuerySet
from trades.models import Trade


def halts_close() -> None:
    """Go on with every halt that sells: also what is bought after it, by an order then under way, is sold."""
    for halt in Halt.objects.filter(cleared_at=None, close_positions=True).select_related("bot"):
        halt_close(halt)


def halt_close(halt: Halt) -> None:
    """Ask for the sale of what the halt is about; note once that nothing is left."""
    # One that cannot be asked for holds up no other.
    each(positions_left(halt).select_related("bot"), lambda position: _close(position, by=halt.set_by))
    if halt.flat_at is None and not positions_left(halt).exists() and not _orders_left(halt):
        halt_note_flat(halt=halt, now=real_now())


def _close(position: Position, *, by: str) -> None:
    with suppress(PositionClosed):
        position_close_request(position=position, by=by, now=market_now())


def positions_left(halt: Halt) -> PositionQuerySet:
    """What is still held of what the halt is about."""
    held = Position.objects.held()
    return held if halt.bot_id is None else held.filter(bot=halt.bot_id)


def halt_payload(halt: Halt) -> HaltPayload:
    """A halt as the page gets it, with how far it is, JSON-ready."""
    return {
        "id": halt.pk,
        "bot": halt.bot_id,
        "bot_name": halt.bot.name if halt.bot else None,
        "reason": halt.reason,
        "set_by": halt.set_by,
        "set_at": halt.set_at.isoformat(),
        "close_positions": halt.close_positions,
        "positions_left": positions_left(halt).count(),
        "flat_at": halt.flat_at.isoformat() if halt.flat_at else None,
    }


def _orders_left(halt: Halt) -> bool:
    """An entry that may still buy, or a fill that is not booked yet."""
    orders = Trade.objects.filter(role__in=[Role.ENTRY, Role.EXIT]).unfinished()
    return (orders if halt.bot_id is None else orders.filter(bot=halt.bot_id)).exists()
