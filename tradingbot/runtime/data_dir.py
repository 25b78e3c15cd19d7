"""The directory one running product owns."""

import fcntl
import os
import sys
from pathlib import Path
from typing import IO

from django.conf import settings


class DataDirInUse(Exception):
    """Another product runs on the same data."""


def data_dir_choose(chosen: Path | None) -> None:
    """The database's place is a setting: another directory means beginning again with that setting."""
    if chosen is not None and chosen.resolve() != settings.DATA_DIR.resolve():
        again = os.environ | {"DATA_DIR": str(chosen.resolve())}
        if settings.ADMIN_PASSWORD and "ADMIN_PASSWORD_FILE" not in os.environ:
            again["ADMIN_PASSWORD"] = settings.ADMIN_PASSWORD
        os.execve(sys.executable, [sys.executable, *sys.argv], again)


def data_dir_lock(directory: Path) -> IO[str]:
    """Hold the directory until the process ends, however it ends. Raises DataDirInUse."""
    file = (directory / "lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise DataDirInUse(f"{directory} is in use by another tradingbot; stop that one, or give --data") from error
    file.write(str(os.getpid()))
    file.flush()
    return file


def data_dir_is_used(directory: Path) -> bool:
    """Something was traded or recorded here before."""
    return any((directory / name).exists() for name in ("db.sqlite3", "exchange.journal"))
