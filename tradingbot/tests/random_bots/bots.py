"""Bots as people might configure them, and as nobody would."""

import random
from typing import Any

from tradingbot.tests.random_bots.market import STOCKS

INDICATORS: tuple[dict[str, dict[str, Any]], ...] = (
    {"RSI": {"period": 3, "oversold": 40, "overbought": 60}},
    {"RSI": {}},
    {"RSI": {"period": 100, "oversold": 49.5, "overbought": 50.5}},
    {"MACD": {}},
    {"Stochastic": {}},
    {"SMA": {"period": 5}},
    {"SMA": {"period": 40}},
    {"EMA": {"period": 9}},
    {"EMA": {"period": 200}},
    {"BollingerBands": {"period": 10}},
    # These two only forbid.
    {"OBV": {}, "SMA": {"period": 8}},
    {"VolumeSMA": {"period": 10}, "SMA": {"period": 8}},
    {"Psar": {"pandas_ta": "psar", "buy": "close > PSARl_0_02_0_2", "sell": "close < PSARs_0_02_0_2"}},
    {"Trend": {"pandas_ta": "supertrend", "length": 7, "buy": "SUPERTd_7_3_0 > 0", "sell": "SUPERTd_7_3_0 < 0"}},
    {"Hilo": {"pandas_ta": "hilo", "buy": "close > HILO_13_21", "sell": "close < HILO_13_21"}},
    {"Range": {"pandas_ta": "adx", "buy": "DMP_14 > DMN_14", "sell": "DMP_14 < DMN_14"}},
    {"Stretch": {"pandas_ta": "zscore", "buy": "ZS_30 < -1", "sell": "ZS_30 > 1"}},
    {"Flow": {"pandas_ta": "cmf", "buy": "CMF_20 > 0", "sell": "CMF_20 < 0"}},
    {"Day": {"pandas_ta": "vwap", "buy": "close > VWAP_D", "sell": "close < VWAP_D"}},
    {"Bars": {"pandas_ta": "ohlc4", "buy": "close > open", "sell": "close <= open"}},
)
TIMEFRAMES = ("1Min", "1Min", "5Min", "15Min", "1Hour", "1Day")
FREQUENCIES = (60, 120, 300, 420, 900, 1800, 3600, 86_400)


def random_config(seed: int) -> dict[str, Any]:
    """A valid configuration; whatever a form may hold is in one of them."""
    chance = random.Random(seed)
    indicators: dict[str, dict[str, Any]] = {}
    for picked in chance.sample(INDICATORS, chance.choice((1, 1, 2, 3))):
        for key, parameters in picked.items():
            indicators[key if key not in indicators else f"{key}:{len(indicators)}"] = parameters
    start = chance.choice(((9, 30), (9, 45), (11, 0), (15, 30)))
    end = chance.choice(((15, 45), (16, 0), (15, 59)))
    timeframe = chance.choice(TIMEFRAMES)
    risk = {
        "stop_loss": chance.choice((0.002, 0.005, 0.02, 0.08)),
        "take_profit": chance.choice((None, 0.004, 0.02, 0.1)),
        "trailing_stop": chance.choice((None, None, 0.003, 0.02)),
        "max_position_size": chance.choice((0.3, 0.5, 1)),
        "max_positions": chance.choice((1, 2, 3)),
        "max_daily_loss": chance.choice((0.002, 0.01, 0.05)),
        "cooldown_minutes": chance.choice((0, 0, 15)),
    }
    return {
        "name": f"Random {seed}",
        # Fifty of them spend less than the account has: what the broker refuses for lack of money no backtest knows.
        "capital": 1_800,
        "symbols": sorted(chance.sample([stock.symbol for stock in STOCKS], chance.choice((1, 2, 3)))),
        "indicators": indicators,
        "signal_mode": chance.choice(("majority", "any", "all", "every")),
        "timeframe": timeframe,
        "trading_frequency": 86_400 if timeframe == "1Day" else chance.choice(FREQUENCIES),
        "risk_management": risk,
        "start_hour": start[0],
        "start_minute": start[1],
        "end_hour": end[0],
        "end_minute": end[1],
        "close_at_window_end": chance.random() < 0.3,
    }
