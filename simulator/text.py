"""How the API writes numbers and times, and reads them."""

from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation

from simulator.sessions import NEW_YORK

_LARGEST = Decimal(10) ** 12
_MOST_PLACES = 18


def decimal_text(value: Decimal) -> str:
    """Plain notation without trailing zeros: "150", "0.25"."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def nullable_decimal(value: Decimal | None) -> str | None:
    return None if value is None else decimal_text(value)


def money(value: Decimal) -> str:
    """Dollars, rounded to the six places that anyone books."""
    return decimal_text(value.quantize(Decimal("0.000001")) + 0)


def time_text(value: datetime) -> str:
    """RFC 3339 in UTC: "2023-12-12T22:31:24.577215Z"."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def nullable_time(value: datetime | None) -> str | None:
    return None if value is None else time_text(value)


def parse_decimal(value: object) -> Decimal | None:
    """A JSON number or a numeric string; None when it is neither or beyond any price or quantity."""
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        return None
    try:
        number = Decimal(value)
    except (InvalidOperation, ValueError):
        return None
    if not number.is_finite() or abs(number) > _LARGEST:
        return None
    exponent = number.as_tuple().exponent
    return number if isinstance(exponent, int) and exponent >= -_MOST_PLACES else None


def parse_bool(value: object) -> bool:
    return parse_flag(value) is True


def parse_flag(value: object) -> bool | None:
    """`true`, "True" and 1 alike, as the broker takes them; None for what is neither true nor false."""
    return {"true": True, "1": True, "false": False, "0": False}.get(str(value).lower())


def parse_time(value: str, end_of_day: bool = False) -> datetime | None:
    """RFC 3339, or a date, which stands for its beginning (or end) in New York; naive times are UTC."""
    try:
        if len(value) == 10:
            day = date.fromisoformat(value)
            return datetime.combine(day, time.max if end_of_day else time.min, NEW_YORK).astimezone(UTC)
        # A "+" that was not escaped in a query string arrives as a blank.
        parsed = datetime.fromisoformat(value.replace(" ", "+") if "T" in value else value)
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
