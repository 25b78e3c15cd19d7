"""Bots to begin with: whole configurations but for a name and symbols."""

from typing import Any

from bots.payloads import BotTemplate
from engine.core.config import config_parse
from engine.core.config_json import config_as_json

_TEMPLATES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "Buy the dip",
        "Buys when the price has fallen unusually far and is likely to swing back, sells when it has risen as far.",
        {
            "capital": 10_000,
            "indicators": {"RSI": {"period": 14, "oversold": 30, "overbought": 70}, "BollingerBands": {}},
            "signal_mode": "all",
            "risk_management": {"stop_loss": 0.015, "take_profit": 0.02, "max_position_size": 0.2, "max_positions": 5},
        },
    ),
    (
        "Follow the trend",
        "Buys when a fast average rises above a slow one with more volume than usual, and lets a trailing stop end it.",
        {
            "capital": 10_000,
            "timeframe": "5Min",
            "trading_frequency": 300,
            "indicators": {"EMA": {"period": 9, "slow": 21}, "VolumeSMA": {"period": 20}, "OBV": {}},
            "risk_management": {"stop_loss": 0.02, "trailing_stop": 0.015, "max_position_size": 0.2},
            "end_hour": 15,
        },
    ),
    (
        "Momentum",
        "Buys when MACD and the stochastic oscillator turn upwards together in the first hours, and is out by noon.",
        {
            "capital": 10_000,
            "indicators": {"MACD": {}, "Stochastic": {}, "SMA": {"period": 50}},
            "signal_mode": "majority",
            "risk_management": {"stop_loss": 0.01, "take_profit": 0.03, "cooldown_minutes": 15},
            "close_at_window_end": True,
        },
    ),
    (
        "Strong trends only",
        "Buys an upward crossing of the average only while the Average Directional Index says that there is a trend.",
        {
            "capital": 10_000,
            "timeframe": "15Min",
            "trading_frequency": 900,
            "indicators": {
                "EMA": {"period": 20},
                "ADX": {
                    "pandas_ta": "adx",
                    "length": 14,
                    "buy": "ADX_14 > 25 and DMP_14 > DMN_14",
                    "sell": "ADX_14 < 15",
                },
            },
            "signal_mode": "all",
            "risk_management": {"stop_loss": 0.02, "take_profit": 0.06, "max_position_size": 0.2},
            "end_hour": 15,
        },
    ),
)


def bot_templates() -> list[BotTemplate]:
    """Name, description and configuration of each, defaults written out, JSON-ready."""
    return [
        {"name": name, "description": description, "config": _complete(config)}
        for name, description, config in _TEMPLATES
    ]


def _complete(config: dict[str, Any]) -> dict[str, Any]:
    # The name and the symbol are any that are allowed: they are taken out again.
    complete = config_as_json(config_parse(config | {"name": "-", "symbols": ["A"]}))
    risk = {
        key: float(value) if isinstance(value, str) else value for key, value in complete["risk_management"].items()
    }
    chosen = complete | {"capital": str(config["capital"]), "risk_management": risk}
    return {key: value for key, value in chosen.items() if key not in ("name", "symbols")}
