"""What the first start makes: the administrator and the demo bots."""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ImproperlyConfigured, ValidationError

from bots.models import Bot
from bots.services import bot_create
from engine.live.lifecycle import bot_start
from marketdata.models import Symbol

ADMIN = "admin"
RISK = {"stop_loss": 0.02, "take_profit": 0.05, "max_position_size": 0.1, "max_daily_loss": 0.1}

# What they trade where the market lists it, best first.
LIKED = ("AAPL", "MSFT", "GOOGL", "SPY", "QQQ", "AMZN", "NVDA", "TSLA", "META", "JPM", "V", "KO", "AMD", "NFLX", "XOM")

DEMO_BOTS: Sequence[dict[str, Any]] = (
    {
        "name": "Momentum Bot",
        "capital": 10_000,
        "trading_frequency": 60,
        "indicators": {
            "RSI": {"period": 14, "oversold": 30, "overbought": 70},
            "MACD": {"fast": 12, "slow": 26, "signal": 9},
            "SMA": {"period": 50},
        },
        "risk_management": RISK,
        "start_hour": 9,
        "start_minute": 30,
        "end_hour": 12,
        "end_minute": 0,
    },
    {
        "name": "Dip Buyer",
        "capital": 25_000,
        "trading_frequency": 60,
        "signal_mode": "any",
        "indicators": {"RSI": {"period": 9, "oversold": 35, "overbought": 65}},
        "risk_management": RISK | {"stop_loss": 0.01, "take_profit": 0.02, "cooldown_minutes": 5},
        "end_hour": 15,
        "end_minute": 45,
        "close_at_window_end": True,
    },
    {
        "name": "Trend Rider",
        "capital": 50_000,
        "trading_frequency": 30,
        "signal_mode": "all",
        "indicators": {"SMA": {"period": 10, "slow": 30}, "MACD": {"fast": 8, "slow": 21, "signal": 5}},
        "risk_management": RISK | {"take_profit": None, "trailing_stop": 0.01, "max_position_size": 0.15},
        "end_hour": 15,
        "end_minute": 30,
    },
)
SYMBOLS_EACH = 3


def admin_ensure(password_file: Path) -> str | None:
    """Make the administrator at the first start: while there is nobody yet. Returns a password that was generated now.

    The file keeps that one, readable by its owner only; ADMIN_PASSWORD is taken instead where it is set. Afterwards
    neither counts for anything: `manage.py changepassword admin` sets another. Raises ImproperlyConfigured where
    ADMIN_PASSWORD is not one that a person could choose.
    """
    users = get_user_model()
    if users.objects.exists():
        return None
    chosen = settings.ADMIN_PASSWORD
    if chosen:
        _require_good(chosen)
    password = chosen or _kept_password(password_file)
    users.objects.create_superuser(username=ADMIN, password=password)
    return None if chosen else password


def _require_good(password: str) -> None:
    try:
        validate_password(password, get_user_model()(username=ADMIN))
    except ValidationError as refused:
        raise ImproperlyConfigured(f"ADMIN_PASSWORD is not good enough. {' '.join(refused.messages)}") from None


def _kept_password(file: Path) -> str:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "w") as opened:
            opened.write(secrets.token_urlsafe(15) + "\n")
    return file.read_text().strip()


def demo_bots_ensure(*, started: bool) -> int:
    """Make the demo bots where there was never any bot; how many were made."""
    if Bot.objects.exists():
        return 0
    listed = set(Symbol.objects.filter(symbol__in=LIKED, tradable=True).values_list("symbol", flat=True))
    symbols = [symbol for symbol in LIKED if symbol in listed]
    if not symbols:
        return 0
    for number, config in enumerate(DEMO_BOTS):
        first = number * SYMBOLS_EACH % len(symbols)
        chosen = (symbols * 2)[first : first + SYMBOLS_EACH]
        bot = bot_create(data={"symbols": list(dict.fromkeys(chosen)), **config})
        if started:
            bot_start(bot=bot)
    return len(DEMO_BOTS)
