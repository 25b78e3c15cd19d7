"""One action for many bots: each by itself, so that one that may not do it holds up none of the others."""

from collections.abc import Sequence

from bots.models import Bot
from bots.services import NotAllowed
from engine.brokers.errors import BrokerError
from engine.live.lifecycle import bot_pause, bot_start, bot_stop
from engine.live.payloads import BotActed


def bots_act(*, bots: Sequence[Bot], action: str, close_positions: bool, by: str) -> list[BotActed]:
    """Start, pause or stop each bot, in the sequence given, and tell what became of each."""
    return [_acted(bot, action, close_positions, by) for bot in bots]


def _acted(bot: Bot, action: str, close_positions: bool, by: str) -> BotActed:
    done, detail = True, ""
    try:
        if action == "start":
            bot_start(bot=bot)
        elif action == "pause":
            bot_pause(bot=bot)
        else:
            bot_stop(bot=bot, close_positions=close_positions, by=by)
    except (NotAllowed, BrokerError) as error:
        done, detail = False, str(error)
    return {"id": bot.pk, "name": bot.name, "done": done, "detail": detail}
