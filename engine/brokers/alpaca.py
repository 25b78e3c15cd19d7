"""Alpaca through alpaca-py: the one place for time-outs, retries and what an answer means.

The SDK's own retries are off (it would post an order again, and without an id) and every request has a time-out (it has
none of its own).
"""

import functools
import json
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import requests
from alpaca.common.exceptions import APIError
from alpaca.common.rest import RESTClient
from alpaca.data.historical import StockHistoricalDataClient
from alpaca.data.historical.corporate_actions import CorporateActionsClient
from alpaca.trading.client import TradingClient
from prometheus_client import Histogram

from engine.brokers import parsing
from engine.brokers.port import (
    AccountInfo,
    Acknowledged,
    AssetInfo,
    BarRequest,
    BrokerOrder,
    BrokerPosition,
    BrokerRefused,
    BrokerShares,
    BrokerUnauthorized,
    BrokerUnavailable,
    Fill,
    NotAccepted,
    OrderRequest,
    Outcome,
    RawBar,
    Refused,
    SplitListed,
    SplitTold,
    Unknown,
)
from engine.core.clock import ClockReading

log = logging.getLogger(__name__)

CONNECT_SECONDS, READ_SECONDS = 3.05, 10.0
DUPLICATE_ID = "client_order_id must be unique"
UNREADABLE = "no readable answer"
PAGE = 100
PROCESSED_WITHIN = timedelta(days=7)
ORDERS_PAGE = 500
BROKER_TIME = Histogram("tradingbot_broker_request_seconds", "Requests to the broker", ["method", "path", "result"])


@dataclass(frozen=True)
class AlpacaAccess:
    """Where the account is and the keys to it. trading_url and data_url are scheme and host."""

    key: str
    secret: str
    trading_url: str
    data_url: str
    feed: str = "iex"
    simulated: bool = False

    def __repr__(self) -> str:
        return f"AlpacaAccess({self.trading_url})"


class AlpacaBroker:
    """One per thread: a requests session must not be shared."""

    def __init__(self, access: AlpacaAccess) -> None:
        self._access = access
        self._trading = TradingClient(access.key, access.secret, raw_data=True, url_override=access.trading_url)
        self._data = StockHistoricalDataClient(access.key, access.secret, raw_data=True, url_override=access.data_url)
        self._actions = CorporateActionsClient(access.key, access.secret, raw_data=True, url_override=access.data_url)
        for client in (self._trading, self._data, self._actions):
            client._retry = 0
            session = client._session
            session.trust_env = not access.simulated
            session.request = functools.partial(  # type: ignore[method-assign]
                session.request, timeout=(CONNECT_SECONDS, READ_SECONDS)
            )

    # --- orders -------------------------------------------------------------------------------------------------------

    def submit(self, request: OrderRequest, *, first_attempt: bool) -> Outcome:
        """Post an order once. A 4xx is only a definite no when nothing was sent under this id before."""
        try:
            with _measured("post", "/orders"):
                raw = self._trading.post("/orders", _order_body(request))
            return Acknowledged(parsing.order_of(raw))
        except APIError as error:
            status = error.status_code or 0
            message, code = _error_body(error)
            if status == 429 and first_attempt:
                return NotAccepted(_seconds_until_reset(error))
            if DUPLICATE_ID in message:
                return Unknown("the id is already there")
            if first_attempt and 400 <= status < 500 and status not in (408, 429):
                return Refused(message, code)
            return Unknown(f"{status}: {message}")
        except (requests.RequestException, BrokerUnavailable, ValueError, TypeError) as error:
            return Unknown(f"{type(error).__name__}: {str(error)[:200]}")

    def cancel(self, order_id: str) -> bool:
        """Ask for a cancellation; True when the broker took the request. What became of it only the order tells."""
        try:
            self._call(self._trading, "delete", f"/orders/{order_id}")
        except (BrokerUnavailable, BrokerRefused) as error:
            log.info("cancelling %s: %s", order_id, error)
            return False
        return True

    def order(self, order_id: str) -> BrokerOrder | None:
        return self._one_order(f"/orders/{order_id}", {"nested": "true"})

    def order_by_client_id(self, client_order_id: str) -> BrokerOrder | None:
        """The order, legs and all; None when the broker definitely has none of that id."""
        found = self._one_order("/orders:by_client_order_id", {"client_order_id": client_order_id})
        return self.order(found.id) if found is not None else None

    def orders_since(self, after: datetime | None) -> list[BrokerOrder]:
        """All orders submitted after a time, nested, oldest first."""
        query = {"status": "all", "limit": ORDERS_PAGE, "nested": "true", "direction": "asc"}
        orders: dict[str, BrokerOrder] = {}
        while True:
            if after is not None:
                query["after"] = after.isoformat()
            answer = self._call(self._trading, "get", "/orders", query)
            page = [parsing.order_of(raw) for raw in parsing.list_of(answer, "orders")]
            fresh = [order for order in page if order.id not in orders]
            orders |= {order.id: order for order in fresh}
            if len(page) < ORDERS_PAGE or not fresh or page[-1].submitted_at is None:
                return list(orders.values())
            after = page[-1].submitted_at

    def fills_since(self, after: datetime | None) -> Iterator[Fill]:
        """FILL activities after a time, oldest first, page by page."""
        return map(parsing.fill_of, self._activities("FILL", after))

    def splits_since(self, after: datetime) -> list[SplitTold]:
        """SPLIT activities after a time, oldest first; one that cannot be read is left out."""
        found: list[SplitTold] = []
        for raw in self._activities("SPLIT", after):
            try:
                split = parsing.split_of(raw)
            except BrokerUnavailable as wrong:
                log.warning("%s", wrong)
                continue
            if split is not None:
                found.append(split)
        return found

    def splits_listed(self, symbol: str, since: date, until: date) -> list[SplitListed]:
        """Splits of a stock that are effective on one of these days, oldest first.

        They are asked for by the day they are processed, which may be a few days off.
        """
        query = {
            "symbols": symbol,
            "types": "forward_split,reverse_split",
            "start": (since - PROCESSED_WITHIN).isoformat(),
            "end": (until + PROCESSED_WITHIN).isoformat(),
            "limit": 1_000,
        }
        found = parsing.listed_splits_of(self._call(self._actions, "get", "/corporate-actions", query))
        return sorted((split for split in found if since <= split.day <= until), key=lambda split: split.day)

    def _activities(self, kind: str, after: datetime | None) -> Iterator[Any]:
        query: dict[str, Any] = {"direction": "asc", "page_size": PAGE}
        if after is not None:
            query["after"] = after.isoformat()
        while True:
            page = parsing.list_of(self._call(self._trading, "get", f"/account/activities/{kind}", query), "activities")
            yield from page
            if len(page) < PAGE:
                return
            query["page_token"] = page[-1]["id"]

    # --- account and market -------------------------------------------------------------------------------------------

    def clock(self) -> ClockReading:
        """Market time. The simulator also tells how its clock goes on; Alpaca's runs like everybody's."""
        if self._access.simulated:
            raw = parsing.object_of(self._control("GET"), "the clock")
            return ClockReading(
                market=parsing.moment_of(raw.get("market"), "clock market"),
                real=float(parsing.decimal_of(raw.get("real"), "clock real")),
                speed=float(parsing.decimal_of(raw.get("speed"), "clock speed")),
                jump_at=parsing.moment_of(raw["jump_at"], "clock jump_at") if raw.get("jump_at") else None,
                jump_to=parsing.moment_of(raw["jump_to"], "clock jump_to") if raw.get("jump_to") else None,
            )
        asked = time.time()
        raw = parsing.object_of(self._call(self._trading, "get", "/clock"), "the clock")
        answered = time.time()
        return ClockReading(parsing.moment_of(raw.get("timestamp"), "clock timestamp"), (asked + answered) / 2)

    def steer_clock(self, **change: Any) -> None:
        """Freeze, release or step the simulator's clock; Alpaca's cannot be steered."""
        if not self._access.simulated:
            raise ValueError("only the simulator's clock can be steered")
        self._control("POST", change)

    def account(self) -> AccountInfo:
        return parsing.account_of(self._call(self._trading, "get", "/account"))

    def assets(self) -> list[AssetInfo]:
        query = {"status": "active", "asset_class": "us_equity"}
        answer = self._call(self._trading, "get", "/assets", query)
        return [parsing.asset_of(raw) for raw in parsing.list_of(answer, "assets")]

    def positions(self) -> list[BrokerPosition]:
        answer = self._call(self._trading, "get", "/positions")
        return [parsing.position_of(raw) for raw in parsing.list_of(answer, "positions")]

    def shares(self, symbol: str) -> BrokerShares:
        """The account's shares of one symbol; none of them where it is short."""
        try:
            raw = parsing.object_of(self._call(self._trading, "get", f"/positions/{symbol}"), "a position")
        except BrokerRefused as refused:
            if refused.status == 404:
                return BrokerShares()
            raise
        held = max(Decimal(0), parsing.position_of(raw).quantity)
        free = parsing.optional_decimal(raw.get("qty_available"), "position qty_available")
        return BrokerShares(held, held if free is None else max(Decimal(0), min(free, held)))

    def bars(self, request: BarRequest) -> dict[str, list[RawBar]]:
        """Closed bars by symbol, oldest first; a symbol without any is absent. All pages or an error.

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
            answer = parsing.object_of(self._call(self._data, "get", "/stocks/bars", query), "bars")
            for symbol, rows in parsing.object_of(answer.get("bars") or {}, "bars").items():
                bars = (parsing.bar_of(symbol, raw) for raw in parsing.list_of(rows, "bars"))
                found.setdefault(symbol, []).extend(bar for bar in bars if bar is not None)
            if not answer.get("next_page_token"):
                return found
            query["page_token"] = answer["next_page_token"]

    def latest_prices(self, symbols: Sequence[str]) -> dict[str, tuple[Decimal, datetime]]:
        """The newest trade of each symbol: price in dollars and its time."""
        query = {"symbols": ",".join(symbols), "feed": self._access.feed}
        answer = parsing.object_of(self._call(self._data, "get", "/stocks/trades/latest", query), "trades")
        trades = parsing.object_of(answer.get("trades") or {}, "trades")
        rows = {symbol: parsing.object_of(raw, "a trade") for symbol, raw in trades.items()}
        return {
            symbol: (parsing.decimal_of(row.get("p"), "trade p"), parsing.moment_of(row.get("t"), "trade t"))
            for symbol, row in rows.items()
        }

    # --- plumbing -----------------------------------------------------------------------------------------------------

    def _one_order(self, path: str, query: Mapping[str, Any]) -> BrokerOrder | None:
        try:
            return parsing.order_of(self._call(self._trading, "get", path, query))
        except BrokerRefused as refused:
            if refused.status == 404:
                return None
            raise

    def _call(self, client: RESTClient, method: str, path: str, query: Mapping[str, Any] | None = None) -> Any:
        try:
            with _measured(method, path):
                return getattr(client, method)(path, dict(query) if query else None)
        except APIError as error:
            status = error.status_code or 0
            message, code = _error_body(error)
            if status == 401 or (status == 403 and code is None and message != UNREADABLE):
                raise BrokerUnauthorized(f"the broker refused the API keys ({status}: {message})") from None
            if 400 <= status < 500 and status not in (408, 429):
                raise BrokerRefused(message, status, code) from None
            raise BrokerUnavailable(f"{status}: {message}") from None
        except (requests.RequestException, ValueError) as error:
            raise BrokerUnavailable(f"{type(error).__name__} at {path}") from None

    def _control(self, method: str, change: Mapping[str, Any] | None = None) -> Any:
        url = self._access.trading_url + "/sim/clock"
        try:
            answer = self._trading._session.request(method, url, json=change)
            answer.raise_for_status()
            return answer.json()
        except (requests.RequestException, ValueError) as error:
            raise BrokerUnavailable(f"{type(error).__name__} at /sim/clock") from None


@contextmanager
def _measured(method: str, path: str) -> Iterator[None]:
    """How long a request took; ids are taken out of its path."""
    kind = path.partition("/")[2].partition("/")[0] if path.startswith(("/orders/", "/positions/")) else path
    began, result = time.perf_counter(), "error"
    try:
        yield
        result = "ok"
    finally:
        BROKER_TIME.labels(method, kind, result).observe(time.perf_counter() - began)


def _order_body(request: OrderRequest) -> dict[str, Any]:
    body: dict[str, Any] = {
        "client_order_id": request.client_order_id,
        "symbol": request.symbol,
        "side": request.side,
        "qty": _plain(request.quantity),
        "type": request.kind,
        "time_in_force": request.time_in_force,
    }
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


def _error_body(error: APIError) -> tuple[str, int | None]:
    """Message and code of an error answer; the body may be HTML or empty, the code may be missing."""
    try:
        body = json.loads(str(error))
        code = body.get("code")
        return str(body.get("message") or "no message")[:200], int(code) if code is not None else None
    except (ValueError, TypeError, AttributeError):
        return UNREADABLE, None


def _seconds_until_reset(error: APIError) -> float:
    response = error.response
    reset = response.headers.get("X-RateLimit-Reset") if response is not None else None
    try:
        return min(60.0, max(1.0, float(reset) - time.time() + 1.0)) if reset else 5.0
    except ValueError:
        return 5.0
