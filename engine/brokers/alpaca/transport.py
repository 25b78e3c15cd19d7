"""Requests to Alpaca through alpaca-py: time-outs, no retries, the budget, and what an error means.

The SDK's own retries are off (it would post an order again, and without an id) and every request has a time-out (the
SDK has none of its own).
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
# Everybody waits for a reading of the simulator's clock; a step of it may take as long as any request.
CLOCK_SECONDS = (1.0, 2.0)
UNREADABLE = "no readable answer"
BROKER_TIME = Histogram("tradingbot_broker_request_seconds", "Requests to the broker", ["method", "path", "result"])

# Paths that go on with an id or a symbol.
_OF_ONE = ("/orders/", "/positions/", "/assets/")

# The budgets by address, key and interface; the clients of all threads share them.
_budgets: dict[tuple[str, str, str], Budget] = {}


@dataclass(frozen=True)
class AlpacaAccess:
    """Where the account is, and the keys to it.

    Attributes:
        key: The account's API key.
        secret: The key's secret.
        trading_url: Scheme and host of the trading interface.
        data_url: Scheme and host of the market data.
        feed: The feed of market data.
        simulated: The account is the bundled exchange's.
    """

    key: str
    secret: str
    trading_url: str
    data_url: str
    feed: str = "iex"
    simulated: bool = False

    def __repr__(self) -> str:
        return f"AlpacaAccess({self.trading_url})"


class Transport:
    """Connections for one thread: a requests session must not be shared."""

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
        """Ask a question and return the JSON of the answer.

        Args:
            client: The SDK's client of the interface.
            path: The path of the request.
            query: The parameters of the request.
            lane: What the request is for.

        Raises:
            BrokerError: There was no usable answer, or the answer was no.
        """
        return self.call(client, "get", path, query, lane=lane)

    def call(
        self, client: RESTClient, method: str, path: str, body: Mapping[str, Any] | None = None, *, lane: Lane
    ) -> Any:
        """Send a request once and return the JSON of the answer.

        Args:
            client: The SDK's client of the interface.
            method: The HTTP method, in small letters.
            path: The path of the request.
            body: The body, or a question's parameters.
            lane: What the request is for.

        Raises:
            BrokerError: There was no usable answer, or the answer was no.
        """
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
                # The keys may not see this data; that says nothing about the account.
                wrong = BrokerRefused(str(wrong), 403)
            # A broker that refuses a question has answered it.
            _tell(name, "" if isinstance(wrong, BrokerRefused) else str(wrong))
            raise wrong from None
        except (requests.RequestException, ValueError) as error:
            _tell(name, f"does not answer ({type(error).__name__})")
            raise BrokerUnavailable(f"{type(error).__name__} at {path}") from None
        _tell(name, "")
        return answer

    def control(self, method: str, change: Mapping[str, Any] | None = None) -> Any:
        """Read the simulator's clock with GET, or change it with POST, and return the JSON of the answer.

        Raises:
            BrokerUnavailable: There was no usable answer.
        """
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


# They hear of each request: the interface, and why there was no usable answer, empty where there was one.
_listeners: list[Callable[[str, str], None]] = []


def on_answer(listener: Callable[[str, str], None]) -> None:
    """Call `listener` from now on with how each request turned out; it must be quick and not raise."""
    if listener not in _listeners:
        _listeners.append(listener)


def _tell(name: str, why: str) -> None:
    for listener in _listeners:
        listener(name, why)


def budget_of(access: AlpacaAccess, name: str) -> Budget:
    """Return the account's budget of the trading or the data interface, one for all threads."""
    key = (access.trading_url, access.key, name)
    if key not in _budgets:
        _budgets[key] = Budget(f"{name}:{access.key[:8]}")
    return _budgets[key]


def budgets_forget() -> None:
    """Forget what is known of all accounts, for a broker that was replaced."""
    for budget in _budgets.values():
        budget.forget()
    _budgets.clear()


def error_of(error: APIError) -> BrokerError:
    """Return what an answer above 299 means."""
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
    """Return message and code of an error answer; the body may be HTML or empty, and the code may be missing."""
    try:
        body = json.loads(str(error))
        code = body.get("code")
        return str(body.get("message") or "no message")[:200], int(code) if code is not None else None
    except (ValueError, TypeError, AttributeError):
        return UNREADABLE, None


def seconds_until_reset(error: APIError) -> float:
    """Return the real seconds until the broker's next minute, 1 to 60; 5 where the answer does not say."""
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
    """Measure how long a request takes; ids and symbols are taken out of its path."""
    kind = path.partition("/")[2].partition("/")[0] if path.startswith(_OF_ONE) else path
    began, result = time.perf_counter(), "error"
    try:
        yield
        result = "ok"
    finally:
        BROKER_TIME.labels(method, kind, result).observe(time.perf_counter() - began)
