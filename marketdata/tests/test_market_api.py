"""Symbols, bars, the market's state and the account over HTTP."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from bots.tests.factories import BotFactory
from engine.live.fills import fills_collect
from engine.live.testing import BotMaker, step, tick
from marketdata.models import Symbol
from marketdata.selectors import last_prices
from marketdata.tests.factories import SymbolFactory
from positions.models import Position
from simulator.testing import SimulatorProcess
from trades.models import Execution
from web.testing import client_of, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer() -> APIClient:
    return client_of("viewer")


def test_symbols_that_begin_so_come_before_names_that_contain_it(viewer: APIClient) -> None:
    for symbol, name, tradable in [
        ("AAPL", "Apple Inc.", True),
        ("AA", "Alcoa", True),
        ("MSFT", "Baa Baa", True),
        ("AAB", "gone", False),
    ]:
        SymbolFactory.create(symbol=symbol, name=name, tradable=tradable)
    answer = viewer.get("/api/symbols?search=aa").json()
    assert answer == {
        "results": [
            {"symbol": "AA", "name": "Alcoa", "exchange": "NASDAQ", "tradable": True},
            {"symbol": "AAPL", "name": "Apple Inc.", "exchange": "NASDAQ", "tradable": True},
            {"symbol": "MSFT", "name": "Baa Baa", "exchange": "NASDAQ", "tradable": True},
        ]
    }


def test_at_most_twenty_symbols_are_found(viewer: APIClient) -> None:
    for number in range(25):
        SymbolFactory.create(symbol=f"A{number}")
    assert len(viewer.get("/api/symbols?search=a").json()["results"]) == 20
    assert len(viewer.get("/api/symbols").json()["results"]) == 20


def test_bars_are_answered_as_the_contract_says(trading: SimulatorProcess, viewer: APIClient) -> None:
    body = viewer.get("/api/market-data/aapl?limit=5").json()
    assert (body["symbol"], body["timeframe"], body["indicators"], body["trades"]) == ("AAPL", "1Min", [], [])
    assert len(body["bars"]) == 5
    bar = body["bars"][-1]
    # It is 09:31: the newest closed bar began at 09:30.
    assert bar["t"] == "2026-06-02T13:30:00+00:00"
    assert bar["l"] <= min(bar["o"], bar["c"]) <= max(bar["o"], bar["c"]) <= bar["h"]
    assert Decimal(body["last_price"]) == Decimal(str(bar["c"]))


@pytest.mark.parametrize(("timeframe", "count"), [("1Min", 390), ("5Min", 30), ("1Hour", 9), ("1Day", 12)])
def test_every_timeframe_has_closed_bars(
    trading: SimulatorProcess, viewer: APIClient, timeframe: str, count: int
) -> None:
    body = viewer.get(f"/api/market-data/AAPL?timeframe={timeframe}&limit={count}").json()
    times = [bar["t"] for bar in body["bars"]]
    assert (len(times), times) == (count, sorted(times))


def test_bars_of_a_day_long_ago_are_those_that_are_stored(
    trading: SimulatorProcess, viewer: APIClient, bot_running: BotMaker
) -> None:
    bot = bot_running()
    newest = viewer.get(f"/api/market-data/AAPL?limit=500&bot={bot.pk}").json()["bars"]
    tick(bot)
    fills_collect()
    day = newest[-1]["t"][:10]
    before = [bar for bar in newest if bar["t"][:10] < day]
    assert 0 < len(before) < 500

    asked = {"bot": bot.pk, "limit": 3, "until": before[-1]["t"][:10]}
    body = viewer.get("/api/market-data/AAPL", asked).json()
    assert (body["bars"], body["trades"]) == (before[-3:], [])
    # A time means what was over by then: the bar that began a minute before it, not the one that begins with it.
    body = viewer.get("/api/market-data/AAPL", asked | {"until": before[-1]["t"]}).json()
    assert body["bars"] == before[-4:-1]
    body = viewer.get("/api/market-data/AAPL", asked | {"until": "2090-01-02"}).json()
    assert (body["bars"][-1], len(body["trades"])) == (newest[-1], 1)
    body = viewer.get("/api/market-data/AAPL", asked | {"until": "1990-01-02"}).json()
    assert (body["bars"], body["trades"]) == ([], [])


def test_only_what_is_new_to_a_chart_is_answered(
    trading: SimulatorProcess, viewer: APIClient, bot_running: BotMaker
) -> None:
    bot = bot_running()
    tick(bot)
    fills_collect()
    asked = {"bot": bot.pk, "limit": 30}
    whole = viewer.get("/api/market-data/AAPL", asked).json()
    last = whole["bars"][-1]["t"]
    tail = viewer.get("/api/market-data/AAPL", asked | {"since": last}).json()
    assert (tail["bars"], tail["trades"]) == (whole["bars"][-1:], whole["trades"])
    values = [[line["values"][-1:] for line in row["lines"]] for row in whole["indicators"]]
    assert [[line["values"] for line in row["lines"]] for row in tail["indicators"]] == values

    nothing = viewer.get("/api/market-data/AAPL", asked | {"since": "2090-01-02T00:00:00Z"}).json()
    assert (nothing["bars"], nothing["trades"]) == ([], [])
    # More cannot be asked for than the chart holds.
    assert viewer.get("/api/market-data/AAPL", asked | {"since": "1990-01-02"}).json()["bars"] == whole["bars"]


@pytest.mark.django_db
def test_an_end_that_is_no_time_is_refused(viewer: APIClient) -> None:
    SymbolFactory.create()
    [error] = problem(viewer.get("/api/market-data/AAPL?until=yesterday"), 400)["errors"]
    assert error["field"] == "until"


def test_a_bots_indicators_have_one_value_per_bar(trading: SimulatorProcess, viewer: APIClient) -> None:
    indicators = {
        "RSI": {"period": 14, "oversold": 30, "overbought": 70},
        "SMA:fast": {"period": 5, "slow": None},
        "MACD": {"fast": 12, "slow": 26, "signal": 9},
    }
    bot = BotFactory.create(indicators=indicators)
    body = viewer.get(f"/api/market-data/AAPL?limit=30&bot={bot.pk}").json()
    by_key = {row["key"]: row for row in body["indicators"]}
    assert {key: [line["name"] for line in row["lines"]] for key, row in by_key.items()} == {
        "RSI": ["rsi"],
        "SMA:fast": ["sma"],
        "MACD": ["macd", "signal", "histogram"],
    }
    assert (by_key["RSI"]["levels"], by_key["RSI"]["pane"], by_key["SMA:fast"]["pane"]) == ([30, 70], "own", "price")
    assert by_key["SMA:fast"]["params"] == {"period": 5}
    # There is history before the first bar shown: no value is missing.
    assert all(len(line["values"]) == 30 for row in by_key.values() for line in row["lines"])
    assert None not in by_key["MACD"]["lines"][1]["values"]
    closes = [bar["c"] for bar in body["bars"]]
    assert by_key["SMA:fast"]["lines"][0]["values"][-1] == pytest.approx(sum(closes[-5:]) / 5, abs=1e-9)


def test_each_line_says_whether_it_belongs_over_the_candles(trading: SimulatorProcess, viewer: APIClient) -> None:
    def panes(indicators: dict[str, Any]) -> dict[str, dict[str, str]]:
        asked = {"limit": 30, "indicators": json.dumps(indicators)}
        found = viewer.get("/api/market-data/AAPL", asked).json()["indicators"]
        return {row["key"]: {line["name"]: line["pane"] for line in row["lines"]} for row in found}

    assert panes({name: {} for name in ("RSI", "MACD", "Stochastic", "SMA")}) == {
        "RSI": {"rsi": "own"},
        "MACD": {"macd": "own", "signal": "own", "histogram": "own"},
        "Stochastic": {"k": "own", "d": "own"},
        "SMA": {"sma": "price"},
    }
    assert panes({name: {} for name in ("EMA", "BollingerBands", "VolumeSMA", "OBV")}) == {
        "EMA": {"ema": "price"},
        "BollingerBands": {"upper": "price", "middle": "price", "lower": "price"},
        "VolumeSMA": {"volume": "own", "average": "own"},
        "OBV": {"obv": "own", "average": "own"},
    }
    assert panes(
        {
            "Trend": {"pandas_ta": "supertrend", "buy": "SUPERTd_7_3.0 > 0"},
            "Stop": {"pandas_ta": "psar", "sell": "PSARr_0.02_0.2 > 0"},
        }
    ) == {
        "Trend": {"SUPERT_7_3_0": "price", "SUPERTd_7_3_0": "own", "SUPERTl_7_3_0": "price", "SUPERTs_7_3_0": "price"},
        "Stop": {
            "PSARl_0_02_0_2": "price",
            "PSARs_0_02_0_2": "price",
            "PSARaf_0_02_0_2": "own",
            "PSARr_0_02_0_2": "own",
        },
    }


def test_a_bots_fills_are_drawn_over_the_bars(
    bot_running: BotMaker, trading: SimulatorProcess, viewer: APIClient
) -> None:
    bot = bot_running()
    tick(bot)
    fills_collect()
    fill = Execution.objects.get()
    [row] = viewer.get(f"/api/market-data/AAPL?limit=5&bot={bot.pk}").json()["trades"]
    assert row == {
        "id": fill.pk,
        "t": fill.at.isoformat(),
        "type": "buy",
        "role": "entry",
        "price": float(fill.price),
        "quantity": f"{fill.quantity.normalize():f}",
        "bot_name": bot.name,
    }
    other = BotFactory.create()
    assert viewer.get(f"/api/market-data/AAPL?bot={other.pk}").json()["trades"] == []
    assert viewer.get(f"/api/market-data/MSFT?bot={bot.pk}").json()["trades"] == []


def test_a_bot_that_is_not_there_is_not_found(trading: SimulatorProcess, viewer: APIClient) -> None:
    problem(viewer.get("/api/market-data/AAPL?bot=999999"), 404)


def test_bars_that_are_stored_are_shown_while_the_broker_is_away(trading: SimulatorProcess, viewer: APIClient) -> None:
    viewer.get("/api/market-data/AAPL?limit=10")
    trading.set_faults({"method": "GET", "path": "/v2/stocks/*", "effect": "status", "status": 503, "count": 99})
    body = viewer.get("/api/market-data/AAPL?limit=1000").json()
    assert len(body["bars"]) >= 700


def test_the_market_status_is_answered_as_the_contract_says(trading: SimulatorProcess, viewer: APIClient) -> None:
    viewer.get("/api/market-data/AAPL?limit=1")
    body = viewer.get("/api/market-status").json()
    assert isinstance(body.pop("real"), float)
    assert body == {
        "is_open": True,
        "now": "2026-06-02T13:31:00+00:00",
        "session_date": "2026-06-02",
        "session_open": "2026-06-02T13:30:00+00:00",
        "session_close": "2026-06-02T20:00:00+00:00",
        "next_open": "2026-06-03T13:30:00+00:00",
        "next_close": "2026-06-02T20:00:00+00:00",
        "early_close": False,
        "speed": 0,
        "frozen": True,
        "jump_at": None,
        "jump_to": None,
        "mode": "simulator",
        "broker_connected": True,
        "data_as_of": "2026-06-02T13:31:00+00:00",
        "trading_ready": True,
        "error": None,
    }


@pytest.mark.parametrize(
    ("at", "is_open", "date", "next_open", "early"),
    [
        ("2026-06-06T12:00", False, None, "2026-06-08T13:30:00+00:00", False),
        ("2026-06-02T08:00", False, "2026-06-02", "2026-06-02T13:30:00+00:00", False),
        ("2026-11-27T12:00", True, "2026-11-27", "2026-11-30T14:30:00+00:00", True),
        ("2026-11-27T13:00", False, "2026-11-27", "2026-11-30T14:30:00+00:00", True),
    ],
)
def test_the_market_status_on_other_days(
    exchange: SimulatorProcess, viewer: APIClient, at: str, is_open: bool, date: str | None, next_open: str, early: bool
) -> None:
    exchange.reset(at=at)
    body = viewer.get("/api/market-status").json()
    found = (body["is_open"], body["session_date"], body["next_open"], body["early_close"], body["trading_ready"])
    assert found == (is_open, date, next_open, early, False)


def test_the_summary_before_the_account_was_ever_read(viewer: APIClient) -> None:
    body = viewer.get("/api/summary").json()
    never_read = {
        "equity",
        "cash",
        "day_pnl",
        "day_pnl_pct",
        "day_parts",
        "exposure_pct",
        "buying_power",
        "account_number",
        "as_of",
    }
    assert {key for key, value in body.items() if value is None} == never_read | {"win_rate", "halt"}
    assert body["bots"] == {"running": 0, "paused": 0, "stopped": 0, "error": 0, "total": 0}
    assert (body["open_pnl"], body["exposure"], body["event_id"]) == ("0", "0", 0)


def test_the_summary_adds_up(bot_running: BotMaker, trading: SimulatorProcess, viewer: APIClient) -> None:
    bot = bot_running()
    BotFactory.create_batch(2)
    BotFactory.create(status="error")
    tick(bot)
    fills_collect()
    step(trading)
    body = viewer.get("/api/summary").json()
    assert body["bots"] == {"running": 1, "paused": 0, "stopped": 2, "error": 1, "total": 4}
    position = Position.objects.get()
    price, _ = last_prices(["AAPL"])["AAPL"]
    assert Decimal(body["exposure"]) == price * position.quantity
    assert Decimal(body["open_pnl"]) == (price - position.entry_price) * position.quantity
    assert Decimal(body["exposure_pct"]) == round(Decimal(body["exposure"]) / Decimal(body["equity"]), 6)
    assert (body["trades_today"], body["open_positions"], body["closed_positions"]) == (1, 1, 0)
    assert body["account_number"] == trading.ledger()["account_number"]


def test_the_exchanges_list_of_symbols_is_taken_over(trading: SimulatorProcess) -> None:
    from engine.brokers.connect import broker_connect
    from marketdata.services import symbols_store

    SymbolFactory.create(symbol="GONE")
    before = Symbol.objects.filter(tradable=True).count()
    symbols_store(broker_connect().assets())
    assert Symbol.objects.get(symbol="GONE").tradable is False
    assert Symbol.objects.filter(tradable=True).count() == before - 1
    assert Symbol.objects.get(symbol="AAPL").updated_at - Symbol.objects.get(symbol="GONE").updated_at < timedelta(1)


def test_indicators_that_are_asked_for_are_drawn_instead_of_the_bots(
    trading: SimulatorProcess, viewer: APIClient
) -> None:
    bot = BotFactory.create()
    chosen = json.dumps({"EMA:x": {"period": 5}, "ADX": {"pandas_ta": "adx", "buy": "ADX_14 > 25"}})
    body = viewer.get("/api/market-data/AAPL", {"bot": bot.pk, "limit": 10, "indicators": chosen}).json()
    assert [(row["key"], row["name"], [line["name"] for line in row["lines"]]) for row in body["indicators"]] == [
        ("EMA:x", "EMA", ["ema"]),
        ("ADX", "ADX", ["ADX_14", "DMP_14", "DMN_14"]),
    ]
    assert all(len(line["values"]) == 10 for row in body["indicators"] for line in row["lines"])


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ("{", "indicators"),
        ("[]", "indicators"),
        ("{}", "indicators"),
        ("NaN", "indicators"),
        ('{"RSI": {"period": NaN}}', "indicators"),
        (json.dumps({f"SMA:{number}": {} for number in range(6)}), "indicators"),
        ('{"RSY": {}}', "indicators.RSY"),
        ('{"RSI": {"perod": 3}}', "indicators.RSI.perod"),
        ("[" * 1999, "indicators"),
        ("x" * 2001, "indicators"),
    ],
)
@pytest.mark.django_db
def test_indicators_that_make_no_sense_are_refused(viewer: APIClient, given: str, field: str) -> None:
    SymbolFactory.create()
    [error] = problem(viewer.get("/api/market-data/AAPL", {"indicators": given}), 400)["errors"]
    assert error["field"] == field
