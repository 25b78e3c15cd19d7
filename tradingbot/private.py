"""What is kept is its owner's alone: the database holds password hashes and the keys of sessions."""

import os
import stat
from pathlib import Path

# Of what this process and its children write from now on.
UMASK = 0o077
KEPT = ("db.sqlite3*", "exchange.journal*", "lock", "secret-key", "initial-admin-password", "*.log", "*.jsonl")


def private_begin() -> None:
    """For every process, before it writes anything."""
    os.umask(UMASK)


def private_directory(directory: Path) -> None:
    """Make it, or take from others what an older release let them read there.

    Only our own names are touched in it, and nothing that belongs to somebody else: a person may have pointed at a
    directory that has other things in it.
    """
    directory.mkdir(parents=True, exist_ok=True)
    for path in (directory, *(found for name in KEPT for found in directory.glob(name))):
        _tighten(path)


def _tighten(path: Path) -> None:
    try:
        found = path.lstat()
        shared = found.st_mode & stat.S_ISVTX
        plain = stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)
        if plain and not shared and found.st_uid == os.geteuid() and found.st_mode & UMASK:
            path.chmod(stat.S_IMODE(found.st_mode) & ~UMASK)
    except FileNotFoundError:
        # SQLite removes its own as it likes.
        return
