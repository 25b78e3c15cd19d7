import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bots.services import bot_create
from engine.core.config import ConfigError
from engine.live.lifecycle import bot_start


class Command(BaseCommand):
    help = "Make a bot from a JSON file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", required=True, type=Path, help="the configuration as JSON")
        parser.add_argument("--start", action="store_true", help="start it at once")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = json.loads(options["file"].read_text())
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}") from None
        except ValueError as error:
            raise CommandError(f"{options['file']} is not JSON: {error}") from None
        try:
            bot = bot_create(data=data)
        except ConfigError as error:
            lines = [f"  {fault.field}: {fault.message}" + _hint(fault) for fault in error.errors]
            raise CommandError("the bot was not made:\n" + "\n".join(lines)) from None
        if options["start"]:
            bot = bot_start(bot=bot)
        self.stdout.write(f"{bot.name} is bot {bot.pk}, {bot.status}")


def _hint(fault: Any) -> str:
    parts = [f"was {fault.value!r}"] if fault.value is not None else []
    parts += [f"allowed: {fault.range}"] if fault.range else []
    parts += [f"nearest: {fault.nearest}"] if fault.nearest and fault.nearest not in fault.message else []
    return f" ({'; '.join(parts)})" if parts else ""
