from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bots.selectors import BotNotFound, bot_find
from bots.services import NotAllowed
from engine.brokers.errors import BrokerError
from engine.live.lifecycle import bot_stop


class Command(BaseCommand):
    help = "Stop a bot. Stops and targets stay at the broker; --close also sells what it holds."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("bot", help="number or name")
        parser.add_argument("--close", action="store_true", help="sell everything the bot holds")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            bot = bot_stop(bot=bot_find(options["bot"]), close_positions=options["close"], by="manage.py stopbot")
        except (BotNotFound, NotAllowed, BrokerError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{bot.name} is {bot.status}")
