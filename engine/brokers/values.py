"""What is sent to a broker and what a broker tells, in our words, and how an order can turn out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from engine.core.orders import OrderState


@dataclass(frozen=True)
class OrderRequest:
    """An order to be sent, in dollars and shares.

    Legs make a purchase a bracket or one-triggers-other, and a sale at a limit one-cancels-other.
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
    """An order as the broker tells it, in dollars and shares; only a nested answer fills the legs.

    Attributes:
        status: The broker's own word.
        state: Our word for it; of a word we do not know we assume that the order may still fill.
        legs_complete: False where the broker told of legs that cannot be read.
        is_replaced: Another order has taken its place at the broker.
        replaces: The id of the order before it, where somebody changed its terms.
        replaced_by: The id of the order after it, where somebody changed its terms.
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
    """The broker turned the order away before it looked at it (rate limit, keys); the same id may go again.

    Attributes:
        wait: Real seconds until the id may go again.
        unauthorized: Why the account's keys were refused; empty where they were not.
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
    """A FILL activity, in shares and dollars: the only thing executions are booked from."""

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

    Attributes:
        kind: The broker's word for it.
        amount: Dollars, negative where they leave the account.
        at: When the broker booked it.
        day: The New York day it is for.
        symbol: The stock it is for; empty where it is for none.
        sub_kind: The broker's second word for it.
        order_id: The order it is for; empty where it is for none.
        quantity: The shares a dividend is paid for, if the broker tells.
        per_share: The dollars a dividend pays for each share, if the broker tells.
        canceled: The broker has taken it back since.
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
    """A dividend as the broker lists it, whoever holds the stock.

    Whoever held the stock at the close before `ex_day` gets `rate` dollars a share on `pay_day`.
    """

    symbol: str
    ex_day: date
    pay_day: date
    rate: Decimal


@dataclass(frozen=True)
class SplitListed:
    """A split as the broker lists it, whoever holds the stock: `ratio` new shares for each, from that day's open."""

    symbol: str
    day: date
    ratio: Fraction


@dataclass(frozen=True)
class RenameListed:
    """A stock that became another, as the broker lists it, whoever holds it.

    Attributes:
        kind: name_change, stock_merger, stock_and_cash_merger, cash_merger or spin_off (the old stock then goes on).
        old: The old symbol.
        new: The new symbol; empty where only cash is paid.
        day: The day the broker processes it.
        ratio: New shares for each old one.
        cash: Dollars for each old share.
    """

    kind: str
    old: str
    new: str
    day: date
    ratio: Fraction = Fraction(1)
    cash: Decimal = Decimal(0)


@dataclass(frozen=True)
class AccountInfo:
    """The account as the broker sees it, in dollars; a sum that cannot be read is None."""

    number: str
    equity: Decimal | None
    last_equity: Decimal | None
    cash: Decimal | None
    buying_power: Decimal | None
    blocked: str = ""


@dataclass(frozen=True)
class BrokerPosition:
    """The account's shares of one symbol.

    Attributes:
        symbol: The stock.
        quantity: Shares, negative where the account is short.
        price: The newest price, in dollars.
        free: How many shares no open order has reserved, 0 or more.
    """

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
    """A stock as the broker lists it."""

    symbol: str
    name: str
    exchange: str
    tradable: bool


@dataclass(frozen=True)
class RawBar:
    """A bar as the broker delivers it, in dollars and shares; `start` is its left edge, aware UTC."""

    symbol: str
    start: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal


@dataclass(frozen=True)
class BarRequest:
    """A question for bars of many symbols at once; `start` and `end` are inclusive, aware UTC."""

    symbols: Sequence[str]
    timeframe: str
    start: datetime
    end: datetime
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TradePrice:
    """What somebody paid for a stock, in dollars, and when."""

    symbol: str
    price: Decimal
    at: datetime


@dataclass(frozen=True)
class OrderNews:
    """A hint that something happened to an order; a question by REST tells what it was."""

    order_id: str
    has_filled: bool
    has_ended: bool
