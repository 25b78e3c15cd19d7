"""How a simulator is to run, as the command line said it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from simulator.matching_engine import NO_COSTS, Terms
from simulator.sessions import NEW_YORK

DEFAULT_SEED = 1


class OptionError(ValueError):
    """An option is wrong; the text names what was given and what would be right."""


@dataclass(frozen=True)
class Options:
    """at, seed: None continues the journal, or takes the default; speed: market seconds per real second, 0 in lockstep.

    terms: what trading costs and how far it reaches
    spread: between bid and ask, in dollars
    late_trades: the chance that a minute's bar is told again, with shares that were reported late
    rate_limit: requests a minute, of trading and of market data each; None for no limit
    free_plan: 30 symbols, one connection, recent prices of one exchange only, as accounts that pay nothing have them
    log: where every request and its answer are written
    hosts: names, besides those of this machine itself, under which /sim is served
    """

    replay: Path | None = None
    at: datetime | None = None
    seed: int | None = None
    speed: float = 10.0
    real_time: bool = False
    frozen: bool = False
    skip_closed: bool = True
    journal: Path | None = None
    fsync: bool = False
    terms: Terms = NO_COSTS
    spread: Decimal = Decimal("0.02")
    late_trades: float = 0.0
    rate_limit: int | None = None
    free_plan: bool = False
    log: Path | None = None
    faults: Path | None = None
    hosts: tuple[str, ...] = ()
    key: str = ""
    secret: str = ""


def parse_at(text: str) -> datetime:
    """A New York time on the minute or second, as aware UTC."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise OptionError(f"--at was {text!r}; it must be a New York time such as 2019-02-13T09:31.") from error
    if not 1990 <= parsed.year < 2100:
        raise OptionError(f"--at was {text!r}; the exchange's calendar begins in 1990.")
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=NEW_YORK)).astimezone(UTC)


def parse_speed(text: str) -> float:
    """Market seconds per real second: 1 for "real", 0 for "lockstep"."""
    if text in ("real", "lockstep"):
        return float(text == "real")
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0 < speed <= 100_000:
        raise OptionError(f"--speed was {text!r}; it must be a number above 0 such as 10, real, or lockstep.")
    return speed


def parse_number(name: str, text: str, least: int, most: int) -> Decimal:
    """The value of an option; `name` as on the command line."""
    try:
        number = Decimal(text)
    except ArithmeticError as error:
        raise OptionError(f"{name} was {text!r}; it must be a number from {least} to {most}.") from error
    if not least <= number <= most:
        raise OptionError(f"{name} was {text!r}; it must be between {least} and {most}.")
    return number
