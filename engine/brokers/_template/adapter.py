"""An adapter to copy.

Copy this directory, fill in what raises NotImplementedError, name the class in the setting BROKER, run BrokerContract.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from decimal import Decimal

from engine.brokers.port import Broker, DataStream, OrderStream
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


class TemplateBroker:
    """A client for one thread.

    Questions raise `BrokerError` of `engine.brokers.errors`; sending and cancelling have outcomes.
    """

    # --- required -----------------------------------------------------------------------------------------------------

    def clock(self) -> ClockReading:
        """Return the market's time and how fast it runs; the machine's own where the broker has none."""
        raise NotImplementedError

    def hours(self) -> MarketHours:
        """Return whether the core session is on, by the broker's clock."""
        raise NotImplementedError

    def calendar(self, first: date, last: date) -> Rows[Session]:
        """Return the sessions of these New York days, both included, oldest first."""
        raise NotImplementedError

    def account(self) -> AccountInfo:
        """Return the account, in dollars."""
        raise NotImplementedError

    def assets(self) -> Rows[AssetInfo]:
        """Return every stock that can be traded."""
        raise NotImplementedError

    def asset(self, symbol: str) -> AssetInfo | None:
        """Return one stock; None for a symbol the broker does not know."""
        raise NotImplementedError

    def submit(self, request: OrderRequest, *, first_attempt: bool) -> Outcome:
        """Post an order once, under its client_order_id; the broker must take no second order under that id.

        Return Refused only where it is certain that the order is not there and never will be: an answer to a later
        attempt may be about the first.
        """
        raise NotImplementedError

    def cancel(self, order_id: str) -> bool:
        """Ask for a cancellation; True when the broker took the request."""
        raise NotImplementedError

    def replace(self, order_id: str, *, stop_price: Decimal | None = None, limit_price: Decimal | None = None) -> None:
        """Ask for another price of an order that rests, without a moment in which it does not.

        The order that takes its place names it in `replaces`; the old one names the new in `replaced_by`.
        """
        raise NotImplementedError

    def order(self, order_id: str) -> BrokerOrder | None:
        """Return an order with its legs; None only when the broker certainly has none of that id."""
        raise NotImplementedError

    def order_by_client_id(self, client_order_id: str) -> BrokerOrder | None:
        """Return the order of our id, with its legs; None only when the broker certainly has none."""
        raise NotImplementedError

    def orders_since(self, after: datetime | None) -> Rows[BrokerOrder]:
        """Return all orders submitted after a time, legs inside their orders, oldest first."""
        raise NotImplementedError

    def orders_open(self) -> Rows[BrokerOrder]:
        """Return all open orders, each leg as a row of its own, oldest first."""
        raise NotImplementedError

    def fills_since(self, after: datetime | None) -> Rows[Fill]:
        """Return every fill after a time, oldest first, under an id that is never given again.

        Executions are booked from these alone.
        """
        raise NotImplementedError

    def positions(self) -> Rows[BrokerPosition]:
        """Return all positions of the account."""
        raise NotImplementedError

    def shares(self, symbol: str) -> BrokerShares:
        """Return the account's shares of one symbol."""
        raise NotImplementedError

    def bars(self, request: BarRequest) -> dict[str, list[RawBar]]:
        """Return closed bars by symbol, oldest first."""
        raise NotImplementedError

    def latest_prices(self, symbols: Sequence[str]) -> dict[str, tuple[Decimal, datetime]]:
        """Return the newest trade of each symbol: its price in dollars and its time."""
        raise NotImplementedError

    # --- optional -----------------------------------------------------------------------------------------------------

    def steer_clock(self, **change: object) -> None:
        """Refuse to steer the clock.

        Raises:
            ValueError: Always.
        """
        raise ValueError("the market's clock is not ours to steer")

    def splits_since(self, after: datetime) -> Rows[SplitTold]:
        """Return no splits.

        Without them a split shows as a difference between the books and the broker, until a person maps it.
        """
        return Rows()

    def cash_since(self, after: datetime) -> Rows[CashTold]:
        """Return no cash activities; without them fees and dividends are in no bot's books."""
        return Rows()

    def dividends_listed(self, symbol: str, since: date, until: date) -> list[DividendListed]:
        """Return no dividends."""
        return []

    def splits_listed(self, symbol: str, since: date, until: date) -> list[SplitListed]:
        """Return no splits."""
        return []

    def renames_listed(self, since: date, until: date, symbols: Collection[str]) -> Rows[RenameListed]:
        """Return no renames."""
        return Rows()


class SilentOrderStream:
    """An optional stream without news; every fill is then found by asking, some seconds later."""

    def run(self) -> None:
        """Return at once."""
        return


class TemplateDataStream:
    """A stream of bars and trades of at most `symbols_at_most` stocks."""

    symbols_at_most = 30

    def run(self, symbols: Collection[str]) -> None:
        """Subscribe and listen until the connection has ended."""
        raise NotImplementedError

    def add(self, symbols: Collection[str]) -> bool:
        """Return False: the symbols are subscribed to at the next connection."""
        return False

    def read(self, message: object) -> RawBar | TradePrice | None:
        """Return what a message says; None where it is neither bar nor trade."""
        raise NotImplementedError


class TemplateAdapter:
    """The class that the setting BROKER names."""

    def broker(self) -> Broker:
        """Return this thread's client."""
        return TemplateBroker()

    def order_stream(self, news: Callable[[OrderNews], None]) -> OrderStream:
        """Return a stream without news."""
        return SilentOrderStream()

    def data_stream(self, arrived: Callable[[object], None], connected: Callable[[], None]) -> DataStream:
        """Return the stream of prices."""
        return TemplateDataStream()

    def on_answer(self, tell: Callable[[str, str], None]) -> None:
        """Call `tell` after every request, so that /health and the alerts know how the broker is."""

    def forget(self) -> None:
        """Forget nothing: the template knows no limits."""
        return
