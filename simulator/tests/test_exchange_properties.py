"""Whatever is asked of the exchange in whatever order: money and shares are conserved, and its journal is the truth."""

import tempfile
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from simulator.buying_power import buying_power, held_for_orders
from simulator.errors import ApiError
from simulator.ledger import STARTING_CASH
from simulator.matching_engine import Terms
from simulator.options import Options, parse_at
from simulator.orders import OPEN_STATUSES
from simulator.replacement import replace_order
from simulator.simulation import Simulation
from simulator.submission import submit

NOW = 1_795_100_000.0
SYMBOLS = st.sampled_from(["AAPL", "KO", "THIN", "SPLT"])
PRICES = st.sampled_from(["0.98", "0.995", "1", "1.005", "1.02"])
# Most of them such as the exchange accepts; (symbol, side, type, time in force, qty, price, class).
WISHES = st.tuples(
    SYMBOLS,
    st.sampled_from(["buy", "buy", "sell"]),
    st.sampled_from(["market", "limit", "stop", "trailing_stop"]),
    st.sampled_from(["day", "gtc", "ioc", "fok"]),
    st.sampled_from([1, 7, 150, "0.5"]),
    PRICES,
    st.sampled_from(["", "", "", "bracket", "oco"]),
)


def cents(price):
    return str(price.quantize(Decimal("0.01")))


class Trading(RuleBasedStateMachine):
    latency = 0.0

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.options = Options(
            at=parse_at("2026-11-24T09:31"),
            seed=3,
            frozen=True,
            journal=Path(self.folder.name) / "journal",
            terms=Terms(partial_fills=0.4, volume_cap=Decimal("0.02"), latency=self.latency),
        )
        self.simulation = Simulation(self.options, lambda: NOW)
        self.ended = {}

    @property
    def exchange(self):
        return self.simulation.exchange

    def teardown(self):
        self.simulation.journal.close()
        self.folder.cleanup()

    @rule(wishes=st.lists(WISHES, min_size=3, max_size=9))
    def order(self, wishes):
        for symbol, side, kind, tif, qty, near, shape in wishes:
            last = self.exchange.price(symbol)
            price, up, down = (cents(last * Decimal(factor)) for factor in (near, "1.03", "0.97"))
            body = {"symbol": symbol, "side": side, "type": kind, "time_in_force": tif, "qty": qty}
            own = {
                "limit": {"limit_price": price},
                "stop": {"stop_price": price},
                "trailing_stop": {"trail_percent": 1},
            }
            body |= own.get(kind, {})
            if shape:
                body |= {"order_class": shape, "take_profit": {"limit_price": up}, "stop_loss": {"stop_price": down}}
            try:
                submit(self.exchange, body)
            except ApiError:
                continue

    @rule(pick=st.integers(0, 50), factor=PRICES)
    @precondition(lambda self: self.exchange.book.open_symbols)
    def replace(self, pick, factor):
        orders = list(self.exchange.book.open_orders())
        order = orders[pick % len(orders)]
        price = order.limit_price or order.stop_price
        if price is None:
            return
        name = "limit_price" if order.limit_price else "stop_price"
        try:
            replace_order(self.exchange, order, {name: cents(price * Decimal(factor))})
        except ApiError:
            return

    @rule(pick=st.integers(0, 50))
    @precondition(lambda self: self.exchange.book.open_symbols)
    def cancel(self, pick):
        orders = list(self.exchange.book.open_orders())
        self.exchange.cancel(orders[pick % len(orders)])

    @rule(seconds=st.sampled_from([3, 58, 60, 60, 185, 1800, 24_000, 180_000]))
    def wait(self, seconds):
        self.simulation.step(self.exchange.now + timedelta(seconds=seconds))

    @rule()
    def restart(self):
        before = self.state()
        self.simulation.journal.close()
        self.simulation = Simulation(self.options, lambda: NOW)
        assert self.state() == before

    def state(self):
        exchange = self.exchange
        orders = [order.to_record() for order in exchange.book.orders.values()]
        return orders, exchange.ledger.cash, dict(exchange.ledger.holdings), exchange.ledger.last_equity, exchange.now

    @invariant()
    def cash_and_shares_are_what_the_fills_made_of_them(self):
        ledger = self.exchange.ledger
        cash, shares = STARTING_CASH, {}
        events = sorted([*ledger.fills, *ledger.splits], key=lambda event: event.at)
        for event in events:
            if event in ledger.splits:
                assert shares[event.symbol] == event.before
                shares[event.symbol] = event.after
                continue
            signed = event.qty if event.side == "buy" else -event.qty
            cash -= signed * event.price
            shares[event.symbol] = shares.get(event.symbol, Decimal(0)) + signed
        assert ledger.cash == cash
        assert ledger.cash >= 0
        assert {symbol: held.qty for symbol, held in ledger.holdings.items()} == {s: q for s, q in shares.items() if q}

    @invariant()
    def nothing_is_filled_too_much_or_goes_back(self):
        for order in self.exchange.book.orders.values():
            assert 0 <= order.filled_qty <= order.qty
            assert (order.status == "filled") == (order.filled_qty == order.qty)
            before = self.ended.get(order.id)
            assert before in (None, order.status)
            if order.status not in OPEN_STATUSES:
                self.ended[order.id] = order.status

    @invariant()
    def what_is_set_aside_is_there(self):
        exchange = self.exchange
        assert buying_power(exchange) >= 0
        for symbol in exchange.market.assets:
            assert 0 <= held_for_orders(exchange, symbol) <= exchange.ledger.held(symbol)
        for symbol, holding in exchange.ledger.holdings.items():
            assert holding.qty > 0, symbol


class TradingFromAfar(Trading):
    """Orders, cancels and replacements are on their way for a while, and the market does not wait for them."""

    latency = 4.0


Trading.TestCase.settings = TradingFromAfar.TestCase.settings = settings(
    max_examples=40, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
TestTrading = Trading.TestCase
TestTradingFromAfar = TradingFromAfar.TestCase
