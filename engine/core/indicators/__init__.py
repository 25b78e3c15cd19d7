"""The indicators a bot can be made of, by the name used in its configuration."""

from collections.abc import Mapping
from typing import Any

from engine.core.field_errors import ConfigError, FieldError
from engine.core.indicators.base import Arrays, Indicator, crossings, side_of
from engine.core.indicators.bollinger import BollingerBands
from engine.core.indicators.custom import custom_kind
from engine.core.indicators.ema import Ema
from engine.core.indicators.macd import Macd
from engine.core.indicators.obv import Obv
from engine.core.indicators.own import IndicatorRefused, indicator_check
from engine.core.indicators.rsi import Rsi
from engine.core.indicators.sma import Sma
from engine.core.indicators.stochastic import Stochastic
from engine.core.indicators.volume_sma import VolumeSma

BUILT_IN: tuple[type[Indicator], ...] = (Rsi, Macd, Stochastic, Sma, Ema, BollingerBands, VolumeSma, Obv)
REGISTRY: dict[str, type[Indicator]] = {kind.label: kind for kind in BUILT_IN}


def register(kind: type[Indicator]) -> type[Indicator]:
    """Offer an indicator of one's own under its label; use it as a decorator.

    Raises:
        IndicatorRefused: The class cannot be offered, or another one has its label.
    """
    known = REGISTRY.get(getattr(kind, "label", ""))
    if known is not None and (known.__module__, known.__qualname__) != (kind.__module__, kind.__qualname__):
        raise IndicatorRefused(f"{kind.label} is the name of another indicator already")
    indicator_check(kind)
    REGISTRY[kind.label] = kind
    return kind


def indicator_kind(key: str, parameters: Mapping[str, Any]) -> type[Indicator]:
    """Return the class behind a key of a configuration.

    Args:
        key: The indicator's name, perhaps with a colon and a label after it.
        parameters: Its parameters; with `pandas_ta` any other name stands for that function.

    Raises:
        ConfigError: No indicator has this name.
    """
    name = key.partition(":")[0]
    kind = REGISTRY.get(name)
    if kind is None and "pandas_ta" not in parameters:
        # Another process, which knew the indicator, checked the configuration.
        message = "is no indicator here: the setting INDICATORS names the modules of one's own"
        raise ConfigError([FieldError(f"indicators.{key}", message, name)])
    return custom_kind(parameters["pandas_ta"]) if kind is None else kind


__all__ = [
    "BUILT_IN",
    "REGISTRY",
    "Arrays",
    "Indicator",
    "IndicatorRefused",
    "crossings",
    "indicator_kind",
    "register",
    "side_of",
]
