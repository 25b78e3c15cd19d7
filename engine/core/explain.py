"""Decisions in plain English."""

from collections.abc import Iterable

from engine.core.config import BotConfig
from engine.core.types import Check, SymbolView

_VERDICT = {1: "buys", -1: "sells", 0: "is quiet"}


def describe_votes(view: SymbolView, config: BotConfig) -> str:
    """Each indicator's value and vote, as in "RSI 28.4 buys; MACD is quiet".

    The sentence must be the same for equal outcomes, so it names a value only where it decided something.
    """
    if view.bar_end is None:
        return "there are no bars yet"
    parts = []
    for key in config.indicators:
        if key in view.warming_up:
            parts.append(f"{key} is warming up")
        elif key in view.votes:
            vote = view.votes[key]
            value = next(iter(view.values.get(key, {}).values()), None)
            shown = f"{key} {value:.1f}" if vote and value is not None and key.startswith("RSI") else key
            parts.append(f"{shown} {_VERDICT[vote]}")
    if not view.votable:
        parts.append("the last bar is of an earlier session")
    elif view.acted:
        parts.append("this bar was already acted on")
    return "; ".join(parts)


def describe_checks(refused: Iterable[Check]) -> str:
    return "; ".join(check.reason for check in refused)
