"""What a backtest found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from engine.core.config import BotConfig
from engine.core.types import AccountState

if TYPE_CHECKING:
    from engine.backtest.history import History

ZERO = Decimal(0)


@dataclass(frozen=True)
class Costs:
    """What trading costs. Commissions in dollars an order and a share, and as a fraction of what is traded.

    slippage: fraction of the price (0.0005 = 5 basis points) a market order pays, as at the exchange simulator
    """

    commission_per_order: Decimal = ZERO
    commission_per_share: Decimal = ZERO
    commission_fraction: Decimal = ZERO
    slippage: Decimal = ZERO

    def __post_init__(self) -> None:
        for name, most in (("commission_per_order", 1000), ("commission_per_share", 100)):
            _check(name, getattr(self, name), Decimal(most), "dollars")
        for name in ("commission_fraction", "slippage"):
            _check(name, getattr(self, name), Decimal("0.1"), "a fraction (0.001 is 0.1 %)")

    def commission(self, quantity: Decimal, price: Decimal) -> Decimal:
        """Of one order, in dollars."""
        return (
            self.commission_per_order
            + self.commission_per_share * quantity
            + self.commission_fraction * quantity * price
        )

    @property
    def are_none(self) -> bool:
        """Whether an order costs no commission."""
        return not (self.commission_per_order or self.commission_per_share or self.commission_fraction)


def _check(name: str, value: Decimal, most: Decimal, unit: str) -> None:
    if not value.is_finite() or not 0 <= value <= most:
        raise ValueError(f"{name} was {value}, but must be from 0 to {most} {unit}")


@dataclass(slots=True)
class RoundTrip:
    """Shares bought and sold again. Prices and money in dollars, times in seconds since the epoch.

    reasons are machine-readable, sentences for people; *_bar: places in the symbol's bars
    entry_tick, exit_tick, account, highest: what its orders were decided from: ticks, money, highest close since
    exit_at is None while the position is still open at the end; profit_loss is net of both commissions,
    commission their sum once it is sold
    """

    symbol: str
    quantity: Decimal
    entry_at: int
    entry_price: Decimal
    entry_sentence: str
    entry_bar: int
    stop_price: Decimal
    target_price: Decimal | None
    commission: Decimal = ZERO
    entry_commission: Decimal = ZERO
    exit_at: int | None = None
    exit_price: Decimal | None = None
    exit_reason: str = ""
    exit_sentence: str = ""
    exit_bar: int | None = None
    profit_loss: Decimal | None = None
    entry_tick: int = field(default=0, compare=False)
    exit_tick: int = field(default=0, compare=False)
    account: AccountState | None = field(default=None, compare=False)
    highest: Decimal | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Result:
    """plan: makes the round trips, without their sentences
    explain: asks `decide` about a trip's orders and takes its sentences over; count_decisions: for `decisions`

    refused: entries the exchange would not have taken; seconds: of processor time the run took
    """

    config: BotConfig
    history: "History"
    costs: Costs
    plan: Callable[[], tuple[RoundTrip, ...]] = field(compare=False)
    explain: Callable[[RoundTrip], None] = field(compare=False)
    count_decisions: Callable[[], dict[tuple[str, str], int]] = field(compare=False)
    refused: int
    bars: int
    ticks: int
    seconds: float = 0.0
    notes: tuple[str, ...] = field(default=())

    @cached_property
    def planned(self) -> tuple[RoundTrip, ...]:
        """The round trips by the time they ended, those still open last, without their sentences."""
        return self.plan()

    @cached_property
    def trips(self) -> tuple[RoundTrip, ...]:
        """The round trips, each order of which `decide` has decided and explained."""
        for trip in self.planned:
            self.explain(trip)
        return self.planned

    @cached_property
    def decisions(self) -> Mapping[tuple[str, str], int]:
        """How often each (action, reason) was decided, over all ticks and symbols; the most frequent first."""
        return self.count_decisions()
