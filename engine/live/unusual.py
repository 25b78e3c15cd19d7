"""Trading that a person should look at: many orders, many refusals, a large loss. Told once, not over and over."""

from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from bots.models import Bot
from engine.core.orders import OrderState
from engine.core.schedule import NEW_YORK
from engine.core.types import Session
from engine.live.steps import each
from engine.services import broker_account, is_due
from marketdata.calendar import session_today
from marketdata.clock import market_now, real_now
from marketdata.selectors import last_prices
from notifications.services import alert_raise
from positions.models import Position
from trades.account_cash import transfers_since
from trades.models import Trade
from trades.today import day_begins, day_results

# Within so much market time a bot has sent that many orders of its own, or had that many refused.
WITHIN = timedelta(minutes=10)
MANY_ORDERS = 30
MANY_REFUSED = 5
# Of the bot's max_daily_loss, and of the account's equity at the last close.
NEAR_DAILY_LOSS = Decimal("0.8")
LARGE_ACCOUNT_LOSS = Decimal("0.05")
TOLD_AGAIN_AFTER = timedelta(hours=1)
ONCE_A_SESSION = timedelta(days=30)


def unusual_trading_tell() -> None:
    """Look at the last minutes and the day; raise an alert for what is unusual. Raises BrokerError."""
    now = market_now()
    _many_orders(now)
    session = session_today(now)
    if session is not None:
        _losses(session.day.isoformat(), now)
        each(Bot.objects.ticking(), lambda bot: _early_close(bot, session))


def _many_orders(now: datetime) -> None:
    recent = Trade.objects.own().filter(timestamp__gt=now - WITHIN, attempts__gt=0)
    sent = Counter(recent.values_list("bot_id", flat=True))
    gone_wrong = Q(state__in=[OrderState.REJECTED, OrderState.ABSENT])
    refused = Counter(recent.filter(gone_wrong).values_list("bot_id", flat=True))
    for bot in Bot.objects.filter(pk__in=sent):
        if sent[bot.pk] >= MANY_ORDERS:
            _tell(bot, "orders", f"{sent[bot.pk]} orders within {_minutes()}", TOLD_AGAIN_AFTER)
        if refused[bot.pk] >= MANY_REFUSED:
            _tell(bot, "refused", f"{refused[bot.pk]} orders refused within {_minutes()}", TOLD_AGAIN_AFTER)


def _losses(day: str, now: datetime) -> None:
    held = list(Position.objects.held())
    prices = last_prices(sorted({position.symbol for position in held}))
    bots = Bot.objects.existing()
    gains = day_results([bot.pk for bot in bots], held, prices, day_begins(now))
    each(bots, lambda bot: _loss_of(bot, -gains[bot.pk], day))
    account = broker_account()
    if account.equity is None or not account.last_equity:
        return
    lost = account.last_equity - account.equity + transfers_since(day_begins(now))
    if lost >= LARGE_ACCOUNT_LOSS * account.last_equity:
        words = f"the account lost ${lost:.2f} today ({lost / account.last_equity:.1%})"
        _tell(None, f"loss {day}", words, ONCE_A_SESSION)


def _loss_of(bot: Bot, loss: Decimal, day: str) -> None:
    limit = bot.config().risk_management.max_daily_loss * bot.capital
    if loss >= limit:
        words = f"lost ${loss:.2f} today, its limit is ${limit:.2f}: no entries until the next session"
        _tell(bot, f"loss {day}", words, ONCE_A_SESSION)
    elif loss >= limit * NEAR_DAILY_LOSS:
        words = f"lost ${loss:.2f} today, near its limit of ${limit:.2f}"
        _tell(bot, f"near {day}", words, ONCE_A_SESSION)


def _early_close(bot: Bot, session: Session) -> None:
    look = bot.grid().last_look(session)
    if look is not None:
        closes, looks = (f"{moment.astimezone(NEW_YORK):%H:%M}" for moment in (session.close, look))
        words = (
            f"the market closes at {closes} New York time on {session.day}, before its window begins. "
            f"It looks once, at {looks}: it may sell then, and buys nothing"
        )
        _tell(bot, f"early close {session.day}", words, ONCE_A_SESSION)


def _tell(bot: Bot | None, kind: str, words: str, every: timedelta) -> None:
    if is_due(f"{kind} {bot.pk if bot else 'all'}", now=real_now(), every=every):
        with transaction.atomic():
            alert_raise("warning", f"{bot.name}: {words}" if bot else words, bot=bot.pk if bot else None)


def _minutes() -> str:
    return f"{WITHIN.total_seconds() / 60:.0f} minutes"
