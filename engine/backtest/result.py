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
    """What trading costs; a fraction of 0.0005 is 5 basis points.

    A market order and a stop pay the slippage and half the spread, as at the exchange simulator.

    Attributes:
        commission_per_order: Dollars an order.
        commission_per_share: Dollars a share.
        commission_fraction: Fraction of what is traded.
        commission_minimum: Dollars an order costs at least.
        slippage: Fraction of the price.
        spread: Distance between bid and ask, as a fraction of the price.
        volume_cap: Fraction of a bar's volume that an order may take; 0 for no limit.
        within_bar: Prices stay inside the bar, and stops pay nothing.

    Raises:
        ValueError: A number is out of its range.
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
        """Return the commission of one order of so many shares, whose value is given in dollars, in dollars."""
        asked = self.commission_per_order + self.commission_per_share * quantity + self.commission_fraction * value
        return max(self.commission_minimum, asked)

    @property
    def charges(self) -> Charges:
        """Return what market orders and stops pay on top of a price."""
        return Charges(self.slippage, self.spread, self.within_bar)

    @property
    def are_none(self) -> bool:
        """Return whether an order costs no commission."""
        return not (
            self.commission_per_order
            or self.commission_per_share
            or self.commission_fraction
            or self.commission_minimum
        )


# The fields of `Costs` that are numbers.
COST_NUMBERS = tuple(field.name for field in fields(Costs) if field.name != "within_bar")


def costs_read(stored: Mapping[str, Any]) -> Costs:
    """Read stored costs; costs from before there was `within_bar` had prices stay inside the bar."""
    numbers = {name: Decimal(stored[name]) for name in COST_NUMBERS if name in stored}
    return Costs(**numbers, within_bar=stored.get("within_bar", True))


def costs_json(costs: Costs) -> dict[str, Any]:
    """Return costs JSON-ready: numbers as text, in plain digits without needless zeros."""
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

    Attributes:
        role: entry, exit, stop or target.
        at: Seconds since the epoch.
        bar: The place of its bar in the symbol's bars.
        quantity: Shares.
        price: The price that was paid or got, in dollars.
        market: The price without slippage and spread, in dollars.
        commission: The part of its order's commission that was booked with it, in dollars.
        within: It filled in the course of the bar, which ends at `at`; otherwise it filled at an opening.
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
        """Return the side of its order."""
        return Side.BUY if self.role == "entry" else Side.SELL

    @property
    def slipped(self) -> Decimal:
        """Return what slippage and spread cost, in dollars."""
        return (self.price - self.market) * self.quantity * (1 if self.side == Side.BUY else -1)


@dataclass(slots=True)
class RoundTrip:
    """Shares bought and sold again; prices and money are in dollars, times in seconds since the epoch.

    Reasons are machine-readable, sentences are for people. Bars are places in the symbol's bars.

    Attributes:
        quantity: The shares that were bought.
        commission: The sum of all commissions.
        exit_at: When the last share was sold; None while shares are held.
        exit_price: The mean price of the sales.
        profit_loss: The result, net of all commissions.
        fills: All fills by time, the entry first.
        sold: The shares sold so far.
        gained: What the sales gained so far, net of their own commissions.
        ordered: The shares the entry wanted, of which `quantity` were there.
        exit_ordered: The shares the exit found.
        entry_tick: The tick at which the entry was decided.
        exit_tick: The tick at which the exit was decided.
        account: The money from which the entry was decided.
        highest: The highest close since the entry, from which the exit was decided.
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
        """Return the shares still held."""
        return self.quantity - self.sold

    def sell(self, fill: Fill) -> Decimal:
        """Book a sale, and return its gain in dollars, net of its commission."""
        gain = booked((fill.price - self.entry_price) * fill.quantity - fill.commission)
        self.fills.append(fill)
        self.sold += fill.quantity
        self.gained += gain
        self.commission += fill.commission
        return gain

    def end(self, reason: str, sentence: str) -> None:
        """End the trip: the last of the fills has sold all shares."""
        last, sales = self.fills[-1], self.fills[1:]
        self.exit_at, self.exit_bar, self.exit_reason, self.exit_sentence = last.at, last.bar, reason, sentence
        # The price of a single sale is exact; a mean of several may have endless places, so it is rounded.
        value = sum((sale.price * sale.quantity for sale in sales), ZERO)
        self.exit_price = last.price if len(sales) == 1 else booked(value / self.quantity)
        self.profit_loss = self.gained - self.entry_commission


@dataclass(frozen=True)
class Result:
    """What a run found.

    Attributes:
        config: The bot.
        history: The bars and sessions it ran over.
        costs: What trading cost.
        plan: Makes the round trips, without their sentences.
        explain: Asks `decide` about a trip's orders, and takes over its sentences.
        count_decisions: Makes `decisions`.
        refused: How many entries the exchange would not have taken.
        bars: How many bars there were, of all symbols.
        ticks: How many ticks there were, of all symbols.
        seconds: The processor time of the run, in seconds.
        notes: Notes for the report.
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
        """Return the round trips by the time they ended, open ones last, without their sentences."""
        return self.plan()

    @cached_property
    def trips(self) -> tuple[RoundTrip, ...]:
        """Return the round trips; `decide` has decided and explained each of their orders."""
        for trip in self.planned:
            self.explain(trip)
        return self.planned

    @cached_property
    def decisions(self) -> Mapping[tuple[str, str], int]:
        """Return how often each (action, reason) was decided, over all ticks and symbols; most frequent first."""
        return self.count_decisions()


def fills_by_time(result: Result) -> list[tuple[str, Fill]]:
    """Return every fill with its symbol, by time; fills of one symbol at one moment keep the order of its positions."""
    found = [(trip.symbol, fill) for trip in result.trips for fill in trip.fills]
    return sorted(found, key=lambda one: (one[1].at, one[0]))
