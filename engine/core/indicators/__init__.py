"""The indicators a bot can be made of, by the name used in its configuration."""

from engine.core.indicators.base import Arrays, Indicator
from engine.core.indicators.macd import Macd
from engine.core.indicators.rsi import Rsi
from engine.core.indicators.sma import Sma

REGISTRY: dict[str, type[Indicator]] = {kind.label: kind for kind in (Rsi, Macd, Sma)}

__all__ = ["REGISTRY", "Arrays", "Indicator"]
