import pytest

from engine.live.fills import fills_collect
from engine.live.sweep import sweep
from engine.live.testing import BotMaker, tick
from positions.models import Position
from simulator.testing import SimulatorProcess


def test_a_step_that_fails_says_which_and_of_what(
    bot_running: BotMaker, trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tick(bot_running())
    fills_collect()
    position = Position.objects.get()

    def breaks(position: Position, broker: object) -> None:
        raise RuntimeError("it broke")

    monkeypatch.setattr("engine.live.protection.position_protect", breaks)
    assert sweep()
    assert f"protection_check of Position {position.pk} failed; the others go on" in caplog.messages
