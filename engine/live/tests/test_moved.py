"""Between two readings of the account its equity goes on with prices and sales, as the broker's does."""

from decimal import Decimal

import pytest

from engine.live.account import account_refresh
from engine.live.fills import fills_collect
from engine.live.overview import summary
from engine.live.testing import BotMaker, change_indicators, step, tick
from engine.live.tests.test_today import prices_arrive
from engine.models import BrokerAccount
from positions.models import Position
from simulator.testing import SimulatorProcess

RISK = {"stop_loss": 0.5, "take_profit": None, "max_position_size": 0.9, "max_daily_loss": 1}


def brokers_equity(exchange: SimulatorProcess) -> Decimal:
    return Decimal(exchange.ask("GET", "/v2/account")["equity"])


def ours() -> Decimal:
    told = summary()["equity"]
    assert told is not None
    return Decimal(told)


def parts_add_up() -> None:
    told = summary()
    parts = told["day_parts"]
    assert parts is not None
    assert parts["unattributed"] is not None
    assert told["day_pnl"] is not None
    assert Decimal(parts["bots"]) + Decimal(parts["by_hand"]) == Decimal(told["day_pnl"])
    assert Decimal(parts["unattributed"]) == 0


def test_equity_moves_with_prices_and_a_sale_until_it_is_read_again(
    bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    bot = bot_running(symbols=["TSLA"], risk_management=RISK)
    assert tick(bot) == 1
    fills_collect()
    prices_arrive("TSLA")
    assert account_refresh()
    read = ours()
    assert read == brokers_equity(trading)
    for _ in range(3):
        step(trading)
        prices_arrive("TSLA")
        assert ours() == brokers_equity(trading)
        parts_add_up()
    assert ours() != read

    change_indicators(bot, SELL={})
    assert tick(bot) == 1
    fills_collect()
    assert not Position.objects.held().exists()
    assert ours() == brokers_equity(trading)
    parts_add_up()


def test_what_the_broker_knew_is_not_counted_twice(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running(symbols=["TSLA"], risk_management=RISK)
    assert tick(bot) == 1
    fills_collect()
    prices_arrive("TSLA")
    step(trading)
    # The account is told with a price that we hear of later.
    assert account_refresh()
    told = ours()
    assert told == brokers_equity(trading)
    prices_arrive("TSLA")
    assert ours() == told


def test_it_stays_as_it_was_read_where_prices_were_old(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running(symbols=["TSLA"], risk_management=RISK)
    assert tick(bot) == 1
    fills_collect()
    prices_arrive("TSLA")
    step(trading, 180)
    assert account_refresh()
    assert BrokerAccount.objects.get().marks == {}
    told = ours()
    step(trading)
    prices_arrive("TSLA")
    assert ours() == told


@pytest.mark.django_db
def test_an_account_of_which_nothing_was_told_has_no_equity() -> None:
    assert summary()["equity"] is None
