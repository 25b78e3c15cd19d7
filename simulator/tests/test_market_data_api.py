from datetime import UTC, datetime, timedelta

import pytest
from alpaca.data.requests import (
    StockBarsRequest,
    StockLatestBarRequest,
    StockLatestQuoteRequest,
    StockLatestTradeRequest,
    StockSnapshotRequest,
)
from alpaca.data.timeframe import TimeFrame, TimeFrameUnit

OPEN = datetime(2026, 11, 19, 14, 30, tzinfo=UTC)


def bars_request(symbols, timeframe=TimeFrame.Minute, start=OPEN, **fields):
    return StockBarsRequest(symbol_or_symbols=symbols, timeframe=timeframe, start=start, **fields)


def test_only_closed_bars_are_shown(simulator, stocks):
    simulator.step_seconds(179)
    bars = stocks.get_stock_bars(bars_request(["AAPL", "NOPE"])).data
    assert [bar.timestamp for bar in bars["AAPL"]] == [OPEN + timedelta(minutes=minute) for minute in range(3)]
    assert "NOPE" not in bars
    simulator.step_seconds(1)
    assert len(stocks.get_stock_bars(bars_request("AAPL")).data["AAPL"]) == 4


def test_every_page_size_gives_the_same_bars(simulator):
    simulator.step_to("2026-11-19T09:45:00-05:00")

    def fetch(limit, sort):
        found, pages, token = {}, 0, ""
        while token is not None:
            path = "/v2/stocks/bars?symbols=MSFT,AAPL,NOPE&timeframe=1Min&start=2026-11-19&feed=iex"
            answer = simulator.ask("GET", f"{path}&limit={limit}&sort={sort}&page_token={token}")
            for symbol, rows in answer["bars"].items():
                found.setdefault(symbol, []).extend(rows)
            token, pages = answer["next_page_token"], pages + 1
        return found, pages

    whole, pages = fetch(1000, "asc")
    assert pages == 1
    assert {symbol: len(rows) for symbol, rows in whole.items()} == {"AAPL": 15, "MSFT": 15}
    assert fetch(4, "asc") == (whole, 8)
    assert fetch(15, "asc") == (whole, 2)
    assert fetch(7, "desc")[0] == {symbol: rows[::-1] for symbol, rows in whole.items()}


@pytest.mark.parametrize(
    ("timeframe", "expected"),
    [
        (TimeFrame(5, TimeFrameUnit.Minute), 78),
        (TimeFrame(15, TimeFrameUnit.Minute), 26),
        (TimeFrame(1, TimeFrameUnit.Hour), 7),
        (TimeFrame.Day, 0),
    ],
)
def test_larger_bars_of_a_session(simulator, stocks, timeframe, expected):
    simulator.step_to("2026-11-19T16:00:00-05:00")
    # An hour stands on the clock: the first one begins at nine.
    bars = stocks.get_stock_bars(bars_request("SPY", timeframe, OPEN.replace(minute=0))).data.get("SPY", [])
    assert len(bars) == expected


def test_daily_bars_agree_with_their_minutes(simulator, stocks):
    simulator.step_to("2026-11-19T16:00:00-05:00")
    midnight = OPEN.replace(hour=5, minute=0)
    day = stocks.get_stock_bars(bars_request("NVDA", TimeFrame.Day, midnight)).data["NVDA"]
    minutes = stocks.get_stock_bars(bars_request("NVDA")).data["NVDA"]
    assert len(minutes) == 390
    assert day[0].timestamp == midnight
    assert (day[0].open, day[0].close) == (minutes[0].open, minutes[-1].close)
    assert (day[0].high, day[0].low) == (max(bar.high for bar in minutes), min(bar.low for bar in minutes))
    assert day[0].volume == sum(bar.volume for bar in minutes)
    history = stocks.get_stock_bars(bars_request("NVDA", TimeFrame.Day, OPEN - timedelta(days=1000))).data["NVDA"]
    assert len(history) == 505


def test_latest_prices_follow_the_prints(simulator, stocks):
    def latest():
        return stocks.get_stock_latest_trade(StockLatestTradeRequest(symbol_or_symbols="AAPL"))["AAPL"]

    first = latest()
    assert first.timestamp == OPEN + timedelta(minutes=1)
    simulator.step_seconds(59)
    last = latest()
    assert last.timestamp == OPEN + timedelta(seconds=119)
    simulator.step_seconds(1)
    bar = stocks.get_stock_latest_bar(StockLatestBarRequest(symbol_or_symbols="AAPL"))["AAPL"]
    assert (bar.open, bar.close) == (first.price, last.price)
    quote = stocks.get_stock_latest_quote(StockLatestQuoteRequest(symbol_or_symbols="AAPL"))["AAPL"]
    assert quote.ask_price > latest().price > quote.bid_price


def test_snapshots(simulator, stocks):
    simulator.step_seconds(60)
    snapshot = stocks.get_stock_snapshot(StockSnapshotRequest(symbol_or_symbols=["AAPL", "QQQ", "NOPE"]))
    assert set(snapshot) == {"AAPL", "QQQ"}
    apple = snapshot["AAPL"]
    assert apple.minute_bar.timestamp == OPEN + timedelta(minutes=1)
    assert apple.daily_bar.volume > apple.minute_bar.volume
    assert apple.previous_daily_bar.timestamp == datetime(2026, 11, 18, 5, tzinfo=UTC)


def test_clock_calendar_and_assets(simulator, trading):
    clock = trading.get_clock()
    assert clock.is_open
    assert clock.next_close.isoformat() == "2026-11-19T16:00:00-05:00"
    assert clock.next_open.isoformat() == "2026-11-20T09:30:00-05:00"
    days = simulator.ask("GET", "/v2/calendar?start=2026-11-25&end=2026-11-30")
    assert [(day["date"], day["close"], day["settlement_date"]) for day in days] == [
        ("2026-11-25", "16:00", "2026-11-27"),
        ("2026-11-27", "13:00", "2026-11-30"),
        ("2026-11-30", "16:00", "2026-12-01"),
    ]
    assert len(trading.get_all_assets()) == 17
    assert trading.get_asset("AAPL").name == "Apple Inc. Common Stock"
