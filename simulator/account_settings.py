"""What the account's owner may switch: PATCH /v2/account/configurations."""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from simulator.errors import ApiError, invalid
from simulator.text import parse_flag

_MULTIPLIERS = ("1", "2", "4")
_EMAILS = ("all", "none")
_LONGEST_LEVEL = 3


@dataclass(frozen=True)
class AccountSettings:
    """As the broker names them. This exchange's accounts begin as cash accounts that cannot sell short."""

    disable_overnight_trading: bool = False
    fractional_trading: bool = True
    max_margin_multiplier: str = "1"
    no_shorting: bool = True
    suspend_trade: bool = False
    trade_confirm_email: str = "none"
    ptp_no_exception_entry: bool = False
    max_options_trading_level: int = 0

    def changed(self, body: object) -> "AccountSettings":
        """With the fields of a PATCH body; fields it does not know are passed over. Raises ApiError."""
        if not isinstance(body, dict):
            raise ApiError(400, 40010000, "request body format is invalid")
        known = {field.name: _value(field.name, body[field.name]) for field in fields(self) if field.name in body}
        return replace(self, **{name: value for name, value in known.items() if value is not None})

    def to_record(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def multiplier(self) -> int:
        return int(self.max_margin_multiplier)


def _value(name: str, value: Any) -> Any:
    """The value of a setting; None leaves it as it is, as the SDK sends what it does not know."""
    if value is None:
        return None
    if name == "max_margin_multiplier":
        return _one_of(name, str(value), _MULTIPLIERS)
    if name == "trade_confirm_email":
        return _one_of(name, str(value).lower(), _EMAILS)
    if name == "max_options_trading_level":
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LONGEST_LEVEL:
            raise invalid(f"invalid {name}: must be between 0 and {_LONGEST_LEVEL}")
        return value
    flag = parse_flag(value)
    if flag is None:
        raise invalid(f"invalid {name}: must be true or false")
    return flag


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise invalid(f"invalid {name}: must be one of {', '.join(allowed)}")
    return value
