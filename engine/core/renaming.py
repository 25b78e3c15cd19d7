"""What a person says of a symbol: which symbol it has become, and how many new shares each old one became."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from engine.core.config import SYMBOL, ConfigError
from engine.core.field_errors import FieldError, shown, unknown_fields

FIELDS = ("old", "new", "ratio")
_RATIO = re.compile(r"[0-9]{1,6}(\.[0-9]{1,9})?|[0-9]{1,6}/[0-9]{1,6}")
_RIGHT = "a number such as 0.5, or a fraction such as 1/3"


@dataclass(frozen=True)
class Renaming:
    """A change of symbol, with `ratio` shares of the new symbol for each share of the old one."""

    old: str
    new: str
    ratio: Fraction = Fraction(1)


def renaming_read(data: Mapping[str, Any]) -> Renaming:
    """Read two symbols and a ratio above 0; without a ratio it is 1.

    Raises:
        ConfigError: The data has faults; the error names every one.

    >>> renaming_read({"old": "XOM", "new": "XON", "ratio": "1/2"}).ratio
    Fraction(1, 2)
    """
    errors = unknown_fields(data, FIELDS)
    symbols = {name: data.get(name) for name in ("old", "new")}
    errors += [
        FieldError(name, "must be a symbol in capital letters", shown(value), "a symbol such as AAPL")
        for name, value in symbols.items()
        if not isinstance(value, str) or not SYMBOL.fullmatch(value)
    ]
    ratio = _ratio(data.get("ratio", 1))
    if ratio is None:
        errors.append(FieldError("ratio", f"must be above 0: {_RIGHT}", shown(data.get("ratio")), _RIGHT))
    if errors or ratio is None:
        raise ConfigError(errors)
    return Renaming(str(symbols["old"]), str(symbols["new"]), ratio)


def _ratio(value: Any) -> Fraction | None:
    text = str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    if not _RATIO.fullmatch(text[:20]) or (text.partition("/")[2].strip("0") == "" and "/" in text):
        return None
    ratio = Fraction(text)
    return ratio if ratio > 0 else None
