"""An exit two ways: stop and target cancelled before the sale, as the product does, or the target replaced by a price
that is below the market.

    python -m benchmarks.naked_exits

Prints for how long shares had no stop at the exchange, and how long it took to be out. Everything takes 100 ms on its
way to the market.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradingbot.settings")

import logging
import tempfile
import time
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from statistics import quantiles
from typing import Any

EXITS, OUT_WITHIN = 40, 5.0
SYMBOLS = ["AAPL", "MSFT", "GOOGL", "AMZN", "NVDA", "META", "TSLA", "AMD", "NFLX", "JPM"]
# Below the last price, as shares of it.
MARKETABLE = (Decimal("0.0005"), Decimal("0.005"))


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="tradingbot-exits-") as folder:
        os.environ["DATA_DIR"] = folder
        import django

        django.setup()
        logging.disable(logging.WARNING)
        measure(Path(folder))


def measure(folder: Path) -> None:
    from django.conf import settings
    from django.core.management import call_command

    from simulator.testing import SimulatorProcess

    call_command("migrate", verbosity=0)
    at = ("--at", "2026-06-02T09:31", "--seed", "7", "--rate-limit", "100000", "--latency-ms", "100")
    with SimulatorProcess(*at) as exchange:
        settings.SIMULATOR_URL = exchange.url
        _connect()
        exchange.set_clock(frozen=False, speed=1)
        _tell("cancel, then sell", [_cancel_and_sell(exchange, number) for number in range(EXITS)])
        for below in MARKETABLE:
            way = f"target replaced, {below:.2%} below the last price"
            _tell(way, [_replace(exchange, number, below) for number in range(EXITS)])


def _tell(way: str, found: list[tuple[float, float | None]]) -> None:
    naked, out = [seconds for seconds, _ in found], [seconds for _, seconds in found if seconds is not None]
    p50, p99 = quantiles(naked, n=100)[49], quantiles(naked, n=100)[98]
    print(f"| {way} | without a stop p50 {p50:.2f} s, p99 {p99:.2f} s | out p50 {quantiles(out, n=100)[49]:.2f} s, "
          f"not out after {OUT_WITHIN:.0f} s: {len(found) - len(out)} of {len(found)} |", flush=True)  # fmt: skip


def _connect() -> None:
    from engine.brokers.connect import broker_connect
    from engine.live.account import account_refresh
    from engine.live.reconcile import recover
    from marketdata.services import symbols_store

    symbols_store(broker_connect().assets())
    account_refresh()
    recover()


def _cancel_and_sell(exchange: Any, number: int) -> tuple[float, float | None]:
    """Of the product's own exit."""
    from engine.brokers.connect import broker_connect
    from engine.live.closing import position_close_request
    from engine.live.exits import exits_waiting
    from engine.live.fills import fills_collect
    from engine.live.protection import exit_go_on
    from marketdata.clock import market_now
    from positions.models import Position

    position = _held(number)
    began = exchange.now()
    position_close_request(position=position, by="bench", now=market_now())
    until = time.monotonic() + OUT_WITHIN
    while Position.objects.held().filter(pk=position.pk).exists() and time.monotonic() < until:
        for trade in exits_waiting():
            exit_go_on(trade, broker_connect())
        fills_collect()
    return _seconds(exchange, began, position.symbol)


def _replace(exchange: Any, number: int, below: Decimal) -> tuple[float, float | None]:
    symbol = SYMBOLS[number % len(SYMBOLS)]
    last = Decimal(str(exchange.ask("GET", f"/v2/stocks/{symbol}/trades/latest")["trade"]["p"]))
    bracket = {
        "symbol": symbol,
        "qty": "10",
        "side": "buy",
        "type": "market",
        "time_in_force": "gtc",
        "order_class": "bracket",
        "take_profit": {"limit_price": str(round(last * Decimal("1.5"), 2))},
        "stop_loss": {"stop_price": str(round(last * Decimal("0.7"), 2))},
    }
    entry = exchange.ask("POST", "/v2/orders", bracket)
    target = next(leg for leg in entry["legs"] if leg["type"] == "limit")
    _wait_for(lambda: exchange.ask("GET", f"/v2/orders/{target['id']}")["status"] == "new")
    last = Decimal(str(exchange.ask("GET", f"/v2/stocks/{symbol}/trades/latest")["trade"]["p"]))
    began = exchange.now()
    exchange.ask("PATCH", f"/v2/orders/{target['id']}", {"limit_price": str(round(last * (1 - below), 2))})
    _wait_for(lambda: not _has(exchange, symbol))
    found = _seconds(exchange, began, symbol)
    exchange.request("DELETE", f"/v2/positions/{symbol}")
    exchange.request("DELETE", "/v2/orders")
    return found


def _seconds(exchange: Any, began: datetime, symbol: str) -> tuple[float, float | None]:
    """(seconds between the stop's end and the sale's fill, seconds from `began` to the fill or None)."""
    rows = exchange.ask("GET", f"/v2/orders?status=all&limit=500&symbols={symbol}")
    ended = [at for row in rows if row["type"] == "stop" and (at := _at(row["canceled_at"])) and at >= began]
    sold = [at for row in rows if row["side"] == "sell" and (at := _at(row["filled_at"])) and at >= began]
    if not sold:
        return (exchange.now() - min(ended)).total_seconds() if ended else 0.0, None
    out = max(sold)
    return max(0.0, (out - min(ended)).total_seconds()) if ended else 0.0, (out - began).total_seconds()


def _held(number: int) -> Any:
    """A position of a bot, with stop and target at the exchange."""
    from benchmarks.signal_to_order import AlwaysBuys
    from bots.services import bot_create
    from engine.core.indicators import REGISTRY
    from engine.live.fills import fills_collect
    from engine.live.lifecycle import bot_pause, bot_start
    from engine.live.tick import ticks_run
    from marketdata.calendar import session_today
    from marketdata.clock import market_clock, market_now
    from positions.models import Position
    from trades.models import Trade

    REGISTRY["BUY"] = AlwaysBuys
    bot = bot_start(bot=bot_create(data={
        "name": f"Bot {number}",
        "capital": 4_000,
        "symbols": [SYMBOLS[number % len(SYMBOLS)]],
        "indicators": {"BUY": {"side": 1}},
        "risk_management": {"stop_loss": 0.2, "take_profit": 0.9, "max_position_size": 0.5},
        "trading_frequency": 1,
        "end_hour": 15,
        "end_minute": 59,
    }))  # fmt: skip
    market_clock.refresh()
    now = market_now()
    session = session_today(now)
    assert session is not None
    grid_time = bot.grid().latest(session, now)
    assert grid_time is not None
    ticks_run([(bot.pk, grid_time)])
    bot_pause(bot=bot)

    def protected() -> bool:
        fills_collect()
        rests = Trade.objects.resting().filter(bot=bot, order_id__isnull=False).exists()
        return rests and Position.objects.held().filter(bot=bot).exists()

    _wait_for(protected)
    return Position.objects.held().get(bot=bot)


def _has(exchange: Any, symbol: str) -> bool:
    return any(row["symbol"] == symbol for row in exchange.ask("GET", "/v2/positions"))


def _at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _wait_for(condition: Any) -> None:
    until = time.monotonic() + OUT_WITHIN
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)


if __name__ == "__main__":
    main()
