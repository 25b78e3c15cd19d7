"""Copy this room, fill in what raises NotImplementedError, name the class in the setting BROKER, run BrokerContract."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from decimal import Decimal

from engine.brokers.port import (
    AccountInfo,
    AssetInfo,
    BarRequest,
    Broker,
    BrokerOrder,
    BrokerPosition,
    BrokerShares,
    CashTold,
    DataStream,
    DividendListed,
    Fill,
    MarketHours,
    OrderNews,
    OrderRequest,
    OrderStream,
    Outcome,
    RawBar,
    RenameListed,
    SplitListed,
    SplitTold,
    TradePrice,
)
from engine.brokers.unread import Rows
from engine.core.clock import ClockReading
from engine.core.types import Session


class TemplateBroker:
    """Of one thread. Questions raise `BrokerError` of `engine.brokers.errors`; sending and cancelling have outcomes."""

    # --- required -----------------------------------------------------------------------------------------------------

    def clock(self) -> ClockReading:
        """The market's time and how fast it runs; the machine's own where the broker has none."""
        raise NotImplementedError

    def hours(self) -> MarketHours:
        """Whether the core session is on, by the broker's clock."""
        raise NotImplementedError

    def calendar(self, first: date, last: date) -> Rows[Session]:
        """The sessions of these New York days, both included, oldest first."""
        raise NotImplementedError

    def account(self) -> AccountInfo:
        raise NotImplementedError

    def assets(self) -> Rows[AssetInfo]:
        """Every stock that can be traded."""
        raise NotImplementedError

    def asset(self, symbol: str) -> AssetInfo | None:
        """None for a symbol the broker does not know."""
        raise NotImplementedError

    def submit(self, request: OrderRequest, *, first_attempt: bool) -> Outcome:
        """Post an order once, under its client_order_id, which the broker must take no second order under.

        Refused only where it is certain that the order is not there and never will be: an answer to a later attempt
        may be about the first.
        """
        raise NotImplementedError

    def cancel(self, order_id: str) -> bool:
        """Ask for a cancellation; True when the broker took the request."""
        raise NotImplementedError

    def order(self, order_id: str) -> BrokerOrder | None:
        """With its legs; None only when the broker certainly has none of that id."""
        raise NotImplementedError

    def order_by_client_id(self, client_order_id: str) -> BrokerOrder | None:
        """With its legs; None only when the broker certainly has none of that id."""
        raise NotImplementedError

    def orders_since(self, after: datetime | None) -> Rows[BrokerOrder]:
        """All orders submitted after a time, legs inside of their orders, oldest first."""
        raise NotImplementedError

    def orders_open(self) -> Rows[BrokerOrder]:
        """All open orders, a leg as a row of its own, oldest first."""
        raise NotImplementedError

    def fills_since(self, after: datetime | None) -> Rows[Fill]:
        """Every fill under an id that is never given again, oldest first: what is booked is booked from these."""
        raise NotImplementedError

    def positions(self) -> Rows[BrokerPosition]:
        raise NotImplementedError

    def shares(self, symbol: str) -> BrokerShares:
        raise NotImplementedError

    def bars(self, request: BarRequest) -> dict[str, list[RawBar]]:
        """By symbol, oldest first."""
        raise NotImplementedError

    def latest_prices(self, symbols: Sequence[str]) -> dict[str, tuple[Decimal, datetime]]:
        raise NotImplementedError

    # --- optional -----------------------------------------------------------------------------------------------------

    def steer_clock(self, **change: object) -> None:
        raise ValueError("the market's clock is not ours to steer")

    def splits_since(self, after: datetime) -> Rows[SplitTold]:
        """Without it a split shows as a difference between the books and the broker, until a person maps it."""
        return Rows()

    def cash_since(self, after: datetime) -> Rows[CashTold]:
        """Without it fees and dividends are in no bot's books."""
        return Rows()

    def dividends_listed(self, symbol: str, since: date, until: date) -> list[DividendListed]:
        return []

    def splits_listed(self, symbol: str, since: date, until: date) -> list[SplitListed]:
        return []

    def renames_listed(self, since: date, until: date, symbols: Collection[str]) -> Rows[RenameListed]:
        return Rows()


class SilentOrderStream:
    """Optional: without news every fill is found by asking, some seconds later."""

    def run(self) -> None:
        return


class TemplateDataStream:
    symbols_at_most = 30

    def run(self, symbols: Collection[str]) -> None:
        raise NotImplementedError

    def add(self, symbols: Collection[str]) -> bool:
        return False

    def read(self, message: object) -> RawBar | TradePrice | None:
        raise NotImplementedError


class TemplateAdapter:
    def broker(self) -> Broker:
        return TemplateBroker()

    def order_stream(self, news: Callable[[OrderNews], None]) -> OrderStream:
        return SilentOrderStream()

    def data_stream(self, arrived: Callable[[object], None], connected: Callable[[], None]) -> DataStream:
        return TemplateDataStream()

    def on_answer(self, tell: Callable[[str, str], None]) -> None:
        """Call `tell` after every request, so that /health and the alerts know how the broker is."""

    def forget(self) -> None:
        return
