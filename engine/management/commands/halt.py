from time import sleep
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from bots.models import Bot
from bots.selectors import BotNotFound, bot_find
from engine.database_errors import database_trouble
from engine.insist import insist
from engine.live.flatten import positions_left
from engine.models import Halt
from engine.services import halt_set, halts_clear
from marketdata.clock import real_now

# Real seconds in which nothing changes.
PATIENCE = 60


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "No entries from now on, for one bot or for all; exits pass. --close sells everything, --clear lifts it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bot", help="number or name; without it, all bots")
        parser.add_argument("--reason", default="halted by hand")
        parser.add_argument("--clear", action="store_true")
        parser.add_argument("--close", action="store_true", help="sell whatever is held, and wait until that is done")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            bot = bot_find(options["bot"]) if options["bot"] else None
            self._halt(bot, options)
        except BotNotFound as error:
            raise CommandError(str(error)) from None
        except DatabaseError as error:
            raise CommandError(f"nothing is halted, the database: {database_trouble(error)} ({error})") from None

    def _halt(self, bot: Bot | None, options: dict[str, Any]) -> None:
        who = bot.name if bot else "all bots"
        if options["clear"]:
            cleared = insist(lambda: halts_clear(bot=bot, cleared_by="manage.py", now=real_now()))
            self.stdout.write(f"{cleared} halt(s) of {who} lifted")
        else:
            close = options["close"]
            halt = insist(
                lambda: halt_set(bot=bot, reason=options["reason"], set_by="manage.py halt", close_positions=close)
            )
            self.stdout.write(f"{who}: no entries until manage.py halt --clear")
            if close:
                self._follow(halt)

    def _follow(self, halt: Halt) -> None:
        """The running product sells; here it is told how far it is."""
        said, waited = "", 0
        while True:
            left = [
                f"{position.symbol} of {position.bot.name}" for position in positions_left(halt).select_related("bot")
            ]
            halt.refresh_from_db()
            if halt.flat_at is not None:
                self.stdout.write("everything is sold")
                return
            words = f"{len(left)} position{'' if len(left) == 1 else 's'} left: {', '.join(left) or 'orders under way'}"
            if words != said:
                self.stdout.write(words)
                said, waited = words, 0
            elif waited >= PATIENCE:
                raise CommandError(f"{words}. It goes on as long as the product runs; look at its alerts")
            waited += 1
            sleep(1)
