"""Requests to Alpaca through alpaca-py: time-outs, no retries, the budget, and what an error means.

The SDK's own retries are off (it would post an order again, and without an id) and every request has a time-out (it has
none of its own).
"""

import functools
import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests
from alpaca.common.exceptions import APIError
from alpaca.common.rest import RESTClient
from alpaca.data.historical import StockHistoricalDataClient
from alpaca.data.historical.corporate_actions import CorporateActionsClient
from alpaca.trading.client import TradingClient
from prometheus_client import Histogram

from engine.brokers.budget import Budget, Lane
from engine.brokers.errors import BrokerError, BrokerRefused, BrokerThrottled, BrokerUnauthorized, BrokerUnavailable

log = logging.getLogger(__name__)

CONNECT_SECONDS, READ_SECONDS = 3.05, 10.0
# A step of the simulator's clock may take as long as any request; only its reading is waited for by everybody.
CLOCK_SECONDS = (1.0, 2.0)
UNREADABLE = "no readable answer"
BROKER_TIME = Histogram("tradingbot_broker_request_seconds", "Requests to the broker", ["method", "path", "result"])

# By address and key: every thread of this process has a client of its own, and they share the account's budget.
_budgets: dict[tuple[str, str, str], Budget] = {}


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


class Transport:
    """One per thread: a requests session must not be shared."""

    def __init__(self, access: AlpacaAccess) -> None:
        self._access = access
        self.trading = TradingClient(access.key, access.secret, raw_data=True, url_override=access.trading_url)
        self.data = StockHistoricalDataClient(access.key, access.secret, raw_data=True, url_override=access.data_url)
        self.actions = CorporateActionsClient(access.key, access.secret, raw_data=True, url_override=access.data_url)
        for client, name in ((self.trading, "trading"), (self.data, "data"), (self.actions, "data")):
            client._retry = 0
            session = client._session
            session.trust_env = not access.simulated
            session.request = functools.partial(  # type: ignore[method-assign]
                session.request, timeout=(CONNECT_SECONDS, READ_SECONDS)
            )
            session.hooks["response"] = [functools.partial(_note_headers, access, name)]

    def get(self, client: RESTClient, path: str, query: Mapping[str, Any] | None = None, *, lane: Lane) -> Any:
        """The JSON of an answer. Raises BrokerError."""
        return self.call(client, "get", path, query, lane=lane)

    def call(
        self, client: RESTClient, method: str, path: str, body: Mapping[str, Any] | None = None, *, lane: Lane
    ) -> Any:
        """The JSON of an answer, asked for once. Raises BrokerError."""
        name = self._name(client)
        wait = budget_of(self._access, name).wait(lane)
        if wait:
            if name == "data" or lane <= Lane.RECONCILE:
                _tell(name, "no request is left in this minute")
            raise BrokerThrottled(f"no request is left in this minute for {method} {path}", wait)
        try:
            with _measured(method, path):
                answer = getattr(client, method)(path, dict(body) if body else None)
        except APIError as error:
            wrong = error_of(error)
            if name == "data" and isinstance(wrong, BrokerUnauthorized) and error.status_code == 403:
                # Of data somebody may not see; it says nothing about the account.
                wrong = BrokerRefused(str(wrong), 403)
            # A no to a question is an answer.
            _tell(name, "" if isinstance(wrong, BrokerRefused) else str(wrong))
            raise wrong from None
        except (requests.RequestException, ValueError) as error:
            _tell(name, f"does not answer ({type(error).__name__})")
            raise BrokerUnavailable(f"{type(error).__name__} at {path}") from None
        _tell(name, "")
        return answer

    def control(self, method: str, change: Mapping[str, Any] | None = None) -> Any:
        """The clock of the simulator."""
        url = self._access.trading_url + "/sim/clock"
        try:
            patience = CLOCK_SECONDS if method == "GET" else (CONNECT_SECONDS, READ_SECONDS)
            answer = self.trading._session.request(method, url, json=change, timeout=patience)
            answer.raise_for_status()
            _tell("clock", "")
            return answer.json()
        except (requests.RequestException, ValueError) as error:
            _tell("clock", f"the exchange does not tell the time ({type(error).__name__})")
            raise BrokerUnavailable(f"{type(error).__name__} at /sim/clock") from None

    def _name(self, client: RESTClient) -> str:
        return "trading" if client is self.trading else "data"


# Told of each request: the interface, and why it had no usable answer, empty where it had one.
_listeners: list[Callable[[str, str], None]] = []


def on_answer(listener: Callable[[str, str], None]) -> None:
    """From now on `listener` is told how each request turned out; it must be quick and not raise."""
    if listener not in _listeners:
        _listeners.append(listener)


def _tell(name: str, why: str) -> None:
    for listener in _listeners:
        listener(name, why)


def budget_of(access: AlpacaAccess, name: str) -> Budget:
    """The account's budget of the trading or the data interface, one for all threads."""
    key = (access.trading_url, access.key, name)
    if key not in _budgets:
        _budgets[key] = Budget(f"{name}:{access.key[:8]}")
    return _budgets[key]


def budgets_forget() -> None:
    """Nothing is known of any account any more; for a broker that was replaced."""
    for budget in _budgets.values():
        budget.forget()
    _budgets.clear()


def error_of(error: APIError) -> BrokerError:
    """What an answer above 299 means."""
    status = error.status_code or 0
    message, code = error_body(error)
    if status == 401 or (status == 403 and code is None and message != UNREADABLE):
        return BrokerUnauthorized(f"the broker refused the API keys ({status}: {message})")
    if status == 429:
        return BrokerThrottled(f"{status}: {message}", seconds_until_reset(error))
    if 400 <= status < 500 and status != 408:
        return BrokerRefused(message, status, code)
    return BrokerUnavailable(f"{status}: {message}")


def error_body(error: APIError) -> tuple[str, int | None]:
    """Message and code of an error answer; the body may be HTML or empty, the code may be missing."""
    try:
        body = json.loads(str(error))
        code = body.get("code")
        return str(body.get("message") or "no message")[:200], int(code) if code is not None else None
    except (ValueError, TypeError, AttributeError):
        return UNREADABLE, None


def seconds_until_reset(error: APIError) -> float:
    response = error.response
    reset = response.headers.get("X-RateLimit-Reset") if response is not None else None
    try:
        return min(60.0, max(1.0, float(reset) - time.time() + 1.0)) if reset else 5.0
    except ValueError:
        return 5.0


def _note_headers(access: AlpacaAccess, name: str, response: requests.Response, *_: Any, **__: Any) -> None:
    budget_of(access, name).told(response.headers, response.status_code)


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
