from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bots.selectors import BotNotFound, bot_find
from bots.services import NotAllowed
from engine.live.lifecycle import bot_pause


class Command(BaseCommand):
    help = "Pause a running bot: no entries, exits go on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("bot", help="number or name")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            bot = bot_pause(bot=bot_find(options["bot"]))
        except (BotNotFound, NotAllowed) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{bot.name} is {bot.status}")
