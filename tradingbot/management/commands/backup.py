"""`manage.py backup FILE`: while the product runs."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tradingbot.runtime.backup.archive import BackupError
from tradingbot.runtime.backup.making import backup_make
from tradingbot.runtime.data_dir import data_dir_choose


class Command(BaseCommand):
    help = "Write the database, and the bundled exchange's journal, into one file, while everything runs."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--data", type=Path, metavar="DIR", help="the directory given to `up`, if one was")

    def handle(self, **options: Any) -> None:
        data_dir_choose(options["data"])
        try:
            backup_make(options["file"].resolve())
        except BackupError as error:
            raise CommandError(str(error)) from None
        size = options["file"].stat().st_size / 1e6
        self.stdout.write(f"{options['file']}: {size:.1f} MB. It holds what people may not see; keys are not in it.")
