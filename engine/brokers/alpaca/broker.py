"""Alpaca as a broker: the questions and orders of the port, in Alpaca's words."""

import logging
import time
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from engine.brokers.alpaca import fields, parsing
from engine.brokers.alpaca.transport import AlpacaAccess, Transport
from engine.brokers.budget import Lane
from engine.brokers.errors import BrokerError, BrokerRefused, BrokerThrottled, BrokerUnauthorized
from engine.brokers.unread import Rows, Unreadable, UnreadRow, row_read, rows_read
from engine.brokers.values import (
    AccountInfo,
    Acknowledged,
    AssetInfo,
    BarRequest,
    BrokerOrder,
    BrokerPosition,
    BrokerShares,
    CashTold,
    DividendListed,
    Fill,
    MarketHours,
    NotAccepted,
    OrderRequest,
    Outcome,
    RawBar,
    Refused,
    RenameListed,
    SplitListed,
    SplitTold,
    Unknown,
)
from engine.core.clock import ClockReading
from engine.core.types import Session

log = logging.getLogger(__name__)

DUPLICATE_ID = "client_order_id must be unique"
# Real seconds after which an order that was turned away because of the keys is sent again.
KEYS_AGAIN_AFTER = 5.0
PAGE = 100
PROCESSED_WITHIN = timedelta(days=7)
ORDERS_PAGE = 500


class AlpacaBroker:
    """A client for one thread: a requests session must not be shared.

    A question without a usable answer raises BrokerError.
    """

    def __init__(self, access: AlpacaAccess) -> None:
        self._access = access
        self._http = Transport(access)

    # --- orders -------------------------------------------------------------------------------------------------------

    def submit(self, request: OrderRequest, *, first_attempt: bool) -> Outcome:
        """Post an order once; a 4xx is only a definite no when nothing was sent under this id before."""
        lane = Lane.ENTRY if request.side == "buy" else Lane.EXIT
        try:
            raw = self._http.call(self._http.trading, "post", "/orders", _order_body(request), lane=lane)
            order = row_read("order", raw, parsing.order_of)
        except BrokerThrottled as throttled:
            return NotAccepted(throttled.wait) if first_attempt else Unknown(str(throttled))
        except BrokerUnauthorized as refused:
            if first_attempt:
                return NotAccepted(KEYS_AGAIN_AFTER, unauthorized=str(refused))
            return Unknown(str(refused))
        except BrokerRefused as refused:
            if DUPLICATE_ID in str(refused):
                return Unknown("the id is already there")
            return Refused(str(refused), refused.code) if first_attempt else Unknown(f"{refused.status}: {refused}")
        except (BrokerError, TypeError) as error:
            return Unknown(f"{type(error).__name__}: {str(error)[:200]}")
        if order.client_order_id != request.client_order_id:
            return Unknown(f"the answer is about another order ({order.client_order_id[:60]!r})")
        return Acknowledged(order)

    def cancel(self, order_id: str) -> bool:
        """Ask for a cancellation; True when Alpaca took the request. Only the order tells what became of it."""
        try:
            self._http.call(self._http.trading, "delete", f"/orders/{order_id}", lane=Lane.EXIT)
        except BrokerError as error:
            log.info("cancelling %s: %s", order_id, error)
            return False
        return True

    def replace(self, order_id: str, *, stop_price: Decimal | None = None, limit_price: Decimal | None = None) -> None:
        """Ask for another price of an order that rests. Alpaca answers 200 although it may still fail."""
        prices = {"stop_price": stop_price, "limit_price": limit_price}
        body = {name: f"{price.normalize():f}" for name, price in prices.items() if price is not None}
        self._http.call(self._http.trading, "patch", f"/orders/{order_id}", body, lane=Lane.EXIT)

    def order(self, order_id: str) -> BrokerOrder | None:
        """Return an order with its legs; a 404 means None."""
        found = self._one_order(f"/orders/{order_id}", {"nested": "true"})
        if found is not None and found.id != order_id:
            raise Unreadable(f"asked for order {order_id}, told of {found.id}")
        return found

    def order_by_client_id(self, client_order_id: str) -> BrokerOrder | None:
        """Return the order of our id, asked for a second time by Alpaca's id to get its legs; a 404 means None."""
        found = self._one_order("/orders:by_client_order_id", {"client_order_id": client_order_id})
        if found is not None and found.client_order_id != client_order_id:
            raise Unreadable(f"asked for order {client_order_id}, told of {found.client_order_id[:60]!r}")
        return self.order(found.id) if found is not None else None

    def orders_since(self, after: datetime | None) -> Rows[BrokerOrder]:
        """Return all orders submitted after a time, legs inside their orders, oldest first."""
        return self._orders({"status": "all", "nested": "true"}, after)

    def orders_open(self) -> Rows[BrokerOrder]:
        """Return all open orders, each leg as a row of its own, oldest first."""
        return self._orders({"status": "open", "nested": "false"}, None, lane=Lane.EXIT)

    def _orders(
        self, which: Mapping[str, str], after: datetime | None, *, lane: Lane = Lane.RECONCILE
    ) -> Rows[BrokerOrder]:
        query: dict[str, Any] = {"limit": ORDERS_PAGE, "direction": "asc"} | dict(which)
        orders: dict[str, BrokerOrder] = {}
        unread: list[UnreadRow] = []
        while True:
            if after is not None:
                query["after"] = after.isoformat()
            raws = fields.list_of(self._get("/orders", query, lane=lane), "orders")
            page = rows_read("order", raws, parsing.order_of)
            unread += page.unread
            fresh = [order for order in page if order.id not in orders]
            orders |= {order.id: order for order in fresh}
            reached = max((order.submitted_at for order in page if order.submitted_at), default=None)
            if len(raws) < ORDERS_PAGE or not fresh or reached is None:
                return Rows(orders.values(), unread)
            after = reached

    def fills_since(self, after: datetime | None) -> Rows[Fill]:
        """Return the FILL activities after a time, oldest first."""
        return rows_read("fill", self._activities("FILL", after), parsing.fill_of)

    def splits_since(self, after: datetime) -> Rows[SplitTold]:
        """Return the SPLIT activities after a time, oldest first."""
        return rows_read("split", self._activities("SPLIT", after), parsing.split_of)

    def cash_since(self, after: datetime) -> Rows[CashTold]:
        """Return the activities after a time that moved money without a trade, oldest first."""
        query = {"category": "non_trade_activity"}
        return rows_read("cash", self._activities("", after, **query), parsing.cash_of)

    def splits_listed(self, symbol: str, since: date, until: date) -> list[SplitListed]:
        """Return the splits of a stock that take effect on one of these days, oldest first.

        Alpaca is asked by the day it processes them, which may be a few days off.
        """
        query = {
            "symbols": symbol,
            "types": "forward_split,reverse_split",
            "start": (since - PROCESSED_WITHIN).isoformat(),
            "end": (until + PROCESSED_WITHIN).isoformat(),
            "limit": 1_000,
        }
        answer = self._http.get(self._http.actions, "/corporate-actions", query, lane=Lane.DATA)
        raws = parsing.actions_of(answer, "forward_splits", "reverse_splits")
        found = rows_read("listed split", raws, parsing.listed_split_of)
        if found.unread:
            # Nobody knows whether this stock was split.
            raise Unreadable(found.unread[0].why)
        return sorted((split for split in found if since <= split.day <= until), key=lambda split: split.day)

    def dividends_listed(self, symbol: str, since: date, until: date) -> list[DividendListed]:
        """Return the cash dividends of a stock that Alpaca processed on one of these days, oldest first."""
        query = {
            "symbols": symbol,
            "types": "cash_dividend",
            "start": since.isoformat(),
            "end": until.isoformat(),
            "limit": 1_000,
        }
        answer = self._http.get(self._http.actions, "/corporate-actions", query, lane=Lane.DATA)
        found = rows_read("listed dividend", parsing.actions_of(answer, "cash_dividends"), parsing.listed_dividend_of)
        if found.unread:
            # Nobody knows which stock the dividend is of.
            raise Unreadable(found.unread[0].why)
        return sorted(found, key=lambda dividend: dividend.pay_day)

    def renames_listed(self, since: date, until: date, symbols: Collection[str]) -> Rows[RenameListed]:
        """Return the renames of these stocks that Alpaca processed on one of these days, oldest first.

        Alpaca is asked for all stocks: it does not say whether it finds a name change by its old or by its new symbol.
        """
        query: dict[str, Any] = {
            "types": ",".join(parsing.RENAMES),
            "start": since.isoformat(),
            "end": until.isoformat(),
            "limit": 1_000,
        }
        found: list[RenameListed] = []
        unread: list[UnreadRow] = []
        while True:
            answer = self._http.get(self._http.actions, "/corporate-actions", query, lane=Lane.DATA)
            for kind in parsing.RENAMES:
                raws = parsing.actions_of(answer, f"{kind}s")
                rows = rows_read("listed rename", raws, partial(parsing.listed_rename_of, kind, symbols))
                found += rows
                unread += rows.unread
            token = fields.object_of(answer, "corporate actions").get("next_page_token")
            if not token or token == query.get("page_token"):
                return Rows(sorted(found, key=lambda row: row.day), unread)
            query["page_token"] = token

    def _activities(self, kind: str, after: datetime | None, **asked: Any) -> list[Any]:
        query: dict[str, Any] = {"direction": "asc", "page_size": PAGE} | asked
        path = f"/account/activities/{kind}" if kind else "/account/activities"
        if after is not None:
            query["after"] = after.isoformat()
        found: list[Any] = []
        while True:
            page = fields.list_of(self._get(path, query), "activities")
            found += page
            # The id of the last row that has one asks for the next page.
            named = [row["id"] for row in page if isinstance(row, Mapping) and isinstance(row.get("id"), str)]
            if len(page) < PAGE or not named or query.get("page_token") == named[-1]:
                return found
            query["page_token"] = named[-1]

    # --- account and market -------------------------------------------------------------------------------------------

    def clock(self) -> ClockReading:
        """Return market time; the simulator also tells how its clock goes on, and Alpaca's runs like everybody's."""
        if self._access.simulated:
            raw = fields.object_of(self._http.control("GET"), "the clock")
            return ClockReading(
                market=fields.moment_of(raw.get("market"), "clock market"),
                real=float(fields.decimal_of(raw.get("real"), "clock real")),
                speed=float(fields.decimal_of(raw.get("speed"), "clock speed")),
                jump_at=fields.moment_of(raw["jump_at"], "clock jump_at") if raw.get("jump_at") else None,
                jump_to=fields.moment_of(raw["jump_to"], "clock jump_to") if raw.get("jump_to") else None,
            )
        asked = time.time()
        raw = fields.object_of(self._get("/clock"), "the clock")
        answered = time.time()
        return ClockReading(fields.moment_of(raw.get("timestamp"), "clock timestamp"), (asked + answered) / 2)

    def hours(self) -> MarketHours:
        """Return whether the market is open, by Alpaca's clock."""
        return row_read("clock", self._get("/clock"), parsing.hours_of)

    def calendar(self, first: date, last: date) -> Rows[Session]:
        """Return the sessions of these New York days, both included, oldest first."""
        answer = self._get("/calendar", {"start": first.isoformat(), "end": last.isoformat()})
        return rows_read("calendar day", fields.list_of(answer, "calendar days"), parsing.session_of)

    def steer_clock(self, **change: Any) -> None:
        """Freeze, release or step the simulator's clock.

        Raises:
            ValueError: The clock is Alpaca's.
        """
        if not self._access.simulated:
            raise ValueError("only the simulator's clock can be steered")
        self._http.control("POST", change)

    def account(self) -> AccountInfo:
        """Return the account."""
        return row_read("account", self._get("/account"), parsing.account_of)

    def assets(self) -> Rows[AssetInfo]:
        """Return Alpaca's active US stocks."""
        answer = self._get("/assets", {"status": "active", "asset_class": "us_equity"})
        return rows_read("asset", fields.list_of(answer, "assets"), parsing.asset_of)

    def asset(self, symbol: str) -> AssetInfo | None:
        """Return one stock; a 404 means None."""
        try:
            return row_read("asset", self._get(f"/assets/{symbol}", lane=Lane.EXIT), parsing.asset_of)
        except BrokerRefused as refused:
            if refused.status == 404:
                return None
            raise

    def positions(self) -> Rows[BrokerPosition]:
        """Return all positions of the account."""
        answer = self._get("/positions", lane=Lane.EXIT)
        return rows_read("position", fields.list_of(answer, "positions"), parsing.position_of)

    def shares(self, symbol: str) -> BrokerShares:
        """Return the account's shares of one symbol; none where Alpaca answers 404 or the account is short."""
        try:
            raw = self._get(f"/positions/{symbol}", lane=Lane.EXIT)
        except BrokerRefused as refused:
            if refused.status == 404:
                return BrokerShares()
            raise
        return row_read("position", raw, parsing.shares_held_of)

    def bars(self, request: BarRequest) -> dict[str, list[RawBar]]:
        """Return closed bars by symbol, oldest first: all pages or an error; a symbol without bars is absent.

        Prices are of today's shares: a split long ago is no fall of the price.
        """
        query = {
            "symbols": ",".join(request.symbols),
            "timeframe": request.timeframe,
            "start": request.start.isoformat(),
            "end": request.end.isoformat(),
            "limit": 10_000,
            "adjustment": "split",
            "feed": self._access.feed,
        } | request.extra
        found: dict[str, list[RawBar]] = {}
        while True:
            answer = fields.object_of(self._http.get(self._http.data, "/stocks/bars", query, lane=Lane.DATA), "bars")
            for symbol, rows in fields.object_of(answer.get("bars") or {}, "bars").items():
                bars = (parsing.bar_of(symbol, raw) for raw in fields.list_of(rows, "bars"))
                found.setdefault(symbol, []).extend(bar for bar in bars if bar is not None)
            if not answer.get("next_page_token"):
                return found
            query["page_token"] = answer["next_page_token"]

    def latest_prices(self, symbols: Sequence[str]) -> dict[str, tuple[Decimal, datetime]]:
        """Return the newest trade of each symbol: its price in dollars and its time."""
        query = {"symbols": ",".join(symbols), "feed": self._access.feed}
        answer = self._http.get(self._http.data, "/stocks/trades/latest", query, lane=Lane.DATA)
        trades = fields.object_of(fields.object_of(answer, "trades").get("trades") or {}, "trades")
        rows = [{"symbol": symbol, "trade": raw} for symbol, raw in trades.items()]
        return dict(rows_read("trade", rows, parsing.latest_trade_of))

    # --- plumbing -----------------------------------------------------------------------------------------------------

    def _get(self, path: str, query: Mapping[str, Any] | None = None, *, lane: Lane = Lane.RECONCILE) -> Any:
        return self._http.get(self._http.trading, path, query, lane=lane)

    def _one_order(self, path: str, query: Mapping[str, Any]) -> BrokerOrder | None:
        try:
            return row_read("order", self._get(path, query, lane=Lane.EXIT), parsing.order_of)
        except BrokerRefused as refused:
            if refused.status == 404:
                return None
            raise


def _order_body(request: OrderRequest) -> dict[str, Any]:
    body: dict[str, Any] = {
        "client_order_id": request.client_order_id,
        "symbol": request.symbol,
        "side": request.side,
        "qty": _plain(request.quantity),
        "type": request.kind,
        "time_in_force": request.time_in_force,
    }
    if request.side == "sell" and request.leg_stop is not None and request.limit_price is not None:
        # A target and the stop beside it: one cancels the other.
        body["order_class"] = "oco"
        body["take_profit"] = {"limit_price": _plain(request.limit_price)}
        body["stop_loss"] = {"stop_price": _plain(request.leg_stop)}
        return body
    if request.limit_price is not None:
        body["limit_price"] = _plain(request.limit_price)
    if request.stop_price is not None:
        body["stop_price"] = _plain(request.stop_price)
    if request.leg_stop is not None:
        body["stop_loss"] = {"stop_price": _plain(request.leg_stop)}
        body["order_class"] = "oto"
    if request.leg_target is not None:
        body["take_profit"] = {"limit_price": _plain(request.leg_target)}
        body["order_class"] = "bracket"
    return body


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
