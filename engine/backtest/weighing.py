"""What entries are weighed against, what the account has come to meanwhile, and what comes of it. Money is in
millionths of a dollar, moments are those of `prospects.py`."""

from collections import deque
from dataclasses import dataclass, field

from engine.backtest.prospects import MILLION, Whole
from engine.core.config import BotConfig
from engine.core.money import MAX_ORDER_SHARES

MAX_SHARES = int(MAX_ORDER_SHARES)
# Why an entry can be refused here, in the order in which the rules are asked.
REFUSALS = ("", "positions", "order_rate", "collar", "price_above_allowance")
# When something is due, and what: money set free, money gained, positions less.
Due = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """One entry that was weighed after the other.

    lane, place: which of whose prospects; shares: 0 when it was refused, for REFUSALS[refusal]
    spent, held, lately: money spent or lost before, positions open, and entries within a minute
    leg: the bar that meets the stop or the target, -1 for none
    ended: when the position ends, NEVER while it is open or where none came of it; gain: of the one that ended
    """

    lane: Whole
    place: Whole
    shares: Whole
    refusal: Whole
    spent: Whole
    held: Whole
    lately: Whole
    leg: Whole
    ended: Whole
    gain: Whole

    def __len__(self) -> int:
        return len(self.lane)


@dataclass(frozen=True, slots=True)
class Allowance:
    """Of the bot: its capital, the most of one position, and how many positions and entries a minute it may have."""

    capital: int
    most: int
    positions: int
    rate: int

    @classmethod
    def of(cls, config: BotConfig) -> "Allowance":
        risk = config.risk_management
        capital, most = (int(money * MILLION) for money in (config.capital, risk.max_position_size * config.capital))
        return cls(capital, most, risk.max_positions, risk.max_orders_per_minute)


@dataclass(slots=True)
class Account:
    """What has been spent, lost and is held, what of that is due when (a heap), and the times of the last entries.

    places: by symbol, the entry weighed next
    """

    places: list[int]
    spent: int = 0
    lost: int = 0
    held: int = 0
    due: list[Due] = field(default_factory=list)
    lately: deque[int] = field(default_factory=deque)
