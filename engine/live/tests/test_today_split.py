"""A split over night is no loss of the day: the last close is one of the new shares, or not known."""

from decimal import Decimal

from engine.live.fills import fills_collect
from engine.live.testing import BotMaker, step, sweep, tick
from engine.live.tests.test_splits import to_the_split
from engine.live.tests.test_today import prices_arrive, today
from engine.models import Decision
from positions.models import Position
from simulator.testing import SimulatorProcess


def test_a_split_over_night_is_no_loss_of_the_day(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    risk = {"stop_loss": 0.5, "take_profit": None, "max_position_size": 0.9, "max_daily_loss": 0.1}
    bot = bot_running(symbols=["SPLT"], risk_management=risk)
    tick(bot)
    fills_collect()
    shares = Position.objects.get(bot=bot).quantity
    # A minute after the open of its day.
    to_the_split(trading)
    for _ in range(3):
        prices_arrive("SPLT")
        tick(bot)
        sweep()
        if Position.objects.get(bot=bot).quantity == 4 * shares:
            assert abs(today(bot)) < Decimal("0.05") * 10_000
        step(trading, 60)
    assert Position.objects.get(bot=bot).quantity == 4 * shares
    assert not Decision.objects.filter(bot=bot, reason__contains="daily").exists()
