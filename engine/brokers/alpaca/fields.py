"""Reading single fields of Alpaca's JSON: strict where money is concerned.

Every function raises Unreadable for a value that cannot be used, unless it says otherwise; `what` names the value in
the error.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.brokers.unread import Unreadable

# No price, sum or number of shares on earth is larger.
LARGEST = Decimal(10) ** 15
LARGEST_PRICE = Decimal(10) ** 9


def decimal_of(value: Any, what: str) -> Decimal:
    """Read a finite decimal from a string or number."""
    try:
        number = Decimal(str(value)) if not isinstance(value, bool) else None
    except InvalidOperation:
        number = None
    if number is None:
        raise Unreadable(f"{what} is not a number: {str(value)[:40]!r}")
    if not number.is_finite() or abs(number) >= LARGEST:
        raise Unreadable(f"{what} cannot be {str(value)[:40]!r}")
    return number


def optional_decimal(value: Any, what: str) -> Decimal | None:
    """Read a decimal; None where the value is missing or empty."""
    return None if value in (None, "") else decimal_of(value, what)


def shares_of(value: Any, what: str) -> Decimal:
    """Read a number of shares, 0 or more; 0 where it is missing."""
    number = optional_decimal(value, what) or Decimal(0)
    if number < 0:
        raise Unreadable(f"{what} cannot be {str(value)[:40]!r}")
    return number


def price_of(value: Any, what: str) -> Decimal:
    """Read the price of a stock, dollars above 0."""
    price = decimal_of(value, what)
    if not 0 < price < LARGEST_PRICE:
        raise Unreadable(f"{what} cannot be {str(value)[:40]!r}")
    return price


def text_of(value: Any, what: str) -> str:
    """Read a text that is not empty."""
    if not isinstance(value, str) or not value:
        raise Unreadable(f"{what} is not a text: {str(value)[:40]!r}")
    return value


def optional_text(value: Any) -> str | None:
    """Return a text that is not empty, else None; never raise."""
    return value if isinstance(value, str) and value else None


def moment_of(value: Any, what: str) -> datetime:
    """Read an aware time; Alpaca writes nanoseconds, of which Python keeps microseconds."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as wrong:
        raise Unreadable(f"{what} is not a time: {str(value)[:40]!r}") from wrong
    if moment.tzinfo is None:
        raise Unreadable(f"{what} has no time zone: {value!r}")
    return moment


def day_of(value: Any, what: str) -> date:
    """Read a day; a time of day after it is dropped."""
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as wrong:
        raise Unreadable(f"{what} is not a day: {str(value)[:40]!r}") from wrong


def object_of(answer: Any, what: str) -> Mapping[str, Any]:
    """Return a JSON object; a list, a text or nothing at all cannot be used."""
    if not isinstance(answer, Mapping):
        raise Unreadable(f"{what} is no object: {str(answer)[:40]!r}")
    return answer


def list_of(answer: Any, what: str) -> list[Any]:
    """Return a JSON list; anything else cannot be used."""
    if not isinstance(answer, list):
        raise Unreadable(f"{what} are no list: {str(answer)[:40]!r}")
    return answer


def moment_or_none(value: Any) -> datetime | None:
    """Read an aware time; None where it cannot be read."""
    try:
        return moment_of(value, "a time")
    except Unreadable:
        return None
