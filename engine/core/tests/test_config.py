"""What a configuration may say, and what a wrong one is answered."""

from decimal import Decimal
from typing import Any

import pytest

from engine.core.config import ConfigError, FieldError, config_parse
from engine.core.indicators.sma import Sma
from engine.core.tests.samples import settings

SEED = {
    "name": "Momentum Bot",
    "capital": 10000,
    "trading_frequency": 60,
    "symbols": ["AAPL", "MSFT", "GOOGL"],
    "indicators": {
        "RSI": {"period": 14, "oversold": 30, "overbought": 70},
        "MACD": {"fast": 12, "slow": 26, "signal": 9},
        "SMA": {"period": 50},
    },
    "risk_management": {"stop_loss": 0.02, "take_profit": 0.05, "max_position_size": 0.1, "max_daily_loss": 0.1},
    "start_hour": 9,
    "start_minute": 30,
    "end_hour": 12,
    "end_minute": 0,
}


def faults(data: Any) -> list[FieldError]:
    with pytest.raises(ConfigError) as refused:
        config_parse(data)
    return list(refused.value.errors)


def risk(**changes: Any) -> dict[str, Any]:
    return {"risk_management": {"stop_loss": 0.02} | changes}


def test_the_seed_document_is_accepted_as_it_stands() -> None:
    config = config_parse(SEED)
    assert config.model_dump() == {
        "name": "Momentum Bot",
        "capital": Decimal(10000),
        "trading_frequency": 60,
        "timeframe": "1Min",
        "symbols": ("AAPL", "MSFT", "GOOGL"),
        "indicators": {
            "RSI": {"period": 14, "oversold": 30, "overbought": 70},
            "MACD": {"fast": 12, "slow": 26, "signal": 9},
            "SMA": {"period": 50, "slow": None},
        },
        "signal_mode": "majority",
        "min_votes": 1,
        "risk_management": {
            "stop_loss": Decimal("0.02"),
            "take_profit": Decimal("0.05"),
            "trailing_stop": None,
            "max_position_size": Decimal("0.1"),
            "max_daily_loss": Decimal("0.1"),
            "max_positions": 5,
            "cooldown_minutes": 0,
            "max_orders_per_minute": 10,
        },
        "start_hour": 9,
        "start_minute": 30,
        "end_hour": 12,
        "end_minute": 0,
        "close_at_window_end": False,
    }


def test_the_smallest_configuration_has_its_defaults_written_out() -> None:
    config = config_parse(
        {
            "name": "A",
            "capital": 100,
            "symbols": ["A"],
            "indicators": {"MACD": {}},
            "risk_management": {"stop_loss": 0.02},
        }
    )
    assert config.indicators == {"MACD": {"fast": 12, "slow": 26, "signal": 9}}
    assert (config.trading_frequency, config.timeframe, config.signal_mode, config.min_votes) == (
        60,
        "1Min",
        "majority",
        1,
    )
    assert config.risk_management.model_dump() == {
        "stop_loss": Decimal("0.02"),
        "take_profit": None,
        "trailing_stop": None,
        "max_position_size": Decimal("0.1"),
        "max_daily_loss": Decimal("0.1"),
        "max_positions": 5,
        "cooldown_minutes": 0,
        "max_orders_per_minute": 10,
    }
    assert (f"{config.window_start:%H:%M}", f"{config.window_end:%H:%M}") == ("09:30", "12:00")


def test_what_was_parsed_parses_to_the_same_again() -> None:
    once = config_parse(SEED)
    assert config_parse(once.model_dump()) == once


LIMITS = [
    ("capital", 100, 100_000_000),
    ("trading_frequency", 1, 86_400),
    ("start_minute", 0, 59),
    ("end_minute", 0, 59),
]
RISK_LIMITS = [
    ("stop_loss", "0.001", "0.5"),
    ("take_profit", "0.001", "5"),
    ("trailing_stop", "0.001", "5"),
    ("max_position_size", "0.001", "1"),
    ("max_daily_loss", "0.001", "1"),
    ("max_positions", 1, 50),
    ("cooldown_minutes", 0, 1440),
    ("max_orders_per_minute", 1, 60),
]


@pytest.mark.parametrize(("field", "low", "high"), LIMITS)
def test_a_number_is_good_up_to_its_limits_and_not_beyond(field: str, low: int, high: int) -> None:
    for good in (low, high):
        assert getattr(config_parse(settings(**{field: good})), field) == good
    for bad in (low - 1, high + 1):
        error = FieldError(field, f"must be between {low} and {high}", bad, f"{low} to {high}")
        assert faults(settings(**{field: bad})) == [error]


@pytest.mark.parametrize(("field", "low", "high"), RISK_LIMITS)
def test_a_risk_limit_is_good_up_to_its_limits_and_not_beyond(field: str, low: Any, high: Any) -> None:
    step = Decimal("0.000001") if isinstance(low, str) else 1
    first, last = (Decimal(low), Decimal(high)) if isinstance(low, str) else (low, high)
    for good in (first, last):
        parsed = config_parse(settings(**risk(**{field: good})))
        assert getattr(parsed.risk_management, field) == good
    for bad in (first - step, last + step):
        [error] = faults(settings(**risk(**{field: bad})))
        assert (error.field, error.message) == (f"risk_management.{field}", f"must be between {low} and {high}")
        assert error.range == f"{low} to {high}"


KNOWN = "BollingerBands, EMA, MACD, OBV, RSI, SMA, Stochastic, VolumeSMA"
TIMEFRAMES = "1Min, 5Min, 15Min, 1Hour, 1Day"

# What is changed, and the one fault that is answered: field, message, value, range, nearest.
BAD: list[tuple[dict[str, Any], FieldError]] = [
    ({"name": ""}, FieldError("name", "must have 1 to 80 characters", "", "1 to 80 characters")),
    ({"name": "  "}, FieldError("name", "must have 1 to 80 characters", "  ", "1 to 80 characters")),
    ({"name": "a\nb"}, FieldError("name", "must not contain control characters", "a\nb", "1 to 80 characters")),
    ({"name": "a\0b"}, FieldError("name", "must not contain control characters", "a\0b", "1 to 80 characters")),
    ({"name": 5}, FieldError("name", "must be text", 5, "1 to 80 characters")),
    ({"capital": "much"}, FieldError("capital", "must be a number", "much", "100 to 100000000")),
    ({"capital": True}, FieldError("capital", "must be a number", True, "100 to 100000000")),
    ({"capital": -5}, FieldError("capital", "must be between 100 and 100000000", -5, "100 to 100000000")),
    ({"capital": None}, FieldError("capital", "must be a number", None, "100 to 100000000")),
    ({"capital": "NaN"}, FieldError("capital", "must be a number", "NaN", "100 to 100000000")),
    (
        {"capital": 10000.1234567},
        FieldError("capital", "must have at most 6 decimal places", 10000.1234567, "100 to 100000000"),
    ),
    ({"trading_frequency": "60"}, FieldError("trading_frequency", "must be a number", "60", "1 to 86400")),
    ({"trading_frequency": True}, FieldError("trading_frequency", "must be a number", True, "1 to 86400")),
    (
        {"timeframe": "1min"},
        FieldError("timeframe", f"must be one of {TIMEFRAMES}", "1min", TIMEFRAMES, "1Min"),
    ),
    (
        {"signal_mode": "majorty"},
        FieldError(
            "signal_mode",
            "must be one of any, majority, all, every",
            "majorty",
            "any, majority, all, every",
            "majority",
        ),
    ),
    ({"symbols": []}, FieldError("symbols", "must have 1 to 50 entries", "[]", "1 to 50 entries")),
    ({"symbols": "AAPL"}, FieldError("symbols", "must be a list", "AAPL", "1 to 50 entries")),
    ({"symbols": [1]}, FieldError("symbols.0", "must be text", 1)),
    (
        {"symbols": ["AAPL", "aapl"]},
        FieldError("symbols", "AAPL named more than once", "['AAPL', 'aapl']", "1 to 50 entries"),
    ),
    ({"symbols": ["A A"]}, FieldError("symbols", "'A A' is not a stock symbol", "['A A']", "1 to 50 entries")),
    ({"indicators": {}}, FieldError("indicators", "must have 1 to 20 entries", "{}", "1 to 20 entries")),
    ({"indicators": []}, FieldError("indicators", "must be an object", "[]", "1 to 20 entries")),
    (
        {"indicators": {"RSY": {}}},
        FieldError("indicators.RSY", "'RSY' is not a known indicator", "RSY", KNOWN, "RSI"),
    ),
    (
        {"indicators": {"rsi": {}}},
        FieldError("indicators.rsi", "'rsi' is not a known indicator", "rsi", KNOWN, "RSI"),
    ),
    (
        {"indicators": {"RSI": 14}},
        FieldError("indicators.RSI", "must be an object of parameters, such as {}", 14),
    ),
    (
        {"indicators": {"RSI": {"perod": 14}}},
        FieldError("indicators.RSI.perod", "is not a setting; did you mean period?", 14, None, "period"),
    ),
    (
        {"indicators": {"RSI": {"period": 1}}},
        FieldError("indicators.RSI.period", "must be between 2 and 500", 1, "2 to 500"),
    ),
    (
        {"indicators": {"RSI": {"oversold": 60}}},
        FieldError("indicators.RSI.oversold", "must be between 0 and 50", 60, "0 to 50"),
    ),
    (
        {"indicators": {"RSI": {"overbought": 40.5}}},
        FieldError("indicators.RSI.overbought", "must be between 50 and 100", 40.5, "50 to 100"),
    ),
    (
        {"indicators": {"Stochastic": {"oversold": 80}}},
        FieldError("indicators.Stochastic.oversold", "must be below overbought (80)", 80, "below 80"),
    ),
    (
        {"indicators": {"MACD": {"fast": 26}}},
        FieldError("indicators.MACD.fast", "must be below slow (26)", 26, "below 26"),
    ),
    (
        {"indicators": {"SMA": {"slow": 50}}},
        FieldError("indicators.SMA.slow", "must be above period (50)", 50, "above 50"),
    ),
    (
        {"indicators": {"MACD": {"fast": 30, "slow": 26}}},
        FieldError("indicators.MACD.fast", "must be below slow (26)", 30, "below 26"),
    ),
    (
        {"indicators": {"RSI": {"period": "14"}}},
        FieldError("indicators.RSI.period", "must be a whole number", "14", "2 to 500"),
    ),
    (
        {"indicators": {"RSI": {"period": 14.5}}},
        FieldError("indicators.RSI.period", "must be a whole number", 14.5, "2 to 500"),
    ),
    (
        {"indicators": {"RSI": {"oversold": "low"}}},
        FieldError("indicators.RSI.oversold", "must be a number", "low", "0 to 50"),
    ),
    (
        {"indicators": {"VolumeSMA": {}}},
        FieldError("indicators", "at least one indicator must be able to vote; VolumeSMA only vetoes"),
    ),
    (
        {"indicators": {"VolumeSMA": {}, "VolumeSMA:slow": {"period": 50}}},
        FieldError("indicators", "at least one indicator must be able to vote; VolumeSMA, VolumeSMA:slow only veto"),
    ),
    (
        {"indicators": {"SMA:": {}}},
        FieldError(
            "indicators.SMA:", "the label after SMA: must have 1 to 20 printable characters", "", "1 to 20 characters"
        ),
    ),
    (
        {"min_votes": 2},
        FieldError("min_votes", "must be at most the number of voting indicators (1)", 2, "1 to 1"),
    ),
    ({"min_votes": 0}, FieldError("min_votes", "must be between 1 and 20", 0, "1 to 20")),
    ({"start_hour": 24}, FieldError("start_hour", "must be between 0 and 23", 24, "0 to 23")),
    (
        {"start_hour": 12, "start_minute": 0},
        FieldError("end_hour", "the window must start before it ends: 12:00 is not before 12:00", "12:00"),
    ),
    (
        {"start_hour": 15},
        FieldError("end_hour", "the window must start before it ends: 15:30 is not before 12:00", "12:00"),
    ),
    ({"close_at_window_end": "yes"}, FieldError("close_at_window_end", "must be true or false", "yes")),
    ({"close_at_window_end": 1}, FieldError("close_at_window_end", "must be true or false", 1)),
    ({"symbol": "AAPL"}, FieldError("symbol", "is not a setting; did you mean symbols?", "AAPL", None, "symbols")),
    ({"xyzzy": 1}, FieldError("xyzzy", "is not a setting", 1)),
    ({"risk_management": []}, FieldError("risk_management", "must be an object", "[]")),
    ({"risk_management": {}}, FieldError("risk_management.stop_loss", "is required", None, "0.001 to 0.5")),
    (
        risk(stop_loss=-0.02),
        FieldError("risk_management.stop_loss", "must be between 0.001 and 0.5", -0.02, "0.001 to 0.5"),
    ),
    (
        risk(max_postions=3),
        FieldError(
            "risk_management.max_postions", "is not a setting; did you mean max_positions?", 3, None, "max_positions"
        ),
    ),
    (risk(max_positions="3"), FieldError("risk_management.max_positions", "must be a number", "3", "1 to 50")),
]


@pytest.mark.parametrize(("changes", "expected"), BAD, ids=lambda value: str(value)[:60])
def test_a_wrong_value_is_named_with_what_would_be_right(changes: dict[str, Any], expected: FieldError) -> None:
    assert faults(settings(**changes)) == [expected]


@pytest.mark.parametrize("field", ["name", "capital", "symbols", "indicators", "risk_management"])
def test_what_has_no_default_is_required(field: str) -> None:
    data = settings()
    del data[field]
    [error] = faults(data)
    assert (error.field, error.message, error.value) == (field, "is required", None)


@pytest.mark.parametrize("data", [None, [], "x", 5])
def test_only_an_object_is_a_configuration(data: Any) -> None:
    assert faults(data) == [FieldError("", "must be an object with the bot's settings", data)]


def test_every_fault_is_named_at_once() -> None:
    data = settings(capital=1, indicators={"RSY": {}, "RSI": {"period": 0}}, risk_management={"stop_los": 1})
    assert [error.field for error in faults(data)] == [
        "capital",
        "risk_management.stop_loss",
        "risk_management.stop_los",
        "indicators.RSY",
        "indicators.RSI.period",
    ]


def test_min_votes_does_not_count_in_the_mode_all() -> None:
    assert config_parse(settings(signal_mode="all", min_votes=2)).min_votes == 2


def test_fifty_symbols_are_the_most() -> None:
    symbols = [f"A{number}" for number in range(51)]
    assert len(config_parse(settings(symbols=symbols[:50])).symbols) == 50
    [error] = faults(settings(symbols=symbols))
    assert (error.field, error.range) == ("symbols", "1 to 50 entries")


def test_twenty_indicators_are_the_most_and_labels_tell_them_apart() -> None:
    indicators: dict[str, Any] = {f"SMA:{number}": {"period": number + 2} for number in range(21)}
    [error] = faults(settings(indicators=indicators))
    assert (error.field, error.range) == ("indicators", "1 to 20 entries")
    del indicators["SMA:20"]
    parsed = config_parse(settings(indicators=indicators)).indicator_set()
    assert parsed == {f"SMA:{number}": Sma(period=number + 2) for number in range(20)}


@pytest.mark.parametrize("value", [float("inf"), float("nan"), 10**400, "x" * 10_000, {"a": [1] * 10_000}])
def test_an_absurd_value_is_named_briefly_and_as_json_can_carry_it(value: Any) -> None:
    [error] = faults(settings(capital=value))
    assert error.field == "capital"
    assert isinstance(error.value, int) or len(error.value) <= 80
    label = "SMA:" + "x" * 10_000
    [error] = faults(settings(indicators={label: {}}))
    assert len(error.field) < 100


def test_symbols_are_read_in_capitals() -> None:
    assert config_parse(settings(symbols=["aapl", "brk.b"])).symbols == ("AAPL", "BRK.B")
