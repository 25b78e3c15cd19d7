"""The names of our orders: deterministic, so that a decision taken twice cannot become two orders."""

from datetime import UTC, datetime

from bots.models import Bot
from engine.services import broker_account
from trades.models import Trade


def order_id_for(bot: Bot, at: datetime, symbol: str, role: str, *, by_hand: bool = False) -> str:
    """`{install}-{bot}-{yymmddThhmmss}-{symbol}-{role}{n}`; n rises with every order of that name.

    `by_hand` marks what a person asked for.
    """
    stem = f"{broker_account().install}-{bot.pk}-{at.astimezone(UTC):%y%m%dT%H%M%S}-{symbol}-"
    stem += "x" if by_hand else role
    n = 1 + Trade.objects.filter(client_order_id__startswith=stem, parent=None).count()
    return f"{stem}{n}"
