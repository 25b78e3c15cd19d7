"""Configurations, margin and short sales, positions, and who may trade against whom."""

from decimal import Decimal

import pytest
from alpaca.trading.enums import PositionSide
from alpaca.trading.requests import ClosePositionRequest

MARKET = {"symbol": "AAPL", "qty": "10", "side": "buy", "type": "market", "time_in_force": "day"}
SHORTING = {"max_margin_multiplier": "2", "no_shorting": False}


def posted(simulator, **fields):
    return simulator.request("POST", "/v2/orders", MARKET | fields)


def configured(simulator, **fields):
    return simulator.request("PATCH", "/v2/account/configurations", fields)


def test_suspending_trade_is_the_brokers_own_panic_button(simulator, trading):
    posted(simulator)
    settings = trading.get_account_configurations()
    settings.suspend_trade = True
    assert trading.set_account_configurations(settings).suspend_trade is True
    assert trading.get_account().trade_suspended_by_user is True
    answer = {"code": 40310000, "message": "new orders are rejected by user request"}
    assert posted(simulator) == (403, answer)
    assert configured(simulator, suspend_trade="False")[1]["suspend_trade"] is False
    assert posted(simulator)[0] == 200


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"suspend_trade": "maybe"}, "invalid suspend_trade: must be true or false"),
        ({"max_margin_multiplier": 3}, "invalid max_margin_multiplier: must be one of 1, 2, 4"),
        ({"trade_confirm_email": "weekly"}, "invalid trade_confirm_email: must be one of all, none"),
        ({"max_options_trading_level": 9}, "invalid max_options_trading_level: must be between 0 and 3"),
    ],
)
def test_a_wrong_configuration_changes_nothing(simulator, fields, message):
    before = simulator.ask("GET", "/v2/account/configurations")
    answer = configured(simulator, fractional_trading=False, **fields)
    assert answer == (422, {"code": 40010001, "message": message})
    assert simulator.ask("GET", "/v2/account/configurations") == before


def test_fractions_can_be_switched_off(simulator):
    configured(simulator, fractional_trading=False)
    assert posted(simulator, qty="1.5")[0] == 403
    assert posted(simulator, qty=None, notional=50)[0] == 403
    assert posted(simulator)[0] == 200


def test_a_short_sale_and_its_cover(simulator, trading):
    assert posted(simulator, side="sell")[1]["message"] == "account is not allowed to short"
    configured(simulator, **SHORTING)
    status, order = posted(simulator, side="sell")
    assert (status, order["position_intent"]) == (200, "sell_to_open")
    position = trading.get_open_position("AAPL")
    assert (position.qty, position.side, position.qty_available) == ("-10", PositionSide.SHORT, "-10")
    proceeds = 10 * Decimal(position.avg_entry_price)
    account = trading.get_account()
    assert Decimal(account.cash) == 100_000 + proceeds
    assert Decimal(account.equity) == 100_000
    assert Decimal(account.short_market_value) == -proceeds
    assert Decimal(account.buying_power) == 200_000 - proceeds
    simulator.step_seconds(600)
    price = Decimal(trading.get_open_position("AAPL").current_price)
    assert Decimal(trading.get_open_position("AAPL").unrealized_pl) == proceeds - 10 * price
    # Buying more than was sold would turn the position over.
    status, answer = posted(simulator, qty=11)
    assert (status, answer["message"]) == (
        403,
        "insufficient qty available for order (requested: 11, available: 10)",
    )
    assert posted(simulator, side="sell", qty="0.5")[1]["message"] == "fractional orders cannot be sold short"
    trading.close_position("AAPL", ClosePositionRequest(qty="4"))
    assert trading.get_open_position("AAPL").qty == "-6"
    assert trading.close_all_positions()[0].status == 200
    assert trading.get_all_positions() == []
    fills = simulator.ask("GET", "/v2/account/activities/FILL")
    assert sum(Decimal(fill["qty"]) * (1 if fill["side"] == "buy" else -1) for fill in fills) == 0


def test_a_short_bracket_has_its_stop_above(simulator):
    configured(simulator, **SHORTING)
    low, high = {"limit_price": 100}, {"stop_price": 400}
    wrong = {"order_class": "bracket", "take_profit": {"limit_price": 400}, "stop_loss": {"stop_price": 100}}
    assert posted(simulator, side="sell", **wrong)[1]["message"] == (
        "take_profit.limit_price must be < stop_loss.stop_price"
    )
    status, order = posted(simulator, side="sell", order_class="bracket", take_profit=low, stop_loss=high)
    assert status == 200
    assert {(leg["side"], leg["position_intent"]) for leg in order["legs"]} == {("buy", "buy_to_close")}
    answer = posted(simulator, side="sell", order_class="bracket", take_profit=low, stop_loss={"stop_price": 150})
    assert answer[1]["message"] == "stop_loss.stop_price must be >= base_price + 0.01"


def test_an_intent_that_is_not_so_is_refused(simulator):
    status, answer = posted(simulator, position_intent="buy_to_close")
    assert (status, answer["message"]) == (
        422,
        "position intent mismatch, inferred: buy_to_open, specified: buy_to_close",
    )
    assert posted(simulator, position_intent="buy_to_open")[0] == 200
    assert posted(simulator, position_intent="to_the_moon")[1]["message"] == "invalid position_intent"


def test_margin_doubles_what_can_be_bought(simulator):
    posted(simulator, qty=200)
    assert posted(simulator, qty=300)[0] == 403
    configured(simulator, max_margin_multiplier="2")
    assert posted(simulator, qty=300)[0] == 200
    account = simulator.ask("GET", "/v2/account")
    assert Decimal(account["cash"]) < 0
    assert Decimal(account["initial_margin"]) == Decimal(account["long_market_value"]) / 2


# (what rests, what arrives, refused): the resting order sells 5 of 10 shares.
WASH = [
    ({"type": "limit", "limit_price": 300}, {"type": "market"}, True),
    ({"type": "limit", "limit_price": 300}, {"type": "limit", "limit_price": 299}, False),
    ({"type": "limit", "limit_price": 300}, {"type": "limit", "limit_price": 300}, True),
    ({"type": "limit", "limit_price": 300}, {"type": "stop", "stop_price": 290}, True),
    ({"type": "limit", "limit_price": 300}, {"type": "stop_limit", "stop_price": 290, "limit_price": 295}, False),
    ({"type": "limit", "limit_price": 300}, {"type": "trailing_stop", "trail_price": 3}, False),
    ({"type": "stop", "stop_price": 100}, {"type": "market"}, True),
    ({"type": "stop", "stop_price": 100}, {"type": "limit", "limit_price": 50}, True),
    ({"type": "stop_limit", "stop_price": 100, "limit_price": 99}, {"type": "limit", "limit_price": 50}, False),
    ({"type": "stop_limit", "stop_price": 100, "limit_price": 99}, {"type": "limit", "limit_price": 99}, True),
    ({"type": "trailing_stop", "trail_price": 9}, {"type": "market"}, False),
    (
        {
            "type": "limit",
            "order_class": "oco",
            "take_profit": {"limit_price": 300},
            "stop_loss": {"stop_price": 100},
        },
        {"type": "market"},
        False,
    ),
    (
        {"type": "stop", "stop_price": 100},
        {
            "type": "limit",
            "limit_price": 50,
            "order_class": "bracket",
            "take_profit": {"limit_price": 300},
            "stop_loss": {"stop_price": 40},
        },
        True,
    ),
]


@pytest.mark.parametrize(("resting", "arriving", "refused"), WASH)
def test_nobody_trades_with_himself(simulator, resting, arriving, refused):
    posted(simulator)
    status, order = posted(simulator, side="sell", qty=5, time_in_force="gtc", **resting)
    assert status == 200
    status, answer = posted(simulator, qty=5, time_in_force="gtc", **arriving)
    assert (status == 403) == refused, answer
    if refused:
        assert answer["message"] == "potential wash trade detected. use complex orders"
        assert answer["existing_order_id"] == order["id"]


def test_no_short_sale_beside_a_buy_that_waits(simulator):
    configured(simulator, **SHORTING)
    posted(simulator, type="limit", limit_price=100)
    status, answer = posted(simulator, side="sell")
    assert (status, answer["message"]) == (403, "cannot open a short sell while a long buy order is open")
    simulator.request("DELETE", "/v2/orders")
    posted(simulator, side="sell", type="limit", limit_price=900)
    status, answer = posted(simulator)
    assert (status, answer["message"]) == (403, "cannot open a long buy while a short sell order is open")


def test_closing_by_percentage_and_by_too_much(simulator, trading):
    posted(simulator)
    trading.close_position("AAPL", ClosePositionRequest(percentage="25"))
    assert trading.get_open_position("AAPL").qty == "7.5"
    for query in ("percentage=101", "percentage=0", "qty=-1", "qty=1&percentage=5"):
        assert simulator.request("DELETE", f"/v2/positions/AAPL?{query}")[0] == 422
    status, answer = simulator.request("DELETE", "/v2/positions/AAPL?qty=8")
    assert (status, answer["existing_qty"]) == (403, "7.5")


def test_closing_everything_says_what_could_not_be_closed(simulator):
    posted(simulator)
    posted(simulator, symbol="KO")
    order = posted(simulator, symbol="KO", side="sell", type="limit", limit_price=900)[1]
    status, rows = simulator.request("DELETE", "/v2/positions")
    assert (status, [(row["symbol"], row["status"]) for row in rows]) == (207, [("AAPL", 200), ("KO", 403)])
    assert rows[1]["body"]["related_orders"] == [order["id"]]
    status, rows = simulator.request("DELETE", "/v2/positions?cancel_orders=True")
    assert (status, [(row["symbol"], row["status"]) for row in rows]) == (207, [("KO", 200)])
