"""manage.py halt: no entries from now on."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from bots.models import Bot
from bots.tests.factories import BotFactory
from engine.live.testing import BotMaker, tick
from engine.models import Decision, Halt
from engine.selectors import halt_reason
from events.models import Event
from simulator.testing import SimulatorProcess
from trades.models import Trade


def halt(*arguments: str) -> str:
    out = StringIO()
    call_command("halt", *arguments, stdout=out)
    return out.getvalue().strip()


@pytest.fixture
def bots(db: None) -> list[Bot]:
    return BotFactory.create_batch(2)


def test_all_bots_are_halted_and_released(bots: list[Bot]) -> None:
    assert halt("--reason", "lunch") == "all bots: no entries until manage.py halt --clear"
    assert [halt_reason(bot) for bot in bots] == ["lunch", "lunch"]
    assert Event.objects.get(type="alert_raised").payload["message"] == "All bots halted by manage.py halt: lunch"

    assert halt("--clear") == "1 halt(s) of all bots lifted"
    assert [halt_reason(bot) for bot in bots] == ["", ""]
    assert halt("--clear") == "0 halt(s) of all bots lifted"
    row = Halt.objects.get()
    assert (row.set_by, row.cleared_by) == ("manage.py halt", "manage.py")


def test_one_bot_is_halted_and_the_others_go_on(bots: list[Bot]) -> None:
    halt("--bot", bots[0].name)
    assert [halt_reason(bot) for bot in bots] == ["halted by hand", ""]
    # Lifting the halt of all does not lift that of one.
    halt("--clear")
    assert halt_reason(bots[0]) == "halted by hand"
    halt("--clear", "--bot", str(bots[0].pk))
    assert halt_reason(bots[0]) == ""


def test_an_unknown_bot_halts_nobody(bots: list[Bot]) -> None:
    with pytest.raises(CommandError, match="there is no bot 'xyz'"):
        halt("--bot", "xyz")
    assert not Halt.objects.exists()


def test_a_halted_bot_does_not_enter(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    halt("--reason", "lunch")
    assert tick(bot) == 0
    assert Decision.objects.get().reason == "halted"
    assert not Trade.objects.exists()
    assert trading.ledger()["orders"] == []
