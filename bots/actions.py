"""What a person wants many bots to do, as it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bots.payloads import BOT_ACTIONS, MOST_BOTS
from engine.core.config import ConfigError
from engine.core.field_errors import FieldError, shown, unknown_fields

FIELDS = ("action", "bots", "close_positions")


@dataclass(frozen=True)
class BotsWanted:
    action: str
    bots: frozenset[int]
    close_positions: bool = False


def bots_action_read(data: Mapping[str, Any]) -> BotsWanted:
    """Read an action and the numbers of 1 to 500 bots.

    Raises:
        ConfigError: The data has faults; the error names every one.

    >>> bots_action_read({"action": "pause", "bots": [3, 3]}).bots
    frozenset({3})
    """
    action, bots, close = data.get("action"), data.get("bots"), data.get("close_positions", False)
    errors = unknown_fields(data, FIELDS)
    if action not in BOT_ACTIONS:
        errors.append(FieldError("action", "is not one of them", shown(action), ", ".join(BOT_ACTIONS)))
    right = f"a list of 1 to {MOST_BOTS} numbers of bots"
    if not isinstance(bots, list) or not 1 <= len(bots) <= MOST_BOTS or not all(map(_is_number, bots)):
        errors.append(FieldError("bots", f"must be {right}", shown(bots), right))
    if not isinstance(close, bool):
        errors.append(FieldError("close_positions", "must be true or false", shown(close), "true, false"))
    elif close and action != "stop":
        errors.append(FieldError("close_positions", "goes with the action stop alone", close, "false"))
    if errors:
        raise ConfigError(errors)
    return BotsWanted(str(action), frozenset(bots or ()), close)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**18
