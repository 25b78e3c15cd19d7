"""The adapter against the exchange, with every way in which an answer can be lost."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from engine.brokers.alpaca import broker as alpaca
from engine.brokers.alpaca import transport
from engine.brokers.alpaca.adapter import access_of_settings
from engine.brokers.alpaca.broker import AlpacaBroker
from engine.brokers.alpaca.transport import AlpacaAccess, budgets_forget
from engine.brokers.errors import BrokerRefused, BrokerUnauthorized, BrokerUnavailable
from engine.brokers.values import Acknowledged, BarRequest, NotAccepted, OrderRequest, Refused, Unknown
from simulator.testing import SimulatorProcess

REQUEST = OrderRequest("test-1", "AAPL", "buy", Decimal(3), leg_stop=Decimal("1.00"))
POST = {"method": "POST", "path": "/v2/orders"}
FIRST, LATER = True, False


@pytest.fixture
def broker(exchange: SimulatorProcess) -> AlpacaBroker:
    return AlpacaBroker(access_of_settings())


def faults_left(exchange: SimulatorProcess) -> int:
    return sum(fault["count"] for fault in exchange.control("GET", "/sim/faults")["faults"])


def orders_at(exchange: SimulatorProcess) -> list[str]:
    return [order["client_order_id"] for order in exchange.ledger()["orders"]]


def test_an_order_is_acknowledged_with_its_legs(broker: AlpacaBroker, exchange: SimulatorProcess) -> None:
    outcome = broker.submit(REQUEST, first_attempt=True)
    assert isinstance(outcome, Acknowledged)
    assert (outcome.order.client_order_id, outcome.order.quantity, outcome.order.side) == ("test-1", 3, "buy")
    found = broker.order_by_client_id("test-1")
    assert found is not None
    assert [(leg.kind, leg.stop_price) for leg in found.legs] == [("stop", Decimal("1.00"))]
    assert orders_at(exchange) == ["test-1"]


# The HTTP status of the answer, and the outcome at the first and at a later attempt.
STATUSES: list[tuple[int, type, type]] = [
    (400, Refused, Unknown),
    (401, NotAccepted, Unknown),
    (403, Refused, Unknown),
    (404, Refused, Unknown),
    (408, Unknown, Unknown),
    (409, Refused, Unknown),
    (422, Refused, Unknown),
    (429, NotAccepted, Unknown),
    (500, Unknown, Unknown),
    (502, Unknown, Unknown),
    (503, Unknown, Unknown),
    (504, Unknown, Unknown),
]


@pytest.mark.parametrize(("status", "first", "later"), STATUSES)
def test_every_status_has_one_of_three_outcomes_and_is_asked_for_once(
    broker: AlpacaBroker, exchange: SimulatorProcess, status: int, first: type, later: type
) -> None:
    for attempt, expected in ((FIRST, first), (LATER, later)):
        budgets_forget()
        exchange.set_faults(POST | {"when": "before", "effect": "status", "status": status, "count": 5})
        assert type(broker.submit(REQUEST, first_attempt=attempt)) is expected
        # The SDK would have posted again by itself.
        assert faults_left(exchange) == 4
    assert orders_at(exchange) == []


LOST: list[dict[str, Any]] = [
    {"effect": "drop"},
    {"effect": "html"},
    {"effect": "html", "status": 200},
    {"effect": "html", "status": 502},
]


@pytest.mark.parametrize("fault", LOST, ids=str)
@pytest.mark.parametrize(("when", "there"), [("before", []), ("after", ["test-1"])])
def test_a_lost_answer_is_unknown_whatever_happened(
    broker: AlpacaBroker, exchange: SimulatorProcess, fault: dict[str, Any], when: str, there: list[str]
) -> None:
    exchange.set_faults(POST | fault | {"when": when, "count": 5})
    assert isinstance(broker.submit(REQUEST, first_attempt=True), Unknown)
    assert faults_left(exchange) == 4
    assert orders_at(exchange) == there


def test_the_same_id_again_is_never_a_second_order(broker: AlpacaBroker, exchange: SimulatorProcess) -> None:
    assert isinstance(broker.submit(REQUEST, first_attempt=True), Acknowledged)
    for attempt in (FIRST, LATER):
        assert isinstance(broker.submit(REQUEST, first_attempt=attempt), Unknown)
    assert orders_at(exchange) == ["test-1"]


def test_every_request_has_a_time_out(exchange: SimulatorProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (transport.CONNECT_SECONDS, transport.READ_SECONDS) == (3.05, 10.0)
    monkeypatch.setattr(transport, "READ_SECONDS", 0.2)
    broker = AlpacaBroker(access_of_settings())
    since = datetime(2026, 6, 2, 13, 30, tzinfo=UTC)
    asked: list[tuple[str, Callable[[], object]]] = [
        ("/v2/account", broker.account),
        ("/v2/stocks/bars", lambda: broker.bars(BarRequest(["AAPL"], "1Min", since, since))),
        ("/v1/corporate-actions", lambda: broker.splits_listed("SPLT", since.date(), since.date())),
        ("/sim/clock", broker.clock),
    ]
    for path, ask in asked:
        exchange.set_faults({"method": "GET", "path": path, "effect": "hang"})
        began = time.monotonic()
        with pytest.raises(BrokerUnavailable):
            ask()
        assert time.monotonic() - began < 3
    exchange.set_faults(POST | {"effect": "hang"})
    assert isinstance(broker.submit(REQUEST, first_attempt=True), Unknown)


def test_splits_are_listed_with_their_ratio(broker: AlpacaBroker) -> None:
    since, until = date(2026, 4, 1), date(2026, 6, 30)
    early, late = broker.splits_listed("SPLT", since, until)
    assert (early.ratio, late.ratio) == (Fraction(1, 8), Fraction(4))
    assert broker.splits_listed("SPLT", late.day, late.day) == [late]
    assert broker.splits_listed("SPLT", early.day + timedelta(days=1), late.day - timedelta(days=1)) == []
    assert broker.splits_listed("AAPL", since, until) == []


def test_renames_are_listed_row_by_row(broker: AlpacaBroker, exchange: SimulatorProcess) -> None:
    today = broker.clock().market.date()
    for old, new in (("XOM", "XON"), ("KO", "KOX"), ("AMD", "AMDX")):
        exchange.control("POST", "/sim/renames", {"symbol": old, "to": new})
    alter = {"method": "GET", "path": "/v1/corporate-actions", "effect": "alter", "field": "new_symbol"}
    exchange.set_faults(alter | {"where": {"old_symbol": "KO"}, "value": None})
    found = broker.renames_listed(today, today, {"XOM", "KO"})
    assert [(row.kind, row.old, row.new, row.day) for row in found] == [("name_change", "XOM", "XON", today)]
    assert [row.kind for row in found.unread] == ["listed rename"]
    exchange.set_faults()
    assert broker.renames_listed(today - timedelta(days=2), today - timedelta(days=1), {"XOM"}) == []


QUESTIONS: list[tuple[str, Callable[[AlpacaBroker], object]]] = [
    ("/v2/account", lambda broker: broker.account()),
    ("/v2/assets", lambda broker: broker.assets()),
    ("/v2/positions", lambda broker: broker.positions()),
    ("/v1/corporate-actions", lambda broker: broker.splits_listed("SPLT", date(2026, 6, 1), date(2026, 6, 9))),
    ("/v1/corporate-actions", lambda broker: broker.renames_listed(date(2026, 6, 1), date(2026, 6, 9), {"KO"})),
    ("/v2/orders", lambda broker: broker.orders_since(None)),
    ("/v2/orders/x", lambda broker: broker.order("x")),
    ("/v2/orders:by_client_order_id", lambda broker: broker.order_by_client_id("x")),
    ("/v2/account/activities/FILL", lambda broker: list(broker.fills_since(None))),
    ("/v2/stocks/trades/latest", lambda broker: broker.latest_prices(["AAPL"])),
    (
        "/v2/stocks/bars",
        lambda broker: broker.bars(BarRequest(["AAPL"], "1Min", *[datetime(2026, 6, 1, tzinfo=UTC)] * 2)),
    ),
]


@pytest.mark.parametrize(
    ("path", "ask"), QUESTIONS, ids=[f"{number} {path}" for number, (path, _) in enumerate(QUESTIONS)]
)
def test_a_question_without_a_usable_answer_is_asked_once_and_says_so(
    broker: AlpacaBroker, exchange: SimulatorProcess, path: str, ask: Callable[[AlpacaBroker], object]
) -> None:
    effects: list[dict[str, Any]] = [
        {"effect": "status", "status": 500},
        {"effect": "status", "status": 504},
        {"effect": "status", "status": 429},
        {"effect": "drop"},
        {"effect": "html"},
        {"effect": "html", "status": 200},
    ]
    for effect in effects:
        budgets_forget()
        exchange.set_faults({"method": "GET", "path": path, "count": 5} | effect)
        with pytest.raises(BrokerUnavailable):
            ask(broker)
        assert faults_left(exchange) == 4


@pytest.mark.parametrize(("path", "ask"), QUESTIONS, ids=[path for path, _ in QUESTIONS])
@pytest.mark.parametrize("body", [None, [], {}, "text", 5, [None], {"bars": [1]}, {"trades": {"AAPL": 1}}])
def test_json_of_another_shape_is_no_answer_or_an_empty_one(
    broker: AlpacaBroker, monkeypatch: pytest.MonkeyPatch, path: str, ask: Callable[[AlpacaBroker], Any], body: Any
) -> None:
    monkeypatch.setattr(broker._http, "call", lambda *arguments, **options: body)
    try:
        answer = ask(broker)
    except BrokerUnavailable:
        return
    assert not answer


@pytest.mark.parametrize("body", [None, [], {}, {"market": 5}, {"market": "2026-06-02T13:31:00Z", "real": "x"}])
def test_a_clock_of_another_shape_is_no_answer(
    broker: AlpacaBroker, monkeypatch: pytest.MonkeyPatch, body: Any
) -> None:
    monkeypatch.setattr(broker._http, "control", lambda *arguments: body)
    with pytest.raises(BrokerUnavailable):
        broker.clock()


@pytest.mark.parametrize(("path", "ask"), QUESTIONS[:3], ids=[path for path, _ in QUESTIONS[:3]])
def test_a_definite_no_is_told_with_its_reason(
    broker: AlpacaBroker, exchange: SimulatorProcess, path: str, ask: Callable[[AlpacaBroker], object]
) -> None:
    exchange.set_faults({"method": "GET", "path": path, "effect": "status", "status": 422})
    with pytest.raises(BrokerRefused, match="injected fault") as refused:
        ask(broker)
    assert (refused.value.status, refused.value.code) == (422, 42210000)


def test_refused_keys_are_told_apart(exchange: SimulatorProcess) -> None:
    url = exchange.url
    stranger = AlpacaBroker(AlpacaAccess("nobody", "wrong", url, url, simulated=True))
    for _, ask in QUESTIONS:
        with pytest.raises(BrokerUnauthorized, match="refused the API keys"):
            ask(stranger)
    assert isinstance(stranger.submit(REQUEST, first_attempt=True), NotAccepted)
    assert orders_at(exchange) == []


def test_the_keys_are_never_shown() -> None:
    access = AlpacaAccess("key-of-mine", "secret-of-mine", "http://a", "http://b")
    assert "of-mine" not in repr(access) + str(access)


def test_an_order_that_is_not_there_is_none(broker: AlpacaBroker) -> None:
    assert broker.order("61e69015-8549-4bfd-b9c3-01e75843f47d") is None
    assert broker.order_by_client_id("nothing") is None


def test_a_cancellation_says_whether_it_was_taken(broker: AlpacaBroker, exchange: SimulatorProcess) -> None:
    outcome = broker.submit(
        OrderRequest("rests", "AAPL", "buy", Decimal(1), "limit", limit_price=Decimal(1)), first_attempt=True
    )
    assert isinstance(outcome, Acknowledged)
    exchange.set_faults({"method": "DELETE", "path": "/v2/orders/*", "effect": "status", "status": 500})
    assert broker.cancel(outcome.order.id) is False
    assert broker.cancel(outcome.order.id) is True
    assert broker.cancel("61e69015-8549-4bfd-b9c3-01e75843f47d") is False


def test_all_pages_of_the_fills_are_read_in_order(
    broker: AlpacaBroker, exchange: SimulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alpaca, "PAGE", 2)
    names = [f"test-{number}" for number in range(5)]
    for name in names:
        broker.submit(OrderRequest(name, "AAPL", "buy", Decimal(1), time_in_force="day"), first_attempt=True)
    fills = list(broker.fills_since(None))
    assert [fill.id for fill in fills] == [activity["id"] for activity in exchange.ledger()["activities"]]
    assert len({fill.order_id for fill in fills}) == 5
    assert [order.client_order_id for order in broker.orders_since(None)] == names
