"""Decisions in plain English."""

from collections.abc import Iterable

from engine.core.config import BotConfig
from engine.core.signals import MODES
from engine.core.types import Check, SymbolView


def describe_votes(view: SymbolView, config: BotConfig, wanted: int) -> str:
    """Say what each voting indicator sees, as in "RSI 43.1 is above 30; MACD has not crossed its signal".

    Args:
        view: What the bot sees of the symbol.
        config: The bot's configuration.
        wanted: The side the reader waits for, +1 to buy or -1 to sell.
    """
    if view.bar_end is None:
        return "there are no bars yet"
    parts = []
    for key, indicator in config.indicator_set().items():
        if key in view.warming_up:
            needed = indicator.least() if view.from_first else indicator.reach(config.timeframe)
            parts.append(f"{key} is warming up: {view.bars} of {needed} bars")
        elif key in view.votes:
            parts.append(indicator.sees(key, view.values.get(key, {}), view.votes[key], wanted))
    if view.begun and view.begun_on:
        verb = "begins" if len(view.begun) == 1 else "begin"
        parts.append(f"{', '.join(view.begun)} {verb} on {view.begun_on}, with the first bar known")
    if not view.votable:
        parts.append("the last bar is of an earlier session")
    elif view.acted:
        parts.append("this bar was already acted on")
    return "; ".join(parts)


def describe_tally(view: SymbolView, config: BotConfig, side: int) -> str:
    """Say how many vote for a side and how many it takes, as in "1 of 3 votes to buy, any needs 2 and none against".

    The text is empty where there are no bars, or where only one indicator can vote.

    Args:
        view: What the bot sees of the symbol.
        config: The bot's configuration.
        side: The side whose votes are counted, +1 to buy or -1 to sell.
    """
    voting = config.voting()
    if view.bar_end is None or voting < 2:
        return ""
    found = sum(vote == side for vote in view.votes.values())
    against = sum(vote == -side for vote in view.votes.values())
    ways = ("to buy", "to sell") if side > 0 else ("to sell", "to buy")
    said = f"{found} of {voting} {'votes' if found == 1 else 'vote'} {ways[0]}"
    if against:
        said += f" and {against} {ways[1]}"
    short = MODES[config.signal_mode].short.format(min_votes=config.min_votes, voting=voting)
    if config.signal_mode == "all":
        on_side = sum(view.votes[key] != side and view.states.get(key, 0) == side for key in view.votes)
        short += f" ({on_side} of {voting - found} {'is' if on_side == 1 else 'are'})"
    return f"{said}, {short}"


def describe_vetoes(view: SymbolView, config: BotConfig) -> str:
    """Say why the indicators that veto an entry do so."""
    indicators = config.indicator_set()
    return "; ".join(
        indicators[key].objects(key, view.values.get(key, {})) if key in indicators else key for key in view.vetoes
    )


def describe_checks(refused: Iterable[Check]) -> str:
    """Join the reasons of the checks that refused."""
    return "; ".join(check.reason for check in refused)
