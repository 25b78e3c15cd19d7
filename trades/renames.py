"""The trades of a stock that got another symbol: those its position is made of, and those that may still fill."""

from datetime import datetime
from decimal import Decimal

from django.db.models import Q

from engine.core.orders import WORKING, OrderState
from engine.core.types import Role
from positions.models import Position
from trades.by_hand import shares_by_hand_change
from trades.models import CashPart, ForeignFill, Trade
from trades.selectors import position_trades
from trades.services import part_give_up


def trades_rename(old: str, new: str, positions: list[Position]) -> None:
    """Orders of what is held or under way belong to the new symbol, with what may still be told of them.

    positions: those held in the old symbol. Inside the transaction in which they get the new one, before they do.
    """
    moving = Trade.objects.filter(symbol=old)
    # They waited for shares the broker did not know.
    waiting = moving.filter(role=Role.EXIT, state=OrderState.CREATED)
    for part in waiting.filter(is_part=True).select_related("bot"):
        part_give_up(part, f"its shares are {new} now")
    waiting.update(send_after=None, refusals=0, error="")
    for position in positions:
        made_of = position_trades(position).values("pk")
        since = Q(timestamp__gte=position.opened_at) | Q(pk__in=made_of) | Q(parent__in=made_of)
        # A stop that was refused under the old symbol says nothing about one under the new.
        refused = Q(state=OrderState.REJECTED, role__in=[Role.STOP, Role.TARGET])
        moving.filter(since, bot=position.bot_id).exclude(refused).update(symbol=new)
        CashPart.objects.filter(position=position).update(symbol=new)
    moving.unfinished().update(symbol=new)


def shares_by_hand_rename(old: str, new: str, *, before: Decimal, after: Decimal, name: str, at: datetime) -> None:
    """What was traded by hand is of the new symbol: the fills themselves, where the shares stay as many."""
    if before == after:
        ForeignFill.objects.filter(symbol=old).update(symbol=new)
        return
    shares_by_hand_change(symbol=old, quantity=-before, activity_id=f"{name} before", at=at)
    shares_by_hand_change(symbol=new, quantity=after, activity_id=f"{name} after", at=at)


def orders_under_way(symbol: str) -> list[Trade]:
    """Orders in a symbol that are at the broker, or of which that is not known."""
    states = set(WORKING) - {OrderState.CREATED}
    return list(Trade.objects.filter(symbol=symbol, state__in=states).select_related("bot").order_by("pk"))
