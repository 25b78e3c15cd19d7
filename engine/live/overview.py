"""What the dashboard shows: a bot with its results, and the account as a whole. JSON-ready."""

from collections import Counter
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Max

from bots.models import CONFIG_FIELDS, Bot
from engine.brokers.port import BrokerError
from engine.core.money import booked
from engine.models import DayStart
from engine.selectors import global_halt, halt_reason, last_decision
from engine.services import broker_account
from events.models import Event
from marketdata.calendar import session_after, session_today
from marketdata.clock import market_now
from marketdata.selectors import last_prices
from positions.models import Books, Position
from positions.selectors import Prices, bot_money, ratio, text, unrealized, win_rate
from trades.selectors import trades_filled_since


def bot_view(bot: Bot, prices: Prices | None = None) -> dict[str, Any]:
    """A bot as the page gets it."""
    prices = _prices_held() if prices is None else prices
    money = bot_money(bot, prices)
    now = _market_now()
    session = session_today(now) if now else None
    start = DayStart.objects.filter(bot=bot, day=session.day).first() if session else None
    return {field: getattr(bot, field) for field in CONFIG_FIELDS} | {
        "id": bot.pk,
        "capital": text(bot.capital),
        "status": bot.status,
        "status_reason": bot.status_reason,
        "version": bot.version,
        "created_at": bot.created_at.isoformat(),
        "updated_at": bot.updated_at.isoformat(),
        "last_tick_at": bot.last_tick.isoformat() if bot.last_tick else None,
        "next_tick_at": _next_tick(bot, now),
        "today": {
            "pnl": text(booked(money.result - start.result)) if start else "0",
            "trades": trades_filled_since(session.open).filter(bot=bot).count() if session else 0,
        },
        "total_pnl": text(booked(money.result)),
        "open_positions": Position.objects.held().filter(bot=bot).count(),
        "win_rate": text(win_rate(Books.objects.filter(bot=bot))),
        "last_decision": last_decision(bot),
        "halted": halt_reason(bot),
    }


def summary() -> dict[str, Any]:
    """The account and all bots in figures. `event_id` is read first: events after it may or may not be in here."""
    event_id = Event.objects.aggregate(newest=Max("id"))["newest"] or 0
    account = broker_account()
    prices = _prices_held()
    held = list(Position.objects.held())
    open_pnl = sum((unrealized(position, prices) for position in held), Decimal(0))
    exposure = sum((position.quantity * _price(position, prices) for position in held), Decimal(0))
    statuses = Counter(Bot.objects.existing().values_list("status", flat=True))
    books = list(Books.objects.all())
    now = _market_now()
    session = session_today(now) if now else None
    day_pnl = None
    if account.equity is not None and account.last_equity is not None:
        day_pnl = account.equity - account.last_equity
    return {
        "equity": text(account.equity),
        "cash": text(account.cash),
        "day_pnl": text(day_pnl),
        "day_pnl_pct": text(ratio(day_pnl, account.last_equity)),
        "open_pnl": text(booked(open_pnl)),
        "exposure": text(booked(exposure)),
        "exposure_pct": text(ratio(exposure, account.equity)),
        "buying_power": text(account.buying_power),
        "bots": {status: statuses.get(status, 0) for status in Bot.Status.values} | {"total": statuses.total()},
        "trades_today": trades_filled_since(session.open).count() if session else 0,
        "win_rate": text(win_rate(books)),
        "closed_positions": sum(row.closed_positions for row in books),
        "open_positions": len(held),
        "halt": global_halt(),
        "account_number": account.account_number or None,
        "mode": settings.MARKET_MODE,
        "as_of": account.read_at.isoformat() if account.read_at else None,
        "event_id": event_id,
    }


def _prices_held() -> Prices:
    return last_prices(sorted(set(Position.objects.held().values_list("symbol", flat=True))))


def _price(position: Position, prices: Prices) -> Decimal:
    return prices[position.symbol][0] if position.symbol in prices else position.entry_price


def _market_now() -> datetime | None:
    try:
        return market_now()
    except BrokerError:
        return None


def _next_tick(bot: Bot, now: datetime | None) -> str | None:
    if now is None or bot.status == Bot.Status.STOPPED:
        return None
    session = session_today(now)
    following = bot.grid().following(session, now) if session else None
    following = following or bot.grid().following(session_after(now), now)
    return following.isoformat() if following else None
