"""Partial fills, a share of the volume, slippage and latency: each repeats with its seed."""

from decimal import Decimal

import pytest

from simulator.tests.exchanges import SYNTHETIC

BUY = {"symbol": "AAPL", "qty": "100", "side": "buy", "type": "market", "time_in_force": "day"}


def seen(simulator, order):
    return simulator.ask("GET", f"/v2/orders/{order['id']}")


def activities(simulator, order):
    return simulator.ask("GET", f"/v2/account/activities/FILL?order_id={order['id']}&direction=asc")


def test_partial_fills_add_up_and_repeat(start):
    def run(simulator):
        order = simulator.ask("POST", "/v2/orders", BUY)
        for _ in range(60):
            now = seen(simulator, order)
            held = simulator.ask("GET", "/v2/positions/AAPL")
            assert held["qty"] == now["filled_qty"]
            if now["status"] == "filled":
                return order, activities(simulator, order)
            assert now["status"] == "partially_filled"
            simulator.step_seconds(60)
        raise AssertionError("it never filled")

    first = start("--partial-fills", "0.9")
    order, fills = run(first)
    assert len(fills) > 1
    total, value = Decimal(0), Decimal(0)
    for fill in fills:
        total, value = total + Decimal(fill["qty"]), value + Decimal(fill["qty"]) * Decimal(fill["price"])
        assert (Decimal(fill["cum_qty"]), Decimal(fill["leaves_qty"])) == (total, 100 - total)
        assert fill["type"] == ("fill" if total == 100 else "partial_fill")
    assert (total, first.ask("GET", "/v2/account")["cash"]) == (100, str(100_000 - value).rstrip("0").rstrip("."))
    average = Decimal(seen(first, order)["filled_avg_price"])
    assert abs(average - value / 100) <= Decimal("0.0000005")
    first.reset(at="2026-11-19T09:31")
    assert run(first)[1] == fills


def test_a_bar_gives_no_more_than_its_share_of_volume(start):
    simulator = start("--volume-cap", "0.01")
    big = simulator.ask("POST", "/v2/orders", BUY | {"symbol": "THIN", "qty": 300})
    other = simulator.ask("POST", "/v2/orders", BUY | {"symbol": "THIN", "qty": 300})
    for _ in range(120):
        simulator.step_seconds(60)
    bars = simulator.ask("GET", "/v2/stocks/THIN/bars?timeframe=1Min&start=2026-11-19")["bars"]
    taken = {}
    for order in (big, other):
        for fill in activities(simulator, order):
            taken[fill["transaction_time"]] = taken.get(fill["transaction_time"], 0) + int(fill["qty"])
    volumes = {bar["t"]: bar["v"] for bar in bars}
    assert len(taken) > 3
    assert all(qty <= volumes[at] // 100 for at, qty in taken.items())
    assert any(qty == volumes[at] // 100 for at, qty in taken.items())


def test_a_killed_exchange_remembers_what_the_minute_has_given(start, tmp_path):
    simulator = start(*SYNTHETIC, "--frozen", "--volume-cap", "0.01", "--journal", tmp_path / "journal")
    big = simulator.ask("POST", "/v2/orders", BUY | {"symbol": "THIN", "qty": 500})
    while (taken := seen(simulator, big)["filled_qty"]) == "0":
        simulator.step_seconds(60)
    simulator.kill()
    simulator.start()
    other = simulator.ask("POST", "/v2/orders", BUY | {"symbol": "THIN"})
    assert (seen(simulator, big)["filled_qty"], seen(simulator, other)["filled_qty"]) == (taken, "0")


@pytest.mark.parametrize(("tif", "expected"), [("fok", "0"), ("ioc", "some")])
def test_what_must_fill_at_once_takes_what_is_there_or_nothing(start, tif, expected):
    simulator = start("--volume-cap", "0.0001")
    order = simulator.ask("POST", "/v2/orders", BUY | {"time_in_force": tif, "qty": 400})
    now = seen(simulator, order)
    assert now["status"] == "canceled"
    assert (now["filled_qty"] == "0") == (expected == "0")
    assert Decimal(now["filled_qty"]) < 400


def test_exits_wait_for_the_whole_entry_and_shrink_together(start):
    simulator = start("--partial-fills", "1")
    legs = {"order_class": "bracket", "take_profit": {"limit_price": 900}, "stop_loss": {"stop_price": 9}}
    order = simulator.ask("POST", "/v2/orders", BUY | {"qty": 4, "time_in_force": "gtc"} | legs)
    target, stop = order["legs"]
    while seen(simulator, order)["status"] == "partially_filled":
        assert {seen(simulator, leg)["status"] for leg in order["legs"]} == {"held"}
        simulator.step_seconds(60)
    assert {seen(simulator, leg)["status"] for leg in order["legs"]} == {"new"}
    target = simulator.ask("PATCH", f"/v2/orders/{target['id']}", {"limit_price": "20"})
    now = seen(simulator, target)
    assert now["status"] == "partially_filled"
    left = 4 - int(now["filled_qty"])
    assert seen(simulator, stop)["qty"] == str(left)
    assert simulator.ask("GET", "/v2/positions/AAPL")["qty_available"] == "0"
    for _ in range(20):
        simulator.step_seconds(60)
    assert (seen(simulator, target)["status"], seen(simulator, stop)["status"]) == ("filled", "canceled")
    assert simulator.ask("GET", "/v2/positions") == []


def opened(simulator):
    simulator.step_seconds(60)
    return simulator.ask("GET", "/v2/stocks/AAPL/bars/latest")["bar"]


def test_slippage_is_paid_as_asked_by_market_orders_and_stops(start):
    simulator = start("--slippage-bps", "20")
    entry = BUY | {"order_class": "bracket", "time_in_force": "gtc"}
    order = simulator.ask(
        "POST", "/v2/orders", entry | {"stop_loss": {"stop_price": 99}, "take_profit": {"limit_price": 900}}
    )
    bar = opened(simulator)
    assert Decimal(seen(simulator, order)["filled_avg_price"]) == Decimal(repr(bar["o"])) * Decimal("1.002")
    stop = next(leg for leg in order["legs"] if leg["type"] == "stop")
    higher = round(Decimal(repr(bar["c"])) - Decimal("0.05"), 2)
    stop = simulator.ask("PATCH", f"/v2/orders/{stop['id']}", {"stop_price": str(higher)})
    for _ in range(120):
        bar = opened(simulator)
        if seen(simulator, stop)["status"] == "filled":
            break
    market = min(Decimal(repr(bar["o"])), higher)
    assert Decimal(seen(simulator, stop)["filled_avg_price"]) == market * Decimal("0.998")


def test_within_the_bar_slippage_is_no_more_than_the_bar_has(start):
    simulator = start("--slippage-bps", "500", "--within-bar")
    order = simulator.ask("POST", "/v2/orders", BUY)
    assert Decimal(seen(simulator, order)["filled_avg_price"]) == Decimal(repr(opened(simulator)["h"]))


def test_latency_lets_an_order_meet_a_later_minute(start):
    simulator = start("--latency-ms", "90000")
    order = simulator.ask("POST", "/v2/orders", BUY)
    simulator.step_seconds(89)
    assert seen(simulator, order)["status"] == "pending_new"
    simulator.step_seconds(1)
    now = seen(simulator, order)
    assert (now["status"], now["filled_at"]) == ("filled", "2026-11-19T14:32:30Z")
    simulator.step_seconds(60)
    bars = simulator.ask("GET", "/v2/stocks/AAPL/bars?timeframe=1Min&start=2026-11-19")["bars"]
    assert now["filled_avg_price"] == str(next(bar["o"] for bar in bars if bar["t"] == "2026-11-19T14:32:00Z"))


def test_latency_makes_cancelling_and_replacing_a_race(start):
    simulator = start("--latency-ms", "5000")
    limit = BUY | {"type": "limit", "limit_price": 100, "time_in_force": "gtc"}
    first, second = (simulator.ask("POST", "/v2/orders", limit) for _ in range(2))
    simulator.step_seconds(5)
    assert simulator.request("DELETE", f"/v2/orders/{first['id']}")[0] == 204
    assert seen(simulator, first)["status"] == "pending_cancel"
    new = simulator.ask("PATCH", f"/v2/orders/{second['id']}", {"qty": 3})
    assert (seen(simulator, second)["status"], seen(simulator, new)["status"]) == ("pending_replace", "pending_new")
    answer = simulator.request("PATCH", f"/v2/orders/{second['id']}", {"qty": 4})
    assert answer == (422, {"code": 42210000, "message": "cannot replace order in pending_replace status"})
    # Only the old one has set money aside.
    assert simulator.ask("GET", "/v2/account")["buying_power"] == "80000"
    simulator.step_seconds(5)
    assert (seen(simulator, first)["status"], seen(simulator, second)["status"]) == ("canceled", "replaced")
    assert seen(simulator, new)["status"] == "new"
    assert simulator.ask("GET", "/v2/account")["buying_power"] == "99700"


def test_a_replacement_that_comes_too_late_is_rejected(start):
    simulator = start("--latency-ms", "30000")
    order = simulator.ask("POST", "/v2/orders", BUY | {"symbol": "THIN", "qty": 2})
    # It has arrived and waits for the next trade of a thin stock.
    simulator.step_seconds(30)
    while seen(simulator, order)["status"] == "filled":
        order = simulator.ask("POST", "/v2/orders", BUY | {"symbol": "THIN", "qty": 2})
        simulator.step_seconds(30)
    new = simulator.ask("PATCH", f"/v2/orders/{order['id']}", {"qty": 3})
    simulator.step_to("2026-11-19T15:50:00-05:00")
    now = seen(simulator, new)
    old = seen(simulator, order)
    expected = {"filled": ("rejected", "filled"), "replaced": ("filled", "replaced")}[old["status"]]
    assert (now["status"], old["status"]) == expected
    bought = {"rejected": 2, "filled": 3}[now["status"]]
    fills = [
        fill
        for fill in simulator.ask("GET", "/v2/account/activities/FILL")
        if fill["order_id"] in (order["id"], new["id"])
    ]
    assert sum(int(fill["qty"]) for fill in fills) == bought


def test_the_journal_brings_back_what_is_on_its_way(start, tmp_path):
    journal = ("--journal", tmp_path / "journal")
    simulator = start("--latency-ms", "5000", *journal)
    waiting = simulator.ask("POST", "/v2/orders", BUY)
    simulator.step_seconds(2)
    before = simulator.ledger()
    simulator.kill()
    again = start("--latency-ms", "5000", *journal)
    assert again.ledger() == before
    again.step_seconds(2.9)
    assert seen(again, waiting)["status"] == "pending_new"
    again.step_seconds(0.2)
    assert seen(again, waiting)["status"] == "filled"
