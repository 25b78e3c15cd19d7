"""Reading the broker's JSON: tolerant of what is new, strict where money is concerned."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from engine.brokers.alpaca import parsing
from engine.brokers.errors import BrokerUnavailable
from engine.brokers.unread import Unreadable
from engine.brokers.values import Fill, RenameListed, SplitListed
from engine.core.orders import OrderState

ORDER: dict[str, Any] = {
    "id": "904837e3",
    "client_order_id": "abc-1",
    "symbol": "AAPL",
    "side": "buy",
    "type": "market",
    "status": "new",
    "qty": "10",
    "filled_qty": "0",
    "filled_avg_price": None,
    "limit_price": None,
    "stop_price": None,
    "submitted_at": "2026-06-02T13:31:00.123456789Z",
    "legs": None,
}
FILL: dict[str, Any] = {
    "id": "20260602::1",
    "order_id": "904837e3",
    "symbol": "AAPL",
    "side": "buy",
    "qty": "10",
    "price": "189.12",
    "cum_qty": "10",
    "transaction_time": "2026-06-02T13:31:00.5Z",
}
ACCOUNT = {"account_number": "PA1", "equity": "100", "last_equity": "90", "cash": "80", "buying_power": "200"}
LISTED = {"symbol": "ABC", "ex_date": "2026-06-02", "new_rate": 3, "old_rate": 2}
BAR = {"t": "2026-06-02T13:30:00Z", "o": 10, "h": 11.5, "l": 9, "c": 10.25, "v": 100}


def test_an_order_is_read() -> None:
    order = parsing.order_of(ORDER | {"filled_qty": "4", "filled_avg_price": "189.1234"})
    assert (order.quantity, order.filled, order.average_price) == (10, 4, Decimal("189.1234"))
    # Of nanoseconds Python keeps microseconds.
    assert order.submitted_at == datetime(2026, 6, 2, 13, 31, 0, 123456, tzinfo=UTC)
    assert order.legs == ()


def test_what_is_new_to_us_in_an_order_is_no_harm() -> None:
    order = parsing.order_of(ORDER | {"status": "held_for_tomorrow", "hologram": {"a": 1}})
    assert order.status == "held_for_tomorrow"
    assert order.state == OrderState.OPEN


def test_legs_are_read_with_their_order() -> None:
    leg = ORDER | {"id": "leg", "type": "stop", "stop_price": "185.3"}
    order = parsing.order_of(ORDER | {"legs": [leg]})
    assert [(row.id, row.kind, row.stop_price) for row in order.legs] == [("leg", "stop", Decimal("185.3"))]


@pytest.mark.parametrize("missing", ["id", "status"])
def test_an_order_without_its_name_is_no_answer(missing: str) -> None:
    with pytest.raises(BrokerUnavailable, match=missing):
        parsing.order_of({key: value for key, value in ORDER.items() if key != missing})


def test_an_order_of_a_persons_own_may_have_no_symbol() -> None:
    parent = {key: value for key, value in ORDER.items() if key not in ("symbol", "side", "client_order_id")}
    order = parsing.order_of(parent | {"order_class": "mleg", "limit_price": "-0.35"})
    assert (order.symbol, order.side, order.client_order_id, order.limit_price) == ("", "", "", Decimal("-0.35"))


def test_more_filled_than_ordered_cannot_be() -> None:
    with pytest.raises(Unreadable, match="10 shares of which 11 are filled"):
        parsing.order_of(ORDER | {"filled_qty": "11"})


@pytest.mark.parametrize("wrong", [{"type": "sideways"}, {"type": None}, {"id": None}, {"qty": "-1"}])
def test_a_leg_that_cannot_be_read_is_left_out_and_the_order_says_so(wrong: dict[str, Any]) -> None:
    legs = [ORDER | {"id": "stop", "type": "stop"}, ORDER | {"id": "target", "type": "limit"} | wrong]
    order = parsing.order_of(ORDER | {"legs": legs})
    assert ([leg.id for leg in order.legs], order.legs_complete) == (["stop"], False)
    assert parsing.order_of(ORDER | {"legs": "none"}).legs_complete is False


ODD_NUMBERS = ["1e30", "NaN", "Infinity", "-inf", "sNaN", "ten", "<html>", [], {}, True, "1,000"]


@pytest.mark.parametrize("value", ODD_NUMBERS)
@pytest.mark.parametrize("field", ["qty", "filled_qty", "filled_avg_price", "stop_price"])
def test_an_order_with_a_number_that_is_none_is_no_answer(field: str, value: Any) -> None:
    with pytest.raises(BrokerUnavailable):
        parsing.order_of(ORDER | {field: value})


def test_an_order_by_dollars_has_no_quantity() -> None:
    assert parsing.order_of(ORDER | {"qty": None}).quantity == 0


def test_a_fill_is_read() -> None:
    assert parsing.fill_of(FILL) == Fill(
        id="20260602::1",
        order_id="904837e3",
        symbol="AAPL",
        side="buy",
        quantity=Decimal(10),
        price=Decimal("189.12"),
        cumulative=Decimal(10),
        at=datetime(2026, 6, 2, 13, 31, 0, 500_000, tzinfo=UTC),
    )


BAD_FILLS: list[dict[str, Any]] = [
    {"qty": "0"},
    {"qty": "-1"},
    {"qty": "NaN"},
    {"qty": None},
    {"price": "0"},
    {"price": "-5"},
    {"price": "Infinity"},
    {"price": None},
    {"transaction_time": "yesterday"},
    {"transaction_time": "2026-06-02T13:31:00"},
    {"transaction_time": None},
    {"side": "sideways"},
    {"side": None},
    {"side": []},
]


@pytest.mark.parametrize("change", BAD_FILLS, ids=str)
def test_a_fill_that_cannot_be_is_never_booked(change: dict[str, Any]) -> None:
    with pytest.raises(BrokerUnavailable):
        parsing.fill_of(FILL | change)


@pytest.mark.parametrize("missing", ["id", "order_id", "symbol", "side", "qty", "price", "transaction_time"])
def test_a_fill_without_a_part_is_never_booked(missing: str) -> None:
    with pytest.raises(BrokerUnavailable):
        parsing.fill_of({key: value for key, value in FILL.items() if key != missing})


@pytest.mark.parametrize(
    ("word", "side"),
    [
        ("sell_short", "sell"),
        ("sell_short_exempt", "sell"),
        ("sell_to_close", "sell"),
        ("buy_to_cover", "buy"),
        ("buy_minus", "buy"),
    ],
)
def test_whatever_it_is_called_it_is_bought_or_sold(word: str, side: str) -> None:
    assert parsing.fill_of(FILL | {"side": word}).side == side


def test_an_account_that_may_not_trade_says_why() -> None:
    assert parsing.account_of(ACCOUNT).blocked == ""
    blocked = parsing.account_of(ACCOUNT | {"trading_blocked": True, "account_blocked": True})
    assert blocked.blocked == "trading_blocked, account_blocked"


@pytest.mark.parametrize("missing", ["equity", "last_equity", "cash", "buying_power"])
def test_a_sum_of_the_account_that_is_missing_is_not_known(missing: str) -> None:
    account = parsing.account_of({key: value for key, value in ACCOUNT.items() if key != missing})
    assert account == replace(parsing.account_of(ACCOUNT), **{missing: None})


def test_an_account_without_a_number_is_no_answer() -> None:
    with pytest.raises(Unreadable, match="account number"):
        parsing.account_of(ACCOUNT | {"account_number": None})


def test_a_short_position_is_negative() -> None:
    assert parsing.position_of({"symbol": "AAPL", "qty": "5", "side": "short"}).quantity == -5
    assert parsing.position_of({"symbol": "AAPL", "qty": "-5", "side": "short"}).quantity == -5
    assert parsing.position_of({"symbol": "AAPL", "qty": "5", "side": "long"}).quantity == 5


@pytest.mark.parametrize(
    ("tradable", "status", "expected"),
    [(True, "active", True), (True, "inactive", False), (False, "active", False), ("true", "active", False)],
)
def test_an_asset_is_tradable_only_when_it_says_so(tradable: Any, status: str, expected: bool) -> None:
    assert parsing.asset_of({"symbol": "AAPL", "tradable": tradable, "status": status}).tradable is expected


def test_a_bar_is_read_to_the_last_digit() -> None:
    bar = parsing.bar_of("AAPL", BAR)
    assert bar is not None
    assert (bar.start, bar.high, bar.close) == (
        datetime(2026, 6, 2, 13, 30, tzinfo=UTC),
        Decimal("11.5"),
        Decimal("10.25"),
    )


BAD_BARS: list[dict[str, Any]] = [
    {"l": 0},
    {"l": -1},
    {"h": 10},
    {"l": 10.1},
    {"o": 12},
    {"c": 8},
    {"v": -1},
    {"c": "NaN"},
    {"c": None},
    {"t": "now"},
    {"t": None},
]


@pytest.mark.parametrize("change", BAD_BARS, ids=str)
def test_a_bar_that_cannot_be_is_left_out(change: dict[str, Any]) -> None:
    assert parsing.bar_of("AAPL", BAR | change) is None


READERS: list[Callable[[Any], Any]] = [
    parsing.order_of,
    parsing.fill_of,
    parsing.account_of,
    parsing.position_of,
    parsing.asset_of,
]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("body", [None, [], [1], "text", 5, True])
def test_whatever_is_no_object_is_no_answer(reader: Callable[[Any], Any], body: Any) -> None:
    with pytest.raises(BrokerUnavailable):
        reader(body)


@pytest.mark.parametrize("body", [None, [], "text", 5, {}])
def test_whatever_is_no_bar_is_left_out(body: Any) -> None:
    assert parsing.bar_of("AAPL", body) is None


def test_listed_splits_are_read_both_ways_with_broken_rates() -> None:
    reverse = LISTED | {"new_rate": 1, "old_rate": 12.5}
    kinds = {"forward_splits": [LISTED], "reverse_splits": [reverse], "cash_dividends": [{"rate": 1}]}
    day = date(2026, 6, 2)
    raws = parsing.actions_of({"corporate_actions": kinds, "next_page_token": None}, "forward_splits", "reverse_splits")
    assert [parsing.listed_split_of(raw) for raw in raws] == [
        SplitListed("ABC", day, Fraction(3, 2)),
        SplitListed("ABC", day, Fraction(2, 25)),
    ]
    assert parsing.actions_of({"corporate_actions": {}}, "forward_splits") == []


NAMES = {"old_symbol": "XOM", "new_symbol": "XON", "process_date": "2026-06-02"}
MERGER = {
    "acquiree_symbol": "XOM",
    "acquiree_rate": 2,
    "acquirer_symbol": "CVX",
    "acquirer_rate": 0.5,
    "cash_rate": 3,
    "process_date": "2026-06-02",
}


@pytest.mark.parametrize(
    ("kind", "raw", "new", "ratio", "cash"),
    [
        ("name_change", NAMES, "XON", Fraction(1), 0),
        ("stock_merger", MERGER, "CVX", Fraction(1, 4), 0),
        ("stock_and_cash_merger", MERGER, "CVX", Fraction(1, 4), Decimal("1.5")),
        ("cash_merger", {"acquiree_symbol": "XOM", "rate": 40.5, "process_date": "2026-06-02"}, "", 1, Decimal("40.5")),
        ("spin_off", NAMES | {"source_symbol": "XOM", "source_rate": 4, "new_rate": 1}, "XON", Fraction(1, 4), 0),
    ],
)
def test_what_becomes_of_a_stock_is_read_with_its_rate(
    kind: str, raw: dict[str, Any], new: str, ratio: Fraction, cash: Decimal
) -> None:
    wanted = RenameListed(kind, "XOM", new, date(2026, 6, 2), ratio, cash)
    assert parsing.listed_rename_of(kind, {"XOM"}, raw) == wanted


def test_of_other_stocks_and_of_paper_numbers_nothing_is_read() -> None:
    assert parsing.listed_rename_of("name_change", {"AAPL"}, NAMES | {"process_date": "soon"}) is None
    assert parsing.listed_rename_of("name_change", {"XOM"}, NAMES | {"new_symbol": "XOM"}) is None


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("name_change", NAMES | {"old_symbol": None}),
        ("name_change", NAMES | {"new_symbol": ""}),
        ("name_change", NAMES | {"process_date": "soon"}),
        ("name_change", []),
        ("stock_merger", MERGER | {"acquirer_rate": 0}),
        ("stock_and_cash_merger", MERGER | {"cash_rate": -1}),
    ],
)
def test_a_listed_rename_that_is_none_is_an_error(kind: str, raw: Any) -> None:
    with pytest.raises(Unreadable):
        parsing.listed_rename_of(kind, {"XOM"}, raw)


@pytest.mark.parametrize(
    "wrong", [{"new_rate": 0}, {"old_rate": 0}, {"old_rate": -1}, {"new_rate": None}, {"ex_date": "soon"}]
)
def test_a_listed_split_that_is_none_is_an_error(wrong: dict[str, Any]) -> None:
    with pytest.raises(BrokerUnavailable):
        parsing.listed_split_of(LISTED | wrong)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, ("FEE", Decimal("-0.02"), datetime(2026, 6, 2, 14, 1, 4, tzinfo=UTC), "")),
        # Without a time of its own it is of the middle of its day in New York.
        (
            {"created_at": None, "symbol": "AAPL"},
            ("FEE", Decimal("-0.02"), datetime(2026, 6, 2, 16, tzinfo=UTC), "AAPL"),
        ),
        ({"net_amount": "0"}, None),
        ({"net_amount": None}, None),
        ({"status": "correct"}, None),
        ({"status": "canceled"}, ("FEE", Decimal("-0.02"), datetime(2026, 6, 2, 14, 1, 4, tzinfo=UTC), "")),
    ],
)
def test_money_that_moved_without_a_trade(changed: dict[str, Any], expected: tuple[Any, ...] | None) -> None:
    raw = {
        "id": "20260602000000000::1",
        "activity_type": "FEE",
        "date": "2026-06-02",
        "net_amount": "-0.02",
        "description": "TAF fee",
        "created_at": "2026-06-02T14:01:04Z",
    }
    told = parsing.cash_of(raw | changed)
    assert (told and (told.kind, told.amount, told.at, told.symbol)) == expected
    assert told is None or told.canceled == (changed.get("status") == "canceled")
