"""On which bars a bot may not order any more."""

from collections import Counter
from datetime import datetime

from bots.models import Bot
from engine.core.orders import OrderState
from engine.core.refusals import bar_is_used, refusal_passes
from engine.core.types import Role
from engine.models import Decision
from engine.selectors import acted_on
from trades.models import Trade

NOT_TAKEN = (OrderState.UNSENT, OrderState.REJECTED)


def bars_used(bot: Bot) -> dict[str, datetime]:
    """By symbol, the end of the newest bar an order was decided on, unless nothing came of that.

    An entry that was never sent, or that the broker refused for a reason that passes, leaves its bar to the next tick.
    """
    newest = acted_on(bot)
    bars = set(newest.values())
    entries = Trade.objects.filter(bot=bot, role=Role.ENTRY, state__in=NOT_TAKEN, decision__bar_end__in=bars)
    not_taken = set(entries.values_list("symbol", "decision__bar_end")) if bars else set()
    return {
        symbol: bar_end
        for symbol, bar_end in newest.items()
        if (symbol, bar_end) not in not_taken or _is_used(bot, symbol, bar_end)
    }


def _is_used(bot: Bot, symbol: str, bar_end: datetime) -> bool:
    decided = Decision.objects.filter(bot=bot, symbol=symbol, bar_end=bar_end, action__in=("buy", "sell"))
    counted = Counter(_kind(state, error) for state, error in decided.values_list("trades__state", "trades__error"))
    return bar_is_used(counted["refused"], counted["other"])


def _kind(state: str | None, error: str | None) -> str:
    if state == OrderState.UNSENT:
        return "unsent"
    return "refused" if state == OrderState.REJECTED and refusal_passes(error or "") else "other"
