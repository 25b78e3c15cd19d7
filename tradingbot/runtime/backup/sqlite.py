"""The SQLite file: copied while it is in use, and put in the place of the one that is there."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from tradingbot.runtime.backup.archive import BackupError

MEMBER = "db.sqlite3"
_PAGES_AT_ONCE = 2000
_BUSY_SECONDS = 20.0
# For what needs the file alone: who has it open now does not close it by waiting.
_ALONE_SECONDS = 2.0


def sqlite_dump(database: Path, to: Path) -> None:
    """A copy as of one instant; the product goes on writing meanwhile."""
    with closing(sqlite3.connect(database, timeout=_BUSY_SECONDS)) as source, closing(sqlite3.connect(to)) as target:
        # In one go: a copy in steps begins anew with every write of another process.
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
    sqlite_check(to)


def sqlite_check(file: Path) -> None:
    """Raises BackupError when SQLite finds it damaged."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
            said = [row[0] for row in database.execute("PRAGMA integrity_check(3)")]
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{file.name} is damaged: {error}") from error
    if said != ["ok"]:
        raise BackupError(f"{file.name} is damaged: {'; '.join(said)}")


def sqlite_replace(database: Path, by: Path, aside: Path) -> None:
    """Put `by` in its place; what was there goes to `aside`. Both are on the same disk. Raises BackupError."""
    if database.exists():
        try:
            with closing(sqlite3.connect(database, timeout=_ALONE_SECONDS)) as old:
                # All of it into the one file: what is beside it belongs to it and not to its successor.
                old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                old.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            raise BackupError(f"another program has {database} open, end it first ({error})") from error
        os.replace(database, aside)
    for name in ("-wal", "-shm"):
        database.with_name(database.name + name).unlink(missing_ok=True)
    by.chmod(0o600)
    os.replace(by, database)
    _sync_directory(database.parent)


def _sync_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
