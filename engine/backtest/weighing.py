"""What entries are weighed against, how the account stands meanwhile, and what comes of it.

Money is in millionths of a dollar, and moments are those of `prospects.py`.
"""

from collections import deque
from dataclasses import dataclass, field

from engine.backtest.prospects import MILLION, Whole
from engine.core.config import BotConfig
from engine.core.money import MAX_ORDER_SHARES

MAX_SHARES = int(MAX_ORDER_SHARES)
# Why an entry can be refused here, in the order in which the rules are asked.
REFUSALS = ("", "positions", "order_rate", "collar", "price_above_allowance")
# When something is due, and what: money that becomes free, money gained, and how many positions fewer are held.
Due = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """The entries that were weighed, in that order; all arrays have one value per entry.

    Attributes:
        lane: The place of the entry's lane.
        place: The entry's place among the prospects of its lane.
        shares: Whole shares; 0 when it was refused.
        refusal: The place of its reason in REFUSALS; 0 when it was not refused.
        spent: Money spent or lost before it.
        held: Positions open before it.
        lately: Entries within the last minute.
        leg: The bar that meets the stop or the target, -1 for none.
        ended: The moment the position ends; NEVER while it is open, or where the entry came to nothing.
        gain: The gain of a position that ended.
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
    """What the bot may do.

    Attributes:
        capital: The bot's capital.
        most: The most that one position may cost.
        positions: How many positions it may hold.
        rate: How many entries it may send within a minute.
    """

    capital: int
    most: int
    positions: int
    rate: int

    @classmethod
    def of(cls, config: BotConfig) -> "Allowance":
        """Return what a configuration allows."""
        risk = config.risk_management
        capital, most = (int(money * MILLION) for money in (config.capital, risk.max_position_size * config.capital))
        return cls(capital, most, risk.max_positions, risk.max_orders_per_minute)


@dataclass(slots=True)
class Account:
    """How the account stands before the entries weighed next.

    Attributes:
        places: By symbol, the place of the entry weighed next.
        spent: Money spent and not yet free again.
        lost: Money lost; below 0 where the bot has gained.
        held: Positions open.
        due: A heap of what is due when.
        lately: The times of the last entries, in seconds since the epoch.
    """

    places: list[int]
    spent: int = 0
    lost: int = 0
    held: int = 0
    due: list[Due] = field(default_factory=list)
    lately: deque[int] = field(default_factory=deque)
