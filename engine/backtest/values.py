"""The comparison of the indicator values from which two decisions were made."""

from collections.abc import Mapping

from engine.core.config import BotConfig

Values = Mapping[str, Mapping[str, float]]
# Values are kept to six decimals: two that differ by less may be rounded apart.
ROUNDED = 1.1e-6


def values_differ(config: BotConfig, one: Values, other: Values, close: float) -> str:
    """Say which value moved by more than the fraction `close` of itself; empty when none did.

    Running totals are left out: their level only says where their history begins.
    """
    compared = {key for key, indicator in config.indicator_set().items() if not indicator.is_running_total}
    for key in one:
        if key not in compared:
            continue
        for name, value in one[key].items():
            after = other.get(key, {}).get(name)
            if after is None or abs(value - after) > max(close * abs(value), ROUNDED):
                return f"{key} {name} {value} against {after}"
    return ""
