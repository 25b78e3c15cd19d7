from decimal import Decimal

import pytest
from alpaca.common.exceptions import APIError
from alpaca.trading.enums import OrderClass, OrderSide, OrderStatus, QueryOrderStatus, TimeInForce
from alpaca.trading.requests import (
    ClosePositionRequest,
    GetOrdersRequest,
    LimitOrderRequest,
    MarketOrderRequest,
    StopLossRequest,
    StopOrderRequest,
    TakeProfitRequest,
)

MARKET_BUY = {"symbol": "AAPL", "qty": "10", "side": "buy", "type": "market", "time_in_force": "day"}


def market_order(side=OrderSide.BUY, qty=10, **fields):
    return MarketOrderRequest(symbol="AAPL", qty=qty, side=side, time_in_force=TimeInForce.DAY, **fields)


def test_a_market_order_fills_at_the_open_of_its_minute(simulator, trading):
    simulator.step_seconds(59)
    order = trading.submit_order(market_order())
    assert order.status == OrderStatus.PENDING_NEW
    simulator.step_seconds(60)
    bar = simulator.ask("GET", "/v2/stocks/AAPL/bars/latest")["bar"]
    filled = trading.get_order_by_id(order.id)
    assert (filled.status, filled.filled_qty, filled.filled_avg_price) == (OrderStatus.FILLED, "10", str(bar["o"]))
    assert filled.filled_at == order.submitted_at


def test_an_account_after_a_round_trip(trading):
    trading.submit_order(market_order())
    position = trading.get_open_position("AAPL")
    assert (position.qty, position.qty_available, position.side.value) == ("10", "10", "long")
    account = trading.get_account()
    assert Decimal(account.cash) == 100_000 - 10 * Decimal(position.avg_entry_price)
    assert account.buying_power == account.cash
    closing = trading.close_position("AAPL", ClosePositionRequest(qty="4"))
    assert closing.side == OrderSide.SELL
    assert trading.get_open_position("AAPL").qty == "6"
    trading.close_all_positions()
    assert trading.get_all_positions() == []
    # Bought and sold at the same open.
    assert Decimal(trading.get_account().equity) == 100_000
    fills = trading.get("/account/activities/FILL", {"direction": "asc"})
    assert [(fill["side"], fill["qty"], fill["cum_qty"]) for fill in fills] == [
        ("buy", "10", "10"),
        ("sell", "4", "4"),
        ("sell", "6", "6"),
    ]


def test_activities_come_in_pages(simulator, trading):
    for _ in range(5):
        simulator.step_seconds(1)
        trading.submit_order(market_order(qty=1))
    pages, token = [], None
    while page := trading.get("/account/activities/FILL", {"page_size": 2, "page_token": token, "direction": "asc"}):
        pages.append([row["id"] for row in page])
        token = page[-1]["id"]
    assert [len(page) for page in pages] == [2, 2, 1]
    ids = [name for page in pages for name in page]
    assert ids == sorted(ids)
    assert [row["id"] for row in trading.get("/account/activities")] == ids[::-1]


def test_a_limit_order_rests_reserves_and_is_cancelled(simulator, trading):
    order = trading.submit_order(
        LimitOrderRequest(symbol="AAPL", qty=100, side=OrderSide.BUY, time_in_force=TimeInForce.GTC, limit_price=100)
    )
    assert trading.get_order_by_id(order.id).status == OrderStatus.NEW
    assert trading.get_account().buying_power == "90000"
    trading.cancel_order_by_id(order.id)
    assert trading.get_order_by_id(order.id).status == OrderStatus.CANCELED
    assert trading.get_account().buying_power == "100000"
    with pytest.raises(APIError) as refused:
        trading.cancel_order_by_id(order.id)
    assert refused.value.status_code == 422
    assert refused.value.message == 'order is already in "canceled" state'


def test_a_marketable_limit_fills_at_the_open(trading):
    order = trading.submit_order(
        LimitOrderRequest(symbol="AAPL", qty=1, side=OrderSide.BUY, time_in_force=TimeInForce.DAY, limit_price=900)
    )
    assert Decimal(trading.get_order_by_id(order.id).filled_avg_price) < 300


def test_a_day_order_expires_at_the_close_and_gtc_stays(simulator, trading):
    def resting(tif):
        return LimitOrderRequest(symbol="AAPL", qty=1, side=OrderSide.BUY, time_in_force=tif, limit_price=50)

    day, gtc = (trading.submit_order(resting(tif)) for tif in (TimeInForce.DAY, TimeInForce.GTC))
    simulator.step_to("2026-11-19T15:59:59-05:00")
    assert trading.get_order_by_id(day.id).status == OrderStatus.NEW
    simulator.step_seconds(1)
    expired = trading.get_order_by_id(day.id)
    assert expired.status == OrderStatus.EXPIRED
    assert expired.expired_at == simulator.now()
    assert trading.get_order_by_id(gtc.id).status == OrderStatus.NEW


def test_an_order_after_hours_waits_for_the_next_session(simulator, trading):
    simulator.step_to("2026-11-20T18:00:00-05:00")
    order = trading.submit_order(market_order())
    assert order.status == OrderStatus.ACCEPTED
    simulator.step_to("2026-11-23T09:29:59-05:00")
    assert trading.get_order_by_id(order.id).status == OrderStatus.ACCEPTED
    simulator.step_seconds(1)
    filled = trading.get_order_by_id(order.id)
    assert filled.status == OrderStatus.FILLED
    assert filled.filled_at == simulator.now()


def test_lists_and_lookups(trading):
    first = trading.submit_order(market_order(client_order_id="one/1"))
    second = trading.submit_order(
        LimitOrderRequest(symbol="MSFT", qty=1, side=OrderSide.BUY, time_in_force=TimeInForce.GTC, limit_price=99)
    )
    assert trading.get_order_by_client_id("one/1").id == first.id
    everything = trading.get_orders(GetOrdersRequest(status=QueryOrderStatus.ALL))
    assert [order.id for order in everything] == [second.id, first.id]
    assert [order.id for order in trading.get_orders()] == [second.id]
    closed = trading.get_orders(GetOrdersRequest(status=QueryOrderStatus.CLOSED, symbols=["AAPL", "MSFT"]))
    assert [order.id for order in closed] == [first.id]
    after = GetOrdersRequest(status=QueryOrderStatus.ALL, after=first.submitted_at)
    assert trading.get_orders(after) == []
    assert [row.status for row in trading.cancel_orders()] == [200]
    assert trading.get_orders() == []


def test_a_brackets_legs_are_held_until_it_is_filled(simulator, trading):
    simulator.step_to("2026-11-19T18:00:00-05:00")
    price = Decimal(str(simulator.ask("GET", "/v2/stocks/AAPL/trades/latest")["trade"]["p"]))
    order = trading.submit_order(
        market_order(
            order_class=OrderClass.BRACKET,
            take_profit=TakeProfitRequest(limit_price=float(price + 40)),
            stop_loss=StopLossRequest(stop_price=float(price - 40)),
        )
    )
    assert [leg.status for leg in order.legs] == [OrderStatus.HELD, OrderStatus.HELD]
    simulator.step_to("2026-11-20T09:30:00-05:00")
    filled = trading.get_order_by_id(order.id)
    assert filled.status == OrderStatus.FILLED
    nested = trading.get_orders(GetOrdersRequest(status=QueryOrderStatus.ALL, nested=True))
    assert [leg.status for leg in nested[0].legs] == [OrderStatus.NEW, OrderStatus.NEW]
    assert trading.get_open_position("AAPL").qty_available == "0"
    trading.cancel_order_by_id(order.legs[0].id)
    assert {
        leg.status for leg in trading.get_orders(GetOrdersRequest(status=QueryOrderStatus.ALL, nested=True))[0].legs
    } == {OrderStatus.CANCELED}
    assert trading.get_open_position("AAPL").qty_available == "10"


def test_an_oco_sells_the_same_shares_once(simulator, trading):
    trading.submit_order(market_order())
    status, oco = simulator.request(
        "POST",
        "/v2/orders",
        MARKET_BUY
        | {
            "side": "sell",
            "type": "limit",
            "time_in_force": "gtc",
            "order_class": "oco",
            "take_profit": {"limit_price": "400"},
            "stop_loss": {"stop_price": "100"},
        },
    )
    assert (status, oco["type"], oco["limit_price"], oco["legs"][0]["stop_price"]) == (200, "limit", "400", "100")
    assert trading.get_open_position("AAPL").qty_available == "0"
    with pytest.raises(APIError, match="insufficient qty available"):
        trading.submit_order(market_order(OrderSide.SELL))
    trading.cancel_order_by_id(oco["legs"][0]["id"])
    assert trading.get_orders() == []


def test_the_same_client_order_id_is_refused_for_ever(simulator, trading):
    order = trading.submit_order(market_order(client_order_id="mine"))
    assert trading.get_order_by_id(order.id).status == OrderStatus.FILLED
    before = simulator.ledger()
    answer = simulator.request("POST", "/v2/orders", MARKET_BUY | {"client_order_id": "mine"})
    assert answer == (422, {"code": 40010001, "message": "client_order_id must be unique"})
    assert simulator.ledger() == before


def test_a_sell_stop_must_lie_below_the_market(trading):
    trading.submit_order(market_order())
    with pytest.raises(APIError, match="stop price must be less than current price"):
        trading.submit_order(
            StopOrderRequest(symbol="AAPL", qty=1, side=OrderSide.SELL, time_in_force=TimeInForce.GTC, stop_price=900)
        )


def test_a_wash_trade_is_refused_unless_the_other_side_is_a_leg(simulator, trading):
    trading.submit_order(market_order())
    stop = trading.submit_order(
        StopOrderRequest(symbol="AAPL", qty=5, side=OrderSide.SELL, time_in_force=TimeInForce.GTC, stop_price=100)
    )
    status, body = simulator.request("POST", "/v2/orders", MARKET_BUY)
    assert (status, body["code"], body["existing_order_id"]) == (403, 40310000, str(stop.id))
    trading.cancel_order_by_id(stop.id)
    trading.close_all_positions()
    trading.submit_order(
        market_order(
            order_class=OrderClass.OTO,
            stop_loss=StopLossRequest(stop_price=100),
        )
    )
    assert simulator.request("POST", "/v2/orders", MARKET_BUY)[0] == 200
