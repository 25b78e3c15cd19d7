"""Bringing the database up to date, with a way back."""

from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from tradingbot.runtime.backup.archive import BackupError
from tradingbot.runtime.backup.making import backup_make

# The newest of them.
KEPT = 3


def database_migrate() -> Path | None:
    """Apply what is pending, after a backup of what is there; where that backup is. Raises CommandError."""
    backup = _backup() if _is_pending() else None
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except Exception as error:
        # Whatever a migration may raise.
        back = f"; go back to the release you had and run there: manage.py restore {backup}" if backup else ""
        words = " ".join(str(error).split())[:200]
        raise CommandError(f"the database could not be brought up to date ({words}){back}") from error
    return backup


def _is_pending() -> bool:
    """There is something to lose, and it is about to be changed."""
    try:
        if not MigrationRecorder(connection).applied_migrations():
            return False
        executor = MigrationExecutor(connection)
    except DatabaseError as error:
        raise CommandError(f"the database does not answer: {error}") from error
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _backup() -> Path:
    directory = settings.DATA_DIR / "backups"
    directory.mkdir(mode=0o700, exist_ok=True)
    path = directory / f"before-{datetime.now(UTC):%Y%m%dT%H%M%S}.backup"
    try:
        backup_make(path)
    except BackupError as error:
        raise CommandError(
            f"no backup before the database is brought up to date: {error}. Nothing was changed."
        ) from None
    for old in sorted(directory.glob("before-*.backup"))[:-KEPT]:
        old.unlink()
    return path
