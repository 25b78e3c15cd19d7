"""How a simulator is to run, as the command line said it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from simulator.sessions import NEW_YORK

DEFAULT_SEED = 1


class OptionError(ValueError):
    """An option is wrong; the text names what was given and what would be right."""


@dataclass(frozen=True)
class Options:
    """at, seed: None continues the journal, or takes the default; speed: market seconds per real second, 0 in lockstep.

    slippage: a fraction of the price, paid by market orders
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
    slippage: Decimal = Decimal(0)
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


def parse_slippage(text: str) -> Decimal:
    """Basis points as a fraction."""
    try:
        points = Decimal(text)
    except ArithmeticError as error:
        raise OptionError(f"--slippage-bps was {text!r}; it must be a number such as 5.") from error
    if not 0 <= points <= 1000:
        raise OptionError(f"--slippage-bps was {text!r}; it must be between 0 and 1000.")
    return points / 10_000
