"""Fetching what is missing from the exchange."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from engine.brokers.connect import broker_connect
from engine.brokers.errors import BrokerUnavailable
from engine.brokers.values import BarRequest, RawBar
from engine.live.testing import step
from marketdata.backfill import THINNEST, bars_backfill, bars_settle, history_ends, history_is_known
from marketdata.calendar import session_today, sessions_back
from marketdata.clock import market_now
from marketdata.models import Bar, Coverage
from marketdata.selectors import bars_load
from simulator.testing import SimulatorProcess

pytestmark = pytest.mark.django_db


class Counting:
    """The exchange's adapter, and what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[BarRequest] = []

    def bars(self, request: BarRequest) -> dict[str, list[RawBar]]:
        self.asked.append(request)
        return broker_connect().bars(request)


def backfill(symbols: list[str], needed: int, timeframe: str = "1Min") -> Counting:
    broker: Any = Counting()
    bars_backfill(broker, symbols, timeframe, needed, market_now())
    counting: Counting = broker
    return counting


def test_the_history_that_is_needed_is_fetched_and_confirmed(exchange: SimulatorProcess) -> None:
    broker = backfill(["AAPL", "MSFT"], 800)
    assert len(broker.asked) == 1
    now = market_now()
    for symbol in ("AAPL", "MSFT"):
        bars = bars_load(symbol, "1Min", 800, now)
        assert len(bars) == 800
        assert bars.end[-1] == now.timestamp()
        assert np.all(np.diff(bars.end) > 0)
        coverage = Coverage.objects.get(symbol=symbol, timeframe="1Min")
        assert (coverage.since, coverage.until) == (sessions_back(now, 5)[0].open, now)


def test_no_bar_is_stored_before_it_has_closed(exchange: SimulatorProcess) -> None:
    step(exchange, 90)
    backfill(["AAPL"], 10)
    now = market_now()
    newest = Bar.objects.latest("start")
    assert (now.second, newest.start) == (30, now.replace(second=0) - timedelta(minutes=1))
    assert Coverage.objects.get().until == now.replace(second=0)


def test_what_is_there_already_is_not_asked_for_again(exchange: SimulatorProcess) -> None:
    backfill(["AAPL"], 10)
    assert backfill(["AAPL"], 10).asked == []
    step(exchange)
    [request] = backfill(["AAPL"], 10).asked
    assert request.start == request.end == market_now() - timedelta(minutes=1)


def test_more_history_is_fetched_from_its_beginning(exchange: SimulatorProcess) -> None:
    backfill(["AAPL"], 10)
    [request] = backfill(["AAPL"], 2000).asked
    now = market_now()
    assert request.start == sessions_back(now, 8)[0].open
    assert len(bars_load("AAPL", "1Min", 2000, now)) == 2000


def test_longer_bars_are_built_from_the_minutes(exchange: SimulatorProcess) -> None:
    backfill(["AAPL"], 30, "1Hour")
    assert set(Bar.objects.values_list("timeframe", flat=True)) == {"1Min"}
    bars = bars_load("AAPL", "1Hour", 30, market_now())
    assert (len(bars), bars.timeframe) == (30, "1Hour")


def test_days_come_from_the_exchange_and_only_closed_ones(exchange: SimulatorProcess) -> None:
    backfill(["AAPL"], 20, "1Day")
    now = market_now()
    bars = bars_load("AAPL", "1Day", 20, now)
    session = session_today(now)
    assert session is not None
    assert len(bars) == 20
    assert bars.session[-1] == sessions_back(session.open - timedelta(seconds=1), 1)[0].day.toordinal()
    assert backfill(["AAPL"], 20, "1Day").asked == []


@pytest.mark.parametrize("effect", [{"effect": "status", "status": 500}, {"effect": "drop"}, {"effect": "html"}])
def test_a_lost_answer_confirms_nothing(exchange: SimulatorProcess, effect: dict[str, Any]) -> None:
    market_now()
    exchange.set_faults({"method": "GET", "path": "/v2/stocks/bars", "count": 9} | effect)
    with pytest.raises(BrokerUnavailable):
        backfill(["AAPL"], 10)
    assert not Coverage.objects.exists()
    assert not Bar.objects.exists()


def test_one_request_settles_many_symbols(exchange: SimulatorProcess) -> None:
    backfill(["AAPL", "MSFT"], 10)
    until = step(exchange, 180)
    broker: Any = Counting()
    bars_settle(broker, ["AAPL", "MSFT", "GOOGL"], until)
    assert len(broker.asked) == 1
    # GOOGL was never backfilled: a few minutes of it would be no history.
    assert dict(Coverage.objects.values_list("symbol", "until")) == {"AAPL": until, "MSFT": until}
    assert bars_load("MSFT", "1Min", 3, until).end[-1] == until.timestamp()


def test_nothing_is_asked_about_symbols_nobody_follows(exchange: SimulatorProcess) -> None:
    broker: Any = Counting()
    bars_settle(broker, ["AAPL"], market_now())
    assert broker.asked == []


class Thin(Counting):
    """An exchange on which a stock trades in one of so many minutes."""

    def __init__(self, every: int) -> None:
        super().__init__()
        self.every = every

    def bars(self, request: BarRequest) -> dict[str, list[RawBar]]:
        found = super().bars(request)
        return {
            symbol: [bar for bar in bars if int(bar.start.timestamp()) // 60 % self.every == 0]
            for symbol, bars in found.items()
        }


@pytest.mark.parametrize(("every", "enough"), [(1, True), (5, True), (20, False)])
def test_bars_are_counted_not_sessions(exchange: SimulatorProcess, every: int, enough: bool) -> None:
    broker: Any = Thin(every)
    now, needed = market_now(), 400
    assert not history_is_known(["AAPL"], "1Min", needed, now)
    bars_backfill(broker, ["AAPL"], "1Min", needed, now)
    opens = [sessions_back(now, count)[0].open for count in (4, -(-400 * THINNEST // 390) + 2)]
    assert [request.start for request in broker.asked] == (opens[:1] if every == 1 else opens)
    assert (len(bars_load("AAPL", "1Min", needed, now)) == needed) is enough
    # What is not to be had is not asked for again and again.
    assert history_is_known(["AAPL"], "1Min", needed, now)
    assert history_ends("AAPL", "1Min", needed, now) is (every != 1)
    bars_backfill(broker, ["AAPL"], "1Min", needed, now)
    assert len(broker.asked) == (1 if every == 1 else 2)


def test_thin_bars_of_an_hour_are_counted_as_hours(exchange: SimulatorProcess) -> None:
    broker: Any = Thin(97)
    now = market_now()
    bars_backfill(broker, ["AAPL"], "1Hour", 60, now)
    assert len(bars_load("AAPL", "1Hour", 60, now)) == 60
    assert len(broker.asked) == 2
