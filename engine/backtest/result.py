"""What a backtest found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from engine.core.config import BotConfig
from engine.core.matching import Charges
from engine.core.money import booked
from engine.core.types import AccountState, Side

if TYPE_CHECKING:
    from engine.backtest.history import History

ZERO = Decimal(0)


@dataclass(frozen=True)
class Costs:
    """What trading costs. Commissions in dollars an order and a share, and as a fraction of what is traded.

    commission_minimum: dollars an order costs at least
    slippage, spread: fractions of the price (0.0005 = 5 basis points); a market order and a stop pay the slippage and
    half the spread, as at the exchange simulator
    volume_cap: the fraction of a bar's volume that an order may take, 0 for no limit
    within_bar: what is paid stays inside the bar, and stops pay nothing
    """

    commission_per_order: Decimal = ZERO
    commission_per_share: Decimal = ZERO
    commission_fraction: Decimal = ZERO
    commission_minimum: Decimal = ZERO
    slippage: Decimal = ZERO
    spread: Decimal = ZERO
    volume_cap: Decimal = ZERO
    within_bar: bool = False

    def __post_init__(self) -> None:
        for name, most in (("commission_per_order", 1000), ("commission_per_share", 100), ("commission_minimum", 1000)):
            _check(name, getattr(self, name), Decimal(most), "dollars")
        for name in ("commission_fraction", "slippage", "spread"):
            _check(name, getattr(self, name), Decimal("0.1"), "a fraction (0.001 is 0.1 %)")
        _check("volume_cap", self.volume_cap, Decimal(1), "a fraction (0.05 is 5 %)")

    def commission(self, quantity: Decimal, value: Decimal) -> Decimal:
        """Of one order, in dollars; value: of all its shares, dollars."""
        asked = self.commission_per_order + self.commission_per_share * quantity + self.commission_fraction * value
        return max(self.commission_minimum, asked)

    @property
    def charges(self) -> Charges:
        return Charges(self.slippage, self.spread, self.within_bar)

    @property
    def are_none(self) -> bool:
        """Whether an order costs no commission."""
        return not (
            self.commission_per_order
            or self.commission_per_share
            or self.commission_fraction
            or self.commission_minimum
        )


# Of `Costs`, what is a number.
COST_NUMBERS = tuple(field.name for field in fields(Costs) if field.name != "within_bar")


def costs_read(stored: Mapping[str, Any]) -> Costs:
    """Costs as they were stored, as JSON. Those from before there was `within_bar` were asked for as it was then."""
    numbers = {name: Decimal(stored[name]) for name in COST_NUMBERS if name in stored}
    return Costs(**numbers, within_bar=stored.get("within_bar", True))


def costs_json(costs: Costs) -> dict[str, Any]:
    """Numbers as text, plain digits without needless zeros."""
    numbers = {name: getattr(costs, name) for name in COST_NUMBERS}
    return {name: f"{value.normalize():f}" if value else "0" for name, value in numbers.items()} | {
        "within_bar": costs.within_bar
    }


def _check(name: str, value: Decimal, most: Decimal, unit: str) -> None:
    if not value.is_finite() or not 0 <= value <= most:
        raise ValueError(f"{name} was {value}, but must be from 0 to {most} {unit}")


@dataclass(frozen=True, slots=True)
class Fill:
    """Shares of one order that changed hands at one price.

    role: entry, exit, stop or target; at: seconds since the epoch; bar: its place in the symbol's bars
    price: what was paid or got, dollars; market: what it would have been without slippage and spread
    commission: what of its order's was booked with it, dollars
    within: in the course of the bar, which ends at `at`; else at an opening
    """

    role: str
    at: int
    bar: int
    quantity: Decimal
    price: Decimal
    market: Decimal
    commission: Decimal = ZERO
    within: bool = False

    @property
    def side(self) -> Side:
        return Side.BUY if self.role == "entry" else Side.SELL

    @property
    def slipped(self) -> Decimal:
        """What slippage and spread cost, dollars."""
        return (self.price - self.market) * self.quantity * (1 if self.side == Side.BUY else -1)


@dataclass(slots=True)
class RoundTrip:
    """Shares bought and sold again. Prices and money in dollars, times in seconds since the epoch.

    reasons are machine-readable, sentences for people; *_bar: places in the symbol's bars
    entry_tick, exit_tick, account, highest: what its orders were decided from: ticks, money, highest close since
    ordered: the shares the entry wanted, of which `quantity` were there; exit_ordered: those the exit found
    fills: by time, the entry first; sold: shares; gained: by them, net of the commissions of their sale
    exit_at is None while shares are still held at the end; exit_price is the mean of what was got
    profit_loss is net of all commissions, commission their sum
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
    fills: list[Fill] = field(default_factory=list)
    sold: Decimal = ZERO
    gained: Decimal = ZERO
    ordered: Decimal = field(default=ZERO, compare=False)
    exit_ordered: Decimal = field(default=ZERO, compare=False)
    entry_tick: int = field(default=0, compare=False)
    exit_tick: int = field(default=0, compare=False)
    account: AccountState | None = field(default=None, compare=False)
    highest: Decimal | None = field(default=None, compare=False)

    @property
    def left(self) -> Decimal:
        """Shares still held."""
        return self.quantity - self.sold

    def sell(self, fill: Fill) -> Decimal:
        """Book a sale; what it gained, dollars, net of its commission."""
        gain = booked((fill.price - self.entry_price) * fill.quantity - fill.commission)
        self.fills.append(fill)
        self.sold += fill.quantity
        self.gained += gain
        self.commission += fill.commission
        return gain

    def end(self, reason: str, sentence: str) -> None:
        """All is sold, by the last of the fills."""
        last, sales = self.fills[-1], self.fills[1:]
        self.exit_at, self.exit_bar, self.exit_reason, self.exit_sentence = last.at, last.bar, reason, sentence
        # One sale's price is taken as it is: a mean of several has places without end.
        value = sum((sale.price * sale.quantity for sale in sales), ZERO)
        self.exit_price = last.price if len(sales) == 1 else booked(value / self.quantity)
        self.profit_loss = self.gained - self.entry_commission


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


def fills_by_time(result: Result) -> list[tuple[str, Fill]]:
    """Every fill with its symbol, as they came: of one symbol at one moment, in the order of its positions."""
    found = [(trip.symbol, fill) for trip in result.trips for fill in trip.fills]
    return sorted(found, key=lambda one: (one[1].at, one[0]))
