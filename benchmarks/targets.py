"""The product under way, ten bots ticking and 100,000 trades stored: how quick its API is, and prices on the page."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import websockets
from django.conf import settings
from websockets.typing import Origin

from benchmarks.row import Row
from engine.core.clock import ClockReading
from tradingbot.testing import HttpClient, ProductProcess
from tradingbot.testing_services import Services

BOTS = 10
TRADES = 100_000
REPEAT = 40
LISTEN_SECONDS = 30.0
CRUD_MS, PAGE_MS = 100.0, 500.0
SYMBOLS = ["AAPL", "MSFT", "GOOGL", "SPY", "QQQ", "AMZN", "NVDA", "TSLA", "META", "JPM"]
CONFIG = {
    "capital": 10_000,
    "trading_frequency": 60,
    "indicators": {"RSI": {"period": 9, "oversold": 45, "overbought": 55}, "MACD": {}, "SMA": {}},
    "risk_management": {"stop_loss": 0.02, "take_profit": 0.05},
    "end_hour": 15,
    "end_minute": 45,
}


def measure(folder: Path) -> list[Row]:
    """Over PostgreSQL, Redis and processes of their own where the settings name them, else in one process."""
    if settings.REDIS_URL:
        return _measure_services(folder)
    product = ProductProcess(folder)
    product.start()
    try:
        _fill({"DATA_DIR": str(folder), "DATABASE_URL": "", "REDIS_URL": ""})
        return _measure(product)
    finally:
        product.stop()


def _measure_services(folder: Path) -> list[Row]:
    folder.mkdir(parents=True)
    services = Services(folder, speed="10")
    try:
        services.start("exchange")
        services.run("prepare")
        for service in ("web", "worker", "beat", "stream"):
            services.start(service)
        services.start_nginx()
        _fill(services.environment("prepare"))
        return _measure(services)
    finally:
        services.stop()


def _fill(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "benchmarks.fill", str(TRADES)]
    subprocess.run(command, env=os.environ | environment, cwd=settings.BASE_DIR, check=True)


def _measure(product: HttpClient) -> list[Row]:
    product.login()
    existing = product.request("GET", "/api/bots")["results"]
    running = sum(bot["status"] == "running" for bot in existing)
    for number in range(BOTS - running):
        name = {"name": f"Bench {number}", "symbols": [SYMBOLS[number], SYMBOLS[number + 1]]}
        bot = product.request("POST", "/api/bots", CONFIG | name)
        product.request("POST", f"/api/bots/{bot['id']}/start")
    return [*_requests(product), _market_to_page(product)]


def _requests(product: HttpClient) -> list[Row]:
    """Each repeated while the bots tick, with a pause, so that it meets them in every state."""
    trade = product.request("GET", "/api/trades?page_size=1")["results"][0]["id"]
    bot = product.request("GET", "/api/bots")["results"][0]["id"]
    reads = {
        "bots, all": "/api/bots",
        "bot": f"/api/bots/{bot}",
        "trades, newest 50 of 100,000": "/api/trades",
        "trades, 50 of one symbol and a month": "/api/trades?symbol=AAPL&from=2026-01-01&to=2026-01-31",
        "trades, 50 by result": "/api/trades?ordering=-profit_loss",
        "trade": f"/api/trades/{trade}",
        "positions, 50 of all": "/api/positions",
        "summary": "/api/summary",
    }
    rows = [_row(f"GET {what}", partial(product.request, "GET", path)) for what, path in reads.items()]
    made: list[dict[str, Any]] = []

    def create() -> None:
        made.append(product.request("POST", "/api/bots", CONFIG | {"name": f"Made {len(made)}", "symbols": ["AAPL"]}))

    def update() -> None:
        last = made[-1]
        body = CONFIG | {"name": last["name"], "symbols": ["AAPL", "MSFT"], "version": last["version"]}
        made[-1] = product.request("PUT", f"/api/bots/{last['id']}", body)

    rows.append(_row("POST bot", create))
    rows.append(_row("PUT bot", update))
    rows.append(_row("DELETE bot", lambda: product.request("DELETE", f"/api/bots/{made.pop()['id']}")))
    for what, path in {
        "trade statistics of 100,000": "/api/trades/stats",
        "analytics of a year": "/api/analytics?range=ALL",
    }.items():
        rows.append(_row(f"GET {what}", partial(product.request, "GET", path), limit=None, repeat=10))
    return rows


def _row(what: str, action: Callable[[], object], *, limit: float | None = CRUD_MS, repeat: int = REPEAT) -> Row:
    action()
    times = []
    for _ in range(repeat):
        began = time.perf_counter()
        action()
        times.append((time.perf_counter() - began) * 1000)
        time.sleep(0.05)
    return Row(what, "ms", times, limit, limit_of="median")


def _market_to_page(product: HttpClient) -> Row:
    clock = product.exchange("/sim/clock")
    reading = ClockReading(datetime.fromisoformat(clock["market"]), float(clock["real"]), float(clock["speed"]))
    times = asyncio.run(_listen(product, reading))
    return Row("price at the exchange to price at the page", "ms", times, PAGE_MS)


async def _listen(product: HttpClient, reading: ClockReading) -> list[float]:
    """Milliseconds from each price's own time to the arrival of the frame that carries it."""
    times = []
    url = product.url.replace("http", "ws") + "/ws"
    cookie = {"Cookie": product.cookie()}
    async with websockets.connect(url, additional_headers=cookie, origin=Origin(product.url)) as ws:
        await ws.send(json.dumps({"type": "subscribe", "symbols": SYMBOLS}))
        ends = time.monotonic() + LISTEN_SECONDS
        began = time.time()
        while time.monotonic() < ends:
            try:
                frame = json.loads(await asyncio.wait_for(ws.recv(), 1.0))
            except TimeoutError:
                continue
            if frame["type"] != "price_update":
                continue
            for price in frame["data"].values():
                happened = reading.real_at(datetime.fromisoformat(price["at"]))
                if happened is not None and happened > began:
                    times.append((time.time() - happened) * 1000)
    return times
