"""What the engine asks of a broker."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from engine.brokers.unread import Rows
from engine.brokers.values import (
    AccountInfo,
    AssetInfo,
    BarRequest,
    BrokerOrder,
    BrokerPosition,
    BrokerShares,
    CashTold,
    DividendListed,
    Fill,
    MarketHours,
    OrderNews,
    OrderRequest,
    Outcome,
    RawBar,
    RenameListed,
    SplitListed,
    SplitTold,
    TradePrice,
)
from engine.core.clock import ClockReading
from engine.core.types import Session


class Broker(Protocol):
    """A client of one account at a broker.

    Questions and changes raise BrokerError; sending and cancelling an order never raise, they have outcomes. What each
    method has to do, and which are optional: `engine/brokers/_template/adapter.py`.
    """

    def clock(self) -> ClockReading:
        """Return the market's time, and how it goes on."""

    def steer_clock(self, **change: object) -> None:
        """Freeze, release or step the market's clock.

        Raises:
            ValueError: The clock is not ours to steer.
        """

    def hours(self) -> MarketHours:
        """Return whether the core session is on, by the broker's clock."""

    def calendar(self, first: date, last: date) -> Rows[Session]:
        """Return the sessions of these New York days, both included, oldest first."""

    def account(self) -> AccountInfo:
        """Return the account."""

    def assets(self) -> Rows[AssetInfo]:
        """Return every stock that can be traded."""

    def asset(self, symbol: str) -> AssetInfo | None:
        """Return one stock; None when the broker does not know it."""

    def submit(self, request: OrderRequest, *, first_attempt: bool) -> Outcome:
        """Send an order once, under its client_order_id.

        Args:
            request: The order.
            first_attempt: False where an earlier request under this id may have arrived.
        """

    def cancel(self, order_id: str) -> bool:
        """Ask for a cancellation; True when the broker took the request."""

    def replace(self, order_id: str, *, stop_price: Decimal | None = None, limit_price: Decimal | None = None) -> None:
        """Ask for another price of an order that rests, in dollars; only the order tells what became of that.

        Raises:
            BrokerRefused: The broker said no.
            BrokerError: Nobody knows.
        """

    def order(self, order_id: str) -> BrokerOrder | None:
        """Return an order with its legs; None when the broker certainly has none of that id."""

    def order_by_client_id(self, client_order_id: str) -> BrokerOrder | None:
        """Return the order of our id, with its legs; None when the broker certainly has none."""

    def orders_since(self, after: datetime | None) -> Rows[BrokerOrder]:
        """Return all orders submitted after a time, legs inside their orders, oldest first."""

    def orders_open(self) -> Rows[BrokerOrder]:
        """Return all open orders, each leg as a row of its own, oldest first."""

    def fills_since(self, after: datetime | None) -> Rows[Fill]:
        """Return every fill after a time, oldest first."""

    def splits_since(self, after: datetime) -> Rows[SplitTold]:
        """Return the splits of the account's shares after a time, oldest first."""

    def cash_since(self, after: datetime) -> Rows[CashTold]:
        """Return what moved money without a trade after a time, oldest first."""

    def dividends_listed(self, symbol: str, since: date, until: date) -> list[DividendListed]:
        """Return the dividends listed for a stock between two days, oldest first."""

    def splits_listed(self, symbol: str, since: date, until: date) -> list[SplitListed]:
        """Return the splits listed for a stock between two days, oldest first."""

    def renames_listed(self, since: date, until: date, symbols: Collection[str]) -> Rows[RenameListed]:
        """Return the renames listed for these stocks between two days, oldest first."""

    def positions(self) -> Rows[BrokerPosition]:
        """Return all positions of the account."""

    def shares(self, symbol: str) -> BrokerShares:
        """Return the account's shares of one symbol."""

    def bars(self, request: BarRequest) -> dict[str, list[RawBar]]:
        """Return closed bars by symbol, oldest first."""

    def latest_prices(self, symbols: Sequence[str]) -> dict[str, tuple[Decimal, datetime]]:
        """Return the newest trade of each symbol: its price in dollars and its time."""


class OrderStream(Protocol):
    """A connection that tells when something happens to an order."""

    def run(self) -> None:
        """Listen until the connection has ended, for whatever reason; it may raise anything."""


class DataStream(Protocol):
    """A connection that delivers bars and trades of at most `symbols_at_most` stocks."""

    symbols_at_most: int

    def run(self, symbols: Collection[str]) -> None:
        """Subscribe and listen until the connection has ended, for whatever reason; it may raise anything."""

    def add(self, symbols: Collection[str]) -> bool:
        """Subscribe to more; False while the stream is not connected. Any thread may call it."""

    def read(self, message: object) -> RawBar | TradePrice | None:
        """Return what a message says; None where it is neither bar nor trade.

        Raises:
            Unreadable: The message cannot be read.
        """


class Adapter(Protocol):
    """One broker, named by the setting BROKER.

    `_template` is an adapter to copy, and `BrokerContract` tries what one does.
    """

    def broker(self) -> Broker:
        """Return this thread's client of the account of the settings."""

    def order_stream(self, news: Callable[[OrderNews], None]) -> OrderStream:
        """Make an order stream; the thread that runs it calls `news`, which must be quick."""

    def data_stream(self, arrived: Callable[[object], None], connected: Callable[[], None]) -> DataStream:
        """Make a data stream.

        Args:
            arrived: Takes each message as it came.
            connected: Called at every connection, before its first message.
        """

    def on_answer(self, tell: Callable[[str, str], None]) -> None:
        """Call `tell` from now on with how each request turned out.

        Args:
            tell: Takes "trading", "data" or "clock", and what is wrong, empty where nothing is.
        """

    def forget(self) -> None:
        """Forget what this process knows of the broker's limits, as if it had just started."""
