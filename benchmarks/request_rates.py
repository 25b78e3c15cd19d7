"""How many requests the broker gets: 40 idle positions, and 40 closes at once while every stock is halted.

    python -m benchmarks.request_rates

The exchange counts as the real broker does, 200 requests a minute of trading and of market data each. What sweeps runs
here once a second, as in the product; the streams are left out, so that everything has to be asked for.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradingbot.settings")

import json
import logging
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

BOTS, SYMBOLS_EACH, IDLE_SECONDS, HALTED_SECONDS = 20, 2, 120, 150
# Trading requests in each minute of 40 idle positions.
IDLE_AT_MOST = 12


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="tradingbot-requests-") as folder:
        os.environ["DATA_DIR"] = folder
        import django

        django.setup()
        logging.disable(logging.WARNING)
        measure(Path(folder))


def measure(folder: Path) -> None:
    from django.conf import settings
    from django.core.management import call_command

    from benchmarks.signal_to_order import AlwaysBuys
    from engine.core.indicators import REGISTRY
    from simulator.testing import SimulatorProcess

    call_command("migrate", verbosity=0)
    REGISTRY["BUY"] = AlwaysBuys
    log = folder / "answers.jsonl"
    with SimulatorProcess("--at", "2026-06-02T09:31", "--seed", "7", "--rate-limit", "200", "--log", log) as exchange:
        settings.SIMULATOR_URL = exchange.url
        positions = _positions_open(exchange)
        exchange.set_clock(frozen=False, speed=1)
        _sweep_for(70)
        mark = log.stat().st_size
        _sweep_for(IDLE_SECONDS)
        idle = _asked(log, mark)
        minutes = IDLE_SECONDS / 60
        print(f"{positions} idle positions: {sum(idle.values()) / minutes:.1f} trading requests a minute {dict(idle)}")
        for symbol in sorted({symbol for symbol, _ in _held()}):
            exchange.control("POST", "/sim/halts", {"symbol": symbol, "halted": True})
        _sweep_for(61)
        mark = log.stat().st_size
        began = time.monotonic()
        _close_all()
        while _waiting() and time.monotonic() - began < HALTED_SECONDS:
            _sweep_for(1)
        took = time.monotonic() - began
        _sweep_for(10)
        refused = _refused(log, mark)
        asked = sum(_asked(log, mark).values())
        print(f"halt, {positions} closes: all sales at the broker after {took:.0f} s, {asked} trading requests")
        print(f"of them {sum(refused.values())} refused for lack of budget {dict(refused)}")
        naked = [line for line in refused if line.startswith(("DELETE", "POST"))]
        if sum(idle.values()) / minutes > IDLE_AT_MOST or naked or _waiting():
            raise SystemExit("over its limit")


def _positions_open(exchange: Any) -> int:
    from bots.models import Bot
    from bots.services import bot_create
    from engine.brokers.connect import broker_connect
    from engine.live.account import account_refresh
    from engine.live.fills import fills_collect
    from engine.live.lifecycle import bot_pause, bot_start
    from engine.live.reconcile import recover
    from engine.live.tick import ticks_run
    from marketdata.calendar import session_today
    from marketdata.clock import market_clock, market_now
    from marketdata.services import symbols_store

    symbols_store(broker_connect().assets())
    account_refresh()
    recover()
    listed = ["AAPL", "MSFT", "GOOGL", "AMZN", "NVDA", "META", "TSLA", "AMD", "NFLX", "JPM"]
    bots = [bot_start(bot=bot_create(data=_config(number, listed))) for number in range(BOTS)]
    for start in range(0, BOTS, 5):
        exchange.step_seconds(60)
        market_clock.refresh()
        now = market_now()
        session = session_today(now)
        assert session is not None
        due = [(bot.pk, bot.grid().latest(session, now)) for bot in bots[start : start + 5]]
        ticks_run((bot, at) for bot, at in due if at is not None)
        fills_collect()
        # The exchange's minute, which is a real one, has to be over.
        time.sleep(61 - time.time() % 60)
    for bot in Bot.objects.all():
        bot_pause(bot=bot)
    return len(_held())


def _config(number: int, listed: list[str]) -> dict[str, Any]:
    first = number * SYMBOLS_EACH % len(listed)
    return {
        "name": f"Bot {number}",
        "capital": 4_000,
        "symbols": listed[first : first + SYMBOLS_EACH],
        "indicators": {"BUY": {"side": 1}},
        "risk_management": {"stop_loss": 0.2, "take_profit": 0.9, "max_position_size": 0.5, "max_positions": 10},
        "end_hour": 15,
        "end_minute": 59,
    }


def _sweep_for(seconds: float) -> None:
    from engine.live.sweep import sweep

    until = time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.monotonic()
        sweep()
        time.sleep(max(0.0, 1.0 - (time.monotonic() - began)))


def _close_all() -> None:
    from bots.models import Bot
    from engine.live.lifecycle import bot_stop

    for bot in Bot.objects.all():
        bot_stop(bot=bot, close_positions=True, by="bench")


def _held() -> list[tuple[str, int]]:
    from positions.models import Position

    return list(Position.objects.held().values_list("symbol", "bot"))


def _waiting() -> int:
    from trades.models import Trade

    return Trade.objects.filter(role="exit", state__in=("created", "submitting", "unknown")).count()


def _asked(log: Path, since: int) -> Counter[str]:
    return Counter(f"{row['method']} {_kind(row['path'])}" for row in _rows(log, since))


def _refused(log: Path, since: int) -> Counter[str]:
    return Counter(f"{row['method']} {_kind(row['path'])}" for row in _rows(log, since) if row["status"] == 429)


def _rows(log: Path, since: int) -> list[dict[str, Any]]:
    with log.open("rb") as file:
        file.seek(since)
        rows = [json.loads(line) for line in file]
    return [row for row in rows if row["path"].startswith("/v2/") and not row["path"].startswith("/v2/stocks")]


def _kind(path: str) -> str:
    parts = path.split("/")
    return "/".join(parts[:3]) + ("/*" if len(parts) > 3 and parts[2] in ("orders", "positions", "assets") else "")


if __name__ == "__main__":
    main()
