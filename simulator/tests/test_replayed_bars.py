"""Orders against recorded minutes of 2019-02-13; the expected prices are read off the bars themselves."""

import pytest

ENTRY = {"symbol": "AAPL", "qty": "10", "side": "buy", "type": "market", "time_in_force": "gtc"}


def bracket(stop, target):
    return ENTRY | {
        "order_class": "bracket",
        "stop_loss": {"stop_price": stop},
        "take_profit": {"limit_price": target},
    }


def legs(replay, order):
    nested = replay.ask("GET", f"/v2/orders/{order['id']}?nested=true")
    return {leg["type"]: (leg["status"], leg["filled_avg_price"], leg["filled_at"]) for leg in nested["legs"]}


def test_the_stop_fills_in_the_bar_of_the_entry(replay):
    """The entry is at the open, 171.57; the same bar goes down to 171.09."""
    order = replay.ask("POST", "/v2/orders", bracket("171.20", "175"))
    replay.step_to("2019-02-13T14:31:59Z")
    assert legs(replay, order)["stop"] == ("new", None, None)
    replay.step_seconds(1)
    assert legs(replay, order) == {
        "stop": ("filled", "171.2", "2019-02-13T14:32:00Z"),
        "limit": ("canceled", None, None),
    }
    assert [(fill["price"], fill["side"]) for fill in replay.ledger()["activities"]] == [
        ("171.57", "buy"),
        ("171.2", "sell"),
    ]


def test_the_target_fills_at_its_limit(replay):
    """14:33 is the first bar to reach 171.90."""
    order = replay.ask("POST", "/v2/orders", bracket("171.00", "171.90"))
    replay.step_to("2019-02-13T14:33:59Z")
    assert legs(replay, order)["limit"] == ("new", None, None)
    replay.step_seconds(1)
    assert legs(replay, order) == {
        "limit": ("filled", "171.9", "2019-02-13T14:34:00Z"),
        "stop": ("canceled", None, None),
    }
    assert replay.ledger()["cash"] == "100003.3"


def test_both_legs_in_one_bar_count_as_the_stop(replay):
    """14:37 opens at 171.77 and reaches both 171.76 and 172.13."""
    replay.step_to("2019-02-13T14:37:00Z")
    order = replay.ask("POST", "/v2/orders", bracket("171.76", "172.00"))
    replay.step_seconds(60)
    assert legs(replay, order) == {
        "stop": ("filled", "171.76", "2019-02-13T14:38:00Z"),
        "limit": ("canceled", None, None),
    }


def test_a_market_order_in_a_thin_stock_waits_for_its_next_print(replay):
    order = replay.ask("POST", "/v2/orders", ENTRY | {"symbol": "PPLT"})
    replay.step_to("2019-02-13T14:36:59Z")
    assert replay.ask("GET", f"/v2/orders/{order['id']}")["status"] == "new"
    replay.step_seconds(1)
    filled = replay.ask("GET", f"/v2/orders/{order['id']}")
    assert (filled["status"], filled["filled_avg_price"], filled["filled_at"]) == (
        "filled",
        "74.9023",
        "2019-02-13T14:37:00Z",
    )


def test_a_limit_fills_in_the_first_bar_that_began_after_it(replay):
    """14:31 traded at 171.09 before the order came at 14:31:30; only 14:32 counts, which opens at 171.1299."""
    replay.step_seconds(30)
    limit = ENTRY | {"type": "limit", "limit_price": "171.20"}
    order = replay.ask("POST", "/v2/orders", limit)
    replay.step_to("2019-02-13T14:33:00Z")
    filled = replay.ask("GET", f"/v2/orders/{order['id']}")
    assert (filled["filled_avg_price"], filled["filled_at"]) == ("171.1299", "2019-02-13T14:33:00Z")


@pytest.mark.parametrize(("timeframe", "count"), [("5Min", 5), ("15Min", 15)])
def test_larger_bars_add_up(replay, timeframe, count):
    replay.step_to("2019-02-13T15:00:00Z")
    query = f"/v2/stocks/AAPL/bars?timeframe={timeframe}&start=2019-02-13&limit=1000"
    minutes = replay.ask("GET", "/v2/stocks/AAPL/bars?timeframe=1Min&start=2019-02-13&limit=1000")["bars"]
    bars = replay.ask("GET", query)["bars"]
    assert sum(bar["v"] for bar in bars) == sum(bar["v"] for bar in minutes)
    assert bars[0]["v"] == sum(bar["v"] for bar in minutes[:count])
    assert (bars[0]["o"], bars[0]["c"]) == (minutes[0]["o"], minutes[count - 1]["c"])
    assert (bars[0]["h"], bars[0]["l"]) == (max(b["h"] for b in minutes[:count]), min(b["l"] for b in minutes[:count]))


def test_the_files_are_the_assets(replay):
    assets = replay.ask("GET", "/v2/assets")
    assert len(assets) == 22
    assert {"AAPL", "VXXB", "XLP"} <= {asset["symbol"] for asset in assets}
