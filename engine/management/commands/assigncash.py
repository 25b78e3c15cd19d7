from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from bots.selectors import BotNotFound, bot_find
from engine.database_errors import database_trouble
from engine.live.cash_by_hand import CashRefused, cash_assign
from positions.services import ConcurrentBooking


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = (
        "A fee, a dividend or other money whose bot the program cannot find out: say whose it is. It is booked once, "
        "and cannot be assigned again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("activity", help="the broker's id of it, as the alert and the admin (Account cash) show it")
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("--bot", help="number or name of the bot it belongs to")
        whose.add_argument("--nobody", action="store_true", help="it belongs to no bot")
        whose.add_argument(
            "--ex-day",
            type=date.fromisoformat,
            metavar="DAY",
            help="the first day the stock traded without the dividend",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            bot = bot_find(options["bot"]) if options["bot"] else None
            parts = cash_assign(options["activity"], bot=bot, ex_day=options["ex_day"])
        except (BotNotFound, CashRefused) as error:
            raise CommandError(str(error)) from None
        except ConcurrentBooking as error:
            raise CommandError(f"nothing is booked, try again: {error}") from None
        except DatabaseError as error:
            raise CommandError(f"nothing is booked, the database: {database_trouble(error)} ({error})") from None
        for part in parts:
            self.stdout.write(f"{part.amount.normalize():f} dollars: {part.bot or 'no bot'}")
