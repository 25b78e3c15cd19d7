"""Comparing shares while several bots trade the same stock."""

from typing import Any

from engine.brokers.connect import broker_connect
from engine.brokers.port import Broker
from engine.brokers.unread import Rows
from engine.brokers.values import BrokerPosition
from engine.live.closing import position_close_request
from engine.live.compare import shares_compare
from engine.live.exits import exit_advance
from engine.live.fills import fills_collect
from engine.live.testing import BotMaker, sweep, tick
from engine.models import Difference
from marketdata.clock import market_now
from positions.models import Position
from simulator.testing import SimulatorProcess
from trades.models import Trade


class WhileItIsAsked:
    """A broker at which one bot has sold just before it is asked for the shares, and another buys right after."""

    def __init__(self, broker: Broker, sell: Any, buy: Any) -> None:
        self._broker, self._sell, self._buy = broker, sell, buy

    def __getattr__(self, name: str) -> Any:
        return getattr(self._broker, name)

    def positions(self) -> Rows[BrokerPosition]:
        self._sell()
        told = self._broker.positions()
        self._buy()
        return told


def test_as_many_bought_as_sold_while_the_broker_was_asked_are_no_difference(
    bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    first, second = bot_running(), bot_running()
    tick(first)
    fills_collect()
    sweep()
    position = Position.objects.held().get()
    sale = position_close_request(position=position, by="ann", now=market_now())

    def sell() -> None:
        exit_advance(sale)
        assert trading.ledger()["positions"] == []

    def buy() -> None:
        tick(second)
        assert Position.objects.held().get() == position, "nothing of this is booked yet"

    broker: Any = WhileItIsAsked(broker_connect(), sell, buy)
    shares_compare(broker)

    bought = Position.objects.held().get()
    assert (bought.bot_id, bought.quantity) == (second.pk, position.quantity)
    assert Trade.objects.get(pk=sale.pk).state == "filled"
    assert not Difference.objects.exists()
    sweep()
    assert not Difference.objects.exists()
