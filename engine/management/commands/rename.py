from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from engine.brokers.errors import BrokerError
from engine.core.config import ConfigError
from engine.core.renaming import renaming_read
from engine.database_errors import database_trouble
from engine.live.symbol_change import RenameRefused, symbol_rename


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = (
        "A stock has another symbol: positions, orders and bots go on under it. Nothing changes unless the account has "
        "the shares under the new symbol, and none under the old."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("old", help="the symbol it had, such as XOM")
        parser.add_argument("new", help="the symbol it has now")
        parser.add_argument("--ratio", default="1", help="new shares for each old one: 1, 0.5 or 1/3")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = {name: str(options[name]) for name in ("old", "new", "ratio")}
        try:
            renaming = renaming_read(asked)
            taken = symbol_rename(renaming, by="manage.py rename")
        except (ConfigError, RenameRefused) as error:
            raise CommandError(str(error)) from None
        except BrokerError as error:
            raise CommandError(f"nothing is renamed, the broker does not answer: {error}") from None
        except DatabaseError as error:
            raise CommandError(f"nothing is renamed, the database: {database_trouble(error)} ({error})") from None
        shares = f"{taken.after.normalize():f} shares for {taken.before.normalize():f}"
        self.stdout.write(f"{taken.old} is {taken.new} now: {shares}. Stops follow within seconds")
