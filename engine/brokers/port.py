"""What the engine asks of a broker, and the three ways in which an order can turn out."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from engine.brokers.unread import Rows
from engine.core.clock import ClockReading
from engine.core.orders import OrderState
from engine.core.types import Session


@dataclass(frozen=True)
class OrderRequest:
    """An order to be sent. Prices in dollars, quantity in shares.

    Legs make a purchase a bracket or one-triggers-other, a sale at a limit one-cancels-other.
    """

    client_order_id: str
    symbol: str
    side: str
    quantity: Decimal
    kind: str = "market"
    time_in_force: str = "gtc"
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    leg_stop: Decimal | None = None
    leg_target: Decimal | None = None


@dataclass(frozen=True)
class BrokerOrder:
    """An order as the broker tells it. Legs are filled when asked for nested.

    status: the broker's own word; state: ours for it, and for a word we do not know, that it may still fill
    is_replaced: another order has taken its place at the broker
    legs_complete: False where the broker told of legs that cannot be read

    replaces, replaced_by: the ids of the orders before and after it, where somebody changed its terms
    """

    id: str
    client_order_id: str
    symbol: str
    side: str
    kind: str
    status: str
    state: OrderState
    quantity: Decimal
    filled: Decimal
    average_price: Decimal | None
    limit_price: Decimal | None
    stop_price: Decimal | None
    submitted_at: datetime | None
    legs: tuple["BrokerOrder", ...] = ()
    legs_complete: bool = True
    is_replaced: bool = False
    replaces: str | None = None
    replaced_by: str | None = None


@dataclass(frozen=True)
class Acknowledged:
    """The order is at the broker."""

    order: BrokerOrder


@dataclass(frozen=True)
class Refused:
    """The order is definitely not at the broker and never will be under this request."""

    reason: str
    code: int | None = None


@dataclass(frozen=True)
class NotAccepted:
    """Turned away before it was looked at (rate limit, keys): the same id may go again after `wait` real seconds.

    unauthorized: why the account's keys were refused, empty where they were not
    """

    wait: float
    unauthorized: str = ""


@dataclass(frozen=True)
class Unknown:
    """Nobody knows whether the order is there; only asking for its id, or posting the same id again, tells."""

    reason: str


Outcome = Acknowledged | Refused | NotAccepted | Unknown


@dataclass(frozen=True)
class Fill:
    """A FILL activity: the only thing executions are booked from."""

    id: str
    order_id: str
    symbol: str
    side: str
    quantity: Decimal
    price: Decimal
    cumulative: Decimal
    at: datetime


@dataclass(frozen=True)
class SplitTold:
    """A SPLIT activity: how many shares more (or fewer) the account has by a split of that New York day."""

    id: str
    symbol: str
    day: date
    quantity: Decimal


@dataclass(frozen=True)
class CashTold:
    """An activity that moved money without a trade.

    kind, sub_kind: as the broker calls it; amount: dollars, negative where they go
    at: when it was booked; day: of what it is for, a New York day
    symbol, order_id: of what it is for, empty where it is for none
    quantity, per_share: of a dividend, the shares it is paid for and dollars for each, where that is told
    canceled: the broker has taken it back since
    """

    id: str
    kind: str
    amount: Decimal
    at: datetime
    day: date
    symbol: str = ""
    description: str = ""
    sub_kind: str = ""
    order_id: str = ""
    quantity: Decimal | None = None
    per_share: Decimal | None = None
    canceled: bool = False


@dataclass(frozen=True)
class DividendListed:
    """What the broker lists of a dividend, whoever holds the stock: who held it at the close before `ex_day` gets
    `rate` dollars a share on `pay_day`."""

    symbol: str
    ex_day: date
    pay_day: date
    rate: Decimal


@dataclass(frozen=True)
class SplitListed:
    """What the broker lists of a split, whoever holds the stock: `ratio` new shares for each, from that day's open."""

    symbol: str
    day: date
    ratio: Fraction


@dataclass(frozen=True)
class RenameListed:
    """What the broker lists of a stock that became another, whoever holds it, processed on that day.

    kind: name_change, stock_merger, stock_and_cash_merger, cash_merger or spin_off (then the old one goes on, too)
    new: empty where only cash is paid; ratio: new shares, and cash: dollars, for each old one
    """

    kind: str
    old: str
    new: str
    day: date
    ratio: Fraction = Fraction(1)
    cash: Decimal = Decimal(0)


@dataclass(frozen=True)
class AccountInfo:
    """The account as the broker sees it, dollars; None for a sum that cannot be read."""

    number: str
    equity: Decimal | None
    last_equity: Decimal | None
    cash: Decimal | None
    buying_power: Decimal | None
    blocked: str = ""


@dataclass(frozen=True)
class BrokerPosition:
    """quantity is negative where it is short; free: how many shares no open order has reserved, 0 or more."""

    symbol: str
    quantity: Decimal
    price: Decimal | None = None
    free: Decimal = Decimal(0)


@dataclass(frozen=True)
class BrokerShares:
    """Shares of a symbol in the account, and how many of them no open order has reserved; neither is negative."""

    held: Decimal = Decimal(0)
    free: Decimal = Decimal(0)


@dataclass(frozen=True)
class MarketHours:
    """What the broker's clock says: the time, whether the core session is on, and when that changes; aware UTC."""

    at: datetime
    is_open: bool
    next_open: datetime
    next_close: datetime


@dataclass(frozen=True)
class AssetInfo:
    symbol: str
    name: str
    exchange: str
    tradable: bool


@dataclass(frozen=True)
class RawBar:
    """A bar as delivered; start is its left edge, aware UTC."""

    symbol: str
    start: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal


@dataclass(frozen=True)
class BarRequest:
    """Bars of many symbols at once; start and end inclusive, aware UTC."""

    symbols: Sequence[str]
    timeframe: str
    start: datetime
    end: datetime
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TradePrice:
    """What somebody paid for a stock, and when."""

    symbol: str
    price: Decimal
    at: datetime


@dataclass(frozen=True)
class OrderNews:
    """A hint that something happened to an order; what it was is asked by REST."""

    order_id: str
    has_filled: bool
    has_ended: bool


class Broker(Protocol):
    """Questions raise BrokerError; sending and cancelling an order never raise, they have outcomes.

    What each method has to do, and which are optional: `engine/brokers/_template/adapter.py`.
    """

    def clock(self) -> ClockReading: ...

    def steer_clock(self, **change: object) -> None:
        """Freeze, release or step the market's clock; raises ValueError where it is not ours to steer."""

    def hours(self) -> MarketHours: ...

    def calendar(self, first: date, last: date) -> Rows[Session]: ...

    def account(self) -> AccountInfo: ...

    def assets(self) -> Rows[AssetInfo]: ...

    def asset(self, symbol: str) -> AssetInfo | None: ...

    def submit(self, request: OrderRequest, *, first_attempt: bool) -> Outcome: ...

    def cancel(self, order_id: str) -> bool: ...

    def order(self, order_id: str) -> BrokerOrder | None: ...

    def order_by_client_id(self, client_order_id: str) -> BrokerOrder | None: ...

    def orders_since(self, after: datetime | None) -> Rows[BrokerOrder]: ...

    def orders_open(self) -> Rows[BrokerOrder]: ...

    def fills_since(self, after: datetime | None) -> Rows[Fill]: ...

    def splits_since(self, after: datetime) -> Rows[SplitTold]: ...

    def cash_since(self, after: datetime) -> Rows[CashTold]: ...

    def dividends_listed(self, symbol: str, since: date, until: date) -> list[DividendListed]: ...

    def splits_listed(self, symbol: str, since: date, until: date) -> list[SplitListed]: ...

    def renames_listed(self, since: date, until: date, symbols: Collection[str]) -> Rows[RenameListed]: ...

    def positions(self) -> Rows[BrokerPosition]: ...

    def shares(self, symbol: str) -> BrokerShares: ...

    def bars(self, request: BarRequest) -> dict[str, list[RawBar]]: ...

    def latest_prices(self, symbols: Sequence[str]) -> dict[str, tuple[Decimal, datetime]]: ...


class OrderStream(Protocol):
    def run(self) -> None:
        """Listen until the connection has ended, for whatever reason; may raise anything."""


class DataStream(Protocol):
    symbols_at_most: int

    def run(self, symbols: Collection[str]) -> None:
        """Subscribe and listen until the connection has ended, for whatever reason; may raise anything."""

    def add(self, symbols: Collection[str]) -> bool:
        """Subscribe to more; False where it is not connected just now. Any thread may call it."""

    def read(self, message: object) -> RawBar | TradePrice | None:
        """What a message says; None for what is neither bar nor trade. Raises Unreadable."""


class Adapter(Protocol):
    """One broker, named by the setting BROKER. `_template` is one to copy, `BrokerContract` tries what it does."""

    def broker(self) -> Broker:
        """This thread's client of the account of the settings."""

    def order_stream(self, news: Callable[[OrderNews], None]) -> OrderStream:
        """`news` is called from the thread that runs the stream, and is quick."""

    def data_stream(self, arrived: Callable[[object], None], connected: Callable[[], None]) -> DataStream:
        """`arrived` takes each message as it came; `connected` is called at every connection before the first."""

    def on_answer(self, tell: Callable[[str, str], None]) -> None:
        """From now on tell how each request turned out: ("trading", "data" or "clock", what is wrong or empty)."""

    def forget(self) -> None:
        """Forget what this process knows of the broker's limits, as one that has just started."""
