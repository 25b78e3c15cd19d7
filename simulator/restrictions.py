"""What the broker has decided about the account and about single stocks: POST /sim/restrictions."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from simulator.errors import forbidden, invalid, unprocessable

ACCOUNT = ("", "not_authorized", "liquidation_only")


@dataclass(frozen=True)
class Restrictions:
    """account: one of ACCOUNT; untradable: symbols nobody may trade; whole_shares: those not traded in fractions.

    delisted: symbols that are inactive; positions in them remain
    """

    account: str = ""
    untradable: tuple[str, ...] = ()
    whole_shares: tuple[str, ...] = ()
    delisted: tuple[str, ...] = ()

    @classmethod
    def of_body(cls, body: dict[str, Any], symbols: set[str]) -> "Restrictions":
        """Raises ApiError that names the field and what it may be."""
        known = [field.name for field in fields(cls)]
        if unknown := sorted(set(body) - set(known)):
            raise invalid(f"unknown field {unknown[0]}; known are {', '.join(known)}")
        if body.get("account", "") not in ACCOUNT:
            raise invalid(f"account must be one of {', '.join(name or 'nothing' for name in ACCOUNT)}")
        for name in known[1:]:
            listed = body.get(name, [])
            if not isinstance(listed, list) or not all(isinstance(symbol, str) for symbol in listed):
                raise invalid(f"{name} must be a list of symbols")
            if missing := sorted(set(listed) - symbols):
                raise invalid(f"{name}: {missing[0][:40]} is not listed here")
        return cls.from_record(body)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Restrictions":
        names = {name: tuple(record.get(name, ())) for name in ("untradable", "whole_shares", "delisted")}
        return cls(record.get("account", ""), **names)

    def to_record(self) -> dict[str, Any]:
        return asdict(self)

    def renamed(self, old: str, new: str) -> "Restrictions":
        def now(symbols: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(new if symbol == old else symbol for symbol in symbols)

        names = {name: now(getattr(self, name)) for name in ("untradable", "whole_shares", "delisted")}
        return Restrictions(self.account, **names)

    def check_asset(self, symbol: str, is_fractional: bool) -> None:
        """Raises ApiError in the broker's wording."""
        if symbol in self.delisted:
            raise unprocessable(f'asset "{symbol}" is not active')
        if symbol in self.untradable:
            raise unprocessable(f'asset "{symbol}" is not tradable')
        if is_fractional and symbol in self.whole_shares:
            raise forbidden(f'asset "{symbol}" is not fractionable')

    def check_account(self, opens: bool) -> None:
        """Raises ApiError in the broker's wording."""
        if self.account == "not_authorized":
            raise forbidden("account is not authorized to trade")
        if self.account == "liquidation_only" and opens:
            raise forbidden("account is restricted to liquidation only")
