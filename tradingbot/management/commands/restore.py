"""`manage.py restore FILE`: while nothing runs."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tradingbot.runtime.backup.archive import BackupError
from tradingbot.runtime.backup.making import backup_restore
from tradingbot.runtime.data_dir import data_dir_choose


class Command(BaseCommand):
    help = (
        "Put a backup in the place of what is there. What the bots did since is asked of the broker at the next start."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--data", type=Path, metavar="DIR", help="the directory given to `up`, if one was")

    def handle(self, **options: Any) -> None:
        data_dir_choose(options["data"])
        try:
            restored = backup_restore(options["file"].resolve())
        except BackupError as error:
            raise CommandError(f"{error}. Nothing was changed.") from None
        self.stdout.write(f"restored what was there at {restored.manifest.made_at[:19]} UTC; start the product now")
        for file in restored.kept:
            self.stdout.write(f"  what was there before is kept in {file}")
