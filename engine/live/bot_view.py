"""Bots as the page gets them, with their results. JSON-ready; many cost hardly more queries than one."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import cast

from bots.models import Bot
from engine.brokers.errors import BrokerError
from engine.core.config_json import CONFIG_FIELDS
from engine.core.money import booked
from engine.core.types import Session
from engine.live.payloads import BotPayload
from engine.selectors import halt_reasons, last_decisions
from marketdata.calendar import session_after, session_today
from marketdata.clock import market_now
from marketdata.selectors import last_prices
from positions.models import BotResult, Position
from positions.selectors import open_pnl, text, win_rate
from trades.selectors import trades_filled_since
from trades.today import day_begins, day_results

# What bots are sorted by that no row holds.
FIGURES: dict[str, Callable[[BotPayload], Decimal | int | None]] = {
    "today": lambda bot: Decimal(bot["today"]["pnl"]),
    "total_pnl": lambda bot: Decimal(bot["total_pnl"]),
    "win_rate": lambda bot: None if bot["win_rate"] is None else Decimal(bot["win_rate"]),
    "open_positions": lambda bot: bot["open_positions"],
}


def bot_view(bot: Bot) -> BotPayload:
    """A bot as the page gets it."""
    return bot_views([bot])[0]


def bot_views(bots: Sequence[Bot]) -> list[BotPayload]:
    """Bots as the page gets them, in the same sequence."""
    now = market_now_if_known()
    session = session_today(now) if now else None
    positions = list(Position.objects.held().filter(bot__in=bots))
    held: defaultdict[int, list[Position]] = defaultdict(list)
    for position in positions:
        held[position.bot_id].append(position)
    prices = last_prices(sorted({position.symbol for position in positions}))
    results = {row.bot_id: row for row in BotResult.objects.filter(bot__in=bots)}
    traded = _traded(bots, session)
    gains = day_results([bot.pk for bot in bots], positions, prices, day_begins(now)) if now else None
    decisions, halts = last_decisions(bots), halt_reasons(bots)
    views = []
    for bot in bots:
        row = results.get(bot.pk)
        open_result = open_pnl(held[bot.pk], prices)
        result = (row.realized_pnl if row else Decimal(0)) + open_result
        config = {field: getattr(bot, field) for field in CONFIG_FIELDS} | {"capital": text(bot.capital)}
        state: BotPayload = {
            "id": bot.pk,
            "status": bot.status,
            "status_reason": bot.status_reason,
            "version": bot.version,
            "created_at": bot.created_at.isoformat(),
            "updated_at": bot.updated_at.isoformat(),
            "last_tick_at": bot.last_tick.isoformat() if bot.last_tick else None,
            "next_tick_at": _next_tick(bot, now),
            "today": {"pnl": text(gains[bot.pk]) if gains is not None else "0", "trades": traded[bot.pk]},
            "total_pnl": text(booked(result)),
            "open_positions": len(held[bot.pk]),
            "win_rate": text(win_rate([row] if row else [])),
            "last_decision": decisions.get(bot.pk),
            "halted": halts.get(bot.pk, ""),
        }
        views.append(cast(BotPayload, config | state))
    return views


def bot_views_by(bots: Sequence[Bot], figure: str, *, descending: bool) -> list[BotPayload]:
    """Bots as the page gets them, by one of `FIGURES`; those without one are last, equal ones keep their sequence."""
    figures = [(FIGURES[figure](view), view) for view in bot_views(bots)]
    known = [(value, view) for value, view in figures if value is not None]
    known.sort(key=lambda pair: pair[0], reverse=descending)
    return [view for _, view in known] + [view for value, view in figures if value is None]


def market_now_if_known() -> datetime | None:
    """None before the first contact with the broker."""
    try:
        return market_now()
    except BrokerError:
        return None


def _traded(bots: Sequence[Bot], session: Session | None) -> Counter[int]:
    """By bot, how many trades have filled since the open."""
    if session is None:
        return Counter()
    filled = trades_filled_since(session.open).filter(bot__in=bots).order_by()
    return Counter(filled.values_list("bot_id", flat=True))


def _next_tick(bot: Bot, now: datetime | None) -> str | None:
    if now is None or bot.status == Bot.Status.STOPPED:
        return None
    session = session_today(now)
    following = bot.grid().following(session, now) if session else None
    following = following or bot.grid().following(session_after(now), now)
    return following.isoformat() if following else None
