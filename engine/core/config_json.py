"""A configuration as plain values: columns of a row, or JSON."""

from decimal import Decimal
from typing import Any

from engine.core.config import BotConfig

CONFIG_FIELDS = tuple(BotConfig.model_fields)


def config_values(config: BotConfig) -> dict[str, Any]:
    """Return the configuration as the columns of a bot; decimals inside JSON become plain numbers."""
    values = {field: getattr(config, field) for field in CONFIG_FIELDS}
    values["symbols"] = list(config.symbols)
    values["risk_management"] = {
        key: float(value) if isinstance(value, Decimal) else value
        for key, value in config.risk_management.model_dump().items()
    }
    return values


def config_as_json(config: BotConfig) -> dict[str, Any]:
    """Return the configuration as JSON, as a version of a bot and a backtest keep it."""
    return config_values(config) | {"capital": str(config.capital)}
