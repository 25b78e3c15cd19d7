"""Reading the query parameters of the trading interface, in its own words where they are wrong."""

from collections.abc import Mapping
from datetime import datetime

from simulator.errors import invalid
from simulator.text import parse_time


def whole_number(query: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:9]) <= most:
        raise invalid(f"invalid {name}: must be between 1 and {most}")
    return int(text)


def instant(query: Mapping[str, str], name: str) -> datetime | None:
    if not query.get(name):
        return None
    parsed = parse_time(query[name])
    if parsed is None:
        raise invalid(f"invalid {name}")
    return parsed


def word(query: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = query.get(name) or default
    if value not in allowed:
        raise invalid(f"invalid {name}")
    return value
