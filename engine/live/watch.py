"""Telling the page when the market opens, closes, or the connection to the broker is lost."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from bots.models import Bot
from engine.brokers.errors import BrokerError
from engine.live.payloads import MarketStatus
from engine.models import BrokerAccount
from engine.selectors import trading_is_ready
from engine.services import broker_account, is_due
from events.services import event_publish
from marketdata.clock import market_clock, market_now, real_now
from marketdata.hours import hours_load
from marketdata.selectors import last_prices
from marketdata.status import market_status
from positions.equity import equity_mark, equity_marks_prune
from positions.models import Position
from positions.selectors import unrealized
from trades.account_equity import account_mark, account_marks_prune
from trades.today import stocks_by_hand

# The account is read every 30 seconds; two that failed in a row are no accident.
DISCONNECTED_AFTER = timedelta(seconds=65)
UNREACHABLE_AFTER = timedelta(seconds=3)
PRICES_STORED_EVERY = timedelta(seconds=15)
EQUITY_MARKED_EVERY, EQUITY_PRUNED_EVERY = timedelta(seconds=5), timedelta(hours=1)
TELLS = ("is_open", "broker_connected", "trading_ready", "error", "session_date", "speed", "frozen")


def status_now() -> MarketStatus:
    """Market status together with how the connection to the broker is. Raises BrokerError before the first contact."""
    hours_load()
    account = broker_account()
    return {
        **market_status(market_clock.reading(), real_now().timestamp()),
        "broker_connected": broker_is_connected(account, real_now()),
        "trading_ready": trading_is_ready(account),
        "error": account.error or _unreachable(account),
    }


def _unreachable(account: BrokerAccount) -> str | None:
    if account.unreachable_since is None or real_now() - account.unreachable_since < UNREACHABLE_AFTER:
        return None
    return "the broker does not answer; it is asked again every second"


def broker_is_connected(account: BrokerAccount, now: datetime) -> bool:
    if account.read_at is None or account.unauthorized or now - account.read_at >= DISCONNECTED_AFTER:
        return False
    return account.unreachable_since is None or now - account.unreachable_since < UNREACHABLE_AFTER


def watch() -> None:
    """Tell the page when the status differs from the one last told; keep stored prices and the equity up to date."""
    try:
        status: Mapping[str, Any] = status_now()
    except BrokerError:
        return
    seen = {key: status[key] for key in TELLS}
    if seen != broker_account().status_told:
        with transaction.atomic():
            BrokerAccount.objects.filter(pk=1).update(status_told=seen)
            event_publish("market_status_changed", status)
    if is_due("positions marked", now=real_now(), every=PRICES_STORED_EVERY):
        positions_mark()
    if is_due("equity marked", now=real_now(), every=EQUITY_MARKED_EVERY):
        equity_mark(market_now())
        account_mark(market_now())
    if is_due("prune equity", now=real_now(), every=EQUITY_PRUNED_EVERY):
        equity_marks_prune(market_now())
        account_marks_prune(market_now())


def positions_mark() -> None:
    """Store the newest price with each open position, for the admin and for whoever reads the table."""
    held = list(Position.objects.held())
    prices = last_prices(sorted({position.symbol for position in held}))
    for position in held:
        if position.symbol in prices:
            Position.objects.filter(pk=position.pk, version=position.version).update(
                current_price=prices[position.symbol][0], unrealized_pnl=unrealized(position, prices)
            )


def symbols_in_use() -> list[str]:
    """Symbols whose prices are wanted: of ticking bots and what they hold first, then of other bots and by hand."""
    ticking: set[str] = set()
    others: set[str] = set()
    for bot in Bot.objects.existing().select_related("periodic_task"):
        (ticking if bot.periodic_task and bot.periodic_task.enabled else others).update(bot.symbols)
    held = set(Position.objects.held().values_list("symbol", flat=True))
    # Shares that people hold beside the bots are part of the day, too.
    others |= stocks_by_hand()
    return sorted(ticking | held) + sorted(others - ticking - held)
