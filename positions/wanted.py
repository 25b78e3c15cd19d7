"""Reading what a person wants of a position: so many shares sold, a stop or target moved."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.core.field_errors import ConfigError, FieldError, shown, unknown_fields
from engine.core.money import tick_size

MOST_SHARES = 999_999
MOST_DOLLARS = Decimal(1_000_000)
_SHARES_RIGHT = f"a whole number of shares from 1 to {MOST_SHARES}; leave it out to sell all"
_PRICE_RIGHT = "dollars above 0, in whole cents; below a dollar in hundredths of a cent"
_LEVELS = ("stop_loss_price", "take_profit_price")


@dataclass(frozen=True)
class Levels:
    """Where a stop and a target are to rest, dollars; None for one that stays where it is."""

    stop: Decimal | None
    target: Decimal | None


def close_read(data: Any) -> Decimal | None:
    """Read how many shares are to be sold; None for all of them.

    Raises:
        ConfigError: The data has faults; the error names every one.

    >>> close_read({"quantity": "4"})
    Decimal('4')
    >>> close_read({}) is None
    True
    """
    errors = _checked(data, ("quantity",))
    # Null is no quantity: nobody sells everything by a slip.
    if "quantity" in data and not _is_whole(data["quantity"]):
        errors.append(FieldError("quantity", f"must be {_SHARES_RIGHT}", shown(data["quantity"]), _SHARES_RIGHT))
    if errors:
        raise ConfigError(errors)
    return Decimal(data["quantity"]) if "quantity" in data else None


def levels_read(data: Any) -> Levels:
    """Read where a stop and a target are to be moved, one of them or both.

    Raises:
        ConfigError: The data has faults; the error names every one.

    >>> levels_read({"stop_loss_price": "221.50"})
    Levels(stop=Decimal('221.50'), target=None)
    """
    errors = _checked(data, _LEVELS)
    prices = {name: _price(data[name]) for name in _LEVELS if name in data}
    if not errors and not prices:
        errors.append(FieldError(_LEVELS[0], f"is required: {' or '.join(_LEVELS)}", None, _PRICE_RIGHT))
    for name, price in prices.items():
        if price is None:
            errors.append(FieldError(name, f"must be {_PRICE_RIGHT}", shown(data[name]), _PRICE_RIGHT))
    if errors:
        raise ConfigError(errors)
    return Levels(prices.get(_LEVELS[0]), prices.get(_LEVELS[1]))


def _checked(data: Any, fields: tuple[str, ...]) -> list[FieldError]:
    if not isinstance(data, Mapping):
        raise ConfigError([FieldError("body", "must be a JSON object", None, f"an object with {', '.join(fields)}")])
    return unknown_fields(data, fields)


def _is_whole(given: Any) -> bool:
    if isinstance(given, bool) or not isinstance(given, int | str):
        return False
    digits = str(given)
    return digits.isascii() and digits.isdigit() and len(digits) <= 6 and int(digits) >= 1


def _price(given: Any) -> Decimal | None:
    """None for what is no price an order may have."""
    if isinstance(given, bool) or not isinstance(given, int | float | str) or len(str(given)) > 20:
        return None
    try:
        price = Decimal(str(given))
    except InvalidOperation:
        return None
    if not price.is_finite() or not 0 < price <= MOST_DOLLARS:
        return None
    return price if price == price.quantize(tick_size(price)) else None
