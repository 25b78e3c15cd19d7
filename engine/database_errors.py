"""What is wrong with the database, in words that say what to do."""

import psycopg
from django.db import Error, connection
from psycopg_pool import PoolTimeout

LOCKED = "locked by another program"
FULL = "the disk is full"
NO_CONNECTION_FREE = "no connection is free"
NOT_REACHABLE = "not reachable"

# In the words of SQLite and PostgreSQL.
_WORDS = {
    LOCKED: ("is locked",),
    FULL: ("disk is full", "no space left", "could not extend file"),
    NO_CONNECTION_FREE: ("too many clients", "too many connections", "remaining connection slots"),
}
_ASK_SECONDS = 2


def database_trouble(error: Error) -> str:
    """One of the words above. May ask the server why there was no connection, two seconds at most."""
    if isinstance(error.__cause__, PoolTimeout):
        return _why_no_connection()
    return _in_words(str(error))


def _why_no_connection() -> str:
    """The pool only says that it got none; one more attempt says why. One that succeeds: all of ours are in use."""
    wanted = connection.get_connection_params()
    wanted.pop("pool", None)
    try:
        psycopg.connect(**(wanted | {"connect_timeout": _ASK_SECONDS})).close()
    except psycopg.Error as error:
        return _in_words(str(error))
    return NO_CONNECTION_FREE


def _in_words(text: str) -> str:
    return next(
        (words for words, signs in _WORDS.items() if any(sign in text.lower() for sign in signs)), NOT_REACHABLE
    )
