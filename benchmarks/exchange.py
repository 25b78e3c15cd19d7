"""The exchange simulator under load: orders and bars a second, its memory, and a recorded week in minutes.

    python -m benchmarks.exchange [orders]

Real HTTP and WebSocket on loopback; client and exchange share the machine. Synthetic prices, with a journal; the week
is one of recorded minutes, 2019-02-11 to 15, replayed at 600 and 1,000 times, where they are at hand.
"""

import http.client
import json
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import django
import msgpack
from websockets.sync.client import ClientConnection, connect

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradingbot.settings")
django.setup()

from simulator.testing import REPLAY_FOLDER, SimulatorProcess  # noqa: E402

ORDERS = 100_000
THREADS = 4
SYMBOLS = ("AAPL", "MSFT", "KO", "JPM")
SESSIONS = 5
WEEK = ("2019-02-11T09:30", "2019-02-15T16:00:00-05:00")
SPEEDS = (600, 1_000)


def main() -> None:
    orders = int(sys.argv[1]) if len(sys.argv) > 1 else ORDERS
    with tempfile.TemporaryDirectory() as folder:
        options = ("--at", "2026-11-19T09:31", "--seed", "7", "--journal", Path(folder) / "journal")
        with SimulatorProcess(*options) as process:
            seconds = orders_sent(process, orders)
            print(f"orders accepted: {orders / seconds:,.0f} a second ({orders:,} orders)")
            print(f"memory after {orders:,} orders: {memory(process):,.0f} MB")
        with SimulatorProcess(*options[:4]) as process:
            bars, seconds = bars_streamed(process)
            print(f"bars streamed: {bars / seconds:,.0f} a second ({bars:,} bars, msgpack, one reader)")
        for speed in SPEEDS if REPLAY_FOLDER.is_dir() else ():
            with SimulatorProcess("--replay", REPLAY_FOLDER, "--at", WEEK[0], "--frozen") as process:
                print(f"a recorded week at {speed:,} times: {week(process, speed)}, {memory(process):,.0f} MB")


def orders_sent(process: SimulatorProcess, orders: int) -> float:
    """Real seconds for so many market orders, buys and sells in turn, each answered 200."""

    def work(symbol: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", process.port)
        keys = {"APCA-API-KEY-ID": process.key, "APCA-API-SECRET-KEY": process.secret}
        for number in range(orders // THREADS):
            side = "sell" if number % 2 else "buy"
            body = {"symbol": symbol, "qty": 1, "side": side, "type": "market", "time_in_force": "day"}
            connection.request("POST", "/v2/orders", json.dumps(body), keys)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 200:
                raise RuntimeError(f"an order was answered {answer.status}: {text!r}")

    threads = [threading.Thread(target=work, args=(symbol,)) for symbol in SYMBOLS]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - began


@contextmanager
def all_bars(process: SimulatorProcess) -> Iterator[ClientConnection]:
    header = {"Content-Type": "application/msgpack"}
    with connect(process.ws_url + "/v2/iex", proxy=None, max_size=None, additional_headers=header) as socket:
        socket.recv(5)
        for ask in (
            {"action": "auth", "key": process.key, "secret": process.secret},
            {"action": "subscribe", "bars": ["*"]},
        ):
            socket.send(msgpack.packb(ask))
            socket.recv(5)
        yield socket


def bars_streamed(process: SimulatorProcess) -> tuple[int, float]:
    """(bars a reader got, real seconds) of stepping through some sessions as fast as it goes."""
    with all_bars(process) as socket:
        # Prices are drawn once; what is measured is telling them.
        process.ask("GET", "/v2/stocks/bars?symbols=AAPL&timeframe=1Min&start=2026-11-19")
        got, last = 0, 0.0
        began = time.monotonic()
        stepper = threading.Thread(target=lambda: process.step_seconds(SESSIONS * 86_400))
        stepper.start()
        while True:
            try:
                got += len(msgpack.unpackb(socket.recv(1)))
            except TimeoutError:
                break
            last = time.monotonic()
        stepper.join()
    return got, last - began


def week(process: SimulatorProcess, speed: int) -> str:
    """Bars streamed while the clock runs over a week, and whether they are those that the history has, each once."""
    got: Counter[tuple[str, int]] = Counter()
    end, latest = datetime.fromisoformat(WEEK[1]).timestamp(), 0
    with all_bars(process) as socket:
        began = time.monotonic()
        process.set_clock(frozen=False, speed=speed)
        with suppress(TimeoutError):
            while latest < end:
                frame = [(row["S"], row["t"].seconds) for row in msgpack.unpackb(socket.recv(5))]
                got.update(frame)
                latest = max(at for _, at in frame)
        seconds = time.monotonic() - began
    told = {bar for bar in got if bar[1] < end}
    wanted = {bar for bar in recorded(process) if bar[1] < end}
    lost, twice = len(wanted - told), sum(got[bar] > 1 for bar in told)
    return f"{len(told):,} of {len(wanted):,} bars, {lost} lost, {twice} twice, in {seconds:,.0f} s"


def recorded(process: SimulatorProcess) -> set[tuple[str, int]]:
    """(symbol, start in seconds since the epoch) of the week's bars, as the history has them."""
    symbols = ",".join(row["symbol"] for row in process.ask("GET", "/v2/assets"))
    path = f"/v2/stocks/bars?symbols={symbols}&timeframe=1Min&limit=10000"
    path += f"&start={WEEK[0][:10]}&end={quote(WEEK[1])}"
    found: set[tuple[str, int]] = set()
    token = ""
    while token is not None:
        page = process.ask("GET", path + (f"&page_token={quote(token)}" if token else ""))
        for symbol, rows in page["bars"].items():
            found |= {(symbol, int(datetime.fromisoformat(row["t"]).timestamp())) for row in rows}
        token = page["next_page_token"]
    return found


def memory(process: SimulatorProcess) -> float:
    """Resident, in MB."""
    assert process.process is not None
    status = Path(f"/proc/{process.process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


if __name__ == "__main__":
    main()
