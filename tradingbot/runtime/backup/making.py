"""Making a backup of the running product, and putting one in the place of what is there."""

import fcntl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from tradingbot.runtime.backup.archive import BackupError, Manifest, archive_extract, archive_verify, archive_write
from tradingbot.runtime.backup.postgres import MEMBER as TABLES
from tradingbot.runtime.backup.postgres import postgres_dump, postgres_others, postgres_replace
from tradingbot.runtime.backup.sqlite import MEMBER as DATABASE
from tradingbot.runtime.backup.sqlite import sqlite_check, sqlite_dump, sqlite_replace
from tradingbot.runtime.data_dir import DataDirInUse, data_dir_lock

JOURNAL = "exchange.journal"


@dataclass(frozen=True)
class Restored:
    """kept: files with what was there before."""

    manifest: Manifest
    kept: list[Path]


def backup_make(path: Path) -> None:
    """Write a backup while the product runs. Raises BackupError; then there is no file.

    The database first and the exchange's journal after it: a broker that knows more than the database is what recovery
    is for, the other way round would be orders nobody can ask about.
    """
    if path.exists():
        raise BackupError(f"{path} is there already; give another name")
    if not path.parent.is_dir():
        raise BackupError(f"there is no directory {path.parent}")
    migrations = sorted([app, name] for app, name in MigrationRecorder(connection).applied_migrations())
    if not migrations:
        raise BackupError("the database is empty: there is nothing to back up")
    manifest = Manifest(datetime.now(UTC).isoformat(), connection.vendor, settings.MARKET_MODE, migrations)
    with _room(path.parent) as room:
        members = {_member(): room / _member()}
        _dump(members[_member()])
        if settings.MARKET_MODE == "simulator" and (settings.DATA_DIR / JOURNAL).exists():
            members[JOURNAL] = room / JOURNAL
            _journal_copy(settings.DATA_DIR / JOURNAL, members[JOURNAL])
        archive_write(path, members, manifest)


def backup_restore(path: Path) -> Restored:
    """Put a backup in the place of what is there. Raises BackupError; then nothing has changed."""
    # Before anything is written: also a backup that cannot be used is read to its end.
    manifest = archive_verify(path)
    _require_fitting(path, manifest)
    with _room(settings.DATA_DIR) as room, _nobody_else():
        archive_extract(path, room)
        replaces_journal = JOURNAL in manifest.files and not _goes_on_from(room / JOURNAL)
        if replaces_journal:
            _require_exchange_stopped()
        aside = f".before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S}"
        kept = _replace(room / _member(), manifest, aside)
        if replaces_journal:
            kept += _journal_replace(room / JOURNAL, aside)
    return Restored(manifest, kept)


def _member() -> str:
    return DATABASE if connection.vendor == "sqlite" else TABLES


def _dump(to: Path) -> None:
    try:
        if connection.vendor == "sqlite":
            sqlite_dump(Path(str(settings.DATABASES["default"]["NAME"])), to)
        else:
            postgres_dump(to)
    except DatabaseError as error:
        raise BackupError(f"the database does not answer: {error}") from error
    except OSError as error:
        raise BackupError(f"{to.parent} cannot be written: {error.strerror or error}") from error


def _require_fitting(path: Path, manifest: Manifest) -> None:
    if manifest.vendor != connection.vendor:
        raise BackupError(f"{path} is of {manifest.vendor}, and this product runs on {connection.vendor}")
    if manifest.market != settings.MARKET_MODE:
        raise BackupError(f"{path} is of {manifest.market} trading, and this product is set to {settings.MARKET_MODE}")

    if _member() not in manifest.files:
        raise BackupError(f"{path} is no backup: it holds no database")
    known = MigrationLoader(None).disk_migrations
    unknown = [f"{app}.{name}" for app, name in manifest.migrations if (app, name) not in known]
    if unknown:
        raise BackupError(f"{path} was made by a newer version of tradingbot ({unknown[0]}); restore it with that one")


@contextmanager
def _nobody_else() -> Iterator[None]:
    """Hold the data directory and, over PostgreSQL, be alone in the database. Raises BackupError."""
    try:
        lock = data_dir_lock(settings.DATA_DIR)
    except DataDirInUse as error:
        raise BackupError(f"the product is running: {error}") from error
    with lock:
        if connection.vendor == "postgresql" and (others := postgres_others()):
            raise BackupError(
                f"{others} other connections use the database; stop web, worker, beat, stream and backtests first"
            )
        yield


def _replace(new: Path, manifest: Manifest, aside: str) -> list[Path]:
    """What is there now ends up beside it (SQLite); over PostgreSQL it is all or nothing."""
    try:
        if connection.vendor == "postgresql":
            postgres_replace(new, manifest.migrations)
            call_command("migrate", verbosity=0, interactive=False)
            return []
        sqlite_check(new)
        database = Path(str(settings.DATABASES["default"]["NAME"]))
        before = database.with_name(database.name + aside)
        existed = database.exists()
        connections.close_all()
        sqlite_replace(database, new, before)
        try:
            call_command("migrate", verbosity=0, interactive=False)
        except Exception:
            connections.close_all()
            if existed:
                sqlite_replace(database, before, database.with_name(database.name + ".failed-restore"))
            raise
    except BackupError:
        raise
    except Exception as error:
        # Whatever a migration may raise.
        raise BackupError(
            f"the backup could not be brought up to date: {' '.join(str(error).split())[:200]}"
        ) from error
    return [before] if existed else []


def _journal_copy(journal: Path, to: Path) -> None:
    """Whole lines: the last one may just be being written."""
    content = journal.read_bytes()
    to.write_bytes(content[: content.rfind(b"\n") + 1])


def _goes_on_from(copy: Path) -> bool:
    """The exchange that is here went on from the copy: it stays as it is, like any broker."""
    journal = settings.DATA_DIR / JOURNAL
    return journal.exists() and journal.read_bytes().startswith(copy.read_bytes())


def _require_exchange_stopped() -> None:
    """It holds its journal locked while it runs. Raises BackupError."""
    journal = settings.DATA_DIR / JOURNAL
    if not journal.exists():
        return
    with journal.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BackupError(f"the exchange of {journal} is running; stop it first") from error


def _journal_replace(new: Path, aside: str) -> list[Path]:
    journal = settings.DATA_DIR / JOURNAL
    kept = [journal.rename(journal.with_name(journal.name + aside))] if journal.exists() else []
    new.chmod(0o600)
    new.rename(journal)
    return kept


@contextmanager
def _room(directory: Path) -> Iterator[Path]:
    try:
        with tempfile.TemporaryDirectory(dir=directory, prefix=".backup-") as room:
            yield Path(room)
    except OSError as error:
        raise BackupError(f"{directory} cannot be written: {error.strerror or error}") from error
