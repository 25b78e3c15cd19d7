"""Reading settings from the environment and from `.env`: a wrong value stops the start with one line that says how to
mend it. What is said never contains the value of a secret.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

_YES, _NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
_PERIODS = ("s", "sec", "second", "m", "min", "minute", "h", "hour", "d", "day")


def env_file_read(path: Path) -> None:
    """Settings of a file; the environment wins over it."""
    if path.is_file():
        env.read_env(str(path))


def text(name: str, default: str = "") -> str:
    return str(env.str(name, default=default)).strip()


def secret(name: str) -> str:
    """A secret: the value of NAME, or what is in the file that NAME_FILE names, without its end of line."""
    file = text(f"{name}_FILE")
    if not file:
        return text(name)
    if text(name):
        raise ImproperlyConfigured(f"{name} and {name}_FILE say the same thing: set one of them.")
    try:
        return Path(file).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE names {file}, which cannot be read: {type(error).__name__}.") from None


def taken(name: str) -> str:
    """A secret that leaves the environment as it is read: no child process inherits it."""
    found = secret(name)
    os.environ.pop(name, None)
    return found


def whole(name: str, default: int, low: int, high: int, what: str = "whole number") -> int:
    given = text(name, str(default))
    if not (given.isascii() and given.isdigit()) or len(given) > 18 or not low <= int(given) <= high:
        raise ImproperlyConfigured(f"{name} must be a {what} from {low} to {high}, was {given!r}.")
    return int(given)


def port(name: str, default: int) -> int:
    return whole(name, default, 1, 65535, "port")


def flag(name: str, default: bool) -> bool:
    given = text(name, str(default)).lower()
    if given not in (*_YES, *_NO):
        raise ImproperlyConfigured(f"{name} must be true or false, was {given!r}.")
    return given in _YES


def choice(name: str, default: str, options: Sequence[str]) -> str:
    """One of the options, however it is capitalised."""
    given = text(name, default)
    known = {option.lower(): option for option in options}
    if given.lower() not in known:
        raise ImproperlyConfigured(f"{name} must be {', '.join(options[:-1])} or {options[-1]}, was {given!r}.")
    return known[given.lower()]


def words(name: str, default: Sequence[str] = ()) -> list[str]:
    """A list separated by commas."""
    given = text(name)
    return [word.strip() for word in given.split(",") if word.strip()] if given else list(default)


def rate(name: str, default: str) -> str:
    """So many in a period, as in 10/min."""
    given = text(name, default)
    count, slash, period = given.partition("/")
    if not slash or not count.isdigit() or int(count) < 1 or period not in _PERIODS:
        raise ImproperlyConfigured(f"{name} must be a rate such as {default}, was {given!r}.")
    return given


def address(name: str, default: str, schemes: Sequence[str]) -> str:
    """A URL of one of these schemes with a host. Passwords may be in it, so it is never shown."""
    given = secret(name) or default
    try:
        parts = urlsplit(given)
        possible = parts.scheme in schemes and (bool(parts.hostname) or parts.scheme == "unix")
        _ = parts.port
    except ValueError:
        possible = False
    if given and not possible:
        starts = " or ".join(f"{scheme}://" for scheme in schemes)
        raise ImproperlyConfigured(f"{name} must be a {starts} address with a host and, if any, a valid port.")
    return given


def with_password(url: str, password: str) -> str:
    """The address with a password in it, where there is one to put in and none in it yet."""
    parts = urlsplit(url)
    if not url or not password or parts.password:
        return url
    name = parts.username or ""
    return urlunsplit(parts._replace(netloc=f"{name}:{quote(password, safe='')}@{parts.netloc.rpartition('@')[2]}"))
