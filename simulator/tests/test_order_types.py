"""Every order type, time in force and class, through the real SDK's typed client."""

from decimal import Decimal

import pytest
from alpaca.common.exceptions import APIError
from alpaca.trading.enums import OrderClass, OrderSide, OrderStatus, PositionIntent, TimeInForce
from alpaca.trading.requests import (
    LimitOrderRequest,
    MarketOrderRequest,
    StopLimitOrderRequest,
    StopLossRequest,
    StopOrderRequest,
    TakeProfitRequest,
    TrailingStopOrderRequest,
)

BUY, SELL = OrderSide.BUY, OrderSide.SELL
DAY, GTC, IOC, FOK = TimeInForce.DAY, TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK


def bought(trading, qty=10, symbol="AAPL"):
    return trading.submit_order(MarketOrderRequest(symbol=symbol, qty=qty, side=BUY, time_in_force=DAY))


def bars(simulator, symbol="AAPL"):
    return simulator.ask("GET", f"/v2/stocks/{symbol}/bars?timeframe=1Min&start=2026-11-19")["bars"]


def price(simulator, symbol="AAPL"):
    return Decimal(repr(simulator.ask("GET", f"/v2/stocks/{symbol}/trades/latest")["trade"]["p"]))


def after(simulator, trading, order, minutes=1):
    simulator.step_seconds(60 * minutes)
    return trading.get_order_by_id(order.id)


def test_a_limit_fills_at_its_price_or_better(simulator, trading):
    limit = price(simulator) - 1
    order = trading.submit_order(
        LimitOrderRequest(symbol="AAPL", qty=1, side=BUY, time_in_force=DAY, limit_price=limit)
    )
    while (now := after(simulator, trading, order)).status == OrderStatus.NEW:
        assert Decimal(repr(bars(simulator)[-1]["l"])) > limit
    assert now.status == OrderStatus.FILLED
    assert Decimal(now.filled_avg_price) == min(limit, Decimal(repr(bars(simulator)[-1]["o"])))


@pytest.mark.parametrize(("side", "distance"), [(SELL, Decimal("-0.5")), (BUY, Decimal("0.5"))])
def test_a_stop_fills_when_it_is_touched(simulator, trading, side, distance):
    if side == SELL:
        bought(trading)
    stop = price(simulator) + distance
    order = trading.submit_order(StopOrderRequest(symbol="AAPL", qty=2, side=side, time_in_force=GTC, stop_price=stop))
    touched = (lambda bar: bar["l"] <= stop) if side == SELL else (lambda bar: bar["h"] >= stop)
    for _ in range(300):
        now = after(simulator, trading, order)
        assert (now.status == OrderStatus.FILLED) == touched(bars(simulator)[-1])
        if now.status == OrderStatus.FILLED:
            break
    worst = min if side == SELL else max
    assert Decimal(now.filled_avg_price) == worst(stop, Decimal(repr(bars(simulator)[-1]["o"])))


def test_a_stop_limit_never_fills_beyond_its_limit(simulator, trading):
    stop = price(simulator) + Decimal("0.3")
    limit = stop + Decimal("0.05")
    order = trading.submit_order(
        StopLimitOrderRequest(symbol="AAPL", qty=1, side=BUY, time_in_force=GTC, stop_price=stop, limit_price=limit)
    )
    for _ in range(300):
        now = after(simulator, trading, order)
        if now.status == OrderStatus.FILLED:
            break
    assert stop <= Decimal(now.filled_avg_price) <= limit


@pytest.mark.parametrize("trail", [{"trail_price": 1}, {"trail_percent": 0.5}])
def test_a_trailing_stop_follows_the_price_and_never_goes_back(simulator, trading, trail):
    bought(trading)
    order = trading.submit_order(TrailingStopOrderRequest(symbol="AAPL", qty=10, side=SELL, time_in_force=GTC, **trail))
    best = price(simulator)
    assert (Decimal(order.hwm), order.type.value) == (best, "trailing_stop")
    stops = [Decimal(order.stop_price)]
    for _ in range(380):
        now = after(simulator, trading, order)
        stops.append(Decimal(now.stop_price))
        if now.status == OrderStatus.FILLED:
            break
        best = max(best, Decimal(repr(bars(simulator)[-1]["h"])))
        assert Decimal(now.hwm) == best
    assert now.status == OrderStatus.FILLED
    assert stops == sorted(stops)
    # A gap fills at the opening, below the stop.
    assert Decimal(now.filled_avg_price) <= stops[-1]
    assert Decimal(now.hwm) - stops[-1] in (1, pytest.approx(Decimal(now.hwm) / 200, abs=Decimal("0.006")))


def test_a_trailing_buy_follows_downwards(simulator, trading):
    order = trading.submit_order(
        TrailingStopOrderRequest(symbol="AAPL", qty=1, side=BUY, time_in_force=DAY, trail_price="0.5")
    )
    assert Decimal(order.stop_price) == price(simulator) + Decimal("0.5")
    for _ in range(380):
        now = after(simulator, trading, order)
        if now.status == OrderStatus.FILLED:
            break
    assert Decimal(now.hwm) <= price(simulator)


@pytest.mark.parametrize("tif", [IOC, FOK])
def test_an_order_that_must_fill_at_once_fills_or_ends(trading, tif):
    filled = trading.submit_order(LimitOrderRequest(symbol="AAPL", qty=3, side=BUY, time_in_force=tif, limit_price=900))
    missed = trading.submit_order(LimitOrderRequest(symbol="AAPL", qty=3, side=BUY, time_in_force=tif, limit_price=9))
    at_market = trading.submit_order(MarketOrderRequest(symbol="AAPL", qty=1, side=BUY, time_in_force=tif))
    found = [trading.get_order_by_id(order.id).status for order in (filled, missed, at_market)]
    assert found == [OrderStatus.FILLED, OrderStatus.CANCELED, OrderStatus.FILLED]


def test_an_order_that_must_fill_at_once_does_not_wait_for_the_morning(simulator, trading):
    simulator.step_to("2026-11-19T18:00:00-05:00")
    order = trading.submit_order(MarketOrderRequest(symbol="AAPL", qty=1, side=BUY, time_in_force=IOC))
    assert trading.get_order_by_id(order.id).status == OrderStatus.CANCELED


def test_dollars_buy_fractions(trading):
    order = trading.submit_order(MarketOrderRequest(symbol="AAPL", notional=500.25, side=BUY, time_in_force=DAY))
    assert (order.qty, order.notional) == (None, "500.25")
    now = trading.get_order_by_id(order.id)
    assert now.status == OrderStatus.FILLED
    value = Decimal(now.filled_qty) * Decimal(now.filled_avg_price)
    assert 0 <= Decimal("500.25") - value < Decimal("0.000001")
    assert trading.get_open_position("AAPL").qty == now.filled_qty
    sold = trading.submit_order(MarketOrderRequest(symbol="AAPL", notional=100, side=SELL, time_in_force=DAY))
    assert Decimal(trading.get_order_by_id(sold.id).filled_qty) < Decimal(now.filled_qty)


def test_dollars_with_a_limit_reserve_what_they_are(simulator, trading):
    order = trading.submit_order(
        LimitOrderRequest(symbol="AAPL", notional=1000, side=BUY, time_in_force=DAY, limit_price=price(simulator) - 5)
    )
    assert trading.get_account().buying_power == "99000"
    trading.cancel_order_by_id(order.id)
    assert trading.get_account().buying_power == "100000"


def test_fractions_of_a_share(trading):
    bought(trading, qty=1.25)
    assert trading.get_open_position("AAPL").qty == "1.25"
    with pytest.raises(APIError) as refused:
        trading.submit_order(
            TrailingStopOrderRequest(symbol="AAPL", qty=0.5, side=SELL, time_in_force=DAY, trail_price=1)
        )
    assert refused.value.message == "fractional orders must be market, limit, stop, or stop_limit orders"


def entry(order_class, legs, **fields):
    return MarketOrderRequest(
        symbol="AAPL", qty=6, side=BUY, time_in_force=GTC, order_class=order_class, **legs, **fields
    )


def test_a_bracket_takes_its_profit_and_its_stop_is_cancelled(simulator, trading):
    target = price(simulator) + Decimal("0.4")
    legs = {
        "take_profit": TakeProfitRequest(limit_price=target),
        "stop_loss": StopLossRequest(stop_price=50, limit_price=49),
    }
    order = trading.submit_order(entry(OrderClass.BRACKET, legs))
    assert [leg.status for leg in order.legs] == [OrderStatus.HELD, OrderStatus.HELD]
    assert [leg.status for leg in trading.get_order_by_id(order.id).legs or ()] == []
    for _ in range(380):
        simulator.step_seconds(60)
        profit, stop = (trading.get_order_by_id(leg.id) for leg in order.legs)
        if profit.status == OrderStatus.FILLED:
            break
        assert (profit.status, stop.status) == (OrderStatus.NEW, OrderStatus.NEW)
    assert (profit.type.value, stop.type.value, stop.status) == ("limit", "stop_limit", OrderStatus.CANCELED)
    assert profit.position_intent == PositionIntent.SELL_TO_CLOSE
    assert Decimal(profit.filled_avg_price) >= target
    assert trading.get_all_positions() == []


@pytest.mark.parametrize(
    ("legs", "kind"),
    [
        ({"take_profit": TakeProfitRequest(limit_price=900)}, "limit"),
        ({"stop_loss": StopLossRequest(stop_price=9)}, "stop"),
    ],
)
def test_an_oto_has_one_exit(trading, legs, kind):
    order = trading.submit_order(entry(OrderClass.OTO, legs))
    leg = trading.get_order_by_id(order.legs[0].id)
    assert (len(order.legs), leg.type.value, leg.status) == (1, kind, OrderStatus.NEW)
    assert trading.get_open_position("AAPL").qty_available == "0"
    trading.cancel_order_by_id(leg.id)
    assert trading.get_open_position("AAPL").qty_available == "6"


def test_an_oco_sells_the_same_shares_once(simulator, trading):
    bought(trading, qty=6)
    order = trading.submit_order(
        LimitOrderRequest(
            symbol="AAPL",
            qty=6,
            side=SELL,
            time_in_force=GTC,
            order_class=OrderClass.OCO,
            take_profit=TakeProfitRequest(limit_price=900),
            stop_loss=StopLossRequest(stop_price=price(simulator) - Decimal("0.4")),
        )
    )
    stop = order.legs[0]
    assert trading.get_open_position("AAPL").qty_available == "0"
    for _ in range(380):
        simulator.step_seconds(60)
        if trading.get_order_by_id(stop.id).status == OrderStatus.FILLED:
            break
    assert trading.get_order_by_id(order.id).status == OrderStatus.CANCELED
    assert trading.get_all_positions() == []


def test_cancelling_an_entry_takes_its_exits_along(trading):
    legs = {"take_profit": TakeProfitRequest(limit_price=900), "stop_loss": StopLossRequest(stop_price=5)}
    order = trading.submit_order(
        LimitOrderRequest(
            symbol="AAPL", qty=6, side=BUY, time_in_force=GTC, order_class=OrderClass.BRACKET, limit_price=9.5, **legs
        )
    )
    trading.cancel_order_by_id(order.id)
    assert {trading.get_order_by_id(each.id).status for each in (order, *order.legs)} == {OrderStatus.CANCELED}
