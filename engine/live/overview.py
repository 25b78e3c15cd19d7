"""The account and all bots in figures, as the dashboard shows them. JSON-ready."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import cast

from django.conf import settings

from bots.models import Bot
from engine.core.money import booked
from engine.live.bot_view import market_now_if_known
from engine.live.moved import moved_since
from engine.live.payloads import BotCounts, DayParts, Summary
from engine.selectors import global_halt
from engine.services import broker_account
from events.services import newest_event
from marketdata.calendar import session_today
from marketdata.selectors import last_prices
from positions.models import BotResult, Position
from positions.selectors import Prices, open_pnl, ratio, text, win_rate
from trades.account_cash import cash_of_no_bot, transfers_since
from trades.selectors import trades_filled_since
from trades.today import day_begins, day_by_hand, day_results, stocks_by_hand


def summary() -> Summary:
    """The account and all bots in figures. `event_id` is read first: events after it may or may not be in here."""
    event_id = newest_event()
    account = broker_account()
    held = list(Position.objects.held())
    now = market_now_if_known()
    since = day_begins(now) if now else None
    by_hand = stocks_by_hand(since) if since else set()
    prices = last_prices(sorted({*by_hand, *(position.symbol for position in held)}))
    gained = open_pnl(held, prices)
    moved = moved_since(account, held, prices)
    equity = None if account.equity is None else booked(account.equity + moved)
    exposure = sum((position.quantity * _price(position, prices) for position in held), Decimal(0))
    statuses = Counter(Bot.objects.existing().values_list("status", flat=True))
    results = list(BotResult.objects.all())
    session = session_today(now) if now else None
    day_pnl = None
    if equity is not None and account.last_equity is not None:
        day_pnl = equity - account.last_equity - (transfers_since(since) if since else 0)
    return {
        "equity": text(equity),
        "cash": text(account.cash),
        "day_pnl": text(day_pnl),
        "day_pnl_pct": text(ratio(day_pnl, account.last_equity)),
        "day_parts": _day_parts(day_pnl, held, prices, since) if since else None,
        "open_pnl": text(booked(gained)),
        "exposure": text(booked(exposure)),
        "exposure_pct": text(ratio(exposure, equity)),
        "buying_power": text(account.buying_power),
        "bots": cast(BotCounts, {name: statuses[name] for name in Bot.Status.values} | {"total": statuses.total()}),
        "trades_today": trades_filled_since(session.open).count() if session else 0,
        "win_rate": text(win_rate(results)),
        "closed_positions": sum(row.closed_positions for row in results),
        "open_positions": len(held),
        "halt": global_halt(),
        "account_number": account.account_number or None,
        "mode": settings.MARKET_MODE,
        "as_of": account.read_at.isoformat() if account.read_at else None,
        "event_id": event_id,
    }


def _day_parts(day_pnl: Decimal | None, held: Sequence[Position], prices: Prices, since: datetime) -> DayParts:
    """Where the account's day comes from, fees, dividends and interest included. What neither bots nor people's shares
    explain is not yet attributed: fills that are not booked yet, money of which it is not known yet whose it is, prices
    of people's shares that moved since the account was read, and what has no known price."""
    bots = Bot.objects.values_list("pk", flat=True)
    gained = sum(day_results(list(bots), held, prices, since).values(), Decimal(0))
    by_hand = day_by_hand(prices, since) + cash_of_no_bot(since)
    rest = None if day_pnl is None else booked(day_pnl - gained - by_hand)
    return {"bots": text(gained), "by_hand": text(by_hand), "unattributed": text(rest)}


def _price(position: Position, prices: Prices) -> Decimal:
    return prices[position.symbol][0] if position.symbol in prices else position.entry_price
