"""What every adapter to a broker has to do, as tests; `engine/brokers/alpaca/tests/test_contract.py` runs them.

A subclass says which adapter is tried and lets the market go on; the account is empty and the market is open when a
test begins.
"""

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from engine.brokers.errors import BrokerRefused
from engine.brokers.port import Adapter, Broker
from engine.brokers.unread import Rows
from engine.brokers.values import (
    Acknowledged,
    BarRequest,
    BrokerOrder,
    OrderNews,
    OrderRequest,
    RawBar,
    Refused,
    TradePrice,
    Unknown,
)
from engine.core.orders import WORKING, OrderState

# A stock that trades all the time.
SYMBOL = "AAPL"
NOT_A_SYMBOL = "ZZZZY"
STREAM_SECONDS = 20.0


class BrokerContract:
    """The tests an adapter has to pass.

    Subclass it as a test class with the fixtures `adapter` and `time_passes`, which lets a minute of the market pass
    and fills orders.
    """

    # --- orders -------------------------------------------------------------------------------------------------------

    def test_an_order_is_at_the_broker_under_our_id(self, adapter: Adapter) -> None:
        """Check that a sent order is found under our id, with its leg."""
        broker = adapter.broker()
        order = bought(broker, "contract-1", stop="1.00")
        found = broker.order_by_client_id("contract-1")
        assert found is not None
        assert (found.id, found.symbol, found.side, found.quantity) == (order.id, SYMBOL, "buy", 3)
        assert [leg.stop_price for leg in found.legs] == [Decimal("1.00")]
        assert found.legs_complete
        assert [one.client_order_id for one in broker.orders_since(None)] == ["contract-1"]

    def test_the_same_id_again_is_never_a_second_order(self, adapter: Adapter) -> None:
        """Check that sending an id again, as a first attempt or a later one, makes no second order."""
        broker = adapter.broker()
        bought(broker, "contract-1")
        for first in (True, False):
            again = broker.submit(OrderRequest("contract-1", SYMBOL, "buy", Decimal(3)), first_attempt=first)
            assert isinstance(again, (Acknowledged, Unknown)), "only asking tells what became of the first"
        assert [one.client_order_id for one in broker.orders_since(None)] == ["contract-1"]

    def test_what_is_filled_is_told_once_by_a_fill(self, adapter: Adapter, time_passes: Callable[[], None]) -> None:
        """Check that fills add up to what was bought, under ids that stay the same."""
        broker = adapter.broker()
        order = bought(broker, "contract-1")
        time_passes()
        found = broker.order(order.id)
        assert found is not None
        assert (found.state, found.filled) == (OrderState.FILLED, 3)
        fills = broker.fills_since(None)
        assert sum(fill.quantity for fill in fills) == 3
        assert {(fill.order_id, fill.symbol, fill.side) for fill in fills} == {(order.id, SYMBOL, "buy")}
        assert len({fill.id for fill in fills}) == len(fills)
        assert [fill.id for fill in broker.fills_since(None)] == [fill.id for fill in fills]
        assert [(held.symbol, held.quantity) for held in broker.positions()] == [(SYMBOL, 3)]

    def test_legs_rest_for_the_shares_that_were_bought(self, adapter: Adapter, time_passes: Callable[[], None]) -> None:
        """Check that stop and target rest for the bought shares, which are not free."""
        broker = adapter.broker()
        bought(broker, "contract-1", stop="1.00", target="100000.00")
        time_passes()
        resting = broker.orders_open()
        assert sorted((leg.kind, leg.side, leg.quantity) for leg in resting) == [
            ("limit", "sell", 3),
            ("stop", "sell", 3),
        ]
        assert all(leg.state in WORKING for leg in resting)
        shares = broker.shares(SYMBOL)
        assert (shares.held, shares.free) == (3, 0)

    def test_a_cancelled_leg_frees_the_shares(self, adapter: Adapter, time_passes: Callable[[], None]) -> None:
        """Check that cancelling a leg frees its shares."""
        broker = adapter.broker()
        bought(broker, "contract-1", stop="1.00")
        time_passes()
        [stop] = broker.orders_open()
        assert broker.cancel(stop.id)
        time_passes()
        ended = broker.order(stop.id)
        assert ended is not None
        assert (ended.state, ended.is_replaced) == (OrderState.CANCELED, False)
        assert broker.shares(SYMBOL).free == 3

    def test_a_stop_is_moved_where_it_rests(self, adapter: Adapter, time_passes: Callable[[], None]) -> None:
        """Check that a stop rests at its new price, under an id that the old order names, for the same shares."""
        broker = adapter.broker()
        bought(broker, "contract-1", stop="1.00")
        time_passes()
        [stop] = broker.orders_open()
        broker.replace(stop.id, stop_price=Decimal("1.05"))
        time_passes()
        [moved] = broker.orders_open()
        assert (moved.stop_price, moved.quantity, moved.replaces) == (Decimal("1.05"), 3, stop.id)
        old = broker.order(stop.id)
        assert old is not None
        assert (old.is_replaced, old.replaced_by) == (True, moved.id)
        assert broker.shares(SYMBOL).free == 0
        try:
            broker.replace(stop.id, stop_price=Decimal("1.10"))
        except BrokerRefused:
            return
        raise AssertionError("an order that another has replaced cannot be moved")

    def test_shares_that_are_not_there_are_not_sold(self, adapter: Adapter) -> None:
        """Check that the broker refuses to sell shares the account does not have."""
        request = OrderRequest("contract-1", SYMBOL, "sell", Decimal(3), time_in_force="day")
        assert isinstance(adapter.broker().submit(request, first_attempt=True), Refused)

    def test_an_order_that_is_not_there_is_none(self, adapter: Adapter) -> None:
        """Check that an unknown id gives None, and cannot be cancelled."""
        broker = adapter.broker()
        nowhere = "00000000-0000-4000-8000-000000000000"
        assert broker.order(nowhere) is None
        assert broker.order_by_client_id("contract-nobody") is None
        assert not broker.cancel(nowhere)

    # --- what is known of account and market --------------------------------------------------------------------------

    def test_account_and_assets_are_read(self, adapter: Adapter) -> None:
        """Check that the account, its shares and the list of stocks can be read."""
        broker = adapter.broker()
        account = broker.account()
        assert account.number
        assert account.equity is not None
        assert account.equity > 0
        asset = broker.asset(SYMBOL)
        assert asset is not None
        assert asset.tradable
        assert SYMBOL in {each.symbol for each in broker.assets()}
        assert broker.asset(NOT_A_SYMBOL) is None
        assert (broker.shares(SYMBOL).held, list(broker.positions())) == (0, [])

    def test_the_clock_knows_the_session(self, adapter: Adapter) -> None:
        """Check that the clock and the calendar agree on the running session."""
        broker = adapter.broker()
        hours = broker.hours()
        assert hours.is_open
        assert hours.at.tzinfo is not None
        assert hours.at < hours.next_close < hours.next_open
        day = hours.at.date()
        sessions = broker.calendar(day, day + timedelta(days=7))
        assert sessions[0].open <= hours.at < sessions[0].close
        assert [session.day for session in sessions] == sorted({session.day for session in sessions})

    def test_bars_and_prices_are_of_the_past(self, adapter: Adapter) -> None:
        """Check that bars are possible, in order and not of the future, and that there is a newest price."""
        broker = adapter.broker()
        now = broker.hours().at
        bars = broker.bars(BarRequest([SYMBOL], "1Day", now - timedelta(days=14), now))[SYMBOL]
        assert len(bars) >= 5
        assert [bar.start for bar in bars] == sorted({bar.start for bar in bars})
        assert all(bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close) <= bar.high for bar in bars)
        price, at = broker.latest_prices([SYMBOL])[SYMBOL]
        assert price > 0
        assert at <= now + timedelta(seconds=60)

    def test_what_a_broker_does_not_tell_is_an_empty_answer(self, adapter: Adapter) -> None:
        """Check that the optional questions (splits, cash, dividends, renames) answer without an error."""
        broker = adapter.broker()
        now = broker.hours().at
        week = (now.date() - timedelta(days=7), now.date())
        assert isinstance(broker.splits_since(now), Rows)
        assert isinstance(broker.cash_since(now), Rows)
        assert isinstance(broker.dividends_listed(SYMBOL, *week), list)
        assert isinstance(broker.splits_listed(SYMBOL, *week), list)
        assert isinstance(broker.renames_listed(*week, [SYMBOL]), Rows)

    # --- streams ------------------------------------------------------------------------------------------------------

    def test_the_order_stream_tells_of_a_fill(self, adapter: Adapter, time_passes: Callable[[], None]) -> None:
        """Check that the order stream tells of a fill and of an order's end."""
        heard: list[OrderNews] = []
        filled = threading.Event()

        def news(one: OrderNews) -> None:
            heard.append(one)
            if one.has_filled:
                filled.set()

        threading.Thread(target=adapter.order_stream(news).run, daemon=True).start()
        broker = adapter.broker()
        number = 0
        while not filled.wait(1.0):
            number += 1
            assert number < STREAM_SECONDS, "the stream told of no fill"
            bought(broker, f"contract-{number}")
            time_passes()
        ids = {order.id for order in broker.orders_since(None)}
        assert all(one.order_id in ids for one in heard)
        assert any(one.has_ended for one in heard)

    def test_the_data_stream_connects_and_then_tells_prices(
        self, adapter: Adapter, time_passes: Callable[[], None]
    ) -> None:
        """Check that the data stream says when it has connected, and only then delivers messages."""
        connected, told, arrived = threading.Event(), threading.Event(), list[object]()

        def take(message: object) -> None:
            assert connected.is_set(), "a message came before the connection"
            arrived.append(message)
            told.set()

        stream = adapter.data_stream(take, connected.set)
        assert stream.symbols_at_most > 0
        threading.Thread(target=stream.run, args=[[SYMBOL]], daemon=True).start()
        assert connected.wait(STREAM_SECONDS)
        for _ in range(int(STREAM_SECONDS)):
            time_passes()
            if told.wait(1.0):
                break
        read = [stream.read(message) for message in arrived]
        assert any(isinstance(one, (RawBar, TradePrice)) for one in read)
        assert all(one.symbol == SYMBOL for one in read if one is not None)


def bought(broker: Broker, name: str, *, stop: str | None = None, target: str | None = None) -> BrokerOrder:
    """Buy three shares and return the order, with a stop or target in dollars where they are given."""
    request = OrderRequest(
        name,
        SYMBOL,
        "buy",
        Decimal(3),
        leg_stop=Decimal(stop) if stop else None,
        leg_target=Decimal(target) if target else None,
    )
    outcome = broker.submit(request, first_attempt=True)
    assert isinstance(outcome, Acknowledged), outcome
    assert outcome.order.client_order_id == name
    return outcome.order
