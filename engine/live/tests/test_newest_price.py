"""Size, stop and target of an entry are of the newest price at the tick, however old the bar is that was decided on."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from engine.backtest.parity import parity_check
from engine.brokers.connect import broker_connect
from engine.brokers.values import BarRequest
from engine.core.money import stop_below, target_above
from engine.live.account import account_refresh
from engine.live.fills import fills_collect
from engine.live.testing import BotMaker, step, sweep, tick
from engine.models import Decision
from marketdata.calendar import session_after
from marketdata.clock import market_clock, market_now
from marketdata.prices import price_board
from research.recordings import recording_of
from simulator.testing import SimulatorProcess
from trades.models import Trade
from tradingbot.runtime.lockstep import lockstep_step

# AAPL opens at 227.28 after a close at 225.39: further away than stop and target.
TIGHT = {"stop_loss": 0.005, "take_profit": 0.005, "max_position_size": 0.1}


def go_to(exchange: SimulatorProcess, seconds_after_open: float) -> None:
    step(exchange, (session_after(market_now()).open - market_now()).total_seconds() + seconds_after_open)
    assert account_refresh()
    sweep()


def last_minute_s_close() -> Decimal:
    now = market_now()
    bars = broker_connect().bars(BarRequest(["AAPL"], "1Min", now - timedelta(minutes=2), now - timedelta(minutes=1)))
    return bars["AAPL"][-1].close


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    ("timeframe", "seconds_after_open"),
    [("1Day", 0), ("1Day", 3620), ("1Hour", 3600), ("1Hour", 3600 + 17 * 60 + 20), ("5Min", 9 * 60 + 40), ("1Min", 60)],
)
def test_an_entry_is_of_the_newest_price(
    bot_running: BotMaker, trading: SimulatorProcess, timeframe: str, seconds_after_open: int, streamed: bool
) -> None:
    bot = bot_running(timeframe=timeframe, trading_frequency=20, risk_management=TIGHT)
    go_to(trading, seconds_after_open)
    [(price, at)] = broker_connect().latest_prices(["AAPL"]).values()
    if streamed:
        price_board.note("AAPL", price, at)
        price_board.publish()
    elif timeframe == "1Min":
        # The last minute has just closed: nothing newer is asked for.
        price = last_minute_s_close()

    assert tick(bot) == 1
    fills_collect()

    entry = Trade.objects.get(bot=bot, role="entry")
    assert entry.state == "filled", entry.error
    assert entry.decision_price == price
    assert entry.quantity == 1000 // price
    assert entry.stop_price == stop_below(price, Decimal("0.005"))
    assert entry.limit_price == target_above(price, Decimal("0.005"))


def test_a_price_far_from_the_bar_is_refused(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    """A trade that is an error must not become the size of an order."""
    bot = bot_running(timeframe="1Hour")
    go_to(trading, 3600)
    price_board.note("AAPL", Decimal(20), market_now())
    price_board.publish()

    assert tick(bot) == 0
    decision = Decision.objects.get(bot=bot)
    assert (decision.action, decision.reason) == ("refused", "collar")
    assert "the newest price $20.00 is over 5 % from the last bar's close" in decision.sentence


@pytest.mark.parametrize(
    ("timeframe", "spans"),
    [
        ("1Hour", [("2026-06-03T10:29", "2026-06-03T11:45")]),
        ("15Min", [("2026-06-02T15:29", "2026-06-02T16:00"), ("2026-06-03T09:29", "2026-06-03T10:20")]),
        ("1Day", [("2026-06-02T15:29", "2026-06-02T16:00"), ("2026-06-03T09:29", "2026-06-03T10:20")]),
    ],
)
def test_a_session_in_lockstep_is_decided_and_filled_again(
    bot_running: BotMaker, trading: SimulatorProcess, timeframe: str, spans: list[tuple[str, str]]
) -> None:
    """Ticks between bars, over a night: the backtest finds the same prices, sizes and legs."""
    risk = {"stop_loss": 0.004, "take_profit": 0.003, "max_position_size": 0.9}
    bot = bot_running(timeframe=timeframe, trading_frequency=660, risk_management=risk, symbols=["AAPL", "TSLA"])
    for first, last in spans:
        trading.step_to(f"{first}:00-04:00")
        market_clock.refresh()
        until = datetime.fromisoformat(f"{last}:00-04:00")
        while market_now() < until:
            lockstep_step(broker_connect(), until)

    days = [date.fromisoformat(span[0][:10]) for span in spans]
    found = parity_check(recording_of(bot, days[0], days[-1]))

    assert found.differences == []
    assert found.fills > (2 if timeframe == "1Day" else 4)
    entries = Trade.objects.filter(role="entry").select_related("decision")
    closes = [Decimal(str(entry.decision.values["BUY"]["close"])) for entry in entries if entry.decision]
    assert [entry.decision_price for entry in entries] != closes
